"""Training texts name nobody: names, addresses, numbers and signatures go, what a message is about stays."""

import pytest

from triage.domain.message import Address, Message
from triage.domain.person_request import BLOCK
from triage.mail.masking import mask_message, mask_text


def masked(body: str, *, name: str = "Fatou Ndiaye", email: str = "fatou.ndiaye@ngo.example", subject: str = "") -> str:
    return mask_text(from_name=name, from_email=email, subject=subject, body=body).body


@pytest.mark.parametrize(
    ("text", "gone", "stays"),
    [
        ("Dear Mr Moussa Traoré, we ask for help", "Moussa Traoré", "we ask for help"),
        ("Estimada Sra. Lucía Quispe: necesitamos apoyo", "Lucía", "necesitamos apoyo"),
        ("Bonjour Madame Aïssata, une question", "Aïssata", "une question"),
        ("My name is Grace Achieng and I lost my papers", "Achieng", "and I lost my papers"),
        ("Je m'appelle Ibrahim ould Ahmed et je suis à Nouakchott", "Ibrahim", "je suis à Nouakchott"),
        ("Call me on +221 77 123 45 67 please", "123 45 67", "+221"),
        ("My passport is AB1234567, issued in 2019", "1234567", "2019"),
        ("Write to moussa.t@gmail.example soon", "moussa", "gmail.example"),
        ("We sit at 12 rue des Palmiers, Dakar", "Palmiers", "Dakar"),
        ("Escríbame a Calle Los Olivos 245, Lima", "Olivos", "Lima"),
        ("See https://drive.example/moussa/cv.pdf for the file", "moussa", "for the file"),
        ("We asked for it.\n\nKind regards,\nDavid Okello\nProgramme Officer", "Okello", "We asked for it"),
        ("Nous attendons.\n\nCordialement,\nMme Rokhaya Sarr, présidente", "Rokhaya", "Nous attendons"),
        ("Fatou NDIAYE called your office. Ndiaye asked twice.", "Ndiaye", "called your office"),
    ],
)  # fmt: skip
def test_people_go_and_the_matter_stays(text: str, gone: str, stays: str) -> None:
    found = masked(text)
    assert gone.casefold() not in found.casefold()
    assert stays in found


def test_counts_years_and_organisations_stay() -> None:
    text = "Radio Kayira trained 380 women in 2024. The Radio would like to know who may speak about it."
    assert masked(text, name="Radio Kayira", email="info@kayira.example") == text


def test_the_sender_is_kept_as_an_organisation_or_not_at_all() -> None:
    person = mask_text(
        from_name="Fatou Ndiaye", from_email="fatou.ndiaye@ngo.example", subject="Fatou Ndiaye asks", body="x"
    )
    assert (person.from_name, person.from_email, person.subject) == (
        "",
        "x@ngo.example",
        f"{BLOCK * 5} {BLOCK * 6} asks",
    )
    office = mask_text(
        from_name="Awa Sarr (Association des femmes)", from_email="press@ndiaye.sn.example", subject="", body=""
    )  # fmt: skip
    assert (office.from_name, office.from_email) == ("Association des femmes", "press@ndiaye.sn.example")


def test_of_a_signature_only_the_country_of_the_telephone_stays() -> None:
    text = (
        "Please tell us who is competent for this.\n\n-- \nDavid Okello\nHope House, Plot 7 Kira Road\n+256 772 123456"
    )
    found = masked(text, name="David Okello", email="d.okello@hope.example")
    assert "Please tell us who is competent" in found
    assert "+256" in found
    for gone in ("Okello", "Hope House", "Kira", "772"):
        assert gone not in found


def test_those_who_are_written_to_go_too() -> None:
    message = Message(
        message_id="", sender=Address("Fatou Ndiaye", "fatou@ngo.example"), to=(Address("Amina Diallo", "ipd@office.example"),),
        cc=(), reply_to=(), subject="For Amina Diallo", date=None, text="", newest_text="Amina asked me to write.",
        quoted_text="Thank you, Fatou. Amina Diallo",
    )  # fmt: skip
    found = mask_message(message)
    assert "Amina" not in found.subject + found.body
    assert "Fatou" not in found.body
    assert "> Thank you" in found.body


def test_masking_twice_changes_nothing_more() -> None:
    once = masked("Dear Mr Traoré, call +221 77 123 45 67.\n\nRegards,\nFatou Ndiaye")
    assert masked(once, name="", email="x@ngo.example") == once
