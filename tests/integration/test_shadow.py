"""A shadow beside Outlook: the mailbox is left as it is, nothing leaves, and the report says what people did."""

import json
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.rig.dovecot import Dovecot
from tests.rig.fake_imap import FakeImap
from tests.rig.home import Installation

FOLDERS = '"INBOX.Missions" = "MISSION"\n"INBOX.DMM" = "DMM"\n'
TEXTS = (
    "We run a shelter in Tambacounda and ask whether your office in Senegal could support our training for returnees.",
    "Our association would like to know more about labour recruitment and how migrant workers are protected abroad.",
    "Could you tell us about emergency camp coordination and shelter after the floods, where our volunteers are at work?",
    "As journalists we ask for an interview about international migration law and the treaty on the rights of workers.",
    "We would like to sign a partnership with your organisation and be on the list for your consultations next year.",
    "Thank you for the conference; we send our report on diaspora remittances and hope that it is of use to you all.",
    "Please tell us who in your organisation deals with health checks of migrants before they leave for work abroad.",
)


def inquiry(number: int) -> bytes:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"] = f"Person {number} <p{number}@ngo.example>", "contact@office.example"
    mail["Subject"] = f"Question {number} of an association"
    mail["Date"], mail["Message-ID"] = f"Mon, 02 Nov 2026 0{number}:00:00 +0000", f"<in{number}@ngo.example>"
    mail.set_content(f"Dear colleagues,\n\n{TEXTS[number]}\n\nKind regards,\nPerson {number}\n")
    return mail.as_bytes()


def sent(to: str, *, subject: str = "FW: something", text: str = "Please see below.", **headers: str) -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = "Contact <contact@office.example>", to, subject
    mail["Date"], mail["Message-ID"] = (
        "Tue, 03 Nov 2026 08:00:00 +0000",
        f"<{abs(hash((to, subject, text)))}@office.example>",
    )
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def attached(to: str, original: bytes) -> bytes:
    mail = sent(to, text="For you.")
    mail.add_attachment(message_from_bytes(original, policy=policy.SMTP))
    return mail.as_bytes()


def configure(office: Installation, dovecot: Dovecot, *, more: str = "") -> None:
    secret = dovecot.base / "secret"
    secret.write_text(dovecot.password)
    office.configure(f"""
[[sources]]
kind = "imap"
name = "contact"
host = "localhost"
port = {dovecot.port}
security = "starttls"
ca_file = "{dovecot.certificate}"
user = "{dovecot.user}"
password_file = "{secret}"
shadow = true
{more}
[channel]
kind = "maildir"
path = "{office.base}/outbox"
[shadow]
sent_folder = "Sent"
days = 3650
[shadow.recipients]
"law@colleagues.example" = "IML"
[shadow.folders]
{FOLDERS}""")


def units(office: Installation) -> dict[str, str]:
    """The address of each unit, as the organisation's data have it."""
    from triage.config import load_organisation

    known, _ = load_organisation(office.config)
    return {unit.code: unit.address for unit in known}


@pytest.fixture
def office(tmp_path: Path, models: Path) -> Installation:
    import shutil

    from triage.config import PROJECT

    made = Installation(tmp_path, models=models)
    for file in (PROJECT / "config").iterdir():
        if file.is_file() and file.name != "triage.toml":
            shutil.copy(file, made.config)
    return made


@pytest.mark.dovecot
def test_a_month_beside_outlook(office: Installation, dovecot: Dovecot) -> None:
    mails = [inquiry(number) for number in range(7)]
    dovecot.fill(mails)
    configure(office, dovecot)
    office.run("db", "upgrade")
    office.run("ingest", "--once")
    before = [file.name for file in dovecot.files()]
    assert len(before) == 7
    assert all(name.endswith((".rig", ":2,")) for name in before), "not even read"
    office.run("work", "--once")
    rows = {row["message_id"].strip("<>"): row for row in office.rows("list")}
    assert len(rows) == 7

    address = units(office)
    people_do: Sequence[bytes] = (
        attached(address["DMM"], mails[1]),
        sent(address["DOE"], subject="FW: q", In_Reply_To="<in2@ngo.example>").as_bytes(),
        sent("law@colleagues.example", subject="TR: Question 3 of an association", text=quoted(mails[3])).as_bytes(),
        sent("p4@ngo.example", subject="RE: Question 4 of an association", References="<in4@ngo.example>").as_bytes(),
        sent("friend@elsewhere.example", subject="Lunch", text="Shall we have lunch on Friday at one?").as_bytes(),
    )
    dovecot.fill(people_do, folder="Sent")
    dovecot.fill([mails[0]], folder="INBOX.Missions".removeprefix("INBOX."))
    dovecot.fill([b"Received: by another way\r\n" + mails[5]], folder="DMM")
    office.configure((office.config / "triage.toml").read_text().replace("INBOX.", ""))
    made = json.loads(office.run("shadow", "report", "--json"))

    assert (made["sent"], made["unrelated"], made["moved"]) == (5, 1, 2)
    assert made["found_by"] == {"folder": 2, "attached": 1, "reference": 2, "text": 1}
    did = {"in0": "MISSION", "in1": "DMM", "in2": "DOE", "in3": "IML", "in4": "IPD", "in5": "DMM"}
    assert made["total"]["compared"] == len(did)
    disagreed = {one["id"]: one for one in made["disagreements"]}
    for name, route in did.items():
        row = rows[f"{name}@ngo.example"]
        if row["route"] is None:  # to be judged blind: `list` keeps the suggestion to itself, the shadow compares it
            assert row["kind"] is None
        elif row["route"] == route:
            assert row["id"] not in disagreed
        else:
            assert (disagreed[row["id"]]["suggested"].partition(":")[0], disagreed[row["id"]]["did"]) == (
                row["route"],
                [route],
            )
    assert made["total"]["agreed"] == len(did) - len(disagreed)
    assert sum(line["compared"] for line in made["by_route"].values()) == len(did)
    assert sum(line["compared"] for line in made["by_language"].values()) == len(did)
    printed = json.dumps(made) + office.run("shadow", "report")
    assert not any(word in printed for word in ("@", "Question", "association"))
    assert [file.name for file in dovecot.files()] == before
    assert len(dovecot.files("Sent")) == 5


def quoted(original: bytes) -> str:
    body = message_from_bytes(original, policy=policy.default).get_content()
    return "For you, please.\n\n-----Original Message-----\n" + "\n".join(f"> {line}" for line in body.splitlines())


@pytest.mark.dovecot
def test_nothing_leaves_a_shadow(office: Installation, dovecot: Dovecot) -> None:
    dovecot.fill([inquiry(1), inquiry(4)])
    configure(office, dovecot)
    office.run("db", "upgrade")
    office.run("ingest", "--once")
    office.run("work", "--once")
    office.run("decide", "--all-in-review", "--route", "DMM", "--officer", "N. Diallo", code=None)
    assert "in shadow: nothing is sent" in office.run("doctor", code=None)
    assert office.rows("deliveries") == []
    assert {row["state"] for row in office.rows("list")} == {"in_review"}
    office.run("work", "--once")
    assert not (office.base / "outbox").exists() or not list((office.base / "outbox").rglob("*.*"))


def test_a_shadow_that_would_touch_the_mailbox_is_refused(office: Installation, dovecot: Dovecot) -> None:
    configure(office, dovecot, more='after = "move:Done"')
    office.run("config", "check", code=2)
    configure(office, dovecot)
    office.run("config", "check")


def test_only_examine_is_said_to_the_server(office: Installation, fake_imap: FakeImap, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(fake_imap.password)
    office.configure(f"""
[[sources]]
kind = "imap"
host = "127.0.0.1"
port = {fake_imap.port}
security = "plain"
user = "{fake_imap.user}"
password_file = "{secret}"
shadow = true
[channel]
kind = "maildir"
path = "{office.base}/outbox"
[shadow]
days = 3650
""")
    fake_imap.fill(inquiry(1), inquiry(2))
    fake_imap.fill(sent("x@units.example").as_bytes(), folder="Sent")
    office.run("db", "upgrade")
    office.run("ingest", "--once")
    office.run("shadow", "report")
    assert fake_imap.read_only and all(fake_imap.read_only)
    changing = {"UID STORE", "UID MOVE", "UID COPY", "UID EXPUNGE", "EXPUNGE", "CREATE", "APPEND", "CLOSE", "SELECT"}
    assert not changing & set(fake_imap.commands)
