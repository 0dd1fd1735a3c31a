"""What makes a mail recognisable as one that this service sent itself."""

from dataclasses import dataclass

LOOP_HEADER = "X-IPD-Triage-Instance"


@dataclass(frozen=True, slots=True)
class OwnMail:
    """Our addresses (any case), the domain of our Message-IDs and the id that we stamp on every mail we send.

    Mail from one of the addresses, with our stamp, or with a Message-ID under the domain is `machine = own`.
    An empty value recognises nothing.
    """

    addresses: frozenset[str] = frozenset()
    message_id_domain: str = ""
    instance_id: str = ""


NOBODY = OwnMail()
