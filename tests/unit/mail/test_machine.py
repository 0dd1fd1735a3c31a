"""Mail of machines is known as such; mail of people that merely looks like it is not."""

import pytest

from triage.domain.message import MachineKind, Message
from triage.mail.own import OwnMail
from triage.mail.parse import read_message

OWN = OwnMail(frozenset({"Contact@Office.example"}), "triage.office.example", "instance-7")
PERSON = "From: Ana Lima <ana@north.example>\n"
DAEMON = "From: Mail Delivery System <MAILER-DAEMON@mx.example>\n"
DEFAULT_BODY = "Dear colleagues, we would like to know more about your work with partners in our country."


def _read(headers: str, body: str = DEFAULT_BODY) -> Message:
    message = read_message(f"{headers}To: contact@office.example\n\n{body}\n".encode(), own=OWN).message
    assert message is not None
    return message


def _report(
    kind: str, part: str, *, sender: str = DAEMON, returned: str = "Message-ID: <out-1@triage.office.example>"
) -> Message:
    headers = f'{sender}Subject: Report\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type={kind}; boundary="b"\n'
    body = f"--b\n\nSomething happened.\n--b\n{part}\n--b\nContent-Type: message/rfc822\n\n{returned}\nSubject: x\n\ny\n--b--\n"
    return _read(headers, body)


def _status(recipient: str, action: str, status: str = "5.1.1") -> str:
    return (
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n"
    )


MACHINE = {
    # our own mail coming back
    "own address": (MachineKind.OWN, "From: IPD <contact@office.example>\nSubject: x\n", DEFAULT_BODY),
    "own stamp": (MachineKind.OWN, PERSON + "X-IPD-Triage-Instance: instance-7\nSubject: x\n", DEFAULT_BODY),
    "own message id": (MachineKind.OWN, PERSON + "Message-ID: <d-1@triage.office.example>\nSubject: x\n", DEFAULT_BODY),
    # bounces without a report part
    "failed recipients header": (
        MachineKind.BOUNCE,
        DAEMON + "X-Failed-Recipients: bob@far.example\nSubject: Mail delivery failed\n",
        "Sorry.",
    ),
    "qmail": (
        MachineKind.BOUNCE,
        "Return-Path: <>\nFrom: MAILER-DAEMON@far.example\nSubject: failure notice\n",
        "Hi. This is the qmail-send program at far.example.\nI'm afraid I wasn't able to deliver your message to the following"
        " addresses.\n\n<bob@far.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n",
    ),
    "postmaster with phrase": (
        MachineKind.BOUNCE,
        "From: postmaster@far.example\nSubject: Undeliverable: Visit\n",
        "Your message did not reach the following recipients:\n\n bob@far.example\n 550 5.1.1 user unknown",
    ),
    "empty return path and subject": (
        MachineKind.BOUNCE,
        "Return-Path: <>\nFrom: admin@far.example\nSubject: Undelivered Mail Returned to Sender\n",
        "<bob@far.example>: user unknown",
    ),
    "exchange german": (
        MachineKind.BOUNCE,
        "Return-Path: <>\nFrom: Systemadministrator <postmaster@far.example>\nSubject: Unzustellbar: Besuch\n",
        "Ihre Nachricht konnte nicht zugestellt werden: bob@far.example",
    ),
    "french": (
        MachineKind.BOUNCE,
        "From: Postmaster <postmaster@far.example>\nSubject: =?utf-8?Q?Non_remis_:_visite?=\n",
        "Le message n'a pas pu être remis à bob@far.example",
    ),
    "spanish": (
        MachineKind.BOUNCE,
        "From: Postmaster <postmaster@far.example>\nSubject: No se puede entregar: visita\n",
        "No se pudo entregar el mensaje a bob@far.example",
    ),
    "daemon in other words": (
        MachineKind.BOUNCE,
        "From: mail-daemon@far.example\nSubject: Hm\n",
        "Nothing readable here.",
    ),
    "delayed, in an old form": (
        MachineKind.BOUNCE,
        "From: Anti_Virus_for_Gateways@far.example\nSubject: Delivery failure notification\n",
        "Your message with Subject: Re: visit \ncould not be delivered to the following recipients:\n\nbob@far.example\n\n"
        "Please do not resend your original message.\nDelivery attempts will continue to be made for 5 days.\n",
    ),
    "subject behind the returned one": (
        MachineKind.BOUNCE,
        "From: gateway@far.example\nSubject: RE: visit : non remis (delivery failed)\n",
        "*******************************\nVotre message n'a pas pu etre delivre a\nbob@far.example\n\n"
        "*******************************\nYour message could not be delivered to\nbob@far.example\n",
    ),
    # auto-replies
    "notes, in an office": (
        MachineKind.AUTO_REPLY,
        PERSON + "Subject: AUTO: Lima, Ana is out of the office. (returning 04/05/2020)\n",
        "I will answer when I am back.",
    ),
    "bracketed, sent as bulk": (
        MachineKind.AUTO_REPLY,
        PERSON + "Precedence: junk\nSubject: =?utf-8?Q?[Automatyczna_odpowied=C5=BA]_wizyta?=\n",
        "Dziękuję.",
    ),
    "auto-replied": (MachineKind.AUTO_REPLY, PERSON + "Auto-Submitted: auto-replied\nSubject: Re: x\n", DEFAULT_BODY),
    "auto-generated": (
        MachineKind.AUTO_REPLY,
        PERSON + "Auto-Submitted: auto-generated (cron)\nSubject: x\n",
        DEFAULT_BODY,
    ),
    "auto-notified": (
        MachineKind.AUTO_REPLY,
        PERSON + "Auto-Submitted: auto-notified; owner-email=a@b.example\nSubject: x\n",
        DEFAULT_BODY,
    ),
    "account closed": (
        MachineKind.AUTO_REPLY,
        "Return-Path: <>\n" + PERSON + "Auto-Submitted: auto-replied\nSubject: Re: visit\n",
        "I have left; this account will be disabled, and your message was not delivered to anybody.",
    ),
    "x-autoreply": (MachineKind.AUTO_REPLY, PERSON + "X-Autoreply: yes\nSubject: x\n", DEFAULT_BODY),
    "x-autorespond": (MachineKind.AUTO_REPLY, PERSON + "X-Autorespond: visit\nSubject: x\n", DEFAULT_BODY),
    "precedence auto_reply": (MachineKind.AUTO_REPLY, PERSON + "Precedence: auto_reply\nSubject: x\n", DEFAULT_BODY),
    "message class 9": (
        MachineKind.AUTO_REPLY,
        PERSON + "X-POST-MessageClass: 9; Autoresponder\nSubject: x\n",
        DEFAULT_BODY,
    ),
    "empty return path and absence": (
        MachineKind.AUTO_REPLY,
        "Return-Path: <>\n" + PERSON + "Subject: Re: visit\n",
        "I am on annual leave until Monday.",
    ),
}
AUTO_SUBJECTS = [
    "Automatic reply: Visit", "Auto: Re: Visit", "Out of Office: Visit", "Out of Office AutoReply: Visit", "AutoReply: Visit",
    "Réponse automatique : Visite", "Absence du bureau : Visite", "Respuesta automática: Visita", "Fuera de la oficina: Visita",
    "Resposta automática: Visita", "Automatische Antwort: Besuch", "Abwesenheitsnotiz: Besuch", "Risposta automatica: Visita",
    "Fuori sede: Visita", "Automatisch antwoord: Bezoek", "Odpowiedź automatyczna: Wizyta", "Autosvar: Besøg",
    "Automatiskt svar: Besök", "Автоматический ответ: Визит", "Автоматична відповідь: Візит", "自动回复: 访问", "自動返信: 訪問",
    "الرد التلقائي: زيارة", "رد تلقائي: زيارة",
]  # fmt: skip
LISTS = {
    "digest": PERSON + "List-Id: <visits.x.example>\nSubject: Visits Digest, Vol 12, Issue 3\n",
    "mailman administrivia": "From: visits-request@x.example\nX-List-Administrivia: yes\nSubject: Confirm\n",
    "subscription robot": "From: visits-request@x.example\nPrecedence: bulk\nSubject: confirm 12345\n",
    "newsletter": "From: News <newsletter@x.example>\nList-Unsubscribe: <https://x.example/u>\nSubject: Our May issue\n",
    "campaign": PERSON + "List-Unsubscribe: <https://x.example/u>\nFeedback-ID: 1:2:3\nSubject: Our May issue\n",
    "bulk": PERSON + "List-Unsubscribe: <https://x.example/u>\nPrecedence: bulk\nSubject: Our May issue\n",
}
PEOPLE = {
    "asks about bounces": (
        PERSON + "Subject: Mail delivery failed when I wrote to you\n",
        "My mail to you was returned: 550 5.1.1 user unknown. Is the address right?",
    ),
    "forwards a bounce": (
        PERSON + "Subject: Fwd: Undelivered Mail Returned to Sender\n",
        "See what I got when I wrote to your office.",
    ),
    "replies to a bounce": (PERSON + "Subject: Re: Undeliverable: Visit\n", "Please use my other address."),
    "out of office policy": (PERSON + "Subject: out of office policy\n", "Which policy do you follow?"),
    "out of office hours": (PERSON + "Subject: Out of office hours contact\n", DEFAULT_BODY),
    "replies to our auto-reply": (PERSON + "Subject: Re: Automatic reply: Visit\n", "Thank you, and now the question."),
    "vacation question": (PERSON + "Subject: Vacation work in Geneva\n", "I am on vacation in July and want to help."),
    "auto-submitted no": (PERSON + "Auto-Submitted: no\nSubject: x\n", DEFAULT_BODY),
    "auto-forwarded": (PERSON + "Auto-Submitted: auto-forwarded\nSubject: x\n", DEFAULT_BODY),
    "discussion list": (
        PERSON
        + "List-Id: <visits.x.example>\nList-Post: <mailto:visits@x.example>\nList-Unsubscribe: <mailto:u@x.example>\n"
        + "Precedence: list\nSubject: [visits] who comes?\n",
        DEFAULT_BODY,
    ),
    "old list": (PERSON + "Precedence: bulk\nSender: owner-visits@x.example\nSubject: who comes?\n", DEFAULT_BODY),
    "google group": (
        PERSON
        + "Precedence: list\nMailing-list: list x@y.example\nList-Unsubscribe: <https://x.example/u>\nSubject: hello\n",
        DEFAULT_BODY,
    ),
    "answer through an old list": (
        PERSON + "List-Unsubscribe: <mailto:u@x.example>\nPrecedence: bulk\nSubject: Re: [visits] who comes?\n",
        DEFAULT_BODY,
    ),
    "bracket in a subject": (PERSON + "Subject: [Absence] rules for delegates\n", DEFAULT_BODY),
    "automobile": (PERSON + "Subject: Auto: who is out of work in the office in Rabat?\n", DEFAULT_BODY),
    "suppresses auto-replies": (PERSON + "X-Auto-Response-Suppress: All\nSubject: x\n", DEFAULT_BODY),
    "postmaster as a person": (
        "From: Postmaster <postmaster@north.example>\nSubject: Cooperation on mail security\n",
        DEFAULT_BODY,
    ),
    "no-reply form": (
        "From: Web form <noreply@office-site.example>\nReply-To: ana@north.example\nSubject: Contact form\n",
        DEFAULT_BODY,
    ),
    "other instance": (PERSON + "X-IPD-Triage-Instance: somebody-else\nSubject: x\n", DEFAULT_BODY),
    "read: in a question": (PERSON + "Subject: Read: a question on your annual report\n", DEFAULT_BODY),
    "delivery of goods": (
        PERSON + "Subject: Delivery problem at the border\n",
        "The trucks could not be delivered to the camp.",
    ),
    "returned migrants": (PERSON + "Subject: Returned to sender: a film about migrants\n", DEFAULT_BODY),
    "absence": (PERSON + "Subject: Absence: how to excuse a delegate\n", "Our delegate cannot come. What now?"),
    "digest of law": (PERSON + "Subject: A digest of migration law\n", DEFAULT_BODY),
    "administrator": (
        "From: Administrator <administrator@ministry.example>\nSubject: Request for a meeting\n",
        DEFAULT_BODY,
    ),
}


@pytest.mark.parametrize("name", MACHINE)
def test_machine_mail(name: str) -> None:
    kind, headers, body = MACHINE[name]
    assert _read(headers, body).machine is kind


@pytest.mark.parametrize("subject", AUTO_SUBJECTS)
def test_subjects_of_autoresponders(subject: str) -> None:
    assert _read(f"{PERSON}Subject: {subject}\n", "I am away.").machine is MachineKind.AUTO_REPLY


@pytest.mark.parametrize("name", LISTS)
def test_automated_list_mail(name: str) -> None:
    assert _read(LISTS[name]).machine is MachineKind.LIST


@pytest.mark.parametrize("name", PEOPLE)
def test_people_are_no_machines(name: str) -> None:
    headers, body = PEOPLE[name]
    assert _read(headers, body).machine is None


def test_report_names_the_failed_recipients_and_our_mail() -> None:
    message = _report("delivery-status", _status("bob@far.example", "failed"))
    assert message.machine is MachineKind.BOUNCE
    assert message.bounced_recipients == ("bob@far.example",)
    assert message.bounced_message_id == "<out-1@triage.office.example>"


def test_several_recipients_of_one_report() -> None:
    part = (
        _status("bob@far.example", "failed")
        + "\nFinal-Recipient: rfc822;eve@far.example\nAction: failed\nStatus: 5.0.0\n"
    )
    assert _report("delivery-status", part).bounced_recipients == ("bob@far.example", "eve@far.example")


def test_a_delay_is_no_failure() -> None:
    message = _report("delivery-status", _status("bob@far.example", "delayed", "4.4.1"))
    assert message.machine is MachineKind.BOUNCE
    assert message.bounced_recipients == ()


def test_a_report_of_success_is_a_receipt() -> None:
    assert _report("delivery-status", _status("bob@far.example", "delivered", "2.0.0")).machine is MachineKind.RECEIPT


def test_read_receipt() -> None:
    part = "Content-Type: message/disposition-notification\n\nDisposition: manual-action; displayed\n"
    assert _report("disposition-notification", part, sender=PERSON).machine is MachineKind.RECEIPT


def test_complaint() -> None:
    part = "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
    assert _report("feedback-report", part, sender=PERSON).machine is MachineKind.COMPLAINT


def test_headers_alone_returned() -> None:
    headers = f'{DAEMON}Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n'
    returned = "Content-Type: text/rfc822-headers\n\nMessage-Id: <out-2@triage.office.example>"
    body = f"--b\n\nNo.\n--b\n{_status('bob@far.example', 'failed')}\n--b\n{returned}\n--b--\n"
    assert _read(headers, body).bounced_message_id == "<out-2@triage.office.example>"


def test_report_attached_by_a_person_is_a_persons_mail() -> None:
    kind = 'Content-Type: multipart/report; report-type=delivery-status; boundary="in"'
    inner = f"{DAEMON}{kind}\n\n--in\n{_status('b@c.example', 'failed')}\n--in--"
    headers = f'{PERSON}Subject: What is this?\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n'
    assert (
        _read(
            headers, f"--b\n\nI got this, can you help?\n--b\nContent-Type: message/rfc822\n\n{inner}\n--b--\n"
        ).machine
        is None
    )


def test_qmail_recipient_is_found_without_a_report() -> None:
    _, headers, body = MACHINE["qmail"]
    assert _read(headers, body).bounced_recipients == ("bob@far.example",)


def test_bounce_of_bare_cr_mail() -> None:
    kind, headers, body = MACHINE["qmail"]
    message = read_message((headers + "\n" + body).replace("\n", "\r").encode()).message
    assert message is not None and message.machine is kind


def test_libraries_log_nothing_of_a_mail(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    for _, headers, body in MACHINE.values():
        _read(headers, body)
    read_message(b"Subject: Undelivered Mail\n\n550 5.1.1 user unknown: bob@far.example\n")
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_mail_refused_by_the_mailbox_is_a_bounce_though_it_comes_as_a_receipt() -> None:
    part = (
        "Content-Type: message/disposition-notification\n\nReporting-UA: mail.far.example\n"
        "Final-Recipient: rfc822; bob@far.example\nOriginal-Message-ID: <out-1@triage.office.example>\n"
        "Disposition: automatic-action/MDN-sent-automatically; deleted\n"
    )
    refused = _report("disposition-notification", part, sender=DAEMON + "Auto-Submitted: auto-replied (rejected)\n")
    assert (refused.machine, refused.bounced_recipients) == (MachineKind.BOUNCE, ("bob@far.example",))
    assert refused.bounced_message_id == "<out-1@triage.office.example>"
    deleted = _report("disposition-notification", part, sender=PERSON)
    assert deleted.machine is MachineKind.RECEIPT
