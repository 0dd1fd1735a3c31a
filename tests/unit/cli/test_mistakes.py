"""A user's mistake gets one line that says what, where and how to mend it, an exit code, and no traceback."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("nonsense",), 2, "No such command"),
        (("list", "--state", "lost"), 2, "is not one of"),
        (("decide", "--officer", "N. Diallo"), 2, "name messages with --confirm"),
        (("decide", "--all-in-review", "--officer", "x", "--route", "DMM", "--country", "ML"), 2, "a country goes with MISSION"),
        (("decide", "--all-in-review", "--officer", "x", "--country", "ML"), 2, "not a valid Route"),
        (("decide", "--confirm", "1"), 2, "--officer"),
        (("deliveries", "--arrived", "abc"), 2, "--officer NAME"),
        (("deliveries", "--arrived", "--again", "abc", "--officer", "x"), 2, "choose one"),
        (("deliveries", "abc"), 2, "ids go with"),
        (("quarantine", "replay", "--officer", "x"), 2, "take --all"),
        (("import", "mail", "nowhere.eml"), 2, "does not exist"),
        (("read", "somewhere"), 2, "--json"),
    ],
)  # fmt: skip
def test_wrong_arguments(run: Run, arguments: tuple[str, ...], code: int, says: str) -> None:
    outcome = run(*arguments)
    assert (outcome.code, outcome.out) == (code, "")
    assert says in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("command", ["list", "ledger", "deliveries", "ingest", "work", "serve", "run"])
def test_before_the_store_is_made(run: Run, command: str) -> None:
    outcome = run(command)
    assert outcome.code == 2
    assert "run `triage db upgrade`" in outcome.err
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize("command", [("ingest", "--once"), ("work", "--once"), ("config", "check")])
def test_broken_configuration(run: Run, home: Path, command: tuple[str, ...]) -> None:
    run("db", "upgrade")
    (home / "config" / "triage.toml").write_text("[channel]\nkind = 'pigeon'\n")
    outcome = run(*command)
    assert outcome.code == 2
    assert "triage.toml: channel.kind" in outcome.err
    assert outcome.err.count("\n") == 1


def test_keys_gone(run: Run, home: Path) -> None:
    run("db", "upgrade")
    for key in (home / "home-keys").iterdir():
        key.unlink()
    outcome = run("list")
    assert outcome.code == 2
    assert "restore the keys" in outcome.err


def test_database_away(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAGE_DATABASE_URL", "postgresql://triage@127.0.0.1:1/triage")
    for arguments in (("db", "upgrade"), ("list",)):
        outcome = run(*arguments)
        assert outcome.code == 2, outcome
        assert "check TRIAGE_DATABASE_URL" in outcome.err
        assert outcome.err.count("\n") == 1
    monkeypatch.setenv("TRIAGE_DATABASE_URL", "oracle://somewhere")
    assert "use sqlite:///PATH or postgresql" in run("db", "upgrade").err


def test_server_down_loses_nothing(run: Run, home: Path) -> None:
    (home / "secret").write_text("x")
    (home / "config" / "triage.toml").write_text(
        '[[sources]]\nkind = "imap"\nname = "contact"\nhost = "127.0.0.1"\nport = 1\nsecurity = "plain"\nuser = "a@b.example"\n'
        'password_file = "../secret"\n[channel]\nkind = "maildir"\npath = "../out"\n'
    )
    run("db", "upgrade")
    outcome = run("ingest", "--once")
    assert outcome.code == 3
    assert "imap_unreachable" in outcome.err
    assert "b.example" not in outcome.err, "no address in a log"
    assert run("ledger").code == 0


def test_doctor_names_every_part_and_how_to_mend_it(run: Run, home: Path) -> None:
    outcome = run("doctor")
    assert outcome.code == 1
    assert "WRONG  store" in outcome.out
    run("db", "upgrade")
    outcome = run("doctor")
    assert "good   store" in outcome.out
    assert "good   mailbox in" in outcome.out
    assert "good   way out" in outcome.out
    assert "warn   cleared officers none" in outcome.out
    assert "WRONG  model" in outcome.out
    assert "triage train --promote" in outcome.out
    (home / "in").rmdir()
    assert "WRONG  mailbox in" in run("doctor").out
