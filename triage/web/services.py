"""What the screens need from outside: a structural view of the wired services (bootstrap builds the real thing)."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from flask import current_app

from triage.domain.ports import Clock, Reader
from triage.mail.own import OwnMail
from triage.store.blobs import Keyring
from triage.store.engine import Store

if TYPE_CHECKING:
    from triage.flow.oversight import Oversight
    from triage.flow.retain import Retain
    from triage.oauth.oidc import Provider


class ReviewConfig(Protocol):
    """The officers' settings."""

    @property
    def undo_seconds(self) -> float: ...


class WebConfig(Protocol):
    """Where the screens are reached; an https address makes the cookies secure."""

    @property
    def public_url(self) -> str: ...

    @property
    def session_seconds(self) -> float: ...

    @property
    def second_factor_required(self) -> bool: ...


class OidcConfig(Protocol):
    """What the button of the identity provider is called; `issuer` is empty where there is none."""

    @property
    def issuer(self) -> str: ...

    @property
    def name(self) -> str: ...


class PolicyConfig(Protocol):
    """The threshold of the file, over which the store may hold another."""

    @property
    def minimum_probability(self) -> float: ...


class AlertsConfig(Protocol):
    """How long the watch may be silent."""

    @property
    def silence_minutes(self) -> float: ...


class Config(Protocol):
    """The part of the configuration that the screens read."""

    @property
    def review(self) -> ReviewConfig: ...

    @property
    def web(self) -> WebConfig: ...

    @property
    def alerts(self) -> AlertsConfig: ...

    @property
    def oidc(self) -> OidcConfig: ...

    @property
    def policy(self) -> PolicyConfig: ...


class WebServices(Protocol):
    """Store, time, keys and configuration; a reader only for mail that is read anew."""

    @property
    def store(self) -> Store: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def keyring(self) -> Keyring: ...

    @property
    def config(self) -> Config: ...

    @property
    def own(self) -> OwnMail: ...

    def reader(self) -> Reader: ...

    def retain(self) -> "Retain": ...

    def oversight(self) -> "Oversight": ...

    def learnt_from(self) -> Mapping[str, frozenset[str]]: ...

    @property
    def training_copies(self) -> Path: ...

    def identity_provider(self) -> "Provider": ...


def services() -> WebServices:
    """The services of the running application."""
    return cast(WebServices, current_app.extensions["triage"])
