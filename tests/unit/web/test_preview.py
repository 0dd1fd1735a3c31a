"""What may be looked at inside a page is only what its first bytes say it is."""

import pytest

from triage.web.screens.files import PREVIEWED, preview_type


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7", "application/pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", None),
        (b"<html><script>", None),
        (b"RIFF\0\0\0\0WAVE", None),
        (b"", None),
    ],
)
def test_first_bytes_tell(data: bytes, kind: str | None) -> None:
    assert preview_type(data) == kind
    assert kind is None or kind in PREVIEWED
