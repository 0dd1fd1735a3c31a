"""A unit in tests: what it finds in its mail, and what it does with it."""

import email
import re
from email.message import EmailMessage
from email.policy import default

from tests.store.office import Office
from triage.domain.decision import UnitAnswer
from triage.domain.taxonomy import Destination
from triage.flow.units.links import ACTIONS, LinkMaker
from triage.flow.units.unit_link import LinkPage, Outcome, answer_by_link, look_by_link

PUBLIC_URL = "https://triage.office.example"
LINK_DAYS = 30.0
REMOTE = "192.0.2.7"
LINKS = LinkMaker(PUBLIC_URL, LINK_DAYS)


def received(office: Office, address: str) -> list[EmailMessage]:
    """The mails that an address has got."""
    mine = [out.data for out in office.outbox.sent if out.recipient == address]
    return [email.message_from_bytes(data, _class=EmailMessage, policy=default) for data in mine]


def parts(mail: EmailMessage) -> tuple[str, str]:
    """Plain text and HTML of a mail."""
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None and html is not None
    return plain.get_content(), html.get_content()


def links_in(text: str) -> dict[UnitAnswer, str]:
    """The links of a text by what they say."""
    by_word = {word: answer for answer, word in ACTIONS.items()}
    return {by_word[m[2]]: m[1] for m in re.finditer(rf"({PUBLIC_URL}/u/[\w-]+/([a-z-]+))", text)}


def token_in(mail: EmailMessage) -> str:
    """The token of the links of a mail."""
    tokens = {url.split("/")[4] for url in links_in(parts(mail)[0]).values()}
    assert len(tokens) == 1
    return tokens.pop()


def opens(office: Office, token: str) -> LinkPage:
    """A unit opens its link."""
    return look_by_link(office.store, token=token, now=office.clock.now(), remote=REMOTE)


def says(
    office: Office,
    token: str,
    answer: UnitAnswer,
    *,
    instead: str | None = None,
    note: str = "",
    guard: str | None = None,
) -> Outcome:
    """A unit opens its link and answers."""
    outcome, _ = answer_by_link(
        office.store,
        token=token,
        guard=opens(office, token).guard if guard is None else guard,
        answer=answer,
        proposed=None if instead is None else Destination.parse(instead),
        note=note,
        now=office.clock.now(),
        remote=REMOTE,
    )
    return outcome
