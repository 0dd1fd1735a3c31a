"""`[shadow]`: how to see what people did with the mail, while the service only looks on."""

from typing import Annotated

from pydantic import Field, field_validator

from triage.config.section import Section
from triage.domain.taxonomy import Destination, Route


class Shadow(Section):
    """`[shadow]`: a trial beside the people who do the work; needs `shadow = true` on the sources."""

    sent_folder: str = Field(
        "Sent", min_length=1, description="IMAP folder of what people sent; forwards are found there"
    )
    folders: dict[str, str] = Field(
        default_factory=dict,
        description='IMAP folders that people move mail to, and what that means: "Inbox/DMM" = "DMM", or "MISSION:ML"',
    )
    recipients: dict[str, str] = Field(
        default_factory=dict,
        description='addresses beside those of units and offices: "someone@office.example" = "DMM", or "MISSION:ML"',
    )
    days: Annotated[int, Field(ge=1)] = Field(31, description="how far back the report looks")

    @field_validator("folders", "recipients")
    @classmethod
    def _destinations(cls, value: dict[str, str]) -> dict[str, str]:
        for name, text in value.items():
            try:
                wanted = Destination.parse(text) if text != Route.MISSION else None
            except ValueError as error:
                raise ValueError(f"{name}: {text} is no destination; write DMM, MISSION or MISSION:ML") from error
            del wanted
        return value
