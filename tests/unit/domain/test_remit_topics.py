"""The parts of a remit, and which of them a message speaks of."""

from triage.domain.folding import words
from triage.domain.remit_topics import spoken_of, topics_of

REMITS = {
    "en": "Labour migration, counter-trafficking, migration and health; worldwide or in several countries",
    "fr": "Migration de main-d'œuvre, lutte contre la traite, migration et santé ; dans le monde",
    "es": "Migración laboral, lucha contra la trata, migración y salud; en el mundo",
}


def found(text: str) -> list[str]:
    return [topic.names["en"] for topic in topics_of(REMITS) if spoken_of(topic, words(text))]


def test_parts_are_known_by_the_words_that_are_theirs_alone() -> None:
    assert [topic.names["fr"] for topic in topics_of(REMITS)] == [
        "Migration de main-d'œuvre", "lutte contre la traite", "migration et santé",
    ]  # fmt: skip
    assert found("Two of our members were trafficked last year") == ["counter-trafficking"]
    assert found("Le centre de santé reçoit des travailleurs") == ["migration and health"]
    assert found("Protección de la salud y derechos laborales") == ["Labour migration", "migration and health"]
    assert found("A word on migration in several countries of the world") == [], "what all parts say tells nothing"


def test_remits_that_do_not_match_or_say_nothing() -> None:
    assert topics_of({}) == [] and topics_of({"en": ""}) == []
    uneven = topics_of(REMITS | {"fr": "Migration, santé"})
    assert len(uneven) == 3 and all(set(topic.names) == {"en", "es"} for topic in uneven)
    assert topics_of({"en": "migration, migration"}) == [], "parts that nothing sets apart"
