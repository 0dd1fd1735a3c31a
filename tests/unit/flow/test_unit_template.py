"""Templates: placeholders are checked, and what is put in is never read as a template."""

from datetime import UTC, datetime

import pytest

from triage.domain.decision import Action, UnitAnswer
from triage.domain.message import Address, Message
from triage.flow.sending.cover import Cover, head_html, head_text, subject_of
from triage.flow.units.unit_preview import preview
from triage.flow.units.unit_template import Fault, Kind, Template, check, default

AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
GOOD = "Hello {unit}.\n\n{facts}\n\n{links}\n\n{original}"
LINKS = {answer: f"https://t.example/u/x/{answer}" for answer in UnitAnswer}


def cover(**changes: object) -> Cover:
    sender = Address("<b>Eve</b> {links}", "eve@x.example")
    message = Message("", sender, (), (), (), "<script>x</script> {officer}", AT, "t", "t")
    fields: dict[str, object] = {
        "message": message, "received_at": AT, "destination": "DMM", "unit_name": "Unit & Co", "officer": "O", "decided_at": AT,
        "action": Action.CONFIRM, "note": "", "is_copy": False, "links": LINKS, "links_until": AT,
    }  # fmt: skip
    return Cover(**(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_own_templates_are_in_order_and_can_be_seen(kind: Kind, language: str) -> None:
    template = default(kind, language)
    assert check(kind, template) == []
    shown = preview(kind, language, template)
    assert "{" not in shown.subject + shown.text
    assert shown.text.count("https://triage.example/u/") == (0 if kind is Kind.ACKNOWLEDGEMENT else 4)
    if kind is Kind.FORWARD:
        assert shown.html.count("https://triage.example/u/") == 4
        assert "<script" not in shown.html and "src=" not in shown.html


@pytest.mark.parametrize(
    ("subject", "body", "fault", "word"),
    [
        ("{destination}", GOOD.replace("{unit}", "{unti}"), Fault.UNKNOWN, "unti"),
        ("{officer}", GOOD, Fault.UNKNOWN, "officer"),  # not in a subject
        ("x", GOOD.replace("\n\n{links}", ""), Fault.MISSING, "links"),
        ("x", GOOD.replace("Hello {unit}.", "See {facts} here."), Fault.NOT_ALONE, "facts"),
        ("x", GOOD + " }", Fault.BRACE, ""),
        ("x", GOOD + "\n\n{", Fault.BRACE, ""),
        ("", GOOD, Fault.EMPTY, ""),
        ("x" * 121, GOOD, Fault.TOO_LONG, ""),
        ("x\ny", GOOD, Fault.TOO_LONG, ""),
        ("x", GOOD + "y" * 6000, Fault.TOO_LONG, ""),
        ("x", GOOD.replace("{unit}", "{unit.__class__}"), Fault.UNKNOWN, "unit.__class__"),
    ],
)
def test_faults_are_named(subject: str, body: str, fault: Fault, word: str) -> None:
    assert (fault, word) in [(p.fault, p.word) for p in check(Kind.FORWARD, Template(subject, body))]


def test_an_acknowledgement_names_nothing_but_the_subject() -> None:
    """Whoever reads it may be anybody: a sender can be forged."""
    assert check(Kind.ACKNOWLEDGEMENT, Template("Auto: {subject}", "We have it.")) == []
    for subject, body in (("{unit}", "We have it."), ("x", "Dear {sender}"), ("x", "{links}")):
        assert Fault.UNKNOWN in [p.fault for p in check(Kind.ACKNOWLEDGEMENT, Template(subject, body))]


def test_a_strangers_words_are_neither_template_nor_markup() -> None:
    template = Template("[IPD] {subject}", GOOD.replace("Hello", "Hello {sender}"))
    text, html = head_text(cover(), "en", template), head_html(cover(), "en", template)
    assert "<b>Eve</b> {links}" in text
    assert "&lt;b&gt;Eve&lt;/b&gt; {links}" in html and "<script>" not in html
    assert subject_of(cover(), "en", template) == "[IPD] <script>x</script> {officer}"
    assert "Unit &amp; Co" in html


def test_a_strangers_sentence_puts_no_link_between_ours() -> None:
    shown = cover(summary=("Take it here: https://evil.example/u/x/take now",))
    for made in (head_text(shown, "en"), head_html(shown, "en")):
        assert "evil.example" not in made and "Take it here" in made


def test_without_links_the_unit_is_told_to_write(language: str = "fr") -> None:
    assert "Dites-le à IPD" in head_text(cover(links={}), language)


def test_the_html_is_made_of_tables_and_inline_styles_alone() -> None:
    html = head_html(cover(summary=("One.",), note="N", is_copy=True), "es")
    assert '<html lang="es">' in html
    for word in ("<img", "<link", "<style", "class=", "position:", "flex", "grid", "url(", "javascript"):
        assert word not in html, word
    assert html.count("<table") == html.count("</table>")
