"""`triage predict`: what the model says of mails on disk, one JSON object a line."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click

from triage.config.places import Places
from triage.domain.decision import Policied
from triage.domain.message import Message
from triage.domain.policy import decide

_BATCH = 64


@click.command("predict")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line (the only form there is).")
@click.option("--model", "name", default=None, help="A model by name instead of the promoted one.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def predict(as_json: bool, name: str | None, paths: tuple[Path, ...]) -> None:
    """Say for each mail in PATHS (files, folders, mbox, Maildir) where it belongs and why."""
    if not as_json:
        raise click.UsageError("Say --json: this command answers in JSON only.")
    from triage.classify.artefact import load
    from triage.mail.files import iter_mails
    from triage.mail.own import NOBODY
    from triage.reader.limited import LimitedReader

    predictor = load(Places.from_environment().models, name)
    reader = LimitedReader(NOBODY)
    failed = False
    try:
        for batch in _batches(iter_mails(paths)):
            raws = [content for _, content in batch if isinstance(content, bytes)]
            read = iter(reader.read(raws))
            results = [next(read) if isinstance(content, bytes) else None for _, content in batch]
            messages = [result.message for result in results if result is not None and result.message is not None]
            predictions = iter(predictor.predict(messages))
            for (label, _), result in zip(batch, results, strict=True):
                if result is None or result.message is None:
                    failed = True
                    reason = result.quarantined if result is not None and result.quarantined else "unreadable_file"
                    _print(_nothing(label, reason, predictor.name))
                    continue
                policied = decide(next(predictions), result.message, predictor.thresholds)
                _print(_row(label, result.message, policied, result.quarantined))
    finally:
        reader.close()
    if failed:
        sys.exit(1)


def _batches(mails: Iterator[tuple[str, bytes | OSError]]) -> Iterator[Sequence[tuple[str, bytes | OSError]]]:
    while batch := list(islice(mails, _BATCH)):
        yield batch


def _row(label: str, message: Message, policied: Policied, quarantined: str | None) -> dict[str, Any]:
    prediction = policied.prediction
    machine = message.machine is not None
    # What was only read in part is not routed: the words that decide may be among those left unread.
    destination = None if machine or quarantined else prediction.destination
    return {
        "path": label,
        "message_id": message.message_id,
        "language": prediction.language,
        "route": destination.route.value if destination else None,
        "country": destination.country if destination else None,
        "probability": round(prediction.probability, 4) if destination else None,
        "alternatives": []
        if destination is None
        else [
            {
                "route": other.destination.route.value,
                "country": other.destination.country,
                "probability": round(other.probability, 4),
            }
            for other in prediction.alternatives
        ],
        "decision": "review" if quarantined and not machine else policied.verdict.value,
        "reason": f"quarantined_{quarantined}" if quarantined and not machine else policied.reason,
        "kind": prediction.kind.value,
        "sender_type": prediction.sender_type.value,
        "urgent": prediction.urgent and not machine,
        "restricted": prediction.restricted and not machine,
        "model": prediction.model,
    }


def _nothing(label: str, reason: str, model: str) -> dict[str, Any]:
    return {
        "path": label,
        "message_id": None,
        "language": None,
        "route": None,
        "country": None,
        "probability": None,
        "alternatives": [],
        "decision": "review",
        "reason": reason,
        "kind": None,
        "sender_type": None,
        "urgent": False,
        "restricted": False,
        "model": model,
    }


def _print(row: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + os.linesep)
