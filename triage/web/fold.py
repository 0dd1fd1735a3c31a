"""One way to fold text for type-to-search: no accents, no case, no punctuation. static/combobox.js does the same."""

import unicodedata


def fold(text: str) -> str:
    """`text` in lower case without accents; everything but letters and digits becomes one space."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())
