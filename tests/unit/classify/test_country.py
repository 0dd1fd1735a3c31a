"""Places and people in a text, and what the sender says about a country."""

import pytest

from triage.classify.country.candidates import Candidate, find_candidates
from triage.classify.country.gazetteer import Gazetteer, gazetteer
from triage.classify.country.mentions import find_mentions
from triage.classify.country.ranker import CountryRanker
from triage.classify.country.sender import countries_of_phones, country_of_domain, is_government
from triage.classify.document import Document
from triage.classify.tokens import tokens_of
from triage.domain.decision import Field


def document(text: str, *, subject: str = "", email: str = "a@b.example", signature: str = "") -> Document:
    return Document(subject, text, "", signature, "", email, "en")


def countries(text: str) -> set[str]:
    mentions = find_mentions(tokens_of(document(text)), gazetteer(), frozenset())
    return {meaning.country for mention in mentions for meaning in mention.meanings}


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("our work in Tambacounda", "SN"),
        ("dans le cercle de Kayes", "ML"),
        ("la costa de Esmeraldas", "EC"),
        ("in the Rakhine camps", "MM"),
        ("en République démocratique du Congo", "CD"),
        ("jeunes nigériens de retour", "NE"),
        ("jeunes nigérians de retour", "NG"),
        ("em Cabo Delgado", "MZ"),
        ("наши дети в Бишкеке", "KG"),
        ("في مخيم الزعتري", "JO"),
        ("نحن ببيروت", "LB"),
        ("Wir arbeiten in Moldawien", "MD"),
        ("in Timor-Leste", "TL"),
        ("Cox's Bazar", "BD"),
    ],
)
def test_places_in_many_languages(text: str, country: str) -> None:
    assert country in countries(text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("Papua New Guinea", "GN"), ("South Sudan", "SD"), ("República Dominicana", "DM"), ("Guinea-Bissau", "GN")],
)
def test_the_longest_name_wins(text: str, wrong: str) -> None:
    assert wrong not in countries(text)


def test_everyday_words_are_no_towns() -> None:
    mentions = find_mentions(
        tokens_of(document("Para nosotros. Nice to meet you")), gazetteer(), frozenset({"para", "nice"})
    )
    assert mentions == []


def test_offsets_lie_on_the_name() -> None:
    text = "We write about Port-au-Prince today"
    (mention,) = find_mentions(tokens_of(document(text)), gazetteer(), frozenset())
    assert text[mention.start : mention.end] == "Port-au-Prince"
    assert mention.field is Field.NEWEST


@pytest.mark.parametrize(
    ("email", "country"),
    [
        ("a@sahel-jeunes.ml.example", "ML"),
        ("a@uni-x.ac.uk.example", "GB"),
        ("a@org.example", None),
        ("a@x.org.example", None),
        ("a@x.eu.example", None),
        ("a@ministere.gouv.sn", "SN"),
        ("", None),
    ],
)
def test_country_of_a_domain(email: str, country: str | None) -> None:
    assert country_of_domain(email) == country


def test_government_domains() -> None:
    assert is_government("a@mae.gob.pe.example")
    assert not is_government("gov@ngo.pe.example")


def test_telephone_numbers() -> None:
    assert countries_of_phones(document("x", signature="Tel. +509 37 00 00 00 / 00 221 77 000 00 00")) == {"HT", "SN"}


def test_the_ranker_learns_that_the_place_of_work_counts_and_not_the_origin() -> None:
    texts = [
        ("we run a school in Amman for refugees from Syria", "JO"),
        ("we run a clinic in Beirut for refugees from Iraq", "LB"),
        ("we run a shelter in Lima for people from Venezuela", "PE"),
        ("we run a kitchen in Niamey for people from Mali", "NE"),
        ("we run a workshop in Nairobi for refugees from Somalia", "KE"),
        ("we run a course in Tunis for people from Libya", "TN"),
    ]
    rows = []
    for text, _ in texts:
        made = document(text)
        tokens = tokens_of(made)
        rows.append(find_candidates(made, tokens, find_mentions(tokens, gazetteer(), frozenset()), ()))
    ranker = CountryRanker(penalty=0.1).fit(rows, [country for _, country in texts], [0.0] * len(texts))
    made = document("we run a farm in Quito for people from Colombia")
    tokens = tokens_of(made)
    candidates = find_candidates(made, tokens, find_mentions(tokens, gazetteer(), frozenset()), ())
    assert candidates[int(ranker.scores(candidates, 0.0).argmax())].country == "EC"
    restored = CountryRanker.from_state(ranker.state())
    assert abs(restored.scores(candidates, 0.5) - ranker.scores(candidates, 0.5)).max() < 1e-2


def test_in_danger_the_place_of_the_person_counts_and_not_the_senders() -> None:
    """The same words and domains: whether they sound like danger decides which country the ranker has learnt to choose."""
    texts = [
        ("my sister was sold in Beirut, I write from Nairobi", "ke", "LB", "KE"),
        ("my cousin was sold in Muscat, I write from Kampala", "ug", "OM", "UG"),
        ("my son was sold in Tripoli, I write from Dakar", "sn", "LY", "SN"),
        ("my niece was sold in Kuwait, I write from Colombo", "lk", "KW", "LK"),
        ("my wife was sold in Doha, I write from Kathmandu", "np", "QA", "NP"),
    ]

    def candidates(text: str, domain: str) -> list[Candidate]:
        made = document(text, email=f"a@mail.{domain}.example")
        tokens = tokens_of(made)
        return find_candidates(made, tokens, find_mentions(tokens, gazetteer(), frozenset()), ())

    rows = [candidates(text, domain) for text, domain, _, _ in texts]
    ranker = CountryRanker(penalty=0.1).fit(
        rows * 2, [row[2] for row in texts] + [row[3] for row in texts], [1.0] * 5 + [0.0] * 5
    )
    asked = candidates("my aunt was sold in Riyadh, I write from Accra", "gh")
    assert asked[int(ranker.scores(asked, 1.0).argmax())].country == "SA"
    assert asked[int(ranker.scores(asked, 0.0).argmax())].country == "GH"


def test_a_table_of_names_is_read_from_its_bytes() -> None:
    table = Gazetteer(b"casa\tES:C:4\nnew place\tGB:N:1\tUS:N:3\ntschech*\tCZ:S:1")
    assert [meaning.country for meaning in table.meanings("new place")] == ["GB", "US"]
    assert table.meanings("casa")[0].country == "ES"
    assert table.meanings("new") == () == table.meanings("cas")
    assert table.people("tschechin")[0].country == "CZ"
    assert table.longest("new") == 2


def test_a_ranker_scores_the_same_without_the_features_it_gives_no_weight() -> None:
    made = document("Our office in Dakar helps people who returned from Libya and Niger", subject="Senegal")
    tokens = tokens_of(made)
    mentions = find_mentions(tokens, gazetteer(), frozenset())
    ranker = CountryRanker()
    ranker.weights = {"1C:in": (0.7, 0.1), "roleP:from": (-0.4, 0.2), "#n": (0.2, 0.0), "most": (0.1, 0.0)}
    everything = find_candidates(made, tokens, mentions, ())
    weighed = find_candidates(made, tokens, mentions, (), weighed=ranker.weights)
    assert [c.country for c in weighed] == [c.country for c in everything]
    assert ranker.scores(weighed, 0.5).tolist() == ranker.scores(everything, 0.5).tolist()
    assert sum(len(c.features) for c in weighed) < sum(len(c.features) for c in everything)
