"""The tables of triage.toml that keep the service safe in daily life: alerts, acknowledgements, limits."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from triage.config.section import LOOPBACK, Section, within_config


class Alerts(Section):
    """`[alerts]`: how people learn of what cannot wait. Alerts hold ids and links, never content."""

    mail: bool = Field(True, description="mail to the people concerned, through [channel]")
    order: tuple[str, ...] = Field(
        (),
        description="mail addresses of accounts, in the order in which they are told of urgent or restricted messages: "
        "the first at once, one more with each reminder; empty: all officers at once (of restricted ones: the cleared)",
    )
    remind_minutes: Annotated[float, Field(gt=0)] = Field(
        15.0, description="people are told again when nobody has opened the message within so many minutes"
    )
    webhook_url: str = Field(
        "", description="address that gets a JSON POST for each alert (https, or http on loopback); empty: none"
    )
    webhook_ca_file: Path | None = Field(
        None,
        description="PEM file of the authorities that the webhook's certificate is checked with; default: the system's",
    )
    webhook_restricted: bool = Field(
        False,
        description="whether the webhook hears of restricted messages too: only where cleared officers alone read it",
    )
    disk_free_bytes: Annotated[int, Field(ge=0)] = Field(
        1_000_000_000, description="alert when less than this is free where the service writes"
    )
    quarantine_per_day: Annotated[int, Field(ge=1)] = Field(
        5, description="alert when so many mails of the last 24 hours are in quarantine"
    )
    backlog_minutes: Annotated[float, Field(gt=0)] = Field(
        15.0, description="alert when a stored mail has waited so long to be classified"
    )
    silence_minutes: Annotated[float, Field(gt=0)] = Field(
        10.0, description="alert when no source was looked at, or no worker was heard of, for so long"
    )

    _paths = field_validator("webhook_ca_file")(within_config)

    @field_validator("webhook_url")
    @classmethod
    def _url(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.username or not parts.hostname or parts.scheme not in {"https", "http"}:
            raise ValueError("must be an https address without user or password")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("http is for loopback only; use https")
        return value


class Acknowledgement(Section):
    """`[acknowledgement]`: an automatic answer to people who write, by RFC 3834; off unless switched on."""

    enabled: bool = Field(False, description="whether people get an acknowledgement at all")
    period_days: Annotated[float, Field(gt=0)] = Field(7.0, description="nobody gets a second one within so many days")


class Limits(Section):
    """`[limits]`: brakes on what leaves. What they hold back is booked and raises an alert."""

    per_recipient_per_day: Annotated[int, Field(ge=1)] = Field(
        40, description="automatic mails (acknowledgements, alerts) to one address within 24 hours"
    )
    per_hour: Annotated[int, Field(ge=4)] = Field(
        200, description="automatic mails within an hour, all together; a quarter of it is kept for alerts"
    )
    attachment_bytes: Annotated[int, Field(ge=0)] = Field(
        25_000_000,
        description="an original mail above it is not attached to its forward, which then carries a link to the message "
        "for signed-in people; 0: no limit",
    )
