"""Deadlines are those that the message states, in three languages; no other date is taken for one."""

from datetime import date

import pytest

from triage.mail.deadlines import find_deadline

WRITTEN = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("We would need an answer before 15 March.", date(2026, 3, 15)),
        ("Please reply by March 20th, 2026.", date(2026, 3, 20)),
        ("deadline: 2026-04-01", date(2026, 4, 1)),
        ("Applications close on 7 June 2026", date(2026, 6, 7)),
        ("no later than Friday, 17 April", date(2026, 4, 17)),
        ("Send it by 10 January.", date(2027, 1, 10)),
        ("Submissions are due by 25/04/2026.", date(2026, 4, 25)),
        ("Merci de confirmer votre présence au plus tard le 3 avril 2026.", date(2026, 4, 3)),
        ("La date limite de dépôt est fixée au 30 juin", date(2026, 6, 30)),
        ("Nous attendons votre réponse d’ici le 1er mai.", date(2026, 5, 1)),
        ("avant le 15 août 2026", date(2026, 8, 15)),
        ("La fecha límite es el 12 de mayo.", date(2026, 5, 12)),
        ("Rogamos respondan antes del 1 de abril", date(2026, 4, 1)),
        ("a más tardar el 9 de septiembre de 2026", date(2026, 9, 9)),
        ("El plazo vence el 5 de diciembre", date(2026, 12, 5)),
        ("Register by 9 May; papers are due by 1 April.", date(2026, 4, 1)),
    ],
)
def test_stated(text: str, day: date) -> None:
    found = find_deadline(text, written=WRITTEN)
    assert found is not None
    assert found.day == day
    assert found.words in text


@pytest.mark.parametrize(
    "text",
    [
        "The workshop is on 5 May 2026 in Dakar.",
        "Nous sommes nés le 3 mars 2026",
        "We met on 3 May before the conference",
        "It was due by 1 February 2026.",  # past
        "Please reply by 04/05/2026.",  # two readers, two days
        "Please reply by 31 June 2026.",
        "La reunión será el 12 de mayo.",
        "",
    ],
)
def test_not_stated(text: str) -> None:
    assert find_deadline(text, written=WRITTEN) is None


def test_cost_is_linear() -> None:
    assert find_deadline("by " * 100_000, written=WRITTEN) is None
    assert find_deadline("by 5 May 2026 " * 2_000, written=WRITTEN) is not None
