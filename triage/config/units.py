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
    trusted_servers: tuple[str, ...] = Field(
        (),
        description="names (authserv-id) under which your own mail server writes Authentication-Results on mail that it takes "
        "in; a unit's plain reply is then booked without an officer only where the sender passed. Without a name a reply "
        "that closes an inquiry always goes to an officer",
    )
    escalation_days: Annotated[int, Field(ge=0, le=60)] = Field(
        6, description="working days without a word after which officers are told; 0: never"
    )
