"""The language of a text."""

from functools import lru_cache
from typing import Any

_LETTERS = 12  # fewer say nothing


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # loads its model: only wanted once

    return LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)


def detect(text: str) -> str:
    """ISO 639-1 code, `und` where there is too little text."""
    if sum(character.isalpha() for character in text[:200]) < _LETTERS:
        return "und"
    return str(_identifier().classify(text[:2000])[0])
