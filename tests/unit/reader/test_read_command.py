"""`triage read --json`: one object a line, nothing else, and exit 1 where a file could not be read."""

import json
import subprocess
import sys
from pathlib import Path

MAILS = Path(__file__).parents[1] / "mail/mails"
FIELDS = [
    "path", "message_id", "from", "to", "reply_to", "subject", "date", "text", "newest_text", "language", "attachments",
    "machine", "recipients", "quarantined",
]  # fmt: skip


def _read(*paths: Path, **environment: str) -> tuple[int, list[dict[str, object]]]:
    done = subprocess.run(
        [sys.executable, "-m", "triage", "read", "--json", *map(str, paths)],
        capture_output=True,
        check=False,
        timeout=120,
        env={"PATH": "/usr/bin:/bin", **environment},
    )
    assert done.stderr == b""
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_a_folder_gives_a_line_for_each_mail(tmp_path: Path) -> None:
    for name in ("attachments-at-every-depth", "plain"):
        (tmp_path / f"{name}.eml").write_bytes((MAILS / f"{name}.eml").read_bytes())
    status, (nested, plain) = _read(tmp_path)
    assert status == 0
    assert list(plain) == FIELDS
    assert plain["from"] == ["Ana Lima", "ana@north.example"] and plain["to"] == [["IPD", "ipd@office.example"]]
    assert plain["date"] == "2020-05-04T08:00:00+00:00" and plain["machine"] is None and plain["quarantined"] is None
    assert nested["attachments"] == [
        {"name": "plan.pdf", "type": "application/pdf", "size": 8},
        {"name": "logo.png", "type": "image/png", "size": 8},
        {"name": "a.zip", "type": "application/zip", "size": 1},
    ]


def test_missing_file_gives_a_line_and_exit_1(tmp_path: Path) -> None:
    status, lines = _read(tmp_path / "missing.eml", MAILS / "plain.eml")
    assert status == 1
    assert [line["quarantined"] for line in lines] == ["unreadable", None]
    assert lines[0]["path"] == str(tmp_path / "missing.eml") and lines[0]["from"] is None


def test_works_without_a_usable_configuration(tmp_path: Path) -> None:
    status, lines = _read(MAILS / "plain.eml", TRIAGE_CONFIG=str(tmp_path / "nowhere"))
    assert status == 0 and len(lines) == 1


def test_quarantined_mail_is_no_failure() -> None:
    status, lines = _read(MAILS / "nested-too-deep.eml")
    assert status == 0 and lines[0]["quarantined"] == "too_deep" and lines[0]["subject"] == "deep"
