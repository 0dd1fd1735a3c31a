"""Mails named on a command line: files, folders, mbox files and Maildirs."""

import mmap
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

# An mbox separator: "From " at the start of a line that is followed by something like a date.
_FROM_LINE = re.compile(rb"^From [^\r\n]*?\d\d?:\d\d(?::\d\d)?[^\r\n]*\r?\n", re.MULTILINE)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
# One mail each by name, whatever lines are in it; and files that are mailboxes even with a single mail.
_SINGLE, _BOXES = frozenset((".eml", ".msg", ".email")), frozenset((".mbox", ".mbx"))
_MAILDIR = ("cur", "new")


def iter_mails(paths: Iterable[Path]) -> Iterator[tuple[str, bytes | OSError]]:
    """Label and bytes of every mail, in a stable order; what cannot be read is given as its error, never raised.

    A label is the path, with `#n` (from 1) behind it for the n-th message of an mbox; a file that merely begins with a
    separator line, as many single mails do, is no mbox unless it is named so or holds several. Folders are walked recursively,
    sorted, hidden files and a Maildir's `tmp` left out. Constant in memory for files; an mbox is mapped, not loaded.
    """
    for path in paths:
        yield from _mails_at(path)


def _mails_at(path: Path) -> Iterator[tuple[str, bytes | OSError]]:
    try:
        is_folder = path.is_dir()
        if not is_folder:
            yield from _file(path)
            return
        entries = sorted(os.scandir(path), key=lambda entry: entry.name)
    except OSError as error:
        yield str(path), error
        return
    names = {entry.name for entry in entries}
    maildir = set(_MAILDIR) <= names
    for entry in entries:
        if (maildir and entry.name == "tmp") or _is_hidden(entry, maildir):
            continue
        yield from _mails_at(Path(entry.path))


def _is_hidden(entry: os.DirEntry[str], maildir: bool) -> bool:
    # A Maildir++ sub-folder has a dot in front and holds mail.
    if not entry.name.startswith("."):
        return maildir and entry.is_file() and entry.name.startswith(("dovecot", "maildirfolder", "subscriptions"))
    return not (maildir and entry.is_dir())


def _file(path: Path) -> Iterator[tuple[str, bytes | OSError]]:
    with path.open("rb") as stream:
        head = stream.read(200)
        if path.suffix.lower() not in _SINGLE and _FROM_LINE.match(head):
            yield from _mbox(str(path), stream.fileno(), path.suffix.lower() in _BOXES)
            return
        yield str(path), head + stream.read()


def _mbox(label: str, descriptor: int, always_numbered: bool) -> Iterator[tuple[str, bytes | OSError]]:
    with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as data:
        begins = list(_separators(data))
        for number, (_, start) in enumerate(begins, start=1):
            end = begins[number][0] if number < len(begins) else len(data)
            raw = _QUOTED_FROM.sub(rb"\1", data[start:end])
            yield f"{label}#{number}" if always_numbered or len(begins) > 1 else label, raw


def _separators(data: mmap.mmap) -> Iterator[tuple[int, int]]:
    """Start and end of each separator line: at the beginning or behind an empty line."""
    for match in _FROM_LINE.finditer(data):
        start = match.start()
        if start == 0 or data[max(0, start - 2) : start] == b"\n\n" or data[max(0, start - 4) : start] == b"\r\n\r\n":
            yield start, match.end()
