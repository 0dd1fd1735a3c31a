"""`[labels]`: how labels are looked after."""

from typing import Annotated

from pydantic import Field

from triage.config.section import Section


class Labels(Section):
    """`[labels]`: how labels are looked after."""

    second_look_share: Annotated[float, Field(ge=0, le=1)] = Field(
        0.02, description="share of decided messages that another officer labels again without seeing the first label"
    )
