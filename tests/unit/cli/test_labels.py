"""`triage labels`, `triage taxonomy` and `triage import forwards`: what a model keeper does from the shell."""

import json
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from tests.unit.cli.conftest import Run

TEXT = "We are a federation of nurses and ask for our observer status at the next session of the council in Geneva."


def sent_on(folder: Path) -> Path:
    """A Sent folder with one forward, its original attached."""
    original, forward = EmailMessage(policy=SMTP), EmailMessage(policy=SMTP)
    original["From"], original["To"], original["Subject"] = "a@ngo.example", "ipd@iom.example", "Observer status"
    original.set_content(TEXT)
    forward["From"], forward["To"], forward["Subject"] = (
        "Lucy <lucy@iom.example>",
        "old-desk@iom.example",
        "FW: Observer",
    )
    forward.set_content("For you.")
    forward.add_attachment(original)
    folder.mkdir()
    (folder / "1.eml").write_bytes(forward.as_bytes())
    return folder


def test_labels_are_counted_and_doubts_settled(run: Run) -> None:
    run("db", "upgrade")
    assert run("labels", "settle", "ten-a-001", "MISSION:ML", "--before", "ICP", "--officer", "Noor").code == 0
    assert json.loads(run("labels", "--json").out)["settled"] == 1
    assert run("labels", "agreement").code == 0
    assert run("labels", "disagreements", "--json").out == ""
    assert run("labels", "settle", "x", "NOBODY", "--before", "ICP", "--officer", "Noor").code != 0


def test_a_unit_that_was_merged_and_not_after_all(run: Run) -> None:
    run("db", "upgrade")
    made = run("taxonomy", "change", "merged", "IML", "DMM", "--officer", "Noor", "--reason", "decision 7")
    assert made.code == 0, made.err
    (held,) = map(json.loads, run("taxonomy", "--json").out.splitlines())
    assert (held["old"], held["new"], held["change"]) == ("IML", "DMM", "merged")
    assert run("taxonomy", "take-back", str(held["id"]), "--officer", "Noor").code == 0
    assert run("taxonomy", "--json").out == ""


def test_past_forwards_come_in_once(run: Run, tmp_path: Path) -> None:
    run("db", "upgrade")
    folder = sent_on(tmp_path / "sent")
    arguments = ("import", "forwards", str(folder), "--recipient", "old-desk@iom.example=MHD")
    assert "0 labels of messages in the store, 1 of others" in run(*arguments).out
    assert "1 known already" in run(*arguments).out
    assert json.loads(run("labels", "--json").out)["forward"] == 1
    assert run("import", "forwards", str(folder), "--recipient", "nonsense").code != 0
