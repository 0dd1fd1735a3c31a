"""Odd reports of single providers and servers; and people who write about such things or answer to a digest."""

import pytest

from triage.domain.message import MachineKind, Message
from triage.mail.parse import read_message

PERSON = "From: Ana Lima <ana@north.example>\n"
RETURNED = "--b\nContent-Type: message/rfc822\n\nMessage-ID: <out-1@office.example>\nSubject: x\n\ny\n--b--\n"
MIXED = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n'


def _read(headers: str, body: str) -> Message:
    message = read_message(f"{headers}To: contact@office.example\n\n{body}\n".encode()).message
    assert message is not None
    return message


ODD = {
    "list server refuses": (
        MachineKind.BOUNCE,
        "From: news-admin@far.example\nX-MLServer: fml [4.0]\nSubject: NOT MEMBER article from contact@office.example\n",
        "You are not a member of this mailing list <news@far.example>.",
    ),
    "filter under any address": (
        MachineKind.BOUNCE,
        "From: filter@far.example\nX-Mailer: m-FILTER\nSubject: failure notice\nContent-Type: text/plain; charset=utf-8\n",
        "このメールは送信できませんでした。\n\nbob@far.example\n\n-------server message\n550 5.1.1 unknown user <bob@far.example>\n",
    ),
    "virus filter": (
        MachineKind.BOUNCE,
        'From: "InterScan MSS" <imss@far.example>\nSubject: メッセージを配信できません。\n',
        "Sent <<< RCPT TO:<bob@far.example>\nReceived >>> 550 5.1.1 <bob@far.example>... user unknown\n",
    ),
    "no sender at all": (
        MachineKind.BOUNCE,
        "Return-Path: <>\nFrom: <>\nAuto-Submitted: auto-replied\n",
        "You sent mail to bob@far.example. That's not a valid user here.",
    ),
    "postmaster without a subject, in a form of old": (
        MachineKind.BOUNCE,
        "From: postmaster@far.example\nX-Mailer: <SMTP32 v8>\n",
        "Invalid final delivery userid: bob@far.example\n\nOriginal message follows.\n",
    ),
    "refused by a rule, in the form of a receipt": (
        MachineKind.BOUNCE,
        "From: Mail <admin@far.example>\nSubject: Automatically rejected mail\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\n',
        "--b\n\nQuota exceeded\n--b\nContent-Type: message/disposition-notification\n\n"
        "Final-Recipient: rfc822; bob@far.example\nDisposition: automatic-action/MDN-sent-automatically; deleted\n--b--\n",
    ),
    "complaint without report type": (
        MachineKind.COMPLAINT,
        "From: staff@provider.example\nSubject: complaint about message from 192.0.2.1\n" + MIXED,
        "--b\n\nThis is an abuse report.\n" + RETURNED,
    ),
    "holiday note of a telephone maker": (
        MachineKind.AUTO_REPLY,
        PERSON + "X-Apple-Action: vacation\nSubject: Re: visit\n",
        "I am at the sea.",
    ),
}


@pytest.mark.parametrize("kind, headers, body", ODD.values(), ids=ODD)
def test_odd_machine_mail(kind: MachineKind, headers: str, body: str) -> None:
    assert _read(headers, body).machine is kind


DIGEST = "--b\n\nHere is what I meant.\n--b\nContent-Type: multipart/digest; boundary=c\n\n--c\n\nSubject: x\n\ny\n--c--\n--b--\n"
PEOPLE = {
    "answers to a digest": (
        PERSON + "Subject: Re: Water Digest, Vol 12, Issue 3\nList-Id: <water.lists.example>\nPrecedence: bulk\n",
        "I agree with what was said there.",
    ),
    "attaches a digest": (
        PERSON + "Subject: Re: [water] wells\nIn-Reply-To: <1@x.example>\nList-Id: <w.lists.example>\n" + MIXED,
        DIGEST,
    ),
    "small office with a technical address": (
        "From: Ana Lima <admin@north.example>\nSubject: Returned mail\n",
        "Our letter came back, returned to sender: user unknown. Where may we write to?",
    ),
    "tells of a complaint": (
        PERSON + "Subject: complaint about message from your office\n" + MIXED,
        "--b\n\nPlease see.\n" + RETURNED,
    ),
    "list member with a server's header": (
        PERSON + "X-MLServer: fml [4.0]\nSubject: Re: wells\n",
        "You are not a member of the board, so please ask them.",
    ),
}


@pytest.mark.parametrize("headers, body", PEOPLE.values(), ids=PEOPLE)
def test_people_beside_them_stay_people(headers: str, body: str) -> None:
    assert _read(headers, body).machine is None


def test_digest_itself_is_list_mail() -> None:
    headers = (
        "From: water-request@lists.example\nSubject: Water Digest, Vol 12, Issue 3\nList-Id: <water.lists.example>\n"
    )
    assert _read(headers + MIXED, DIGEST).machine is MachineKind.LIST


def test_report_names_the_address_that_was_written_to_beside_the_one_behind_it() -> None:
    status = (
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        "Original-Recipient: rfc822; desk@far.example\nFinal-Recipient: rfc822; bob@inner.far.example\n"
        "Action: failed\nStatus: 5.1.1\n"
    )
    headers = (
        "From: MAILER-DAEMON@far.example\nSubject: Returned mail\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n'
    )
    found = _read(headers, "--b\n\nSorry.\n" + status + RETURNED)
    assert found.bounced_recipients == ("desk@far.example", "bob@inner.far.example")


@pytest.mark.parametrize(
    "line",
    [
        "userx@far.example [User unknown]", "user userx@far.example", "<userx@far.example> (mailbox full)", "550 userx@far.example...",
        "* [userx@far.example]: 550 over quota", "userx@far.example on Thu, 4 Apr 2024", "'userx@far.example',",
        "To: userx@far.example", "userx@far.example is unknown here.",
    ],
)  # fmt: skip
def test_failed_address_is_read_whole(line: str) -> None:
    text = f"From: MAILER-DAEMON@hub.example\nSubject: Problem\n\nA letter from contact@office.example was lost:\n\n{line}\n"
    message = read_message(text.encode()).message
    assert message is not None
    assert message.bounced_recipients == ("userx@far.example",)


def test_name_with_an_apostrophe_is_read_whole() -> None:
    found = _read("From: MAILER-DAEMON@hub.example\nSubject: Problem\n", "These failed:\n\no'hara@far.example\n")
    assert found.bounced_recipients == ("o'hara@far.example",)


def test_report_that_names_a_file_takes_the_address_from_the_header() -> None:
    status = (
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        "Final-Recipient: rfc822; /var/mail/bob\nAction: failed\nStatus: 5.2.2\n"
    )
    headers = (
        "From: MAILER-DAEMON@far.example\nSubject: Returned mail\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n'
    )
    named = _read(f"{headers}X-Failed-Recipients: bob@far.example\n", "--b\n\nSorry.\n" + status + RETURNED)
    assert named.bounced_recipients == ("bob@far.example",)
    assert _read(headers, "--b\n\nSorry.\n" + status + RETURNED).bounced_recipients == ("/var/mail/bob",)


def test_addresses_of_the_returned_mail_are_not_the_failed_ones() -> None:
    text = (
        "From: MAILER-DAEMON@hub.example\nSubject: Mail delivery failed\n\nThis was made by a mail program.\n\n"
        "The following address failed:\n\nbob@far.example\n\nFor the following reason:\n\nThe letter is larger than what "
        "the other side takes. You may send it in several parts, or put it where they can fetch it.\n\n"
        "--- The header of the original message is following. ---\n\nReceived: from desk by hub.example\n"
        "Message-ID: <letter.17@office.example>\nFrom: contact@office.example\nTo: Bob <bob@far.example>\n"
    )
    message = read_message(text.encode()).message
    assert message is not None
    assert message.bounced_recipients == ("bob@far.example",)
    assert message.bounced_message_id == "<letter.17@office.example>"


@pytest.mark.parametrize(
    "kind, expected, recipients",
    [
        ("Bounce", MachineKind.BOUNCE, ("bob@far.example",)),
        ("Complaint", MachineKind.COMPLAINT, ()),
        ("Delivery", MachineKind.RECEIPT, ()),
    ],
)
def test_notice_of_a_sending_service(kind: str, expected: MachineKind, recipients: tuple[str, ...]) -> None:
    headers = "From: no-reply@service.example\nx-amz-sns-message-id: 1\nSubject: Notification\n"
    data = f'{{"notificationType":"{kind}","of":[{{"emailAddress":"bob@far.example"}}]}}'
    found = _read(headers, data)
    assert found.machine is expected
    assert found.bounced_recipients == recipients
    assert _read(PERSON + "Subject: What does this mean?\n", data).machine is None


@pytest.mark.parametrize(
    "subject", ["Ваше сообщение не доставлено", "Ваше письмо не было доставлено", "Your message was not delivered"]
)
def test_subjects_that_speak_of_your_message(subject: str) -> None:
    found = _read(f"From: noreply@hub.example\nSubject: {subject}\n", "bob@far.example: 550 5.1.1 user unknown")
    assert found.machine is MachineKind.BOUNCE
    assert _read(f"{PERSON}Subject: {subject}\n", "You sent me this. What does it mean?").machine is None
