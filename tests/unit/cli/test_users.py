"""`triage user`: accounts from the shell."""

import json
from pathlib import Path

from tests.unit.cli.conftest import Run


def test_accounts_are_added_and_listed(run: Run, home: Path) -> None:
    run("db", "upgrade")
    secret = home / "secret"
    secret.write_text("a long enough password of ours\n")
    member = ("user", "add", "awa@office.example", "--name", "Awa Sarr", "--role", "unit_member", "--language", "fr")
    assert run(*member, "--unit", "DMM", "--lead", "--password-file", str(secret)).out.startswith("account ")
    assert run("user", "add", "n@office.example", "--name", "N. Diallo", "--password-file", str(secret)).code == 0
    rows = {row["email"]: row for row in map(json.loads, run("user", "list", "--json").out.splitlines())}
    assert (rows["awa@office.example"]["unit"], rows["awa@office.example"]["leads_unit"]) == ("DMM", True)
    assert (rows["n@office.example"]["roles"], rows["n@office.example"]["leads_unit"]) == ("officer", False)


def test_a_lead_leads_a_unit(run: Run) -> None:
    outcome = run("user", "add", "x@office.example", "--name", "X", "--lead")
    assert outcome.code == 2
    assert "--lead needs --unit" in outcome.err
