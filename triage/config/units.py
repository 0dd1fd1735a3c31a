"""The table of triage.toml for the units' side: links in forwards, reminders."""

from typing import Annotated

from pydantic import Field

from triage.config.section import Section


class Units(Section):
    """`[units]`: what units are asked for, and how long they may take."""

    link_days: Annotated[float, Field(ge=0, le=365)] = Field(
        30.0, description="how long the links of a forward are good; 0: forwards carry none"
    )
    reminder_days: Annotated[int, Field(ge=0, le=60)] = Field(
        3, description="working days without a word after which a unit is reminded; 0: never"
    )
    escalation_days: Annotated[int, Field(ge=0, le=60)] = Field(
        6, description="working days without a word after which officers are told; 0: never"
    )
