"""What everything else stands on: places, configuration, keys, the store, the rules in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from triage.config import Places, Settings, load_settings
from triage.domain.errors import ConfigError
from triage.domain.ports import Clock
from triage.mail.own import OwnMail
from triage.store.engine import Store
from triage.store.keys import Keyring

if TYPE_CHECKING:
    from triage.flow.office.rules import Rules


@dataclass
class Foundation:
    """Attributes are made when first asked for; `close` ends what was opened."""

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

    def rules(self) -> "Rules":
        """The rules in force now: what was set on screen, over triage.toml."""
        from triage.flow.office.rules import rules

        return rules(
            self.store,
            undo_seconds=self.config.review.undo_seconds,
            minimum_probability=self.config.policy.minimum_probability,
        )

    @property
    def training_copies(self) -> Path:
        """Where copies of texts for training lie, so that erasure finds them."""
        return self.places.home / "training"

    def close(self) -> None:
        """Closes the store if it was opened."""
        if "store" in self.__dict__:
            self.store.dispose()


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
