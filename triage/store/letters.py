"""Mail of our own that carries no original: acknowledgements, alerts, digests. Its words lie encrypted with the delivery."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from triage.store import blobs
from triage.store.engine import Tx
from triage.store.leases import Claim


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written, and what it answers (Message-IDs with their angle brackets). `name` is the recipient's;
    `blocks` are the same words as parts to be laid out as HTML when it leaves, in `language`; empty for plain text alone."""

    subject: str
    text: str
    name: str = ""
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    blocks: tuple[Mapping[str, Any], ...] = ()
    language: str = ""

    def encode(self) -> bytes:
        """As the content of a delivery."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def decode(cls, data: bytes) -> "Letter":
        """The other way."""
        fields = json.loads(data)
        return cls(**(fields | {name: tuple(fields.get(name, ())) for name in ("references", "blocks")}))


@dataclass(frozen=True, slots=True)
class Addressed:
    """A letter and where it goes."""

    letter: Letter
    address: str


def letters(tx: Tx, *, claims: Sequence[Claim]) -> dict[str, Addressed]:
    """By delivery id, in one query. A letter whose words or address are erased is left out."""
    wanted = {b for claim in claims for b in (claim.content_blob_id, claim.address_blob_id) if b is not None}
    contents = blobs.get_many(tx, wanted)
    found: dict[str, Addressed] = {}
    for claim in claims:
        address = claim.address or contents.get(claim.address_blob_id or 0, b"").decode()
        if address and claim.content_blob_id in contents:
            found[claim.delivery_id] = Addressed(Letter.decode(contents[claim.content_blob_id]), address)
    return found
