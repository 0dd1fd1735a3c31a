"""Recorded scores: every authored message as a model that never saw its author judges it, with the verdict of the real
policy, kept on disk under the hash of the data."""

import base64
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage.classify.artefact import FORMAT
from triage.classify.document import Document, from_example
from triage.classify.drift import of_training, word_numbers
from triage.classify.evaluate import as_message
from triage.classify.measure import answers_of
from triage.classify.predictor import Predictor
from triage.classify.train import Candidate, data_hash, train
from triage.domain.decision import Alternative, Policied, Prediction, Verdict
from triage.domain.drift import Numbers, Snapshot, summarise
from triage.domain.policy import Thresholds, decide
from triage.domain.ports import Example
from triage.domain.taxonomy import Destination, Kind, Route, SenderType
from triage.simulate.split import drawn_as_all, unseen_authors

VERSION = 2
TOPIC_LABELS = 60
_NAME = "recorded"


@dataclass(frozen=True, slots=True)
class Scored:
    """One authored message with its judgement. `truth` is its label, `right` the answers that count as right."""

    truth: str
    right: frozenset[str]
    policied: Policied
    numbers: Numbers

    @property
    def is_right(self) -> bool:
        return str(self.policied.prediction.destination) in self.right


@dataclass(frozen=True, slots=True)
class Recorded:
    """Judged messages with the thresholds of the model and what its training messages looked like."""

    scored: tuple[Scored, ...]
    reference: Snapshot

    @property
    def right(self) -> float:
        """The share whose suggestion is right."""
        return sum(one.is_right for one in self.scored) / max(1, len(self.scored))


@dataclass(frozen=True, slots=True)
class NewTopic:
    """Mail before and after a route that nobody had heard of appears, and its corrections are learnt.

    `before` and `unheard` are judged by a model without any message of it: other mail, and mail about it; `after` and
    `learnt` by one that got TOPIC_LABELS corrections. The mail about it is by authors none of whom is among the corrected,
    and the corrections are in as many languages as the mail.
    """

    route: str
    before: Recorded
    unheard: Recorded
    after: Recorded
    learnt: Recorded

    def __str__(self) -> str:
        """How many are right of all messages, none drawn twice, before the corrections and after them."""
        topic, others = len(self.learnt.scored), len(self.after.scored)
        return (
            f"{self.route}, {topic} messages by authors never corrected: {self.unheard.right:.3f} right, "
            f"{self.learnt.right:.3f} once learnt; {others} other messages: {self.before.right:.3f}, then {self.after.right:.3f}"
        )


Build = Callable[[], Sequence[Recorded]]


def ordinary(examples: Sequence[Example], *, cache: Path) -> Recorded:
    """Every message out of fold."""
    (made,) = _kept(cache, [_key(examples, "ordinary")], lambda: [_out_of_fold(train(examples, progress=_silent))])
    return made


def with_shuffled(examples: Sequence[Example], *, cache: Path) -> tuple[Recorded, Recorded]:
    """(every message out of fold, the same messages after every word of the vocabulary was replaced by another, as the
    model of all of them sees them): the numbers of a month in which nothing means what it did."""

    def build() -> Sequence[Recorded]:
        candidate = train(examples, progress=_silent)
        documents = _shuffle([from_example(example) for example in examples])
        return [_out_of_fold(candidate), _by_model(candidate, examples, documents)]

    usual, changed = _kept(cache, [_key(examples, "ordinary"), _key(examples, "shuffled")], build)
    return usual, changed


def new_topic(
    examples: Sequence[Example], route: Route, *, documents: Sequence[Example], cache: Path, seed: int = 0
) -> NewTopic:
    """A model that never heard of a route, and one that was trained again with corrections of it, by the real training.
    `documents` are the units' mandates; `seed` chooses whose mail is corrected."""
    others = [example for example in examples if example.route != route]
    corrected, rest = corrected_and_judged([one for one in examples if one.route == route], seed)
    ids = frozenset(one.id for one in corrected)

    def build(extra: Sequence[Example]) -> Build:
        def made() -> Sequence[Recorded]:
            candidate = train([*others, *extra], progress=_silent, recent=ids, documents=documents)
            judged = _out_of_fold(candidate)
            usual = Recorded(tuple(one for one in judged.scored if not _about(one, route)), judged.reference)
            return [usual, _by_model(candidate, rest, [from_example(example) for example in rest])]

        return made

    keys = [_key(examples, f"{what}-{route}-{seed}") for what in ("before", "unheard")]
    before, unheard = _kept(cache, keys, build([]))
    keys = [_key(examples, f"{what}-{route}-{seed}") for what in ("after", "learnt")]
    after, learnt = _kept(cache, keys, build(corrected))
    return NewTopic(route.value, before, unheard, after, learnt)


def corrected_and_judged(topic: Sequence[Example], seed: int) -> tuple[list[Example], list[Example]]:
    """(TOPIC_LABELS messages in the topic's language mix, all messages of half of each language's authors, of whom none
    is corrected)."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    unseen = unseen_authors(topic, chance, share=0.5)
    known = [one for one in topic if one.author not in unseen]
    return drawn_as_all(topic, known, TOPIC_LABELS, chance), [one for one in topic if one.author in unseen]


def _about(one: Scored, route: Route) -> bool:
    return one.truth.partition(":")[0] == route


def _out_of_fold(candidate: Candidate) -> Recorded:
    judged = candidate.out_of_fold
    numbers = of_training(candidate.parts.features, judged)
    scored = []
    for number, example in enumerate(judged.examples):
        said = Prediction(
            destination=Destination.parse(judged.ranked[number][0][0]),
            probability=judged.ranked[number][0][1],
            alternatives=tuple(Alternative(Destination.parse(n), p) for n, p in judged.ranked[number][:5]),
            kind=Kind(judged.kinds[number]),
            sender_type=SenderType(judged.sender_types[number]),
            language=example.language,
            urgent=bool(judged.urgent[number]),
            restricted=bool(judged.restricted[number]),
            out_of_scope=float(judged.out_of_scope[number]),
            model=_NAME,
        )
        scored.append(_scored(example, said, candidate.thresholds, numbers[number]))
    return Recorded(tuple(scored), summarise(numbers))


def _by_model(candidate: Candidate, examples: Sequence[Example], documents: Sequence[Document]) -> Recorded:
    predictor = Predictor(_NAME, candidate.parts, candidate.thresholds, {})
    features = candidate.parts.features
    scored = []
    for example, document, said in zip(examples, documents, predictor.predict_documents(documents), strict=True):
        unknown, buckets = word_numbers(features.prepare(document).words, features.grams.knows)
        numbers = Numbers(
            said.language, said.destination.route.value, said.probability, said.out_of_scope, unknown, buckets
        )
        scored.append(_scored(example, said, candidate.thresholds, numbers))
    return Recorded(tuple(scored), summarise(of_training(features, candidate.out_of_fold)))


def _scored(example: Example, said: Prediction, thresholds: Thresholds, numbers: Numbers) -> Scored:
    return Scored(example.label, frozenset(answers_of(example)), decide(said, as_message(example), thresholds), numbers)


def _shuffle(documents: Sequence[Document]) -> list[Document]:
    """Every distinct word is replaced by another of the same documents, always by the same."""
    words = sorted({word for one in documents for text in (one.subject, one.newest) for word in text.split()})
    others = list(words)
    random.Random(0).shuffle(others)  # noqa: S311 - no secret
    table = dict(zip(words, others, strict=True))

    def changed(text: str) -> str:
        return " ".join(table[word] for word in text.split())

    return [
        Document(changed(d.subject), changed(d.newest), "", "", d.sender_name, d.sender_email, d.language)
        for d in documents
    ]


def _key(examples: Sequence[Example], what: str) -> str:
    return f"{what}-{VERSION}-{FORMAT}-{data_hash(examples)[:16]}"


def _kept(cache: Path, keys: Sequence[str], build: Build) -> Sequence[Recorded]:
    """From the cache, or built and written there; where a file cannot be read all are built anew."""
    files = [cache / f"{key}.json" for key in keys]
    try:
        return [_decode(json.loads(file.read_text(encoding="utf-8"))) for file in files]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    made = build()
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    for file, one in zip(files, made, strict=True):
        building = file.with_suffix(".building")
        building.write_text(json.dumps(_encode(one), ensure_ascii=False), encoding="utf-8")
        building.replace(file)
    return made


def _encode(recorded: Recorded) -> dict[str, Any]:
    rows = []
    for one in recorded.scored:
        said, n = one.policied.prediction, one.numbers
        rows.append(
            {
                "truth": one.truth,
                "right": sorted(one.right),
                "said": str(said.destination),
                "probability": said.probability,
                "language": said.language,
                "urgent": said.urgent,
                "restricted": said.restricted,
                "out_of_scope": said.out_of_scope,
                "kind": said.kind,
                "sender_type": said.sender_type,
                "verdict": one.policied.verdict,
                "reason": one.policied.reason,
                "unknown": n.unknown_share,
                "buckets": base64.b64encode(n.buckets).decode(),
            }
        )
    return {"reference": recorded.reference.as_json(), "scored": rows}


def _decode(read: dict[str, Any]) -> Recorded:
    scored = []
    for row in read["scored"]:
        said = Prediction(
            destination=Destination.parse(row["said"]),
            probability=row["probability"],
            alternatives=(),
            kind=Kind(row["kind"]),
            sender_type=SenderType(row["sender_type"]),
            language=row["language"],
            urgent=row["urgent"],
            restricted=row["restricted"],
            out_of_scope=row["out_of_scope"],
            model=_NAME,
        )
        route = said.destination.route.value
        buckets = base64.b64decode(row["buckets"])
        numbers = Numbers(row["language"], route, row["probability"], row["out_of_scope"], row["unknown"], buckets)
        policied = Policied(said, Verdict(row["verdict"]), row["reason"])
        scored.append(Scored(row["truth"], frozenset(row["right"]), policied, numbers))
    return Recorded(tuple(scored), Snapshot.from_json(read["reference"]))


def _silent(step: str, share: float) -> None:
    """Progress that nobody watches."""
    del step, share
