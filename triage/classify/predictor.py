"""The Classifier port over a trained model: messages in, explained predictions out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from triage.classify.country.finder import Found, route_features
from triage.classify.document import Document, from_message
from triage.classify.drift import numbers_of
from triage.classify.explain import Owners, country_evidence, route_evidence, row_of, trigger_evidence
from triage.classify.features.acts import acts
from triage.classify.features.matrix import Prepared
from triage.classify.features.shape import shape
from triage.classify.heads import Doubles, LinearHead
from triage.classify.measure import joint
from triage.classify.stack import beside_words, danger_of, names_beside_words
from triage.classify.train import SHARED, Parts
from triage.collector import collector_rests
from triage.domain.decision import Alternative, Evidence, Prediction, Similar
from triage.domain.drift import Numbers, Snapshot
from triage.domain.message import Message
from triage.domain.policy import Thresholds
from triage.domain.taxonomy import Destination, Kind, SenderType

SHOWN_ALTERNATIVES = 5
_BATCH = 256  # messages at a time: bounds memory, whatever is asked


class Predictor:
    """A loaded model. Safe to use from several threads; holds no message between calls."""

    def __init__(self, name: str, parts: Parts, thresholds: Thresholds, card: Mapping[str, Any]) -> None:
        self.name = name
        self.thresholds = thresholds
        self.card = card
        stack = parts.calibrators["route"]
        head = parts.heads["route"]
        self._from_words = len(head.classes)
        # One weight per word feature and route: the two linear stages multiplied. All heads' weights lie side by side, so
        # that one product gives every score; the heads become views of them.
        both = (head.coef.astype(np.float64) @ stack.weights[: self._from_words]).astype(np.float32)
        self._weights = np.ascontiguousarray(np.hstack([both, *(each.coef for each in parts.heads.values())]))
        self._word_weights = self._weights[:, : both.shape[1]]
        self._places: dict[str, slice] = {}
        first = both.shape[1]
        heads = {}
        for each, old in parts.heads.items():
            self._places[each] = slice(first, first + old.coef.shape[1])
            heads[each] = LinearHead(old.classes, self._weights[:, self._places[each]], old.intercept)
            first += old.coef.shape[1]
        self._parts = replace(parts, heads=heads)
        self._constant = stack.intercept + head.intercept.astype(np.float64) @ stack.weights[: self._from_words]
        self._other_names = names_beside_words(parts.heads["kind"])
        self._other_weights = stack.weights[self._from_words :]

    def predict(self, messages: Sequence[Message]) -> list[Prediction]:
        """One prediction per message, in order."""
        documents = [from_message(message) for message in messages]
        return self.predict_documents(documents)

    def numbers(self, messages: Sequence[Message], predictions: Sequence[Prediction]) -> list[Numbers]:
        """What drift is seen in, of messages beside what was predicted for them."""
        return numbers_of(self._parts.features, messages, predictions)

    @property
    def reference(self) -> Snapshot | None:
        """What the training messages looked like; None in a card from before this was kept."""
        stated = self.card.get("drift_reference")
        return None if stated is None else Snapshot.from_json(stated)

    def predict_documents(self, documents: Sequence[Document]) -> list[Prediction]:
        """The same for documents, as evaluation has them."""
        predictions: list[Prediction] = []
        with collector_rests():
            for start in range(0, len(documents), _BATCH):
                predictions += self._batch(documents[start : start + _BATCH])
        return predictions

    def _batch(self, documents: Sequence[Document]) -> list[Prediction]:
        parts = self._parts
        prepared = [parts.features.prepare(document) for document in documents]
        used = [parts.features.occurrences(item) for item in prepared]
        rows = parts.features.transform(prepared, used)
        product = np.asarray(rows @ self._weights, dtype=np.float64)
        scores = {name: product[:, place] + parts.heads[name].intercept for name, place in self._places.items()}
        found = [
            parts.country.find(item.document, item.tokens, item.meanings).in_danger(danger)
            for item, danger in zip(prepared, danger_of(scores)[:, 0].tolist(), strict=True)
        ]
        ranked = [parts.country.rank(item) for item in found]
        likeness = parts.similar.likeness(rows)
        country = np.array([route_features(item, *result) for item, result in zip(found, ranked, strict=True)])
        nearest = parts.similar.nearest(likeness)
        votes = parts.similar.votes(likeness, nearest)
        shapes = np.array([shape(item.document, len(item.words)) for item in prepared])
        others = beside_words(scores, country, votes, shapes)
        logits = product[:, : len(self._constant)] + others @ self._other_weights + self._constant
        exponent = np.exp(logits - logits.max(axis=1, keepdims=True))
        routes = exponent / exponent.sum(axis=1, keepdims=True)
        shared = np.hstack([scores[name] for name in SHARED] + [country, votes, shapes])
        chances = {name: parts.calibrators[name].probabilities(shared) for name in ("urgent", "restricted")}
        kinds = np.hstack([shared, np.array([acts(item) for item in prepared]), scores["sender_type"]])
        chances["kind"] = parts.calibrators["kind"].probabilities(kinds)
        chances["sender_type"] = parts.calibrators["sender_type"].probabilities(scores["sender_type"])
        return [
            self._one(
                item,
                Owners(parts.features, item, used[number], row_of(rows, number)),
                found[number],
                ranked[number],
                others[number],
                logits[number],
                routes[number],
                {name: chance[number] for name, chance in chances.items()},
                parts.similar.shown(likeness[number], nearest[number]),
            )
            for number, item in enumerate(prepared)
        ]

    def _one(
        self,
        prepared: Prepared,
        owners: Owners,
        found: Found,
        ranked: tuple[Doubles, Doubles],
        others: Doubles,
        logits: Doubles,
        routes: Doubles,
        chances: Mapping[str, Doubles],
        similar: tuple[Similar, ...],
    ) -> Prediction:
        parts = self._parts
        classes = parts.calibrators["route"].classes
        destinations = joint(classes, routes, [c.country for c in found.candidates], ranked[1])
        first = Destination.parse(destinations[0][0])
        urgent, restricted = float(chances["urgent"][1]), float(chances["restricted"][1])
        is_restricted = restricted >= parts.flag_thresholds["restricted"]
        is_urgent = urgent >= parts.flag_thresholds["urgent"] and not is_restricted
        winner = classes.index(first.route.value)
        evidence = self._evidence(prepared, owners, others, logits[winner], winner)
        evidence += self._country_evidence(first, found, ranked)
        for name, raised in (("urgent", is_urgent), ("restricted", is_restricted)):
            if raised:
                shares, _ = owners.word_shares(parts.heads[name].coef[:, 0])
                evidence += trigger_evidence(prepared, shares, name)
        kinds, types = parts.calibrators["kind"].classes, parts.calibrators["sender_type"].classes
        return Prediction(
            destination=first,
            probability=destinations[0][1],
            alternatives=tuple(
                Alternative(Destination.parse(name), chance) for name, chance in destinations[:SHOWN_ALTERNATIVES]
            ),
            kind=Kind(kinds[int(chances["kind"].argmax())]),
            sender_type=SenderType(types[int(chances["sender_type"].argmax())]),
            language=prepared.document.language,
            urgent=is_urgent,
            restricted=is_restricted,
            out_of_scope=float(routes[classes.index("IPD")]) if "IPD" in classes else 0.0,
            model=self.name,
            evidence=tuple(evidence),
            similar=similar,
            kind_probability=float(chances["kind"].max()),
            urgent_probability=urgent,
            restricted_probability=restricted,
        )

    def _evidence(
        self, prepared: Prepared, owners: Owners, others: Doubles, score: float, winner: int
    ) -> list[Evidence]:
        shares, sender = owners.word_shares(self._word_weights[:, winner])
        rows = list(zip(self._other_names, (others * self._other_weights[:, winner]).tolist(), strict=True))
        rows += [("words of the sender's name and address", sender), ("constant", float(self._constant[winner]))]
        return route_evidence(prepared, shares, rows, float(score))

    def _country_evidence(self, first: Destination, found: Found, ranked: tuple[Doubles, Doubles]) -> list[Evidence]:
        if not found.candidates:
            return []
        names = [candidate.country for candidate in found.candidates]
        best = names.index(first.country) if first.country in names else int(ranked[0].argmax())
        return country_evidence(self._parts.country.ranker, found, found.candidates[best])
