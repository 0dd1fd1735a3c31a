"""What the screens need from outside: a structural view of the wired services (bootstrap builds the real thing)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from flask import current_app

from triage.domain.ports import Clock, ModelShelf, Reader
from triage.mail.own import OwnMail
from triage.store.blobs import Keyring
from triage.store.engine import Store

if TYPE_CHECKING:
    from triage.domain.gatekeeper import Rules as GateRules
    from triage.flow.learning.promote import Evidence
    from triage.flow.protection.retain import Retain
    from triage.flow.sending.oversight import Oversight
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


class LimitsConfig(Protocol):
    """Limits of what leaves, over which the store may hold others."""

    @property
    def per_recipient_per_day(self) -> int: ...

    @property
    def per_hour(self) -> int: ...

    @property
    def attachment_bytes(self) -> int: ...


class AlertsConfig(Protocol):
    """How long the watch may be silent."""

    @property
    def silence_minutes(self) -> float: ...


class GateConfig(Protocol):
    """Whether an officer may open the gate at all, and how far back evidence counts."""

    @property
    def automatic(self) -> bool: ...

    @property
    def window(self) -> timedelta: ...


class StoredModel(Protocol):
    """A model on the shelf with what it says of itself."""

    @property
    def name(self) -> str: ...

    @property
    def promoted(self) -> bool: ...

    @property
    def card(self) -> Mapping[str, Any]: ...


class Shelf(ModelShelf, Protocol):
    """The models, by their cards."""

    def models(self) -> Sequence[StoredModel]: ...


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

    @property
    def limits(self) -> LimitsConfig: ...

    @property
    def gate(self) -> GateConfig: ...


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

    def forget_lines(self, line_ids: Collection[str]) -> int: ...

    @property
    def training_copies(self) -> Path: ...

    @property
    def shelf(self) -> Shelf: ...

    def gate_rules(self) -> "GateRules": ...

    def evidence(self) -> "Evidence": ...

    def identity_provider(self) -> "Provider": ...


def services() -> WebServices:
    """The services of the running application."""
    return cast(WebServices, current_app.extensions["triage"])
