"""`triage demo`: the product with the sample inbox on this machine; `--check` walks one message through it by HTTP."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from triage.bootstrap import Services, open_services, prepare
from triage.cli.service import run_tree, running_tree
from triage.cli.shell import shell_owner
from triage.cli.visit import Visit
from triage.domain.errors import ModelError, TriageError
from triage.domain.people import Person, Role

_PORT = 8080
_EMAIL = "officer@iom.example"
_PATIENCE_SECONDS = 60.0


@click.command("demo")
@click.option(
    "--check", is_flag=True, help="Walk one message through an override to a forwarded mail, in a throw-away folder."
)
@click.option(
    "--port", default=_PORT, show_default=True, type=click.IntRange(1, 65535), help="TCP port of the screens."
)
def demo_command(check: bool, port: int) -> None:
    """Load the sample inbox, classify it and serve the review screen."""
    if check:
        with _throw_away():
            _check()
        return
    _must_be_free(port)
    password = _install()
    click.echo(
        f"\n  Review screen   http://127.0.0.1:{port}/\n  Sign in with    {_EMAIL}\n  Password        {password}\n"
    )
    click.echo("  Forwards are written to var-outbox/. Stop with Ctrl-C; nothing is lost.\n")
    run_tree([["ingest"], ["work"], ["serve", "--port", str(port)]])


def _install() -> str:
    """Store, keys, model, sample inbox and an account; returns the account's new password."""
    wired = open_services()
    with closing(wired):
        click.echo("Making the store and its keys ...")
        prepare(wired)
        _have_model(wired)
        if not _has_mail(wired):  # the second time the worker sees to what is new
            click.echo("Loading and classifying the sample inbox ...")
            for step in ("ingest", "work"):
                subprocess.run([sys.executable, "-m", "triage", step, "--once"], check=True, stderr=subprocess.DEVNULL)
        return _account(wired)


def _has_mail(wired: Services) -> bool:
    from triage.store import ledger

    with wired.store.read() as tx:
        return any(ledger.states(tx).values())


def _have_model(wired: Services) -> None:
    try:
        wired.classifier()
    except ModelError:
        click.echo("Training the first model from training_data/ (once) ...")
        done = subprocess.run([sys.executable, "-m", "triage", "train", "--promote"], check=False)
        if done.returncode:
            raise ModelError("training failed, see above") from None


def _account(wired: Services) -> str:
    """An officer, cleared so that every lane can be seen, with a password that changes at every start."""
    from triage.flow.people.people import add_account, set_password
    from triage.store import people

    password = secrets.token_urlsafe(12)
    person = Person(
        id=None, name="Demo Officer", email=_EMAIL, roles=frozenset(Role) - {Role.UNIT_MEMBER}, cleared=True
    )  # fmt: skip
    now = wired.clock.now()
    with wired.store.read() as tx:
        known = people.account_by_email(tx, email=_EMAIL)
    if known is None:
        add_account(wired.store, person=person, password=password, actor=shell_owner(), now=now)
    else:
        set_password(wired.store, person=known.person, password=password, actor=shell_owner(), now=now)
    return password


def _check() -> None:
    """Installs, serves, signs in, overrides one message, waits for its mail and looks into it."""
    outbox = Path(os.environ["TRIAGE_CHANNEL_PATH"]) / "new"
    port = _free_port()
    password = _install()
    with running_tree([["work"], ["serve", "--port", str(port)]]):
        visit = Visit(f"http://127.0.0.1:{port}")
        visit.wait(_PATIENCE_SECONDS)
        visit.sign_in(_EMAIL, password)
        click.echo(f"signed in at 127.0.0.1:{port}")
        number = visit.first_in_review()
        suggested = visit.suggestion(number)
        chosen = "IML" if suggested != "IML" else "DMM"
        visit.decide(number, chosen)
        click.echo(f"message {number}: suggested {suggested}, overridden to {chosen}")
        mail = _wait_for_mail(outbox)
        expected = (
            f"To: {'International Migration Law Unit' if chosen == 'IML' else 'Department of Migration Management'}"
        )
        if expected not in mail or "message/rfc822" not in mail:
            raise CheckFailed("the forwarded mail is not addressed as decided, or lacks the original")
        click.echo(f"forwarded: a mail to {chosen} with the original attached lies in the outbox")
        visit.wait_for_state(number, _PATIENCE_SECONDS)
        click.echo(f"message {number} is shown as forwarded")
    done = subprocess.run([sys.executable, "-m", "triage", "ledger"], check=False)
    if done.returncode:
        raise CheckFailed("the books do not balance")
    click.echo("demo check passed")


class CheckFailed(TriageError):
    """The product did not do what the check expects of it."""


def _wait_for_mail(outbox: Path) -> str:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        there = list(outbox.iterdir()) if outbox.is_dir() else []
        mails = [mail.read_text(encoding="utf-8", errors="replace") for mail in there]
        forwards = [mail for mail in mails if "Auto-Submitted: auto-generated" not in mail]  # not the alerts
        if forwards:
            return forwards[0]
        time.sleep(0.2)
    raise CheckFailed(f"no mail left within {_PATIENCE_SECONDS:.0f} seconds")


@contextmanager
def _throw_away() -> Iterator[None]:
    """A folder of its own for everything that is written; a model that is there already is used."""
    with tempfile.TemporaryDirectory(prefix="triage-demo-") as folder:
        changed = {
            "TRIAGE_HOME": f"{folder}/home",
            "TRIAGE_KEYS": f"{folder}/keys",
            "TRIAGE_DATABASE_URL": "",
            "TRIAGE_CHANNEL_PATH": f"{folder}/outbox",
            "TRIAGE_REVIEW_UNDO_SECONDS": "0",
        }
        before = {name: os.environ.get(name) for name in changed}
        os.environ.update(changed)
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _must_be_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise click.UsageError(f"port {port} is taken; choose another with --port") from None
