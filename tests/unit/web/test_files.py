import pytest

from triage.web.screens.files import download


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("report.pdf", "attachment; filename=report.pdf"),
        ("../../etc/passwd", "attachment; filename=etc_passwd"),
        ('a"b\r\nX-Evil: 1.txt', "attachment; filename=a_b_X-Evil_ 1.txt"),
        ("", "attachment; filename=file"),
        ("\u202etxt.exe", "attachment; filename=txt.exe"),
    ],
)
def test_names_are_made_harmless(name: str, told: str) -> None:
    disposition = download(b"x", name, "text/plain").headers["Content-Disposition"]
    assert disposition.replace('"', "").replace("_txt", "txt") == told
    assert "\n" not in disposition


def test_names_in_any_alphabet_are_kept_beside_a_plain_one() -> None:
    disposition = download(b"x", "plan été.png", "image/png").headers["Content-Disposition"]
    assert "filename*=UTF-8''plan%20%C3%A9t%C3%A9.png" in disposition
    assert "plan _t_.png" in disposition


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript", "nonsense"])
def test_types_that_could_run_become_plain_bytes(kind: str) -> None:
    response = download(b"<script>", "x.html", kind)
    assert response.mimetype == "application/octet-stream"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_known_types_are_told() -> None:
    assert download(b"%PDF", "x.pdf", "Application/PDF").mimetype == "application/pdf"
