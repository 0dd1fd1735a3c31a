"""Configuration: one typed source that reads every key and documents it. `triage config show` prints this documentation.

A file `triage.toml` in the config folder (TRIAGE_CONFIG, default `config/`), and over it the environment:
`TRIAGE_<SECTION>_<KEY>` for a single section (`TRIAGE_CHANNEL_HOST`), `TRIAGE_SOURCE_<NAME>_<KEY>` for a source and
`TRIAGE_OAUTH_<NAME>_<KEY>` for an [oauth.NAME] table.
Secrets come from files only (`password_file`). Unknown keys are refused. Paths are relative to the config folder.
Raises ConfigError with one line that names the file, the key and the mend.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from triage.config.gate import Gate
from triage.config.labels import Labels
from triage.config.oauth import OAuth
from triage.config.oidc import Oidc
from triage.config.protection import Clamav, Oversight, Retention
from triage.config.safety import Acknowledgement, Alerts, Limits
from triage.config.section import LOOPBACK, secret_in, within_config
from triage.config.section import Section as _Section
from triage.config.shadow import Shadow
from triage.config.training import Training
from triage.config.units import Units
from triage.domain.errors import ConfigError

GRAPH_HOST = "graph.microsoft.com"
_LISTS = frozenset({"own_addresses", "order"})
"""Keys that hold several values, in the environment with commas between them."""


class _Server(_Section):
    """What IMAP and SMTP servers have in common."""

    host: str = Field("", description="host name or address of the server")
    port: int = Field(0, ge=0, le=65535, description="TCP port; 0 takes the usual one of the protocol and security")
    security: Literal["tls", "starttls", "plain"] = Field("tls", description="`plain` is for loopback only")
    ca_file: Path | None = Field(None, description="PEM file of the authorities to trust; default: the system's")
    user: str = Field("", description="account name; empty: no sign-in")
    password_file: Path | None = Field(None, description="file whose first line is the password")
    oauth: str = Field("", description="name of the [oauth.NAME] table to sign in with, in the place of password_file")
    path: Path | None = Field(None, description="folder or file, for kinds that live on disk")

    _paths = field_validator("ca_file", "password_file", "path")(within_config)

    def password(self) -> str:
        """The first line of `password_file`. Raises ConfigError where it cannot be read."""
        return "" if self.password_file is None else secret_in(self.password_file, "password_file")

    def place(self) -> Path:
        """`path`, for kinds that live on disk. Raises ConfigError where there is none."""
        if self.path is None:
            raise ConfigError("a source or channel on disk needs a path")
        return self.path

    def check_server(self, kind: str) -> None:
        """Raises ValueError where a server's keys do not fit together."""
        if not self.host:
            raise ValueError(f'kind "{kind}" needs a host')
        if self.security == "plain" and self.host not in LOOPBACK:
            raise ValueError('security "plain" is for loopback only; use "tls" or "starttls"')
        if self.oauth and self.password_file:
            raise ValueError("password_file and oauth are two ways to sign in; keep one")
        if self.oauth and not self.user:
            raise ValueError("oauth needs a user: the mailbox that is signed in to")
        if self.user and self.password_file is None and not self.oauth:
            raise ValueError("user needs a password_file (or oauth)")


class Source(_Server):
    """`[[sources]]`: where mail comes from. Several may be given; each needs a name of its own."""

    kind: Literal["imap", "maildir", "mbox", "folder"] = Field(description="what it is")
    name: str = Field("", description="name in the books; default: kind and folder or path")
    folder: str = Field("INBOX", description="IMAP folder that is read")
    after: str = Field(
        "leave", description="what is done once a mail is stored: `move:FOLDER`, `flag:KEYWORD`, `leave`"
    )
    shadow: bool = Field(
        False,
        description="look on only: nothing is changed in the mailbox and nothing sent; all sources or none (see [shadow])",
    )
    poll_seconds: Annotated[float, Field(gt=0)] = Field(30.0, description="pause between two polls")
    batch_size: Annotated[int, Field(ge=1, le=1000)] = Field(100, description="mails fetched and committed together")
    timeout_seconds: Annotated[float, Field(gt=0)] = Field(60.0, description="patience with the server at each step")

    @field_validator("after")
    @classmethod
    def _after(cls, value: str) -> str:
        verb, _, argument = value.partition(":")
        if value != "leave" and not (verb in {"move", "flag"} and argument):
            raise ValueError("must be `move:FOLDER`, `flag:KEYWORD` or `leave`")
        return value

    @model_validator(mode="after")
    def _fits(self) -> "Source":
        if self.kind == "imap":
            self.check_server("imap")
        elif self.path is None:
            raise ValueError(f'kind "{self.kind}" needs a path')
        elif self.after.startswith("flag:") and self.kind != "maildir":
            raise ValueError(f'a source of kind "{self.kind}" has no flags; use move: or leave')
        elif self.after.startswith("move:") and self.kind == "mbox":
            raise ValueError("an mbox is read and left alone; use leave")
        if self.shadow and self.after != "leave":
            raise ValueError("a shadow changes nothing in the mailbox; leave `after` out")
        if not self.name:
            object.__setattr__(self, "name", f"{self.kind}:{self.path.name if self.path else self.folder}")
        return self


class Channel(_Server):
    """`[channel]`: how forwards leave."""

    kind: Literal["smtp", "graph", "maildir"] = Field(
        "maildir",
        description="an SMTP server; Microsoft Graph where SMTP is off (`user` is the mailbox, `host` only for national "
        "clouds); or a Maildir that another program empties",
    )
    from_: str = Field(
        "ipd-triage@localhost.example",
        alias="from",
        description="the service's own address: From of every mail that leaves",
    )
    timeout_seconds: Annotated[float, Field(gt=0)] = Field(60.0, description="patience with the server at each step")
    attempts: Annotated[int, Field(ge=1)] = Field(12, description="tries before a person must look")
    lease_seconds: Annotated[float, Field(gt=0)] = Field(
        180.0, description="after so long without a word another worker takes over; longer than the slowest send"
    )

    sent_source: str = Field(
        "",
        description="name of the [[sources]] of kind imap whose account keeps a copy of what leaves; empty: no copies",
    )
    sent_folder: str = Field("Sent", min_length=1, description="the IMAP folder for these copies")

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @field_validator("from_")
    @classmethod
    def _address(cls, value: str) -> str:
        local, _, domain = value.rpartition("@")
        if not (local and domain and value.isascii() and not any(c.isspace() or c in "<>,;" for c in value)):
            raise ValueError("must be one bare address such as ipd-triage@office.example")
        return value

    @model_validator(mode="after")
    def _fits(self) -> "Channel":
        if self.kind == "smtp":
            self.check_server("smtp")
        elif self.kind == "graph":
            self._check_graph()
        elif self.path is None:
            raise ValueError('kind "maildir" needs a path')
        return self

    def _check_graph(self) -> None:
        if not self.host:
            object.__setattr__(self, "host", GRAPH_HOST)
        if not self.oauth:
            raise ValueError('kind "graph" needs oauth and user')
        if self.security == "starttls":
            raise ValueError('kind "graph" speaks HTTPS; leave security out')
        if self.sent_source:
            raise ValueError('kind "graph" files its copies in Sent Items by itself; leave sent_source out')
        self.check_server("graph")

    @property
    def domain(self) -> str:
        """The domain of `from`: the right side of every Message-ID we make."""
        return self.from_.rpartition("@")[2]


class Web(_Section):
    """`[web]`: the screens."""

    public_url: str = Field("http://127.0.0.1:8080", description="address that people use; links in mail begin with it")
    session_seconds: Annotated[int, Field(ge=60)] = Field(
        8 * 3600, description="a sign-in ends after so long without use"
    )
    second_factor: Literal["", "required", "optional"] = Field(
        "",
        description="whether cleared officers and administrators need a second factor to sign in: `required` or "
        "`optional`; empty: required where public_url is https",
    )

    @property
    def second_factor_required(self) -> bool:
        """Whether those who need a second factor get in only with one."""
        return self.second_factor == "required" or (not self.second_factor and self.public_url.startswith("https://"))


class Review(_Section):
    """`[review]`: the officers' queue."""

    undo_seconds: Annotated[float, Field(ge=0)] = Field(
        60.0, description="how long a decision waits before its mail leaves"
    )


class Policy(_Section):
    """`[policy]`: may only lower what the model's card allows."""

    minimum_probability: Annotated[float, Field(ge=0, le=1)] = Field(
        0.0, description="below it a suggestion is never eligible for `forward`"
    )


class Service(_Section):
    """`[service]`: how this installation knows its own mail."""

    own_addresses: tuple[str, ...] = Field(
        (), description="further addresses that this service reads; nothing is ever sent to them"
    )
    instance: str = Field(
        "ipd", pattern=r"^[a-z0-9-]{1,40}$", description="name of this installation in its loop stamp"
    )


class Settings(_Section):
    """The whole of triage.toml."""

    sources: tuple[Source, ...] = Field((), description="where mail comes from")
    channel: Channel = Field(description="how forwards leave")
    oauth: dict[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")], OAuth] = Field(
        default_factory=dict, description="where tokens come from, by name"
    )
    web: Web = Field(default_factory=lambda: Web())
    oidc: Oidc = Field(default_factory=lambda: Oidc())
    review: Review = Field(default_factory=lambda: Review())
    policy: Policy = Field(default_factory=lambda: Policy())
    gate: Gate = Field(default_factory=lambda: Gate())
    training: Training = Field(default_factory=lambda: Training())
    service: Service = Field(default_factory=lambda: Service())
    alerts: Alerts = Field(default_factory=lambda: Alerts())
    units: Units = Field(default_factory=lambda: Units())
    acknowledgement: Acknowledgement = Field(default_factory=lambda: Acknowledgement())
    limits: Limits = Field(default_factory=lambda: Limits())
    labels: Labels = Field(default_factory=lambda: Labels())
    shadow: Shadow = Field(default_factory=lambda: Shadow())
    retention: Retention = Field(default_factory=lambda: Retention())
    clamav: Clamav = Field(default_factory=lambda: Clamav())
    oversight: Oversight = Field(default_factory=lambda: Oversight())

    @model_validator(mode="after")
    def _names(self) -> "Settings":
        names = [source.name for source in self.sources]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"two sources are called {', '.join(doubled)}; give each a name")
        for user in (*self.sources, self.channel):
            if user.oauth and user.oauth not in self.oauth:
                raise ValueError(f"oauth: there is no table [oauth.{user.oauth}]")
        if len({source.shadow for source in self.sources}) > 1:
            raise ValueError("shadow: either all sources are read in shadow or none; nothing is sent from a shadow")
        keeper = self.channel.sent_source
        if keeper and keeper not in {source.name for source in self.sources if source.kind == "imap"}:
            raise ValueError(f"channel.sent_source: there is no source of kind imap with the name {keeper}")
        return self

    @property
    def is_shadow(self) -> bool:
        """Whether this installation only looks on."""
        return any(source.shadow for source in self.sources)


def load_settings(folder: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Reads `triage.toml` in `folder` with the environment over it. Raises ConfigError in one line."""
    file = folder / "triage.toml"
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            f"{file}: no such file; copy config/triage.toml of the project there, or set TRIAGE_CONFIG"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{file}: cannot be read ({type(error).__name__}); it must be a readable UTF-8 file"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not TOML: {error}") from None
    try:
        return Settings.model_validate(_overlay(table, environ), context={"folder": folder})
    except ValidationError as error:
        raise ConfigError(f"{file}: {_first_fault(error)}") from None


def _overlay(table: dict[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    """Puts `TRIAGE_CHANNEL_HOST=...` and `TRIAGE_SOURCE_NAME_HOST=...` over the file."""
    for section, model in _single_sections().items():
        for name, field in model.model_fields.items():
            key = field.alias or name
            value = environ.get(f"TRIAGE_{section}_{key}".upper())
            if value is not None:
                inner = table.setdefault(section, {})
                if isinstance(inner, dict):
                    inner[key] = value.split(",") if name in _LISTS else value
    sources = table.get("sources", [])
    for source in sources if isinstance(sources, list) else []:
        if isinstance(source, dict) and isinstance(source.get("name"), str):
            prefix = f"TRIAGE_SOURCE_{source['name']}_".upper().replace("-", "_")
            for key in Source.model_fields:
                if (value := environ.get(prefix + key.upper())) is not None:
                    source[key] = value
    accounts = table.get("oauth", {})
    for name, account in accounts.items() if isinstance(accounts, dict) else []:
        prefix = f"TRIAGE_OAUTH_{name}_".upper().replace("-", "_")
        for key in OAuth.model_fields if isinstance(account, dict) else []:
            if (value := environ.get(prefix + key.upper())) is not None:
                account[key] = value
    return table


def _single_sections() -> dict[str, type[BaseModel]]:
    return {
        "channel": Channel, "web": Web, "oidc": Oidc, "review": Review, "policy": Policy, "gate": Gate, "service": Service,
        "alerts": Alerts,
        "acknowledgement": Acknowledgement, "limits": Limits, "shadow": Shadow, "retention": Retention, "clamav": Clamav,
        "oversight": Oversight, "units": Units, "labels": Labels, "training": Training,
    }  # fmt: skip


def _first_fault(error: ValidationError) -> str:
    """The first fault as `key: what` and, for a key unknown or missing, how to mend it; never the value (it may be secret)."""
    faults = error.errors(include_url=False, include_input=False)
    # A misspelt key is named before the right one is missed.
    fault = min(faults, key=lambda one: one["type"] != "extra_forbidden")
    where = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in fault["loc"]) or "file"
    what = {
        "extra_forbidden": "no such key; `triage config show` lists those there are",
        "missing": "this key is needed",
    }.get(fault["type"], fault["msg"].removeprefix("Value error, "))
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{where}: {what}{more}"


def document_settings() -> str:
    """Every key with its type's default and meaning, as commented TOML."""
    tables: dict[str, type[BaseModel]] = {"[[sources]]": Source}
    tables |= {f"[{name}]": model for name, model in _single_sections().items()} | {"[oauth.NAME]": OAuth}
    lines: list[str] = []
    for title, model in tables.items():
        lines += ["", f"# {(model.__doc__ or '').splitlines()[0]}", title]
        for name, field in model.model_fields.items():
            default = "" if field.is_required() else f" (default: {field.get_default(call_default_factory=True)!s})"
            lines.append(f"# {field.alias or name}: {field.description}{default}")
    return "\n".join(lines).strip() + "\n"
