"""A file is what its bytes say."""

import io
import zipfile

import pytest

from triage.mail.sniff import type_of


def zip_with(name: str, first: bytes = b"") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        if first:
            archive.writestr("mimetype", first)
        archive.writestr(name, b"x")
    return file.getvalue()


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("data", "declared", "expected"),
    [
        (b"%PDF-1.7 ...", "application/pdf", "application/pdf"),
        (b"MZ\x90\x00", "application/pdf", "application/x-executable"),
        (b"\x7fELF\x02", "image/png", "application/x-executable"),
        (b"hello", "application/pdf", "application/octet-stream"),
        (b"<!DOCTYPE html><script>1</script>", "image/png", "text/html"),
        (b"\xef\xbb\xbf  <svg onload=x>", "image/gif", "text/html"),
        (b"hello there", "text/plain", "text/plain"),
        (b"", "text/csv", "text/csv"),
        (b"\x89PNG\r\n\x1a\n...", "application/octet-stream", "image/png"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword", "application/msword"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/pdf", "application/x-ole-storage"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image/webp", "image/webp"),
        (zip_with("word/document.xml"), "application/zip", WORD),
        (zip_with("a.txt"), WORD, "application/zip"),
        (zip_with("content.xml", ODT.encode()), ODT, ODT),
        (zip_with("content.xml"), ODT, "application/zip"),
    ],
)
def test_type_by_content(data: bytes, declared: str, expected: str) -> None:
    assert type_of(data, declared) == expected
