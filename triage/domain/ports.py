"""The doors of the house: what `flow` asks of the outside, as Protocols. Each has several real implementations."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any, Protocol

from triage.domain.decision import Prediction
from triage.domain.message import Message, ReadResult
from triage.domain.policy import Thresholds


class Clock(Protocol):
    """The time, as aware UTC."""

    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail as a source hands it over. `uid` is unique within (source, folder, uidvalidity); `raw` is None where the
    mail vanished between listing and fetching or could not be had (`failure` then says why, as a static word)."""

    uid: int
    raw: bytes | None
    received_at: datetime | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class FolderPosition:
    """How far a folder has been read: everything up to `last_uid` under this `uidvalidity` has been seen."""

    uidvalidity: int
    last_uid: int


class MailSource(Protocol):
    """A folder of mail that is read by UID, in batches, and acknowledged only after our commit.

    `poll` yields batches of at most `batch_size` new mails (uid > position.last_uid; everything where the uidvalidity
    has changed), constant in memory. `again` asks once more, after a poll, for mails that failed in an earlier one; one
    that is no longer there has `vanished`. `acknowledge` moves, flags or leaves the mails, as configured; it must be
    repeatable. Raises Transient or Permanent.
    """

    name: str
    folder: str

    def check(self) -> None:
        """Reaches the place and changes nothing there. Raises Transient or Permanent."""
        ...

    def uidvalidity(self) -> int: ...

    def poll(self, position: FolderPosition | None, batch_size: int) -> Iterator[Sequence[Fetched]]: ...

    def again(self, uids: Sequence[int]) -> Sequence[Fetched]: ...

    def acknowledge(self, uids: Sequence[int]) -> None: ...

    def watch(self, seconds: float, stop: Event) -> bool:
        """Waits until new mail is reported (True), or until `seconds` have passed or `stop` is set (False)."""
        ...

    def close(self) -> None: ...


class Reader(Protocol):
    """Reads raw mail within limits of time, memory, depth and size; never raises for what a mail contains."""

    def read(self, raws: Sequence[bytes]) -> list[ReadResult]: ...

    def close(self) -> None: ...


class Classifier(Protocol):
    """A trained model with the thresholds of its card. `predict` answers for each message, in order.

    A message's own defects never make it raise.
    """

    name: str

    @property
    def thresholds(self) -> Thresholds: ...

    def predict(self, messages: Sequence[Message]) -> list[Prediction]: ...


class ModelShelf(Protocol):
    """The models that there are and the pointer to the one that serves; moving it is atomic, and loads nothing.

    All raise ModelError, in one line, for a model or pointer that is not whole.
    """

    def serving(self) -> str | None:
        """The name of the model that serves, None where none was ever promoted."""
        ...

    def before(self) -> list[str]:
        """The names promoted before it, oldest first."""
        ...

    def stamp(self) -> tuple[int, int]:
        """Changes whenever the pointer is moved."""
        ...

    def card(self, name: str) -> dict[str, Any]: ...

    def check(self, name: str) -> None: ...

    def point(self, name: str) -> str | None:
        """Lets a model serve from now on; returns the one that did."""
        ...

    def step_back(self) -> str:
        """Back to the model promoted before; returns its name. Raises NotFound where there is none."""
        ...

    def names(self) -> list[str]:
        """The whole models that there are, oldest first."""
        ...

    def drop(self, name: str) -> bool:
        """Takes a model away that does not serve and did not serve before; False where it does or did."""
        ...

    def note(self, name: str, key: str, value: Any) -> None:
        """Writes something into a model's card; where both are lists, the one there grows."""
        ...


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled message for training: the fields of `writing-inquiries`, as data."""

    id: str
    author: str
    language: str
    from_name: str
    from_email: str
    subject: str
    body: str
    route: str
    country: str | None
    also_ok: tuple[str, ...]
    kind: str
    urgent: bool
    restricted: bool
    sender_type: str

    @property
    def label(self) -> str:
        """Where it belongs, as one word: `DMM`, `MISSION:ML`."""
        return f"{self.route}:{self.country}" if self.country else self.route


@dataclass(frozen=True, slots=True)
class Doubted:
    """A label that looks wrong. `likely` is what models that never saw the author say; with `other_id`, what nearly the
    same text is labelled with."""

    line_id: str
    other_id: str
    language: str
    labelled: str
    likely: str
    labelled_probability: float
    likely_probability: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """A candidate, saved. `doubts` are its labels that look wrong, the most doubtful first; `looks` is, by id of the
    training line, the route that models which never saw the author name."""

    name: str
    doubts: Sequence[Doubted]
    looks: Mapping[str, str]


class Trainer(Protocol):
    """What learns. Nothing is promoted by it."""

    def examples(self, paths: Sequence[Path]) -> list[Example]:
        """The labelled messages of files. Raises DataError at the first line that is not in order."""
        ...

    def parse(self, row: Mapping[str, Any], *, author: str) -> Example:
        """One labelled message, by the same rules. Raises DataError naming the key that is wrong."""
        ...

    def hash(self, examples: Sequence[Example]) -> str:
        """SHA-256 over the examples, as the card has it."""
        ...

    def fit(
        self, examples: Sequence[Example], *, progress: Callable[[str, float], None], recent: Collection[str] = ()
    ) -> Fitted:
        """Fits on everything and saves; `progress` hears a static word for each step and how far it is, 0 to 1. `recent`:
        ids of labels from the day's work, which weigh more."""
        ...

    def twins(self, examples: Sequence[Example]) -> list[Doubted]:
        """Labels of nearly the same texts that exclude each other."""
        ...

    def load(self, name: str) -> Classifier:
        """A saved model. Raises ModelError."""
        ...

    def as_message(self, example: Example) -> Message:
        """The labelled message as the mail layer would have read it."""
        ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail ready to leave: envelope and bytes. `delivery_id` makes the Message-ID and is unique for ever."""

    delivery_id: str
    sender: str
    recipient: str
    data: bytes


class AccessTokens(Protocol):
    """OAuth access tokens of one account, for the sign-in to mail servers and APIs. Thread-safe."""

    def token(self, *, refused: str = "") -> str:
        """A token that should be good now. `refused` is one that a server has just turned down: another is fetched.

        Raises Transient or Permanent, with a code of `domain.sign_in` where it is known, and ConfigError where a secret
        cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What a token endpoint gave. `refresh_token` is empty where the one that was used stays good. Never shown: both
    tokens are secrets."""

    access_token: str = field(repr=False)
    expires_in_seconds: float
    refresh_token: str = field(default="", repr=False)


class RefreshTokens(Protocol):
    """The refresh token of one account, shared by all processes of the service."""

    def exchange(self, use: Callable[[str], Exchanged]) -> Exchanged:
        """Calls `use` with the newest refresh token, by one process at a time, and keeps the one that comes back before
        anything else is done. What `use` raises is passed on. Raises Transient where others keep it for too long."""
        ...


class BodyStarts(Protocol):
    """Called by a channel right before the first byte of a body leaves; commits that fact, or raises to stop."""

    def __call__(self) -> None: ...


class ForwardChannel(Protocol):
    """A way out. `send` returns when the next server has taken the mail.

    Raises Transient (nothing was taken: try again), Permanent (refused for good) or Unknown (the body was begun and no
    answer came). `idempotent` channels may be repeated with the same delivery id and never raise Unknown.
    """

    idempotent: bool

    def check(self) -> None:
        """Reaches the place and sends nothing. Raises Transient or Permanent."""
        ...

    def send(self, mail: Outgoing, body_starts: BodyStarts) -> None: ...

    def close(self) -> None: ...


class SentFolder(Protocol):
    """Where colleagues look for what was sent."""

    def file(self, data: bytes, *, message_id: str, sent_at: datetime) -> None:
        """Puts a mail there unless one with this Message-ID lies there. Repeatable. Raises Transient or Permanent."""
        ...

    def close(self) -> None: ...


class AlertCall(Protocol):
    """A second way to reach people, beside mail: a webhook."""

    def call(self, payload: Mapping[str, str | int | None]) -> None:
        """Hands over one alert: ids, words and a link, never content. Raises Transient or Permanent."""
        ...
