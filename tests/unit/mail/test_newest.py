"""The newest text of a thread, in the languages and mail programs that people write to us with."""

import pytest

from tests.unit.mail.thread import OWN, QUOTE, THREAD, same
from triage.mail.newest import split_newest

# What the sender wrote, and what a mail program put under it: (name, own text, the rest).
ATTRIBUTIONS = [
    ("en gmail", "On Mon, 4 May 2020 at 10:00, Ana Lima <ana@x.example> wrote:"),
    ("en gmail am", "On Mon, May 4, 2020 at 10:00 AM Ana Lima <ana@x.example> wrote:"),
    (
        "en gmail wrapped",
        "On Mon, May 4, 2020 at 10:00 AM Ana Maria Lima de Souza <\nana.maria.lima@long-name.example> wrote:",
    ),
    ("en apple", "On 4 May 2020, at 10:00, Ana Lima <ana@x.example> wrote:"),
    ("en apple wrapped", "On May 4, 2020, at 10:00 AM, Ana Lima <ana@x.example>\nwrote:"),
    ("en thunderbird", "On 04/05/2020 10:00, Ana Lima wrote:"),
    ("en name first", "Ana Lima <ana@x.example> wrote on 04.05.2020 10:00:"),
    ("en notes", "Ana Lima wrote on 05/04/2020 10:00:12 AM:"),
    ("en yahoo", "--- On Mon, 5/4/20, Ana Lima <ana@x.example> wrote:"),
    ("en zoho", "---- On Mon, 04 May 2020 10:00:00 +0200 Ana Lima <ana@x.example> wrote ----"),
    ("en old gmail", "2013/5/4 Ana Lima <ana@x.example>"),
    ("fr gmail", "Le lun. 4 mai 2020 à 10:00, Ana Lima <ana@x.example> a écrit :"),
    ("fr thunderbird", "Le 04/05/2020 à 10:00, Ana Lima a écrit :"),
    ("fr apple", "Le 4 mai 2020 à 10:00, Ana Lima <ana@x.example> a écrit :"),
    ("es gmail", "El lun, 4 may 2020 a las 10:00, Ana Lima (<ana@x.example>) escribió:"),
    ("es thunderbird", "El 04/05/2020 a las 10:00, Ana Lima escribió:"),
    ("es apple", "El 4 may 2020, a las 10:00, Ana Lima <ana@x.example> escribió:"),
    ("pt gmail", "Em seg., 4 de mai. de 2020 às 10:00, Ana Lima <ana@x.example> escreveu:"),
    ("pt thunderbird", "Em 04/05/2020 10:00, Ana Lima escreveu:"),
    ("pt portugal", "Ana Lima <ana@x.example> escreveu no dia segunda, 4/05/2020 à(s) 10:00:"),
    ("ar gmail", "في الاثنين، 4 مايو 2020 في 10:00 ص تمت كتابة ما يلي بواسطة Ana Lima <ana@x.example>:"),
    ("ar apple", "في ٤ مايو ٢٠٢٠، كتب Ana Lima <ana@x.example>:"),
    ("ar plain", "بتاريخ 4 مايو 2020 10:00، كتب Ana Lima <ana@x.example>:"),
    ("de gmail", "Am Mo., 4. Mai 2020 um 10:00 Uhr schrieb Ana Lima <ana@x.example>:"),
    ("de thunderbird", "Am 04.05.2020 um 10:00 schrieb Ana Lima:"),
    ("de apple", "Am 04.05.2020 um 10:00 schrieb Ana Lima <ana@x.example>:"),
    ("de notes", "Ana Lima <ana@x.example> schrieb am Mo., 4. Mai 2020, 10:00:"),
    ("it gmail", "Il giorno lun 4 mag 2020 alle ore 10:00 Ana Lima <ana@x.example> ha scritto:"),
    ("it thunderbird", "Il 04/05/2020 10:00, Ana Lima ha scritto:"),
    ("ru gmail", "пн, 4 мая 2020 г. в 10:00, Ana Lima <ana@x.example>:"),
    ("ru apple", "4 мая 2020 г., в 10:00, Ana Lima <ana@x.example> написал(а):"),
    ("ru thunderbird", "04.05.2020 10:00, Ana Lima пишет:"),
    ("ru mail.ru", "Понедельник, 4 мая 2020, 10:00 +03:00 от Ana Lima <ana@x.example>:"),
    ("nl gmail", "Op ma 4 mei 2020 om 10:00 schreef Ana Lima <ana@x.example>:"),
    ("nl apple", "Op 4 mei 2020, om 10:00 heeft Ana Lima <ana@x.example> het volgende geschreven:"),
    ("pl gmail", "pon., 4 maj 2020 o 10:00 Ana Lima <ana@x.example> napisał(a):"),
    ("pl thunderbird", "W dniu 04.05.2020 o 10:00, Ana Lima pisze:"),
    ("pl o2", "Dnia 4 maja 2020 10:00 Ana Lima <ana@x.example> napisał(a):"),
    ("sv gmail", "Den mån 4 maj 2020 kl 10:00 skrev Ana Lima <ana@x.example>:"),
    ("sv apple", "4 maj 2020 kl. 10:00 skrev Ana Lima <ana@x.example>:"),
    ("da gmail", "Den man. 4. maj 2020 kl. 10.00 skrev Ana Lima <ana@x.example>:"),
    ("da apple", "Den 4. maj 2020 kl. 10.00 skrev Ana Lima <ana@x.example>:"),
    ("no gmail", "man. 4. mai 2020 kl. 10:00 skrev Ana Lima <ana@x.example>:"),
    ("uk gmail", "пн, 4 трав. 2020 р. о 10:00 Ana Lima <ana@x.example> пише:"),
    ("uk thunderbird", "04.05.2020 10:00, Ana Lima пише:"),
    ("zh gmail", "Ana Lima <ana@x.example> 于2020年5月4日周一 上午10:00写道："),
    ("zh apple", "在 2020年5月4日，上午10:00，Ana Lima <ana@x.example> 写道："),
    ("zh taiwan", "Ana Lima <ana@x.example> 於 2020年5月4日 週一 上午10:00寫道："),
    ("ja gmail", "2020年5月4日(月) 10:00 Ana Lima <ana@x.example>:"),
    ("ja apple", "2020/05/04 10:00、Ana Lima <ana@x.example>のメール:"),
]

HEADER_BLOCKS = [
    (
        "en outlook",
        "From: Ana Lima <ana@x.example>\nSent: Monday, May 4, 2020 10:00 AM\nTo: Office <office@y.example>\nSubject: RE: Visit",
    ),
    (
        "en outlook rule",
        "________________________________\nFrom: Ana Lima <ana@x.example>\nSent: Monday, May 4, 2020 10:00 AM\nTo: Office\nSubject: Visit",
    ),
    (
        "en bold",
        "*From:* Ana Lima <ana@x.example>\n*Sent:* Monday, May 4, 2020 10:00 AM\n*To:* Office\n*Subject:* RE: Visit",
    ),
    (
        "en original",
        "-----Original Message-----\nFrom: Ana Lima\nSent: Monday, May 4, 2020 10:00 AM\nTo: Office\nSubject: Visit",
    ),
    (
        "en android",
        "-------- Original message --------\nFrom: Ana Lima <ana@x.example>\n"
        "Date: 04/05/2020 10:00 (GMT+01:00)\nTo: Office\nSubject: Visit",
    ),
    ("fr", "De : Ana Lima <ana@x.example>\nEnvoyé : lundi 4 mai 2020 10:00\nÀ : Bureau\nObjet : RE: Visite"),
    (
        "fr original",
        "-----Message d'origine-----\nDe : Ana Lima\nEnvoyé : lundi 4 mai 2020 10:00\nÀ : Bureau\nObjet : Visite",
    ),
    (
        "es",
        "De: Ana Lima <ana@x.example>\nEnviado el: lunes, 4 de mayo de 2020 10:00\nPara: Oficina\nAsunto: RE: Visita",
    ),
    (
        "es original",
        "-----Mensaje original-----\nDe: Ana Lima\nEnviado: lunes, 4 de mayo de 2020\nPara: Oficina\nAsunto: Visita",
    ),
    (
        "pt",
        "De: Ana Lima <ana@x.example>\nEnviada em: segunda-feira, 4 de maio de 2020 10:00\nPara: Escritório\nAssunto: RES: Visita",
    ),
    ("ar", "من: Ana Lima <ana@x.example>\nتم الإرسال: الاثنين، 4 مايو 2020\nإلى: المكتب\nالموضوع: زيارة"),
    ("ar original", "-----الرسالة الأصلية-----\nمن: Ana Lima\nإلى: المكتب\nالموضوع: زيارة"),
    ("de", "Von: Ana Lima <ana@x.example>\nGesendet: Montag, 4. Mai 2020 10:00\nAn: Büro\nBetreff: AW: Besuch"),
    (
        "de original",
        "-----Ursprüngliche Nachricht-----\nVon: Ana Lima\nGesendet: Montag, 4. Mai 2020 10:00\nAn: Büro\nBetreff: Besuch",
    ),
    (
        "de gmx",
        'Gesendet: Montag, 04. Mai 2020 um 10:00 Uhr\nVon: "Ana Lima" <ana@x.example>\nAn: office@y.example\nBetreff: Besuch',
    ),
    ("it", "Da: Ana Lima <ana@x.example>\nInviato: lunedì 4 maggio 2020 10:00\nA: Ufficio\nOggetto: R: Visita"),
    ("ru", "От: Ana Lima <ana@x.example>\nОтправлено: 4 мая 2020 г. 10:00\nКому: Офис\nТема: RE: Визит"),
    ("nl", "Van: Ana Lima <ana@x.example>\nVerzonden: maandag 4 mei 2020 10:00\nAan: Kantoor\nOnderwerp: RE: Bezoek"),
    ("pl", "Od: Ana Lima <ana@x.example>\nWysłano: poniedziałek, 4 maja 2020 10:00\nDo: Biuro\nTemat: RE: Wizyta"),
    ("sv", "Från: Ana Lima <ana@x.example>\nSkickat: den 4 maj 2020 10:00\nTill: Kontor\nÄmne: SV: Besök"),
    ("da", "Fra: Ana Lima <ana@x.example>\nSendt: 4. maj 2020 10:00\nTil: Kontor\nEmne: SV: Besøg"),
    ("uk", "Від: Ana Lima <ana@x.example>\nНадіслано: 4 травня 2020 р. 10:00\nКому: Офіс\nТема: RE: Візит"),
    ("zh", "发件人: Ana Lima <ana@x.example>\n发送时间: 2020年5月4日 10:00\n收件人: 办公室\n主题: 回复: 访问"),
    ("ja", "差出人: Ana Lima <ana@x.example>\n送信日時: 2020年5月4日 10:00\n宛先: 事務所\n件名: RE: 訪問"),
]

SIGNATURES = [
    ("dashes", "-- \nAna Lima\nMinistry of Works\n+00 123 456"),
    ("dashes bare", "--\nAna Lima"),
    ("iphone", "Sent from my iPhone"),
    ("samsung", "Sent from my Samsung Galaxy smartphone."),
    ("outlook ios", "Get Outlook for iOS<https://aka.ms/o0ukef>"),
    ("windows mail", "Sent from Mail for Windows 10"),
    ("yahoo android", "Sent from Yahoo Mail on Android"),
    ("blackberry", "Sent from my BlackBerry® wireless device"),
    ("fr", "Envoyé de mon iPhone"),
    ("fr mobile", "Envoyé depuis mon mobile Orange"),
    ("es", "Enviado desde mi iPhone"),
    ("pt", "Enviado do meu iPhone"),
    ("de", "Von meinem iPhone gesendet"),
    ("de samsung", "Von meinem Samsung Galaxy Smartphone gesendet."),
    ("it", "Inviato da iPhone"),
    ("ru", "Отправлено с iPhone"),
    ("uk", "Надіслано з iPhone"),
    ("nl", "Verstuurd vanaf mijn iPhone"),
    ("pl", "Wysłane z iPhone'a"),
    ("sv", "Skickat från min iPhone"),
    ("da", "Sendt fra min iPhone"),
    ("zh", "发自我的iPhone"),
    ("ja", "iPhoneから送信"),
    ("ar", "أُرسلت من الـ iPhone"),
    ("named", "--Ana"),
    ("three dashes", "---\nAna Lima"),
    ("underscores", "____\nAna Lima\nMinistry"),
    ("disclaimer", "________________________________\nThis message is confidential and intended for the addressee."),
    ("github", "—\nReply to this email directly or view it on the web."),
]

FORWARDS = [
    ("gmail", "---------- Forwarded message ---------"),
    ("apple", "Begin forwarded message:"),
    ("fr", "---------- Message transféré ----------"),
    ("fr apple", "Début du message transféré :"),
    ("es", "---------- Mensaje reenviado ----------"),
    ("pt", "---------- Mensagem encaminhada ----------"),
    ("de", "-------- Weitergeleitete Nachricht --------"),
    ("it", "---------- Messaggio inoltrato ----------"),
    ("ru", "-------- Пересылаемое сообщение --------"),
    ("nl", "---------- Doorgestuurd bericht ---------"),
    ("pl", "---------- Przekazana wiadomość ----------"),
    ("sv", "---------- Vidarebefordrat meddelande ---------"),
    ("zh", "---------- 转发的邮件 ---------"),
    ("ar", "---------- رسالة معاد توجيهها ---------"),
]


@pytest.mark.parametrize("line", [line for _, line in ATTRIBUTIONS], ids=[name for name, _ in ATTRIBUTIONS])
def test_reply_above_a_quote(line: str) -> None:
    split = split_newest(f"{OWN}\n\n{line}\n\n{QUOTE}\n")
    same(split.newest, OWN)
    assert "earlier words" in split.quoted


@pytest.mark.parametrize("line", [line for _, line in ATTRIBUTIONS], ids=[name for name, _ in ATTRIBUTIONS])
def test_reply_above_a_thread_without_quote_marks(line: str) -> None:
    same(split_newest(f"{OWN}\n\n{line}\n\n{THREAD}\n").newest, OWN)


@pytest.mark.parametrize("line", [line for _, line in ATTRIBUTIONS], ids=[name for name, _ in ATTRIBUTIONS])
def test_reply_below_a_quote(line: str) -> None:
    same(split_newest(f"{line}\n{QUOTE}\n\n{OWN}\n").newest, OWN)


@pytest.mark.parametrize("block", [block for _, block in HEADER_BLOCKS], ids=[name for name, _ in HEADER_BLOCKS])
def test_reply_above_a_header_block(block: str) -> None:
    split = split_newest(f"{OWN}\n\n{block}\n\n{THREAD}\n", subject="RE: Visit")
    same(split.newest, OWN)
    assert "earlier words" in split.quoted


@pytest.mark.parametrize("signature", [text for _, text in SIGNATURES], ids=[name for name, _ in SIGNATURES])
def test_signature_is_taken_off(signature: str) -> None:
    split = split_newest(f"{OWN}\n\n{signature}\n")
    same(split.newest, OWN)
    same(split.signature, signature)


@pytest.mark.parametrize("signature", [text for _, text in SIGNATURES], ids=[name for name, _ in SIGNATURES])
def test_signature_above_the_quote_is_taken_off(signature: str) -> None:
    same(split_newest(f"{OWN}\n\n{signature}\n\n{ATTRIBUTIONS[0][1]}\n{QUOTE}\n").newest, OWN)


@pytest.mark.parametrize("mark", [mark for _, mark in FORWARDS], ids=[name for name, _ in FORWARDS])
def test_what_is_forwarded_counts_as_new(mark: str) -> None:
    text = f"Please see below.\n\n{mark}\nFrom: Ana Lima <ana@x.example>\nDate: 4 May 2020\nSubject: Visit\nTo: Office\n\n{THREAD}"
    split = split_newest(text)
    same(split.newest, text)
    assert split.forwarded


@pytest.mark.parametrize("prefix", ["Fwd", "FW", "TR", "WG", "RV", "ENC", "I", "PD", "VS", "VB", "转发"])
def test_forward_is_known_by_its_subject(prefix: str) -> None:
    text = f"Can you help them?\n\n{HEADER_BLOCKS[0][1]}\n\n{THREAD}"
    assert split_newest(text, subject=f"{prefix}: Visit").newest.split() == text.split()


# Words of the sender that look like marks and are none.
KEPT = [
    "On Monday we met the minister, and on Tuesday he wrote:\nno.\n\nWhat now?",
    "As John wrote on 5 May 2020:\nthe plan is good.\nI agree with all of it.",
    "Dear all,\n\nFrom: the airport you take the bus.\n\nYours, Ana",
    "We propose:\n-Budget\n-Time\n-Staff",
    "Sent from my office in Geneva I have a long story to tell about how we all came here together in spring.",
    "The next steps are:\n\n- a visit\n- a report\n\nThank you",
    "> this is not a quote but an arrow\n",
    "Call us:\n>>> now <<<\nor write.",
    "From: 1 May\nTo: 3 May\nwe are away, please plan around it.",
    "Le contrat :\nil est prêt.",
    "El informe dice lo que escribió:\nnada más.",
    "Here is another mail\n\nSent from my desk, which is much easier than my mobile phone.",
    "First part of the proposal, in some detail.\n\n---\n\n"
    + "Second part of the proposal, as long as the first. " * 15,
    "Name: Ana\nDate: 4 May\nSubject of the study: water",
]


@pytest.mark.parametrize("text", KEPT)
def test_own_words_are_kept(text: str) -> None:
    same(split_newest(text).newest, text)


def test_answers_point_by_point_keep_the_questions() -> None:
    text = (
        "On Mon, 4 May 2020, Ana Lima <ana@x.example> wrote:\n> When do you come?\n\nOn Thursday.\n\n"
        "> With how many people?\n\nThree.\n\n> Ana\n"
    )
    same(split_newest(text).newest, "> When do you come?\nOn Thursday.\n> With how many people?\nThree.")


def test_attribution_behind_the_last_own_words() -> None:
    text = f"Hello,\n{OWN} On Mon, May 4, 2020 at 10:00 AM, ana@x.example wrote:\n{QUOTE}\n"
    same(split_newest(text).newest, f"Hello,\n{OWN}")
    same(split_newest(f"{OWN}--- On Mon, May 4, 2020, ana@x.example wrote:\n{QUOTE}").newest, OWN)
    told = f"{OWN}\nThat is what On Time Ltd wrote: nothing more."
    same(split_newest(told).newest, told)


@pytest.mark.parametrize(
    "line",
    [
        "Please tell me what the minister wrote.", "Voici ce qu'il a écrit", "The director said so to me.",
        "Eso es lo que mi hermano escribió.", "Я не понимаю, что она написала.",
    ],
)  # fmt: skip
def test_sentence_about_what_somebody_wrote_is_kept(line: str) -> None:
    for below in ("", f"\n\n{QUOTE}\n"):
        assert line in split_newest(f"Good morning.\n{line}{below}").newest


def test_parts_of_a_text_between_short_rules_are_no_signature() -> None:
    text = (
        f"{OWN}\n\nKey points\n----\n\n1. More wells\n2. Fewer fees\n\n----\n\nThe dashes above only part the text."
        "\n\n====\n\nAnd so do these."
    )
    assert split_newest(text).newest == text


def test_attribution_whose_date_is_wrapped() -> None:
    above = f"{OWN}\n\npe 4. toukokuuta 2020 klo 10.00 Ana Lima\n<ana@x.example> kirjoitti:\n\n"
    same(split_newest(f"{above}{QUOTE}").newest, OWN)
    below = f"{OWN}\n\nAna Lima <ana@x.example> schrieb am Mo., 4.\nMai 2020, 10:00:\n\n"
    same(split_newest(f"{below}{QUOTE}").newest, OWN)
    own = f"{OWN}\n\nWe met on 4.5.2020 at 10:00.\nBob <bob@x.example> wrote:\n\n{QUOTE}"
    assert "at 10:00." in split_newest(own).newest


def test_quote_that_a_longer_answer_follows_stays() -> None:
    found = split_newest(f"Hello Ana,\n\nOn Mon, 4 May 2020, Ana Lima wrote:\n> When?\n\n{OWN}\n")
    same(found.newest, f"Hello Ana,\n\n> When?\n\n{OWN}")
    assert "Ana Lima wrote" in found.quoted


def test_ends_of_wrapped_quoted_lines_stay_with_the_quote() -> None:
    text = f"{OWN}\n\nOn Mon, 4 May 2020 at 10:00, Ana Lima wrote:\n\n> see (https://x.example/action\nid=7)\n>\n"
    same(split_newest(text).newest, OWN)
    text = f"{OWN}\n\nOn Mon, 4 May 2020 at 10:00, Ana Lima wrote:\n\n> see\n>\n (https://x.example/a) >\n> Ana\n"
    same(split_newest(text).newest, OWN)
    answered = f"> Will you come?\nyes)\n> And when?\n{OWN}\n> Where?\n"
    assert "yes)" in split_newest(answered).newest


def test_date_and_addressee_left_of_a_header_block() -> None:
    same(split_newest(f"{OWN}\n\nDate: Mon, 4 May 2020 10:00:00 +0200\nTo: ana@x.example\n\n{THREAD}").newest, OWN)
    asked = f"{OWN}\n\nDate: Monday, 10:00\nTo: whoever is there"
    same(split_newest(asked).newest, asked)


def test_one_line_below_a_rule_at_the_end_is_a_signature_but_no_postscript() -> None:
    same(split_newest(f"{OWN}\n\n__________________\nHere is my signature.\n").newest, OWN)
    for line in ("PS: the gate is closed on Friday.", "Could you call me?"):
        assert line in split_newest(f"{OWN}\n\n__________________\n{line}\n").newest


def test_quote_between_own_words_is_taken_out() -> None:
    same(split_newest(f"Before.\n\n{ATTRIBUTIONS[0][1]}\n{QUOTE}\n\nAfter.\n").newest, "Before.\n\nAfter.")


def test_sign_off_stays_and_is_given_as_signature() -> None:
    split = split_newest(f"{OWN}\n\nKind regards,\nAna Lima\nMinistry of Works\n")
    assert split.newest.endswith("Ministry of Works")
    assert split.signature == "Ana Lima\nMinistry of Works"


def test_nothing_but_a_quote_counts_as_new() -> None:
    assert split_newest(QUOTE).newest == QUOTE


def test_list_footer_is_a_signature() -> None:
    footer = (
        "_______________________________________________\nVisits mailing list\nhttps://lists.x.example/listinfo/visits"
    )
    same(split_newest(f"{OWN}\n\n{footer}\n").newest, OWN)


def test_clear_signed_words_lose_their_armour() -> None:
    text = (
        f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{OWN}\n\n- -- \nAna\n-----BEGIN PGP SIGNATURE-----\n\niQEzBAEB\n"
        "-----END PGP SIGNATURE-----\n"
    )
    same(split_newest(text).newest, OWN)


@pytest.mark.parametrize(
    "line", ["---- Ana Lima wrote ----", "-------- Ana Lima schrieb --------", "[Quoted text hidden]"]
)
def test_marks_of_telephones(line: str) -> None:
    same(split_newest(f"{OWN}\n\n{line}\n\n{THREAD}").newest, OWN)


@pytest.mark.parametrize(
    "note",
    ["FYI", "Please see below.", "Pour suite à donner", "Para su conocimiento, gracias", "Zur Kenntnis", "للعلم"],
)
def test_a_mere_note_makes_the_quoted_part_count(note: str) -> None:
    split = split_newest(f"{note}\n\n{QUOTE}\n")
    assert split.forwarded and "earlier words" in split.newest and "earlier words" in split.quoted


def test_memorandum_is_no_thread() -> None:
    text = "NOTE ON OPERATIONS\n\nFrom: Logistics\nTo: Partners\nSubject: Stocks\n\nWe close the depot on Monday."
    same(split_newest(text).newest, text)


def test_reply_above_this_line() -> None:
    same(split_newest(f"{OWN}\n\n##- Please type your reply above this line -##\n\n{THREAD}").newest, OWN)


def test_wrapped_quote_stays_a_quote() -> None:
    long = "> " + "word " * 14 + "and then it was\nwrapped\n> and went on\n"
    same(split_newest(f"{OWN}\n\n{ATTRIBUTIONS[0][1]}\n{long}").newest, OWN)
