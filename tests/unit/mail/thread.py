"""A thread for tests: own words, what they answer, and how two texts are the same."""

THREAD = "The earlier words of the thread.\nAnd a second line of them."
QUOTE = "> The earlier words of the thread.\n> And a second line of them."
OWN = "Thank you, Thursday suits us.\n\nWould ten o'clock be possible?"


def same(found: str, wanted: str) -> None:
    """But for the blanks between words."""
    assert found.split() == wanted.split()
