"""A classifier whose answers a test can foresee: it goes by single words and gives them as evidence.

The screens show whatever is stored; which model made it is not their matter, and training one takes too long here.
"""

import re
from collections.abc import Sequence

from triage.domain.decision import Alternative, Evidence, Field, Prediction, Similar
from triage.domain.message import Message
from triage.domain.taxonomy import Destination, Kind, Route, SenderType

RULES: tuple[tuple[str, str, float, str], ...] = (
    ("misconduct", "IPD", 0.93, "restricted"),
    ("locked|forced to work", "MISSION:NP", 0.88, "urgent"),
    ("recruitment|charged", "DMM", 0.94, "route"),
    ("Mali|Kayes", "MISSION:ML", 0.83, "country"),
    ("periodista|fotografías", "MCD", 0.91, "route"),
    ("قانون", "IML", 0.47, "route"),
    ("invitons|programme", "ICP", 0.72, "route"),
    ("winner|cruise", "IPD", 0.995, "route"),
    ("aircraft|relief goods", "DOE", 0.86, "route"),
    ("Andorra", "MISSION:AD", 0.78, "country"),
)
OTHERS = ("DMM", "DOE", "ICP", "MCD", "IML", "MISSION:SN", "IPD")
SIMILAR = (
    Similar("t-1", 0.71, Destination.parse("DMM"), "Fees paid before departure"),
    Similar("t-2", 0.55, Destination.parse("MISSION:ML"), "Atelier à Bamako"),
    Similar("t-3", 0.31, Destination.parse("MCD"), "Photo rights"),
)


class KeywordClassifier:
    """The Classifier port over RULES."""

    name = "keywords-1"

    def predict(self, messages: Sequence[Message]) -> list[Prediction]:
        """One answer for each message."""
        return [self._one(message) for message in messages]

    def _one(self, message: Message) -> Prediction:
        for words, target, probability, about in RULES:
            found = list(re.finditer(words, message.newest_text))
            if found:
                return _answer(message, Destination.parse(target), probability, about, found)
        return _answer(message, Destination(Route.ICP), 0.34, "route", [])


def _answer(
    message: Message, destination: Destination, probability: float, about: str, found: list[re.Match[str]]
) -> Prediction:
    rest = [Destination.parse(text) for text in OTHERS if text != str(destination)]
    left = 1 - probability
    others = tuple(Alternative(each, left / 2 ** (place + 1)) for place, each in enumerate(rest[:4]))
    return Prediction(
        destination=destination,
        probability=probability,
        alternatives=(Alternative(destination, probability), *others),
        kind=Kind.QUESTION,
        sender_type=SenderType.NGO,
        language=message.language,
        urgent=about == "urgent",
        restricted=about == "restricted",
        out_of_scope=0.02,
        model="keywords-1",
        evidence=tuple(Evidence(Field.NEWEST, m.start(), m.end(), m.group(), 1.0, about) for m in found),
        similar=SIMILAR,
        kind_probability=0.8,
        urgent_probability=0.9 if about == "urgent" else 0.01,
        restricted_probability=0.9 if about == "restricted" else 0.01,
    )
