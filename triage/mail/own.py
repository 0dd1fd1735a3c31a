"""What makes a mail recognisable as one that this service sent itself."""

from dataclasses import dataclass

LOOP_HEADER = "X-IPD-Triage-Instance"


@dataclass(frozen=True, slots=True)
class OwnMail:
    """Our addresses (any case), the domain of our Message-IDs and the id that we stamp on every mail we send.

    Mail from one of the addresses, with our stamp, or with a Message-ID under the domain is `machine = own`.
    An empty value recognises nothing. `trusted_servers` are the names (authserv-id) under which the office's own mail
    server writes down whether a sender is genuine; see `mail.authentication`.
    """

    addresses: frozenset[str] = frozenset()
    message_id_domain: str = ""
    instance_id: str = ""
    trusted_servers: frozenset[str] = frozenset()

    def reads(self, address: str) -> bool:
        """Whether mail to this address comes back to us: one of ours in any case, with or without a `+tag`."""
        local, _, domain = address.strip().strip("<>").rpartition("@")
        wanted = f"{local.partition('+')[0]}@{domain.rstrip('.')}".casefold()
        return any(wanted == one.casefold() or address.strip().casefold() == one.casefold() for one in self.addresses)


NOBODY = OwnMail()
