"""RFC 3834: who gets an automatic answer, where to, and who never does."""

import pytest

from triage.mail.answerable import Answerable, Unanswerable, answerable
from triage.mail.own import OwnMail
from triage.mail.parse import read_message

OWN = OwnMail(frozenset({"ipd@office.example", "contact@iom.example"}), "ipd.triage.office.example", "ipd")
BODY = "Dear colleagues, we ask for a meeting about our project in Mali, with kind regards.\r\n"
AUTHOR = "From: Fatou Ndiaye <fatou@ngo.example>"
US = "To: IPD <ipd@office.example>"


def judged(*fields: str) -> Answerable | Unanswerable:
    raw = "\r\n".join([*fields, "Subject: A question", "Message-ID: <1@ngo.example>", "", BODY]).encode()
    message = read_message(raw, own=OWN).message
    assert message is not None
    return answerable(raw, message, own=OWN)


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        (["Return-Path: <fatou@ngo.example>", AUTHOR, US], "fatou@ngo.example"),
        (["Return-Path: <prvs=12ab=fatou@ngo.example>", AUTHOR, US], "prvs=12ab=fatou@ngo.example"),
        (["Return-Path: <office@ngo.example>", AUTHOR, US, "Reply-To: third@party.example"], "office@ngo.example"),
        ([AUTHOR, US], "fatou@ngo.example"),
        ([AUTHOR, "To: other@x.example", "Cc: Contact@IOM.example"], "fatou@ngo.example"),
        ([AUTHOR, US, "Auto-Submitted: no"], "fatou@ngo.example"),
        ([AUTHOR, US, "Auto-Submitted: No (a person)"], "fatou@ngo.example"),
        ([AUTHOR, US, "X-Auto-Response-Suppress: None"], "fatou@ngo.example"),
        ([AUTHOR, US, "Precedence: first-class"], "fatou@ngo.example"),
    ],
)
def test_a_person_is_answered_at_the_return_path_or_else_as_the_author(fields: list[str], address: str) -> None:
    found = judged(*fields)
    assert isinstance(found, Answerable)
    assert found.address == address
    assert found.author == "fatou@ngo.example"
    assert OWN.reads(found.written_to)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (["Return-Path: <>", AUTHOR, US, "Reply-To: fatou@ngo.example"], Unanswerable.NULL_PATH),
        (["Return-Path: < >", AUTHOR, US, "Reply-To: fatou@ngo.example"], Unanswerable.NULL_PATH),
        ([AUTHOR, US, "Auto-Submitted: auto-replied"], Unanswerable.MACHINE),
        ([AUTHOR, US, "Auto-Submitted: auto-forwarded"], Unanswerable.AUTOMATIC),
        ([AUTHOR, US, "Auto-Submitted: no", "Auto-Submitted: auto-notified"], Unanswerable.AUTOMATIC),
        ([AUTHOR, US, "List-Id: <friends.lists.example>"], Unanswerable.LIST),
        ([AUTHOR, US, "List-Post: <mailto:friends@lists.example>"], Unanswerable.LIST),
        ([AUTHOR, US, "Mailing-List: friends@lists.example"], Unanswerable.LIST),
        ([AUTHOR, US, "Precedence: bulk"], Unanswerable.LIST),
        ([AUTHOR, US, "Precedence: LIST"], Unanswerable.LIST),
        ([AUTHOR, US, "X-Auto-Response-Suppress: OOF, AutoReply"], Unanswerable.SUPPRESSED),
        ([AUTHOR, US, "X-Auto-Response-Suppress: All"], Unanswerable.SUPPRESSED),
        ([AUTHOR, "To: undisclosed-recipients:;"], Unanswerable.NOT_ADDRESSED),
        ([AUTHOR, "To: someone@x.example"], Unanswerable.NOT_ADDRESSED),
        (["From: ipd+x@office.example", US], Unanswerable.OURS),
        (["Return-Path: <CONTACT@iom.example>", AUTHOR, US], Unanswerable.OURS),
        (["From: Nobody", US], Unanswerable.NO_ADDRESS),
        (["From: a@x.example, b@x.example", US], Unanswerable.NO_ADDRESS),
        (["From: <fatou@ngo.example\x00>", "Return-Path: <a b@x.example>", US], Unanswerable.NO_ADDRESS),
    ],
)  # fmt: skip
def test_no_answer(fields: list[str], reason: Unanswerable) -> None:
    assert judged(*fields) is reason


@pytest.mark.parametrize(
    "local",
    [
        "owner-friends", "friends-owner", "friends-request", "MAILER-DAEMON", "mailerdaemon", "postmaster", "no-reply",
        "noreply", "no_reply", "do-not-reply", "donotreply", "news-noreply", "ne-pas-repondre", "no-responder", "listserv",
        "majordomo", "bounce", "bounces+77", "friends-bounces", "friends-bounces+me=office.example", "friends-request+x",
        "root", "SRS0=abc=de=ngo.example=fatou", "noreply+token",
    ],
)  # fmt: skip
def test_robots_are_not_answered(local: str) -> None:
    refused = {Unanswerable.ROBOT, Unanswerable.MACHINE}
    assert judged(f"From: {local}@ngo.example", US) in refused
    assert judged(f"Return-Path: <{local}@ngo.example>", AUTHOR, US) is Unanswerable.ROBOT


@pytest.mark.parametrize(
    "local", ["fatou", "info", "contact", "owner", "noreen", "rootes", "requests", "listen", "nobodyelse"]
)
def test_people_with_similar_names_are(local: str) -> None:
    assert isinstance(judged(f"From: {local}@ngo.example", US), Answerable)
