"""The one place that wires: configuration and folders in, working services out.

Everything is opened when first used, so that the web process never loads a model or a transport, and a command that only
reads mail never touches the database.
"""

import gc
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from triage.config import Places, Settings, load_organisation, load_settings
from triage.config.places import TEST_DATA, TRAINING_DATA
from triage.config.training import Training
from triage.domain.errors import ConfigError
from triage.domain.policy import Thresholds
from triage.domain.ports import AccessTokens, Classifier, Clock, ForwardChannel, MailSource, Reader, SentFolder
from triage.mail.own import OwnMail
from triage.store.engine import Store
from triage.store.keys import Keyring

if TYPE_CHECKING:
    from triage.channels.clamd import Clamd
    from triage.classify.predictor import Predictor
    from triage.classify.shelf import Shelf
    from triage.domain.gatekeeper import Rules as GateRules
    from triage.domain.people import Person
    from triage.flow.automatic import Automatic
    from triage.flow.beside import Beside
    from triage.flow.brake import Brake
    from triage.flow.gate import Watch
    from triage.flow.outgoing import ServiceAddress
    from triage.flow.oversight import Oversight
    from triage.flow.promote import Evidence
    from triage.flow.retain import Retain
    from triage.flow.retrain import Child, Retrain
    from triage.flow.rules import Rules
    from triage.flow.serving import PickUp, Serving
    from triage.flow.train_run import Job
    from triage.oauth.oidc import Provider


class SystemClock:
    """The time of this machine, in UTC."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)


@dataclass
class Services:
    """The wired service. Attributes are made when first asked for; `close` ends what was opened."""

    places: Places
    environ: Mapping[str, str]
    clock: Clock

    @cached_property
    def config(self) -> Settings:
        """triage.toml with the environment over it."""
        return load_settings(self.places.config, self.environ)

    @cached_property
    def keyring(self) -> Keyring:
        """The keys of the content at rest. Raises ConfigError where there are none yet."""
        secret = self.environ.get("TRIAGE_KEY") or _secret_file(self.environ.get("TRIAGE_KEY_FILE"))
        if secret:
            return Keyring.from_secret(secret)
        if not self.places.keys.is_dir():
            raise ConfigError(
                f"keys {self.places.keys}: no such folder; run `triage db upgrade` to make store and keys"
            )
        return Keyring.open(self.places.keys, create=False)

    @cached_property
    def store(self) -> Store:
        """The store as it must be for this code. Raises ConfigError where it was never made or is of another version."""
        from triage.store import migrate

        url = self.places.database_url
        file = sqlite_file(url)
        if (file is not None and not file.exists()) or not migrate.is_current(url):
            raise ConfigError("the store is missing or of another version; run `triage db upgrade`")
        return Store(url, self.keyring, shadow=lambda: self.config.is_shadow)

    @cached_property
    def own(self) -> OwnMail:
        """How our own mail is known, and the addresses that nothing is ever sent to."""
        config = self.config
        users = {source.user for source in config.sources if "@" in source.user}
        addresses = {config.channel.from_, *config.service.own_addresses, *users}
        return OwnMail(
            addresses=frozenset(address.casefold() for address in addresses),
            message_id_domain=self.message_id_domain,
            instance_id=config.service.instance,
            trusted_servers=frozenset(config.units.trusted_servers),
        )

    @property
    def message_id_domain(self) -> str:
        """The right side of our Message-IDs: below our domain, where no colleague's mail program makes any."""
        return f"{self.config.service.instance}.triage.{self.config.channel.domain}"

    def service_address(self) -> "ServiceAddress":
        """Who we are to the outside, for every mail that leaves."""
        from triage.flow.outgoing import ServiceAddress

        config = self.config
        return ServiceAddress(
            config.channel.from_,
            self.own,
            public_url=config.web.public_url,
            attachment_bytes=config.limits.attachment_bytes,
            link_days=config.units.link_days,
        )

    def brake(self) -> "Brake":
        """The one way out for automatic mail."""
        from triage.flow.brake import Brake

        limits = self.config.limits
        return Brake(self.own, limits.per_recipient_per_day, limits.per_hour)

    def reader(self, *, children: int = 1) -> Reader:
        """A reader of raw mail in limited child processes."""
        from triage.reader.limited import LimitedReader

        return LimitedReader(self.own, children=children)

    def classifier(self) -> Classifier:
        """The promoted model, loaded once; `pick_up` follows the pointer. Raises ModelError where there is none."""
        return self._classifier

    @cached_property
    def _classifier(self) -> "Serving":
        from triage.flow.serving import Serving

        return Serving(self.shelf, self._load)

    def _load(self) -> "Predictor":
        from triage.classify.artefact import load

        model = load(self.places.models, None)
        # A model is a million small objects that live as long as the process, or until the next model: the collector need
        # not walk them again.
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        return model

    def pick_up(self, worker: str) -> "PickUp":
        """The worker's step that follows the pointer to the model that serves."""
        from triage.flow.serving import PickUp

        return PickUp(self._classifier, self.store, self.clock, worker)

    def thresholds(self) -> Thresholds:
        """The thresholds of the model's card, which the rules in force may only make stricter."""
        card, least = self._classifier.thresholds, self.rules().minimum_probability
        return replace(
            card,
            forward_probability=max(card.forward_probability, least),
            mission_probability=max(card.mission_probability, least),
        )

    def rules(self) -> "Rules":
        """The rules in force now: what was set on screen, over triage.toml."""
        from triage.flow.rules import rules

        return rules(
            self.store,
            undo_seconds=self.config.review.undo_seconds,
            minimum_probability=self.config.policy.minimum_probability,
        )

    def gate_rules(self) -> "GateRules":
        """What the office wants of the gate."""
        return self.config.gate.rules(self.rules().minimum_probability)

    @cached_property
    def shelf(self) -> "Shelf":
        """The models folder: which there are, which one serves. Loads nothing."""
        from triage.classify.shelf import Shelf

        return Shelf(self.places.models)

    def evidence(self) -> "Evidence":
        """By what a gate is certified anew when another model is to serve."""
        from triage.flow.promote import Evidence

        return Evidence(self.gate_rules(), self.config.gate.window)

    def automatic(self) -> "Automatic":
        """What a classifying worker asks before anything goes without an officer."""
        from triage.flow.automatic import Automatic

        return Automatic(self.gate_rules, self.config.gate.automatic, lambda: self.rules().undo_seconds)

    def watch(self, worker: str) -> "Watch":
        """The worker's step that keeps the gate."""
        from triage.flow.gate import Watch

        return Watch(
            store=self.store,
            classifier=self.classifier(),
            clock=self.clock,
            rules=self.gate_rules,
            window=self.config.gate.window,
            automatic=self.config.gate.automatic,
            thresholds=self.thresholds,
            worker=worker,
        )

    def load_model(self, name: str) -> Classifier:
        """A model by name. Raises ModelError."""
        from triage.classify.artefact import load

        return load(self.places.models, name)

    def beside(self) -> "Beside":
        """The worker's step that has a challenger answer beside the model that serves."""
        from triage.flow.beside import Beside

        return Beside(self.store, self.clock, self.load_model)

    def training_job(
        self,
        *,
        actor: "Person | str",
        promotes: bool,
        insists: bool = False,
        data: Sequence[Path] = (),
        with_store: bool = True,
        with_labels: bool = True,
    ) -> "Job":
        """What a training run needs; `data` in the place of the configured training files."""
        from triage.classify.trainer import SavingTrainer
        from triage.flow.train_run import Job

        configured = with_store or (self.places.config / "triage.toml").is_file()
        settings = self.config.training if configured else Training()
        return Job(
            store=self.store if with_store else None,
            shelf=self.shelf,
            trainer=SavingTrainer(self.places.models),
            clock=self.clock,
            data=data or [settings.data or TRAINING_DATA],
            test=[settings.test or TEST_DATA],
            snapshots=self.training_copies,
            evidence=self.evidence() if with_store else None,
            actor=actor,
            promotes=promotes,
            insists=insists,
            with_labels=with_labels,
            suspect_limit=settings.suspect_limit,
            keep=settings.keep_snapshots,
        )

    def retrain(self, worker: str, start: Callable[[int, str], "Child"]) -> "Retrain":
        """The worker's step that has models trained; `start` begins the process of a run."""
        from triage.flow.retrain import Retrain, Rhythm

        settings = self.config.training
        return Retrain(
            store=self.store,
            clock=self.clock,
            shelf=self.shelf,
            rhythm=Rhythm(settings.corrections, settings.every),
            start=start,
            worker=worker,
        )

    def retain(self) -> "Retain":
        """What keeps content no longer than [retention] says."""
        from triage.flow.retain import Places as Kept
        from triage.flow.retain import Retain

        settings = self.config.retention
        return Retain(
            store=self.store,
            clock=self.clock,
            periods=settings.periods(),
            places=Kept(backups=settings.backups_folder, training=self.training_copies),
            learnt_from=self.learnt_from,
            forget_lines=self.forget_lines,
            batch_size=settings.batch_size,
            every_seconds=settings.every_seconds,
        )

    def scanner(self) -> "Clamd | None":
        """The clamd of [clamav], None where there is none."""
        settings = self.config.clamav
        if not settings.wanted:
            return None
        from triage.channels.clamd import Clamd

        return Clamd(
            host=settings.host,
            port=settings.port,
            path=settings.socket,
            timeout_seconds=settings.timeout_seconds,
            largest_bytes=settings.largest_bytes,
        )

    def oversight(self) -> "Oversight":
        """Where reports of misconduct go."""
        from triage.flow.oversight import Oversight

        settings = self.config.oversight
        return Oversight(
            settings.address, self.config.web.public_url, settings.language, include_original=settings.include_original
        )

    @property
    def training_copies(self) -> Path:
        """Where copies of texts for training lie, so that erasure finds them."""
        return self.places.home / "training"

    def learnt_from(self) -> Mapping[str, frozenset[str]]:
        """By model the training lines that it keeps."""
        from triage.classify.learnt_from import learnt_from

        return learnt_from(self.places.models)

    def forget_lines(self, line_ids: Collection[str]) -> int:
        """Takes the words of training lines out of the models that keep them; returns out of how many."""
        from triage.classify.learnt_from import forget_lines

        return forget_lines(self.places.models, line_ids)

    def sources(self) -> list[MailSource]:
        """All configured sources, none connected yet."""
        from triage.sources import open_source

        state_folder = self.places.home / "sources"
        return [
            open_source(source, state_folder=state_folder, tokens=self.access_tokens(source.oauth))
            for source in self.config.sources
        ]

    def looked_at(self, folder: str, since: date) -> list[MailSource]:
        """An IMAP folder of each account that is read in shadow, to look at what people did there since a day."""
        from triage.sources.look import ImapLook

        accounts = {(s.host, s.port, s.user): s for s in self.config.sources if s.shadow and s.kind == "imap"}
        return [ImapLook(source, folder, since, self.access_tokens(source.oauth)) for source in accounts.values()]

    def channel(self) -> ForwardChannel:
        """The configured way out, not connected yet."""
        from triage.channels import open_channel

        return open_channel(self.config.channel, tokens=self.access_tokens(self.config.channel.oauth))

    def sent_folder(self) -> SentFolder:
        """Where copies of what leaves are filed. Raises ConfigError where [channel] sent_source names nobody."""
        from triage.sources.sent import ImapSentFolder

        channel = self.config.channel
        source = next((one for one in self.config.sources if one.name == channel.sent_source), None)
        if source is None:
            raise ConfigError("channel.sent_source: name the [[sources]] of kind imap whose account keeps the copies")
        return ImapSentFolder(source, channel.sent_folder, self.access_tokens(source.oauth))

    def access_tokens(self, name: str) -> AccessTokens | None:
        """The tokens of [oauth.NAME], the same for all that use them; nothing is asked yet. None for no name."""
        if name and name not in self._access_tokens:
            from triage.oauth.tokens import CachedTokens
            from triage.store.credentials import KeptRefreshTokens

            settings, kept = self.config.oauth[name], None
            if settings.grant == "refresh_token":
                kept = KeptRefreshTokens(
                    lambda: self.store, name=name, clock=self.clock, first_token=settings.first_refresh_token
                )
            self._access_tokens[name] = CachedTokens(settings, refresh_tokens=kept)
        return self._access_tokens[name] if name else None

    def identity_provider(self) -> "Provider":
        """The identity provider of [oidc]; nothing is asked yet. Raises ConfigError where there is none."""
        if not self.config.oidc.issuer:
            raise ConfigError("[oidc] issuer: there is none; people sign in with a password")
        return self._identity_provider

    @cached_property
    def _identity_provider(self) -> "Provider":
        from triage.oauth.oidc import Provider

        return Provider(self.config.oidc)

    @cached_property
    def _access_tokens(self) -> dict[str, AccessTokens]:
        return {}

    def close(self) -> None:
        """Closes the store if it was opened."""
        if "store" in self.__dict__:
            self.store.dispose()


def open_services(environ: Mapping[str, str] = os.environ, *, clock: Clock | None = None) -> Services:
    """The services as the environment describes them; nothing is opened yet."""
    return Services(Places.from_environment(environ), environ, clock or SystemClock())


def prepare(services: Services) -> None:
    """Makes what a new installation needs: folders, keys, the store's newest version, the initial organisation.

    May be repeated; existing keys and rows are left as they are. Raises ConfigError.
    """
    from triage.store import migrate, organisation

    places = services.places
    try:
        places.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigError(f"TRIAGE_HOME {places.home}: {error.strerror}") from None
    if not (services.environ.get("TRIAGE_KEY") or services.environ.get("TRIAGE_KEY_FILE")):
        Keyring.open(places.keys, create=True)
    migrate.upgrade(places.database_url)
    units, offices = load_organisation(places.config)
    with services.store.begin() as tx:
        organisation.seed(tx, units, offices)


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite URL, None for another database."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def _secret_file(path: str | None) -> str:
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(f"TRIAGE_KEY_FILE {path}: {error.strerror}") from None
