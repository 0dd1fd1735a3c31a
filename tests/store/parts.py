"""Small real parts for the flow: a clock that is set, a source of given mails, a Maildir-like outbox, a classifier that
goes by the first word of the text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from threading import Event

from triage.domain.decision import Alternative, Evidence, Field, Prediction, Similar
from triage.domain.errors import Permanent, Transient, Unknown
from triage.domain.message import Message, ReadResult
from triage.domain.organisation import Office as OfficeRow
from triage.domain.organisation import OfficeStatus, Unit
from triage.domain.ports import BodyStarts, Fetched, FolderPosition, Outgoing
from triage.domain.taxonomy import Destination, Kind, Route, SenderType
from triage.mail.own import OwnMail
from triage.mail.parse import read_message

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
OWN = OwnMail(frozenset({"ipd@office.example"}), "ipd.triage.office.example", "ipd")
UNITS = tuple(
    Unit(
        code=route.value,
        names={"en": f"Unit {route}", "fr": f"Unité {route}", "es": f"Unidad {route}"},
        remits={"en": "", "fr": "", "es": ""},
        address=f"{route.value.lower()}@units.example",
        language="en",
        valid_from=date(2020, 1, 1),
    )
    for route in (Route.DMM, Route.DOE, Route.ICP, Route.MCD, Route.IML)
)


def _office(code: str, status: OfficeStatus, covered_by: str | None, address: str) -> OfficeRow:
    names = {"en": code, "fr": code, "es": code}
    return OfficeRow(code, names, (), status, covered_by, address, "fr", date(2020, 1, 1))


OFFICES = (
    _office("SN", OfficeStatus.OWN, None, "sn@missions.example"),
    _office("ML", OfficeStatus.OWN, None, "ml@missions.example"),
    _office("GM", OfficeStatus.COVERED, "SN", ""),
    _office("CV", OfficeStatus.UNKNOWN, "RO-DAKAR", ""),
    _office("RO-DAKAR", OfficeStatus.OWN, None, "dakar@missions.example"),
)


@dataclass
class SetClock:
    """A clock that stands until it is moved."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def pass_(self, seconds: float) -> datetime:
        self.at += timedelta(seconds=seconds)
        return self.at


class DirectReader:
    """The real mail layer, in this process."""

    def read(self, raws: Sequence[bytes]) -> list[ReadResult]:
        return [ReadResult(None, "too_deep") if b"X-Unreadable" in raw else read_message(raw, own=OWN) for raw in raws]

    def close(self) -> None: ...


@dataclass
class ListSource:
    """A mailbox in memory with uids from 1; `acknowledge` only remembers."""

    mails: list[bytes | None] = field(default_factory=list)
    name: str = "box"
    folder: str = "INBOX"
    validity: int = 1
    told: list[int] = field(default_factory=list)
    deaf: bool = False
    failure: str = "vanished"

    def uidvalidity(self) -> int:
        return self.validity

    def poll(self, position: FolderPosition | None, batch_size: int) -> Iterator[Sequence[Fetched]]:
        after = position.last_uid if position is not None and position.uidvalidity == self.validity else 0
        new = [
            Fetched(uid, raw, START, None if raw is not None else self.failure)
            for uid, raw in enumerate(self.mails, start=1)
            if uid > after
        ]
        for start in range(0, len(new), batch_size):
            yield new[start : start + batch_size]

    def again(self, uids: Sequence[int]) -> Sequence[Fetched]:
        raws = {uid: self.mails[uid - 1] for uid in uids}
        return [Fetched(uid, raw, START, None if raw is not None else self.failure) for uid, raw in raws.items()]

    def acknowledge(self, uids: Sequence[int]) -> None:
        if self.deaf:
            raise Transient("line_lost")
        self.told += uids

    def check(self) -> None: ...

    def watch(self, seconds: float, stop: Event) -> bool:
        stop.wait(seconds)
        return False

    def close(self) -> None: ...


class Outbox:
    """A channel that remembers what it took; scripted to fail in order by `script`, or for the `refused` for ever."""

    def __init__(self, *, idempotent: bool = False) -> None:
        self.idempotent = idempotent
        self.script: list[str] = []
        self.refused: set[str] = set()
        self.sent: list[Outgoing] = []

    def send(self, mail: Outgoing, body_starts: BodyStarts) -> None:
        word = self.script.pop(0) if self.script else "ok"
        if word == "transient":
            raise Transient("smtp_unreachable")
        if word == "shut":
            raise Permanent("smtp_sign_in_refused")
        if word == "permanent" or mail.recipient in self.refused:
            raise Permanent("smtp_recipient_refused")
        body_starts()
        if word == "busy":
            raise Transient("smtp_body_refused")
        if word == "lost":
            raise RuntimeError("a fault in the middle of a body")
        self.sent.append(mail)
        if word == "silent":
            raise Unknown("smtp_no_answer")

    def close(self) -> None: ...


class FirstWord:
    """A classifier that goes by the first word of the text: a destination, `urgent`, or `misconduct`."""

    name = "first-word-1"
    language = "en"

    def predict(self, messages: Sequence[Message]) -> list[Prediction]:
        return [self._one(message) for message in messages]

    def _one(self, message: Message) -> Prediction:
        word = (message.newest_text.split() or [""])[0]
        try:
            destination = Destination.parse(word)
        except ValueError:
            destination = Destination(Route.DMM if word == "urgent" else Route.IPD)
        return Prediction(
            destination=destination,
            probability=0.8 if word != "unsure" else 0.3,
            alternatives=(Alternative(destination, 0.8), Alternative(Destination(Route.MISSION, "ML"), 0.1)),
            kind=Kind.QUESTION,
            sender_type=SenderType.NGO,
            language=self.language,
            urgent=word == "urgent",
            restricted=word == "misconduct",
            out_of_scope=0.01,
            model=self.name,
            evidence=(Evidence(Field.NEWEST, 0, len(word), word, 1.5, "route"),),
            similar=(Similar("t-1", 0.5, destination, "a subject like it"),),
        )


def mail(
    text: str = "DMM please help with this question of ours",
    *,
    subject: str = "A question",
    sender: str = "Fatou Ndiaye <fatou@ngo.example>",
    message_id: str | None = "<1@ngo.example>",
    **headers: str,
) -> bytes:
    """A small mail as bytes. Further headers by keyword, `_` for `-`."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "ipd@office.example", subject
    made["Date"] = "Mon, 02 Mar 2026 07:00:00 +0000"
    if message_id is not None:
        made["Message-ID"] = message_id
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes(policy=SMTP)
