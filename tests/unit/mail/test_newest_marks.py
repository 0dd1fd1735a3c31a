"""Marks of an earlier mail as programs wrap, shorten and translate them, and words of the sender that stand beside."""

import random
import signal

import pytest

from tests.unit.mail.test_newest import ATTRIBUTIONS
from tests.unit.mail.thread import OWN, QUOTE, THREAD, same
from triage.mail.newest import split_newest

WRAPPED = [
    ("de, address below", "Am Mo., 4. Mai 2020 um 10:00 Uhr schrieb Ana Lima <\nana@x.example>:"),
    ("de, address alone", "Am Mo., 4. Mai 2020 um 10:00 Uhr schrieb Ana Lima\n<ana@x.example>:"),
    ("de, three lines", "Am Mo., 4. Mai 2020 um 10:00 Uhr\nschrieb Ana Lima <\nana@x.example>:"),
    ("sv, address below", "Den mån 4 maj 2020 10:00 skrev Ana Lima <\nana@x.example>:"),
    ("no colon", "On Mon, 4 May 2020 10:00:00 +0200 Ana Lima <ana@x.example> wrote"),
    ("hu gmail", "Ana Lima <ana@x.example> ezt írta (időpont: 2020. máj. 4., H, 10:00):"),
    ("ar digits", "في ٠٤/٠٥/٢٠٢٠ الساعة ١٠:٠٠ ص، كتب/كتبت Ana Lima <ana@x.example>:"),
]


@pytest.mark.parametrize("line", [line for _, line in WRAPPED], ids=[name for name, _ in WRAPPED])
@pytest.mark.parametrize("below", [THREAD, QUOTE], ids=["bare", "quoted"])
def test_wrapped_and_shortened_attributions(line: str, below: str) -> None:
    split = split_newest(f"{OWN}\n\n{line}\n\n{below}\n")
    same(split.newest, OWN)
    assert "earlier words" in split.quoted


@pytest.mark.parametrize(
    "first", ["On this day", "On Monday we travel", "Am heutigen Tage", "Le ministre est d'accord"]
)
def test_words_that_begin_like_the_attribution_below_them_are_kept(first: str) -> None:
    line = "On Mon, 4 May 2020 at 10:00 Ana Lima <\nana@x.example> wrote:"
    same(split_newest(f"{first}\n{line}\n\n{THREAD}").newest, first)


@pytest.mark.parametrize(
    "block",
    [
        "-------- Oprindelig besked --------\nFra: Ana Lima <ana@x.example>\nDato: 04.05.2020  10.00  (GMT+01:00)",
        '-------- Ursprüngliche Nachricht --------Von: "Ana Lima"  Datum: 04.05.20  10:00  An: Betreff: Besuch',
        "Original Message processed by david®\nRE: Visit 4. Mai 2020, 10:00 Uhr\nVon Ana Lima\nAn Office",
        "Feladó: Ana Lima <ana@x.example>\nElküldve: 2020. május 4. 10:00\nCímzett: Iroda\nTárgy: Látogatás",
        "From: Ana Lima <ana@x.example>\nSent: Monday, May 4, 2020 10:00 AM",
        "From: ana@x.example Date: Mon, 4 May 2020 10:00:00 +0200",
    ],
    ids=["da samsung", "de run on", "david", "hu", "two lines", "one line"],
)
def test_header_blocks_of_more_programs(block: str) -> None:
    same(split_newest(f"{OWN}\n\n{block}\n\n{THREAD}\n", subject="RE: Visit").newest, OWN)


@pytest.mark.parametrize(
    "text",
    [
        "Dear colleagues,\n\nFrom: 4 May 2020, 10:00\nTo: 6 May 2020\nthe office is closed.",
        "My details:\nFrom: Ana\nSent: in May\nThank you for your help.",
        "We were told on 4 May 2020 what the minister wrote\nto all of us, and we agree.",
        "2020-05-04 10:00 was the hour of the accident.\n\nPlease help.",
        "Attention: the external doors are closed.\n\nPlease come in through the garden.",
        "This message is confidential, please do not show it to my employer.",
        "We have no work.\n\nGet mail for me at the office.",
        "We ask for help.\n\nSent on by the office in Geneva, which has no phone.",
        "Please answer.\n\nThis message was sent from my friend's phone, mine was stolen.",
    ],
)
def test_own_words_beside_such_marks_are_kept(text: str) -> None:
    same(split_newest(text).newest, text)


def test_forwarded_message_without_dashes_counts_as_new() -> None:
    text = f"Please look at this.\n\nForwarded message:\n\n{QUOTE}"
    split = split_newest(text)
    assert split.forwarded
    same(split.newest, text)


def test_day_clock_zone_and_name_announce_a_quote() -> None:
    line = "2020-05-04 10:00 GMT+02:00 Ana Lima"
    same(split_newest(f"{OWN}\n\n{line}\n\n{QUOTE}").newest, OWN)
    assert line in split_newest(f"{OWN}\n\n{line}\n\nwas when it began.").newest


def test_answer_between_quoted_lines_is_not_taken_for_a_wrapped_one() -> None:
    question = "> Could you tell us whether you will come to the conference in the spring?"
    text = f"{question}\nYes, all of us.\n> Which hotel?\nThe one at the lake.\n> Thanks, Ana\n"
    found = split_newest(text).newest
    assert "Yes, all of us." in found and "The one at the lake." in found


def test_longer_rest_of_a_wrapped_quoted_line_stays_with_the_quote() -> None:
    wrapped = (
        "> We thank you for your message about the stocks in the northern warehouse and\n"
        "the lorries that were to bring them to the three districts\n> on Friday.\n"
    )
    same(split_newest(f"{OWN}\n\nOn Mon, 4 May 2020, Ana Lima wrote:\n{wrapped}").newest, OWN)


def test_short_question_below_a_quote_is_an_answer_to_it() -> None:
    text = "Hi,\n\nOn Mon, 4 May 2020, Ana Lima wrote:\n\n> The plan is good.\n\nDo you agree?\n"
    same(split_newest(text).newest, "Hi,\n\n> The plan is good.\n\nDo you agree?")


def test_quote_that_names_its_own_writer_is_a_whole_mail() -> None:
    quoted = "\n".join(f"> line {number} of the earlier mail" for number in range(8))
    text = f"{OWN}\n\n> Il 4 maggio 2020 alle 10.00 Ana Lima <ana@x.example> ha scritto:\n>\n{quoted}\n\nBruno Rossi, editor\n"
    same(split_newest(text).newest, f"{OWN}\n\nBruno Rossi, editor")


@pytest.mark.parametrize(
    "signature",
    [
        "From my iPhone", "<<sent by galaxy>>", "Sent wirelessly from my BlackBerry device", "Sent from Mailspring",
        "Get BlueMail for Android", "Download Mail for Windows", "Provenance : Courrier pour Windows 10",
        "Obtén Outlook para iOS", "Obtenir Outlook pour iOS", "Holen Sie sich Outlook für Android",
        "Ottieni BlueMail per Android", "Obtenha o Outlook para Android", "Enviado pelo meu telemóvel Huawei",
        "Android için Outlook'u edinin", "來自我的 iPhone", "从 Windows 版邮件发送", "获取 Android 版 Outlook",
        "Outlook for Android を入手", "ارسال شده از آیفون من", "Envoyé sans fil par mon terminal BlackBerry",
        "Az iPhone-omról küldve", "/Ana", "—————\nAna Lima\nMinistry of Works",
        "Disclaimer\n\nThe information in this mail is confidential and only for the addressee.",
        "CONFIDENTIALITY NOTICE:\nThis mail is intended solely for the person it is addressed to.",
    ],
)  # fmt: skip
def test_more_signatures(signature: str) -> None:
    split = split_newest(f"{OWN}\n\n{signature}\n")
    same(split.newest, OWN)
    same(split.signature, signature)


@pytest.mark.parametrize(
    "banner",
    [
        "CAUTION: This email came from outside of the organisation. Do not click links unless you know the sender.",
        "[EXTERNAL] Please be careful with links and attachments: the sender is outside of our network.",
        "ATTENTION : ce courriel vient de l'extérieur. Ne cliquez pas sur les liens.",
    ],
)
def test_banner_of_a_gateway_is_not_the_senders(banner: str) -> None:
    split = split_newest(f"{banner}\n\n{OWN}\n")
    same(split.newest, OWN)
    assert banner in split.quoted
    assert split_newest(banner).newest == banner


# These begin with a name alone or a date in words, so that a line of it may be anybody's.
UNKNOWN_WHEN_WRAPPED = {"en notes", "ru mail.ru"}
WRAPPABLE = [(name, line) for name, line in ATTRIBUTIONS if name not in UNKNOWN_WHEN_WRAPPED]


@pytest.mark.parametrize("line", [line for _, line in WRAPPABLE], ids=[name for name, _ in WRAPPABLE])
def test_attribution_wrapped_at_any_blank(line: str) -> None:
    line = line.replace("< ", "<").replace("\n", " ")
    for at, letter in enumerate(line):
        if letter == " " and 12 <= at < len(line) - 5:
            found = split_newest(f"{OWN}\n\n{line[:at]}\n{line[at + 1 :]}\n\n{THREAD}\n").newest
            same(found, OWN)


@pytest.mark.parametrize(
    "last",
    [
        "Bob Smith", "See you on 5 May 2020 at 10:00", "Mail me at bob@x.example", "Bob <bob@x.example>", "4 May 2020",
        "The minister wrote:", "Send it to: Bob", "As I said,", "Call +41 22 000 00 00",
    ],
)  # fmt: skip
def test_last_own_line_right_above_an_attribution_is_kept(last: str) -> None:
    for _, line in ATTRIBUTIONS:
        for below in (THREAD, QUOTE):
            split = split_newest(f"Thank you.\n{last}\n{line}\n\n{below}\n")
            assert last in f"{split.newest}\n{split.signature}", line


@pytest.mark.parametrize(
    "labels",
    [
        ("Šalje", "Datum", "Prima", "Predmet"), ("Expeditorul", "Data", "Destinatarul", "Subiectul"),
        ("Отправитель", "Дата", "Получатель", "Тема"), ("Nadawca", "Data", "Adresat", "Temat"),
        ("Od", "Dátum", "Pre", "Predmet"), ("Odesílatel", "Datum", "Komu", "Předmět"),
        ("Saatja", "Kuupäev", "Saaja", "Teema"), ("差出人", "日時", "送信先", "件名"),
    ],
)  # fmt: skip
def test_labels_of_more_languages(labels: tuple[str, ...]) -> None:
    values = ("Ana Lima <ana@x.example>", "4. 5. 2020 10:02", "bob@y.example", "5")
    block = "\n".join(f"{label}: {value}" for label, value in zip(labels, values, strict=True))
    same(split_newest(f"{OWN}\n\n{block}\n\n{THREAD}\n").newest, OWN)


@pytest.mark.parametrize(
    "mark",
    [
        "Začátek přeposílané zprávy:", "Välitetty viesti alkaa:", "Započni proslijeđenu poruku:", "İleti başlangıcı:",
        "Továbbított levél kezdete:", "Începe mesajul redirecționat:", "Začiatok preposlanej správy:",
        "Vidarebefordrat mejl:", "---------- Message transmis ----------", "-------- メッセージを転送 --------",
        "-------- Перенаправленное сообщение --------", "-------- İletilen İleti --------",
    ],
)  # fmt: skip
def test_forwards_of_more_languages_are_kept(mark: str) -> None:
    block = "From: Ana Lima <ana@x.example>\nDate: 4 May 2020 10:02\nTo: bob@y.example\nSubject: 5"
    assert THREAD in split_newest(f"{OWN}\n\n{mark}\n\n{block}\n\n{THREAD}\n").newest


SCRAPS = [
    "", "Hello.", "On Mon, 4 May 2020 at 10:00, Bob <bob@x.example>", "wrote:", "<bob@x.example>", "<", "> a écrit :",
    "bob@x.example wrote:", "4 May 2020", "ate: Mon, 4 May 2020 10:00:00 +0000", "> quote", "> > deep", "-- ", "Ana Lima",
    "From: Bob <bob@x.example>", "Sent: Monday, 4 May 2020 10:00", "To: ana@y.example", "-----Original Message-----",
    "________________________________", "Sent from my iPhone", "Begin forwarded message:", "wrote ----", "10:00",
    "Le lun. 4 mai 2020 à 10:00, Bob", "a écrit :", "Message-ID: <m2@x.example>", "2020-05-04 10:00 GMT+02:00 Bob",
    "Mon, 4 May 2020", "Bob wrote on 04.05.2020 10:00:", "* Bob", "|", "—————", "Regards,", "On Monday we meet",
]  # fmt: skip


def test_any_order_of_such_lines_is_read_to_its_end() -> None:
    def late(*_: object) -> None:
        raise TimeoutError

    chance = random.Random(6)
    before = signal.signal(signal.SIGALRM, late)
    try:
        for _ in range(4000):
            text = "\n".join(chance.choice(SCRAPS) for _ in range(chance.randint(1, 14)))
            signal.alarm(20)
            assert bool(split_newest(text).newest.strip()) == bool(text.strip()), text
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
