"""What a model learns from: the training files and what people said of mail, frozen in a file before anything is learnt.

Everything goes through the one validator of training lines. What people said is masked first; who said it, and who wrote
the mail, are kept as opaque ids. Left out, and counted, are: messages of the audit window and whatever has the words of
one, or of a test message; reports of misconduct; lines that the validator refuses; labels that no longer mean anything;
and the same words with the same label once more. The last are many where a campaign writes: learnt from again and again,
one text would weigh like hundreds, and a message would be judged by models that have read it under another sender's name.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from triage.domain.errors import DataError
from triage.domain.ports import Example
from triage.mail.likeness import same_words
from triage.mail.masking import mask_text
from triage.store import snapshot_files, training
from triage.store.engine import Store, Tx
from triage.store.labels import message_of
from triage.store.training import Snapshot

SUFFIX = ".jsonl"
LABEL_KEYS = ("difficulty", "why", "author", "history")


class Parse(Protocol):
    """The validator: one row of a training file in, an example out. Raises DataError."""

    def __call__(self, row: Mapping[str, Any], *, author: str) -> Example: ...


@dataclass(frozen=True, slots=True)
class Unseen:
    """What nothing may be learnt from: messages by id, and texts by their words."""

    message_ids: Collection[int] = frozenset()
    words: Collection[str] = frozenset()


@dataclass(slots=True)
class TrainingSet:
    """The examples, those of files first. `labelled` says who labelled those that stem from the store; `words` stands for
    each text as it was before masking; `left_out` counts what was not taken, by a word."""

    examples: list[Example]
    labelled: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)


def collect(
    base: Sequence[Example],
    lines: Iterable[Mapping[str, Any] | None],
    *,
    parse: Parse,
    opaque: Callable[[str, str], str],
    unseen: Unseen = Unseen(),
) -> TrainingSet:
    """The training set out of files and of the store's lines, see `flow.learning.label_lines`.

    `opaque(kind, text)` makes an id out of a name or an address that gives neither away.
    """
    made = TrainingSet([])
    known = {example.id for example in base}
    said: set[tuple[str, str]] = set()
    for one in base:
        words = same_words(one.body)
        if words is not None and words in unseen.words:
            made.left_out["test"] += 1
            continue
        if words is not None:
            made.words[one.id] = words
            said.add((words, one.label))
        made.examples.append(one)
    for line in lines:
        why = "taxonomy" if line is None else _add(made, line, known, said, parse, opaque, unseen)
        if why:
            made.left_out[why] += 1
    made.left_out = +made.left_out
    return made


def _add(
    made: TrainingSet,
    line: Mapping[str, Any],
    known: set[str],
    said: set[tuple[str, str]],
    parse: Parse,
    opaque: Callable[[str, str], str],
    unseen: Unseen,
) -> str:
    """Adds one line of the store; returns why not, empty where it was added."""
    line_id = str(line["id"])
    if line_id in known:
        return "twice"
    if message_of(line_id) in unseen.message_ids:
        return "audit"
    words = same_words(line["body"])
    if words is not None and words in unseen.words:
        return "audit"
    sender = str(line["from_email"]).casefold()
    masked = mask_text(
        from_name=line["from_name"], from_email=line["from_email"], subject=line["subject"], body=line["body"]
    )
    row = {key: value for key, value in line.items() if key not in LABEL_KEYS} | asdict(masked)
    try:
        example = parse(row, author=opaque("sender", sender) if sender else line_id)
    except DataError:
        return "invalid"
    if not example.body.strip() and not example.subject.strip():
        return "empty"
    if words is not None and (words, example.label) in said:
        return "same words"
    who = str(line.get("author", ""))
    made.labelled[line_id] = who if who.startswith("unit:") else opaque("officer", who)
    if words is not None:
        made.words[line_id] = words
        said.add((words, example.label))
    known.add(line_id)
    made.examples.append(example)
    return ""


def opaque_ids(tx: Tx) -> Callable[[str, str], str]:
    """Names and addresses as ids under the store's key: the same for the same person, and nothing else."""

    def opaque(kind: str, text: str) -> str:
        return f"{kind}-{tx.hash(f'training {kind}', text).hex()[:12]}"

    return opaque


def freeze(store: Store, folder: Path, made: TrainingSet, *, hash_: str, now: datetime) -> int:
    """Writes the snapshot and books it; returns its id. A snapshot with the same hash is written anew."""
    file = f"{now:%Y%m%d-%H%M%S}-{hash_[:12]}{SUFFIX}"
    key = snapshot_files.new_key()
    rows = (
        asdict(example) | {"by": made.labelled.get(example.id, ""), "words": made.words.get(example.id, "")}
        for example in made.examples
    )
    snapshot_files.write(folder / file, rows, key=key)
    with store.begin() as tx:
        return training.add_snapshot(
            tx,
            hash_=hash_,
            file=file,
            messages_number=len(made.examples),
            labels=len(made.labelled),
            key=key,
            now=now,
        )


def thaw(folder: Path, snapshot: Snapshot) -> TrainingSet:
    """The training set of a snapshot, without what was erased since. Raises DataError where it was dropped."""
    if snapshot.key is None:
        raise DataError(f"snapshot {snapshot.hash[:12]}: dropped, its texts are gone")
    made = TrainingSet([])
    for row in snapshot_files.read(folder / snapshot.file, key=snapshot.key):
        by, words = row.pop("by"), row.pop("words")
        example = Example(**row)
        made.examples.append(replace(example, also_ok=tuple(example.also_ok)))
        if by:
            made.labelled[example.id] = by
        if words:
            made.words[example.id] = words
    return made


def prune(store: Store, folder: Path, *, keep: int, needed: Collection[str]) -> int:
    """Drops all but the newest snapshots and those whose hash is needed (of models that may serve); returns how many.

    A file that is gone already, by retention or by hand, takes its key along.
    """
    with store.read() as tx:
        held = training.snapshots(tx)
    old = [one for one in held[: max(0, len(held) - keep)] if one.hash not in needed]
    lost = [one for one in held if one not in old and not (folder / one.file).is_file()]
    for one in old:
        (folder / one.file).unlink(missing_ok=True)
    gone = [one.file for one in (*old, *lost)]
    if gone:
        with store.begin() as tx:
            training.forget_snapshots(tx, gone)
    return len(gone)
