"""`triage read --json PATH...`: what the mail layer reads, one JSON object a line."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import click

from triage.domain.errors import UserError
from triage.domain.message import Address, Message, ReadResult
from triage.mail.files import iter_mails
from triage.mail.own import NOBODY, OwnMail
from triage.reader.limited import LimitedReader

_BATCH = 64
_CHILDREN = 2
_LARGEST_BATCH_BYTES = 20_000_000


@click.command("read")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line (the only form there is).")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def read(as_json: bool, paths: tuple[Path, ...]) -> None:
    """Show what is read of mails: PATHS are files, folders, mbox files or Maildirs."""
    if not as_json:
        raise click.UsageError("Say --json: this command answers in JSON only.")
    sys.exit(read_to(sys.stdout.buffer.write, paths, own=_own()))


def _own() -> OwnMail:
    """How our own mail is known here; without a usable configuration nothing is."""
    from triage.bootstrap import open_services

    try:
        return open_services().own
    except UserError:
        return NOBODY


def read_to(write: Callable[[bytes], object], paths: Iterable[Path], *, own: OwnMail) -> int:
    """Write a line for each mail; 1 where something could not be read, else 0."""
    status = 0
    with LimitedReader(own, children=_CHILDREN) as reader:
        for batch in _batches(iter_mails(paths)):
            results = iter(reader.read([raw for _, raw in batch if isinstance(raw, bytes)]))
            for label, raw in batch:
                if isinstance(raw, bytes):
                    line = as_line(label, next(results))
                else:
                    status = 1
                    line = as_line(label, ReadResult(None, "unreadable"))
                write(json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
    return status


def _batches(mails: Iterator[tuple[str, bytes | OSError]]) -> Iterator[list[tuple[str, bytes | OSError]]]:
    batch: list[tuple[str, bytes | OSError]] = []
    size = 0
    while more := list(islice(mails, 1)):
        batch += more
        size += len(more[0][1]) if isinstance(more[0][1], bytes) else 0
        if len(batch) >= _BATCH or size > _LARGEST_BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def as_line(label: str, result: ReadResult) -> dict[str, Any]:
    """One object of the command's contract."""
    message = result.message or Message("", None, (), (), (), "", None, "", "")
    return {
        "path": label,
        "message_id": message.message_id,
        "from": _pair(message.sender),
        "to": [_pair(each) for each in message.to],
        "reply_to": [_pair(each) for each in message.reply_to],
        "subject": message.subject,
        "date": message.date.isoformat() if message.date else None,
        "text": message.text,
        "newest_text": message.newest_text,
        "language": message.language,
        "attachments": [{"name": each.name, "type": each.type, "size": each.size} for each in message.attachments],
        "machine": message.machine.value if message.machine else None,
        "recipients": list(message.bounced_recipients),
        "quarantined": result.quarantined,
    }


def _pair(address: Address | None) -> list[str] | None:
    return [address.name, address.email] if address else None
