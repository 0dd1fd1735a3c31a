"""What is kept how long, who looks at attachments before they leave, and where reports of misconduct go."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from triage.config.section import Section, within_config
from triage.domain.protection import Periods

Days = Annotated[int, Field(ge=0, le=36_500)]


class Retention(Section):
    """`[retention]`: days after which content goes, per class; 0 keeps it until somebody asks. Message rows always stay."""

    attachments: Days = Field(365, description="days that attachments are kept; the text of their mail stays")
    raw: Days = Field(730, description="days that the mail is kept byte for byte; never longer than its text")
    text: Days = Field(1095, description="days that the text and everything derived from it is kept")
    notes: Days = Field(1095, description="days that notes of officers and units, and letters of ours, are kept")
    training: Days = Field(
        1095,
        description="days that texts exported for training are kept in TRIAGE_HOME/training; never longer than text",
    )
    logs: Days = Field(
        90,
        description="days that looks into the mailbox that found nothing, ended sessions and our own alerts are kept",
    )
    backups: Days = Field(90, description="days that archives in backups_folder are kept")
    backups_folder: Path | None = Field(
        None, description="folder of the archives that `triage backup` writes; only those are ever deleted there"
    )
    batch_size: Annotated[int, Field(ge=1, le=5000)] = Field(500, description="messages erased in one transaction")
    every_seconds: Annotated[float, Field(gt=0)] = Field(3600.0, description="pause between two rounds of the worker")

    _folder = field_validator("backups_folder")(within_config)

    def periods(self) -> Periods:
        """The periods, in the domain's words."""
        return Periods(
            attachments=self.attachments,
            raw=self.raw,
            text=self.text,
            notes=self.notes,
            training=self.training,
            logs=self.logs,
            backups=self.backups,
        )


class Clamav(Section):
    """`[clamav]`: a clamd that looks at every original before it is forwarded; empty host and socket: none does."""

    host: str = Field("", description="host name of clamd")
    port: int = Field(3310, ge=1, le=65535, description="TCP port of clamd")
    socket: Path | None = Field(None, description="Unix socket of clamd, in the place of host")
    timeout_seconds: Annotated[float, Field(gt=0)] = Field(60.0, description="patience with clamd at each step")
    largest_bytes: Annotated[int, Field(ge=1)] = Field(
        25_000_000, description="a larger original is not scanned and comes back to an officer (clamd: StreamMaxLength)"
    )

    _socket = field_validator("socket")(within_config)

    @property
    def wanted(self) -> bool:
        """Whether there is a clamd."""
        return bool(self.host or self.socket)

    @model_validator(mode="after")
    def _fits(self) -> "Clamav":
        if self.host and self.socket:
            raise ValueError("host and socket are two ways to one clamd; keep one")
        return self


class Oversight(Section):
    """`[oversight]`: where cleared officers hand reports of misconduct; empty: nowhere, they are kept at IPD."""

    address: str = Field("", description="mail address of the oversight office; no unit's or mission's")
    language: str = Field("en", pattern=r"^(en|fr|es)$", description="language of the mail to it")
    include_original: bool = Field(
        False, description="attach the report itself; else the mail holds a link and no word of the report"
    )

    @field_validator("address")
    @classmethod
    def _address(cls, value: str) -> str:
        local, _, domain = value.rpartition("@")
        odd = not value.isascii() or any(c.isspace() or c in "<>,;" for c in value)
        if value and (odd or not local or "." not in domain):
            raise ValueError("must be one bare address such as oversight@office.example")
        return value
