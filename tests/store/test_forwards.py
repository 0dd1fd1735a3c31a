"""Past forwards become labels: of messages of ours by pointing at them, of others as masked training lines."""

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage

from tests.store.office import Office
from tests.store.parts import DirectReader, FirstWord, ListSource, mail
from triage.classify.examples import parse_example
from triage.domain.labels import LabelSource
from triage.domain.people import Person
from triage.flow.learning.forwards import Imported, Why, import_forwards
from triage.flow.learning.shadow import addresses
from triage.store import imported_labels, labels

KEEPER = Person(None, "Noor Haddad")
TEXT = "ICP we are a federation of nurses, and ask for our observer status at the next session of the council in Geneva"


def forward(to: str, original: bytes | None = None, *, text: str = "For you.", number: int = 1) -> bytes:
    made = EmailMessage(policy=policy.SMTP)
    made["From"], made["To"], made["Subject"] = "Lucy Ade <lucy@office.example>", to, "FW: observer status"
    made["Date"], made["Message-ID"] = "Tue, 03 Feb 2026 08:00:00 +0000", f"<sent{number}@office.example>"
    made.set_content(text)
    if original is not None:
        made.add_attachment(message_from_bytes(original, policy=policy.SMTP))
    return made.as_bytes()


def bring_in(office: Office, *mails: bytes, classify: bool = True, **former: str) -> Imported:
    known = {f"{name}@units.example": label for name, label in former.items()}
    return import_forwards(
        office.store, DirectReader(), sources=[ListSource(list(mails))],
        recipients={**addresses(office.store, {}, office.clock.now()), **known}, actor=KEEPER, now=office.clock.now(),
        classifier=FirstWord() if classify else None,  # type: ignore[arg-type]  # without thresholds
    )  # fmt: skip


def lines(office: Office) -> Sequence[imported_labels.ImportedLine]:
    with office.store.read() as tx:
        return list(imported_labels.lines(tx))


def test_a_forward_of_a_message_of_ours_is_a_label_of_it(office: Office) -> None:
    original = mail(TEXT, message_id="<a@ngo.example>")
    office.arrive(original)
    line = office.messages()[-1]
    made = bring_in(office, forward("iml@units.example", original))
    assert (made.ours, made.foreign, dict(made.left_out)) == (1, 0, {})
    with office.store.read() as tx:
        (found,) = labels.history(tx, message_ids=[line.id])[line.id]
        assert labels.numbers(tx)[LabelSource.FORWARD] == 1
    assert (found.source, str(found.destination), found.who, found.note) == (
        LabelSource.FORWARD, "IML", "Lucy Ade", "attached"
    )  # fmt: skip
    assert lines(office) == []
    office.decide(line.id, "ICP")
    with office.store.read() as tx:
        (other,) = labels.disagreements(tx, viewer=Person(None, "x", cleared=True))
    assert (str(other.ours), str(other.theirs)) == ("ICP", "IML")


def test_an_original_that_we_never_had_is_kept_as_a_masked_line_once(office: Office) -> None:
    original = mail(f"{TEXT}\n\nKind regards,\nFatou Ndiaye\n+221 33 821 00 00", message_id="<b@ngo.example>")
    assert bring_in(office, forward("icp@units.example", original)).foreign == 1
    again = bring_in(office, forward("icp@units.example", original, number=2))
    assert (again.foreign, again.known) == (0, 1)
    (found,) = lines(office)
    assert "Fatou" not in str(found.line)
    assert "821" not in str(found.line)
    example = parse_example(found.line | {"author": "x"}, author="x")
    assert (example.route, example.kind, example.sender_type) == ("ICP", "question", "ngo")
    with office.store.read() as tx:
        assert imported_labels.line_of(tx, found.line["id"]) == found.line
        assert imported_labels.line_of(tx, "ten-a-001") is None
        assert imported_labels.number(tx) == 1


def test_a_quoted_original_counts_and_a_unit_of_former_days_is_named_as_it_was(office: Office) -> None:
    quoted = f"For you.\n\n-----Original Message-----\nFrom: Fatou\nSubject: x\n\n{TEXT}\n"
    assert bring_in(office, forward("mhd@units.example", text=quoted), mhd="MHD").foreign == 1
    assert [(one.label, one.line["route"]) for one in lines(office)] == [("MHD", "MHD")]


def test_what_says_too_little_is_left_out_and_counted(office: Office) -> None:
    original = mail(TEXT, message_id="<c@ngo.example>")
    made = bring_in(
        office,
        forward("friend@home.example", original, number=1),
        forward("icp@units.example, dmm@units.example", original, number=2),
        forward("sn@missions.example", original, number=3),  # answers for The Gambia too
        forward("icp@units.example", number=4),
        forward("icp@units.example", mail("misconduct of a guard is what I must report to you all today"), number=5),
    )
    assert dict(made.left_out) == {
        Why.NO_UNIT: 1, Why.SEVERAL_UNITS: 1, Why.SEVERAL_COUNTRIES: 1, Why.NO_ORIGINAL: 1, Why.RESTRICTED: 1,
    }  # fmt: skip
    assert (made.seen, made.foreign, lines(office)) == (5, 0, [])
