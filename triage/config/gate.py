"""`[gate]`: automatic forwarding under a measured bound."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from triage.config.section import Section
from triage.domain.gatekeeper import Rules


class Gate(Section):
    """`[gate]`: automatic forwarding under a measured bound; nothing leaves without an officer unless switched on here."""

    automatic: bool = Field(False, description="whether an officer may open the gate at all (`triage gate open`)")
    limit: Annotated[float, Field(gt=0, le=0.5)] = Field(
        0.02, description="largest share of misroutes among automatic mail"
    )
    confidence: Annotated[float, Field(ge=0.5, lt=1)] = Field(
        0.98, description="how sure the bound must be before anything goes"
    )
    audit_share: Annotated[float, Field(ge=0, le=1)] = Field(
        0.1, description="share of the mail that might go one day that officers judge without seeing the suggestion"
    )
    keep_share: Annotated[float, Field(ge=0.01, le=1)] = Field(
        0.05,
        description="share of what would go automatically that goes to an officer instead, so that the rate stays measured",
    )
    window_days: Annotated[float, Field(gt=0)] = Field(90.0, description="evidence older than this no longer counts")

    def rules(self, least: float) -> Rules:
        """What the gate is asked by; `least` is [policy] minimum_probability."""
        return Rules(self.limit, self.confidence, self.audit_share, self.keep_share, least)

    @property
    def window(self) -> timedelta:
        """How far back evidence counts."""
        return timedelta(days=self.window_days)
