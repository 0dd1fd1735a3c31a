"""What is wrong with training data, and what it consists of."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from triage.classify.examples import read_lines, training_files
from triage.classify.tokens import cut
from triage.domain.decision import Field
from triage.domain.ports import Example

_SHINGLE = 5  # words
_NEARLY = 0.6  # share of common shingles from which on two messages are the same one
_SHORT = 12  # words; shorter texts may well be alike
_LEAST = 20  # messages a route needs to be learnt at all


@dataclass(frozen=True, slots=True)
class Checked:
    """`faults` are lines `file:line: what is wrong`; `summary` says what is there."""

    faults: list[str]
    summary: list[str]


def check_data(train: Iterable[Path], test: Iterable[Path]) -> Checked:
    """Check both splits together. Raises DataError where a path holds no training file."""
    faults: list[str] = []
    splits: dict[str, list[tuple[str, Example]]] = {}
    for split, paths in (("train", list(train)), ("test", list(test))):
        splits[split] = []
        for file in training_files(paths) if paths else []:
            for place, example, fault in read_lines(file):
                if example is None:
                    faults.append(f"{place}: {fault}")
                else:
                    splits[split].append((place, example))
    entries = [entry for split in splits.values() for entry in split]
    faults += _ids(entries) + _contents(entries) + _addresses(entries)
    faults += _leaks(splits["train"], splits["test"])
    faults += _balance([example for _, example in splits["train"]])
    summary = [line for split, rows in splits.items() if rows for line in _summary(split, [e for _, e in rows])]
    return Checked(faults, summary)


def _ids(entries: Sequence[tuple[str, Example]]) -> list[str]:
    first: dict[str, str] = {}
    faults = []
    for place, example in entries:
        if example.id in first:
            faults.append(f"{place}: id {example.id!r} is used before, in {first[example.id]}")
        first.setdefault(example.id, place)
    return faults


def _addresses(entries: Sequence[tuple[str, Example]]) -> list[str]:
    return [
        f"{place}: 'from_email' must end in .example, so that nobody real is named"
        for place, example in entries
        if not example.from_email.endswith(".example")
    ]


def _shingles(example: Example) -> frozenset[int]:
    words = [token.word for token in cut(Field.NEWEST, f"{example.subject} {example.body}")]
    if len(words) < _SHORT:
        return frozenset()
    return frozenset(hash(tuple(words[i : i + _SHINGLE])) for i in range(len(words) - _SHINGLE + 1))


def _contents(entries: Sequence[tuple[str, Example]]) -> list[str]:
    """Messages that are the same, or nearly."""
    faults = []
    rows = [_shingles(example) for _, example in entries]
    holders: dict[int, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        shared: Counter[int] = Counter(other for shingle in row for other in holders[shingle])
        for other, count in shared.most_common(1):
            if count >= _NEARLY * min(len(row), len(rows[other])):
                faults.append(f"{entries[number][0]}: nearly the same text as {entries[other][0]}")
        for shingle in row:
            holders[shingle].append(number)
    return faults


def _leaks(train: Sequence[tuple[str, Example]], test: Sequence[tuple[str, Example]]) -> list[str]:
    """Senders that stand in both splits (contents are compared across both anyway)."""
    senders = {example.from_email.lower() for _, example in train}
    return [
        f"{place}: the sender also stands in the training split"
        for place, example in test
        if example.from_email.lower() in senders
    ]


def _balance(examples: Sequence[Example]) -> list[str]:
    counts = Counter(example.route for example in examples)
    return [f"train: only {count} messages for {route}" for route, count in counts.items() if count < _LEAST]


def _summary(split: str, examples: Sequence[Example]) -> list[str]:
    def counted(values: Iterable[str]) -> str:
        return ", ".join(f"{value} {count}" for value, count in Counter(values).most_common(20))

    return [
        f"{split}: {len(examples)} messages by {len({e.author for e in examples})} authors",
        f"  routes: {counted(e.route for e in examples)}",
        f"  languages: {counted(e.language for e in examples)}",
        f"  kinds: {counted(e.kind for e in examples)}",
        f"  sender types: {counted(e.sender_type for e in examples)}",
        f"  countries: {len({e.country for e in examples if e.country})}; urgent: {sum(e.urgent for e in examples)};"
        f" restricted: {sum(e.restricted for e in examples)}; with another acceptable answer: "
        f"{sum(bool(e.also_ok) for e in examples)}",
    ]
