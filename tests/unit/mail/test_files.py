"""Mails named on a command line."""

from pathlib import Path

from triage.mail.files import iter_mails

MAIL = b"From: a@b.example\nSubject: %d\n\nText\n"


def _labels(*paths: Path) -> list[str]:
    return [label for label, _ in iter_mails(paths)]


def test_files_and_folders_in_order(tmp_path: Path) -> None:
    for name in ("b.eml", "a.eml", "sub/c.eml", ".hidden.eml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(MAIL % 1)
    assert _labels(tmp_path) == [str(tmp_path / name) for name in ("a.eml", "b.eml", "sub/c.eml")]


def test_maildir_leaves_unfinished_mail_out(tmp_path: Path) -> None:
    for folder in ("cur", "new", "tmp", ".Archive/cur", ".Archive/new", ".Archive/tmp"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "1.host:2,S").write_bytes(MAIL % 1)
    (tmp_path / "dovecot-uidlist").write_text("3 V1")
    found = [label.removeprefix(str(tmp_path)) for label in _labels(tmp_path)]
    assert found == ["/.Archive/cur/1.host:2,S", "/.Archive/new/1.host:2,S", "/cur/1.host:2,S", "/new/1.host:2,S"]


def test_mbox_messages_are_numbered_and_unquoted(tmp_path: Path) -> None:
    box = tmp_path / "inbox"
    separator = b"From a@b.example Mon May  4 10:00:00 2020\n"
    box.write_bytes(
        separator + MAIL % 1 + b">From here on\nFrom there at 10:00 we go\n\n" + separator + MAIL % 2 + b"\n"
    )
    found = list(iter_mails([box]))
    assert [label for label, _ in found] == [f"{box}#1", f"{box}#2"]
    first = found[0][1]
    assert (
        isinstance(first, bytes)
        and b"\nFrom here on\nFrom there at 10:00 we go\n" in first
        and b"Subject: 2" not in first
    )


def test_single_mail_behind_a_separator_keeps_its_name(tmp_path: Path) -> None:
    raw = b"From a@b.example Mon May  4 10:00:00 2020\n" + MAIL % 1
    for name in ("one.eml", "one.txt", "one.mbox"):
        (tmp_path / name).write_bytes(raw)
    assert _labels(tmp_path) == [f"{tmp_path}/one.eml", f"{tmp_path}/one.mbox#1", f"{tmp_path}/one.txt"]


def test_unreadable_paths_are_told_and_the_others_go_on(tmp_path: Path) -> None:
    good = tmp_path / "good.eml"
    good.write_bytes(MAIL % 1)
    found = dict(iter_mails([tmp_path / "missing", good]))
    assert isinstance(found[str(tmp_path / "missing")], OSError)
    assert found[str(good)] == MAIL % 1


def test_empty_file_is_a_mail(tmp_path: Path) -> None:
    (tmp_path / "empty.eml").write_bytes(b"")
    assert list(iter_mails([tmp_path])) == [(str(tmp_path / "empty.eml"), b"")]
