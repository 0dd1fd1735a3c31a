"""The shape of a message: how long, whether and where it asks, what it answers. Measured: kind 0.855 to 0.872 with it."""

import math
import re

from triage.classify.document import Document

_QUESTION = re.compile("[?؟？]")
_SENTENCE = re.compile(r"(?<=[.!?؟。？])\s+|\n+")
_SHORTEST_SENTENCE = 4  # characters
_LAST = 3  # sentences at the end, where people ask
NAMES = (
    "how many questions it asks",
    "asks a question",
    "asks in its last sentences",
    "asks in the subject",
    "how long it is",
    "short",
    "long",
    "how many sentences",
    "says little by itself",
    "answers or passes on an earlier mail",
    "subject of a reply",
    "subject of a forward",
)
_REPLY = ("re:", "rv:", "aw:", "sv:")
_FORWARD = ("fw", "tr:", "enc", "wg:")


def shape(document: Document, words: int) -> list[float]:
    """The numbers of `NAMES`, of about unit size. `words` counts subject and text."""
    text, subject = document.newest, document.subject.strip().lower()
    sentences = [part for part in _SENTENCE.split(text) if len(part.strip()) >= _SHORTEST_SENTENCE]
    questions = len(_QUESTION.findall(text))
    return [
        min(questions, 4) / 4,
        float(questions > 0),
        float(any(_QUESTION.search(sentence) for sentence in sentences[-_LAST:])),
        float(bool(_QUESTION.search(subject))),
        math.log1p(words) / 6,
        float(words < 40),
        float(words > 200),
        min(len(sentences), 30) / 30,
        float(document.thin),
        float(bool(document.quoted)),
        float(subject.startswith(_REPLY)),
        float(subject.startswith(_FORWARD)),
    ]
