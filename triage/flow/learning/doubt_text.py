"""The text behind a training line, masked, for the person who looks at its label."""

from dataclasses import dataclass
from pathlib import Path

from triage.domain.errors import DataError, NotFound
from triage.domain.people import Person
from triage.flow.learning.training_set import thaw
from triage.mail.masking import mask_message
from triage.store import detail, imported_labels, labels, training
from triage.store.engine import Store


@dataclass(frozen=True, slots=True)
class LineText:
    """What a label is of, as it is learnt from: without names, addresses and numbers."""

    subject: str
    body: str
    language: str


def text_of(store: Store, *, viewer: Person, line_id: str, snapshot: str, folder: Path) -> LineText | None:
    """The masked text of a line: of a message of ours, of a past forward, or out of the frozen training set with the hash
    `snapshot`, whose file lies in `folder`. None where it is gone, or the viewer may not see the message."""
    message_id = labels.message_of(line_id)
    with store.read() as tx:
        if message_id is not None:
            try:
                found = detail.detail(tx, viewer=viewer, message_id=message_id)
            except NotFound:
                return None
            if found.message is None:
                return None
            masked = mask_message(found.message)
            return LineText(masked.subject, masked.body, found.message.language)
        line = imported_labels.line_of(tx, line_id)
        if line is not None:
            return LineText(line["subject"], line["body"], line["lang"])
        frozen = training.snapshot(tx, hash_=snapshot) if snapshot else None
    if frozen is None:
        return None
    try:
        examples = thaw(folder, frozen).examples
    except (DataError, OSError):
        return None
    example = next((one for one in examples if one.id == line_id), None)
    return None if example is None else LineText(example.subject, example.body, example.language)
