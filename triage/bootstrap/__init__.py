"""The one place that wires: configuration and folders in, working services out.

Everything is opened when first used, so that the web process never loads a model or a transport, and a command that only
reads mail never touches the database. `foundation` is what all need, `lines` lead to the outside, `learning` is the model.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from triage.bootstrap.foundation import sqlite_file
from triage.bootstrap.learning import Learning
from triage.bootstrap.lines import Lines
from triage.config import Places, load_organisation
from triage.domain.errors import ConfigError
from triage.domain.ports import Clock
from triage.store.keys import Keyring

if TYPE_CHECKING:
    from triage.flow.protection.retain import Retain


__all__ = ["Services", "SystemClock", "open_services", "prepare", "sqlite_file"]


class SystemClock:
    """The time of this machine, in UTC."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)


@dataclass
class Services(Lines, Learning):
    """The wired service."""

    def retain(self) -> "Retain":
        """What keeps content no longer than [retention] says."""
        from triage.flow.protection.retain import Places as Kept
        from triage.flow.protection.retain import Retain

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
