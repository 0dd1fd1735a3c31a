"""What the doctor looks at: each part on its own, so that one that is broken does not hide the others."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from triage.bootstrap import Services, sqlite_file
from triage.domain.errors import OutsideError, UserError
from triage.domain.ports import MailSource
from triage.domain.sign_in import mend_of

_ENOUGH_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: whether it is good, what was seen and, where it is not good, how to mend it. A good one that could be
    mended all the same is a warning."""

    part: str
    good: bool
    says: str
    mend: str = ""


def examine(wired: Services) -> Iterator[Finding]:
    """Looks at every part in the order in which they need each other; nothing is changed, nothing is sent."""
    yield _look("configuration", lambda: _configuration(wired), "correct the line named above in triage.toml")
    yield _look("keys", lambda: _keys(wired), "run `triage db upgrade`, or restore the keys from their backup")
    yield _look("store", lambda: _store(wired), "run `triage db upgrade`; for PostgreSQL check TRIAGE_DATABASE_URL")
    yield _look("keys in use", lambda: _keys_in_use(wired), "run `triage keys rotate --finish`")
    yield _look("leftovers", lambda: _leftovers(wired), "remove these folders; they are of a backup that was killed")
    yield from _mailboxes(wired)
    yield _look("way out", lambda: _channel(wired), "check [channel] in triage.toml and the mail server")
    yield _look("scanner", lambda: _scanner(wired), "start clamd, or correct [clamav] in triage.toml")
    yield _cleared(wired)
    yield _look("model", lambda: _model(wired), "run `triage train --promote`")
    yield _disk(wired)


def _look(part: str, look: Callable[[], str], mend: str) -> Finding:
    try:
        return Finding(part, True, look())
    except (UserError, OutsideError, OSError) as error:
        code = error.code if isinstance(error, OutsideError) else ""
        return Finding(part, False, str(error) or type(error).__name__, mend_of(code) or mend)


def _configuration(wired: Services) -> str:
    config = wired.config
    shadow = ", in shadow: nothing is sent" if config.is_shadow else ""
    return f"{len(config.sources)} sources, channel {config.channel.kind}, in {wired.places.config}{shadow}"


def _keys(wired: Services) -> str:
    _ = wired.keyring
    return "all there" if not wired.environ.get("TRIAGE_KEY") else "derived from TRIAGE_KEY"


def _keys_in_use(wired: Services) -> str:
    from triage.flow.protection.rotate import key_states

    states = key_states(wired.store)
    for state in states:
        if state.older:
            versions = ", ".join(map(str, state.older))
            raise UserError(
                f"{state.left} contents still need {state.key_class} key {versions}; it is {state.current} now"
            )
    return ", ".join(f"{state.key_class} version {state.current}" for state in states)


def _leftovers(wired: Services) -> str:
    found = [path for path in wired.places.home.glob(".triage-*") if path.is_dir()]
    if found:
        raise UserError(f"{len(found)} scratch folders of backups in {wired.places.home} (their content is encrypted)")
    return "none"


def _store(wired: Services) -> str:
    from triage.store import audit, ledger

    with wired.store.read() as tx:
        books, chain = ledger.books(tx, newest_polls=1), audit.verify(tx)
    if not books.balanced:
        raise UserError(f"the books do not balance ({len(books.differences)} differences); run `triage ledger`")
    if not chain.whole:
        raise UserError(f"the audit record is broken at entry {chain.broken_at}; somebody changed the database by hand")
    return f"{wired.store.dialect}, {sum(books.messages.values())} messages, books balance, audit whole"


def _mailboxes(wired: Services) -> Iterator[Finding]:
    try:
        sources = wired.sources()
    except UserError:
        return  # said already, under configuration
    if not sources:
        yield Finding("mailbox", False, "no source is configured", "add a [[sources]] table to triage.toml")
    for source in sources:
        yield _look(
            f"mailbox {source.name}", partial(_mailbox, source), "check this source in triage.toml and the server"
        )


def _mailbox(source: MailSource) -> str:
    with closing(source):
        source.check()
    return "reached"


def _channel(wired: Services) -> str:
    with closing(wired.channel()) as channel:
        channel.check()
    return f"{wired.config.channel.kind} reached"


def _scanner(wired: Services) -> str:
    scanner = wired.scanner()
    if scanner is None:
        return "none is configured; attachments are forwarded unscanned"
    scanner.check()
    return "clamd answers"


def _cleared(wired: Services) -> Finding:
    """Restricted mail waits for cleared officers alone: without one nobody sees it, and nobody is told of it."""
    from triage.domain.people import Role
    from triage.store import people

    part = "cleared officers"
    try:
        with wired.store.read() as tx:
            staff = [account.person for account in people.list_people(tx) if account.disabled_at is None]
    except (UserError, OutsideError):
        return Finding(part, True, "not known without the store")
    officers = [person for person in staff if person.has(Role.OFFICER)]
    cleared = sum(1 for person in officers if person.cleared)
    if cleared:
        return Finding(part, True, f"{cleared} of {len(officers)} officers")
    says = "none: restricted messages would wait without anybody who may see them"
    return Finding(
        part, True, says, "mark an officer as cleared on screen, or `triage user add EMAIL --name NAME --cleared`"
    )


def _model(wired: Services) -> str:
    return f"{wired.classifier().name} loads"


def _disk(wired: Services) -> Finding:
    file = sqlite_file(wired.places.database_url)
    folder = wired.places.home if file is None or not file.parent.exists() else file.parent
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    says = f"{free / 1e9:.0f} GB free"
    return (
        Finding("disk", True, says)
        if free >= _ENOUGH_BYTES
        else Finding("disk", False, says, "make room, or move TRIAGE_HOME")
    )
