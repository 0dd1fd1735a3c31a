"""All features of a message that linear heads read, as one sparse matrix, and the way back from a column to words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from triage.classify.document import Document
from triage.classify.features.concepts import ConceptVectorizer, Found, lexicon, thesaurus
from triage.classify.features.grams import GramVectorizer, Occurrences
from triage.classify.features.sender import sender_words
from triage.classify.tokens import Token, Tokens, tokens_of

# Measured: heavier ones push the words aside.
CONCEPT_WEIGHT = 0.15
LEXICON_WEIGHT = 0.4
SENDER_WEIGHT = 0.4
# A pair or gram of characters must stand in one message more for so many messages.
_MESSAGES_A_PAIR = 5_000
_MESSAGES_A_GRAM = 1_500


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document cut into what the features need, once."""

    document: Document
    tokens: Tokens
    read: list[Token]
    words: list[str]
    sender: list[str]
    concepts: list[Found]
    meanings: list[Found]


class MessageFeatures:
    """Words, pairs, character grams, concepts, meanings and sender words. Columns in this order."""

    def __init__(self) -> None:
        self.grams = GramVectorizer()
        self.concepts = ConceptVectorizer(thesaurus())
        self.meanings = ConceptVectorizer(lexicon())
        self.sender = GramVectorizer(word_min=2, char_min=10_000_000)

    def prepare(self, document: Document) -> Prepared:
        """Cut one document."""
        tokens = tokens_of(document)
        read = list(tokens.read())
        words = [token.word for token in read]
        return Prepared(
            document=document,
            tokens=tokens,
            read=read,
            words=words,
            sender=sender_words(document, tokens),
            concepts=self.concepts.thesaurus.find(words),
            meanings=self.meanings.thesaurus.find(words),
        )

    def fit_transform(self, prepared: Sequence[Prepared]) -> sp.csr_matrix:
        """Learn vocabularies and weights from these messages and return their rows."""
        # The more messages, the more of their rare pairs and grams say nothing. Measured with 7,776 messages: these minima
        # leave two thirds of the columns of 2 and 3, and no figure of the card loses more than 0.002.
        count = len(prepared)
        self.grams = GramVectorizer(pair_min=2 + count // _MESSAGES_A_PAIR, char_min=max(3, count // _MESSAGES_A_GRAM))
        return self._stack(
            self.grams.fit_transform([item.words for item in prepared]),
            self.concepts.fit_transform([item.concepts for item in prepared]),
            self.meanings.fit_transform([item.meanings for item in prepared]),
            self.sender.fit_transform([item.sender for item in prepared]),
        )

    def occurrences(self, prepared: Prepared) -> Occurrences:
        """Which columns the words of a message use, word by word."""
        return self.grams.occurrences(prepared.words)

    def transform(self, prepared: Sequence[Prepared], used: Sequence[Occurrences] | None = None) -> sp.csr_matrix:
        """The rows of these messages; `used` are their occurrences, where they are known already."""
        return self._stack(
            self.grams.rows(map(self.occurrences, prepared) if used is None else used),
            self.concepts.transform([item.concepts for item in prepared]),
            self.meanings.transform([item.meanings for item in prepared]),
            self.sender.transform([item.sender for item in prepared]),
        )

    @staticmethod
    def _stack(
        grams: sp.csr_matrix, concepts: sp.csr_matrix, meanings: sp.csr_matrix, sender: sp.csr_matrix
    ) -> sp.csr_matrix:
        """The blocks side by side; `scipy.sparse.hstack` takes longer for one message than all the rest."""
        weighted = [
            (grams, 1.0),
            (concepts, CONCEPT_WEIGHT),
            (meanings, LEXICON_WEIGHT),
            (sender, SENDER_WEIGHT),
        ]
        indices, data, pointers = [], [], [0]
        for row in range(grams.shape[0]):
            first = 0
            filled = 0
            for block, weight in weighted:
                span = slice(block.indptr[row], block.indptr[row + 1])
                indices.append(block.indices[span] + first)
                data.append(block.data[span] * weight)
                filled += span.stop - span.start
                first += block.shape[1]
            pointers.append(pointers[-1] + filled)
        shape = (grams.shape[0], sum(block.shape[1] for block, _ in weighted))
        if not indices:
            return sp.csr_matrix(shape, dtype=np.float32)
        columns = np.concatenate(indices).astype(np.int32)
        values = np.concatenate(data).astype(np.float32)
        return sp.csr_matrix((values, columns, np.array(pointers, dtype=np.int32)), shape=shape)

    @property
    def offsets(self) -> tuple[int, int, int]:
        """First column of the concepts, of the meanings and of the sender words."""
        concepts = sum(self.grams.sizes)
        meanings = concepts + len(self.concepts.idf)
        return concepts, meanings, meanings + len(self.meanings.idf)

    def without_characters(self) -> npt.NDArray[np.intp]:
        """All columns but the character grams."""
        words, pairs, _ = self.grams.sizes
        sender = self.offsets[2]
        return np.concatenate([np.arange(words + pairs), np.arange(self.offsets[0], sender + sum(self.sender.sizes))])

    def state(self) -> dict[str, Any]:
        """Everything learned."""
        return {
            "grams": self.grams.state(),
            "concepts": self.concepts.state(),
            "meanings": self.meanings.state(),
            "sender": self.sender.state(),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "MessageFeatures":
        """The features whose `state()` this is. Raises ValueError where the code's own data has changed since."""
        made = cls()
        made.grams = GramVectorizer.from_state(state["grams"])
        made.concepts = ConceptVectorizer.from_state(state["concepts"], thesaurus())
        made.meanings = ConceptVectorizer.from_state(state["meanings"], lexicon())
        made.sender = GramVectorizer.from_state(state["sender"])
        return made
