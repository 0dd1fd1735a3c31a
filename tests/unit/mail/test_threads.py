"""Whole little threads as mail programs write them, and what the sender wrote now (white space aside)."""

import pytest

from triage.mail.newest import split_newest

THREADS = {
    "quoting": (
        "Hi\n\nQuoting Ana Lima <ana@x.example>:\n\n> foo\n> bar\n",
        "Hi",
    ),
    "bullets": (
        "test 2 this should list second\n\nand have spaces\n\nand retain this formatting\n\n\n"
        "   - how about bullets\n   - and another\n\n\n"
        "On Fri, Feb 24, 2012 at 10:19 AM, <ana@x.example> wrote:\n\n"
        "> Give us an example of how you applied\n>\n",
        "test 2 this should list second and have spaces and retain this formatting - how about bullets - and another",
    ),
    "outlook dash rule": (
        "Outlook with a reply\n\n\n ------------------------------\n"
        "*From:* Ana Team [mailto:ana@x.example]\n*Sent:* Thursday, February 09, 2012 1:36 PM\n"
        "*To:* bob@x.example\n*Subject:* Re: x\n\nHello\n",
        "Outlook with a reply",
    ),
    "name dash": (
        "Hi folks\n\nWhat is the best way to clear a bucket.\n\n-Abhi Kona\n\n\n"
        "_______________________________________________\nlist mailing list\nlist@lists.example\n"
        "http://lists.example/listinfo\n",
        "Hi folks What is the best way to clear a bucket.",
    ),
    "bb": (
        "Here is another email\n\nSent from my BlackBerry\n",
        "Here is another email",
    ),
    "mobile": (
        "Here is another email\n\nSent from my Verizon Wireless BlackBerry\n",
        "Here is another email",
    ),
    "pathological": (
        "I got in touch\n\nOn 9 Jan 2014, at 2:47 , Kim <kim@x.example> wrote:\n\n> text\n\nKim\n",
        "I got in touch Kim",
    ),
    "from header": (
        "Hello\n\nFrom: Ana <ana@x.example>\nDate: Mon, 4 May 2020\nTo: bob@x.example\nSubject: hi\n\nquoted",
        "Hello",
    ),
    "reply star": (
        "Reply\n\n*On Mon, May 4, 2020 at 10:00 AM Ana <ana@x.example> wrote:*\n\nquoted",
        "Reply",
    ),
    "colon newline": (
        "Bonjour\n\nLe 4 mai 2020 à 10:00, Ana <ana@x.example> a écrit\n :\n\n> q",
        "Bonjour",
    ),
    "wrapped name": (
        "Ok\n\nOn Thu, Mar 13, 2014 at 1:00 PM, Ana via Community\n"
        "<reply+abcdef0123456789@community.example>\nwrote:\n\n> q\n> r",
        "Ok",
    ),
    "de original": (
        "Ja gerne\n\n----- Ursprüngliche Nachricht -----\nVon: Ana\nAn: b@x\n\nText",
        "Ja gerne",
    ),
    "orig no header": (
        "Sure\n\n---- Original Message ----\nText here",
        "Sure",
    ),
    "orig in words": (
        "Sure\n\n--------- Message original --------\nObjet: x\nDe: Ana\nÀ: Bob\nCc:\n\nTexte",
        "Sure",
    ),
    "at start vcard": (
        "Ok thx\n\n\n2014-05-04 10:00 GMT+02:00 Ana Lima <ana@x.example>:\n\n> q",
        "Ok thx",
    ),
    "spanish old": (
        "Vale\n\nEl 4 de mayo de 2014, 10:00, Ana Lima<ana@x.example>escribió:\n\n> q",
        "Vale",
    ),
    "on behalf": (
        "Thanks.\n\nFrom: Ana [mailto:ana@x.example] On Behalf Of Bob\nSent: 04 May 2020 10:00\n"
        "To: x@y\nSubject: z\n\nq",
        "Thanks.",
    ),
    "interleaved": (
        "On 4 May 2020 Ana wrote:\n> a?\nyes\n> b?\nno\n",
        "> a? yes > b? no",
    ),
    "sig mid": (
        "Text one\n\n-- \nAna\nDirector\n\nOn Mon, 4 May 2020 at 10:00, B <b@x.example> wrote:\n> q\n> r\n",
        "Text one",
    ),
    "P.S. after": (
        "Regards\nAna\n\nP.S. call me\n",
        "Regards Ana P.S. call me",
    ),
    "hr": (
        "Hello\n\n***\n\nWorld",
        "Hello *** World",
    ),
    "date From To plain": (
        "Yes\n\nDate: Mon, 4 May 2020 10:00:00 +0000\nSubject: x\nFrom: ana@x.example\nTo: bob@x.example\n\nq",
        "Yes",
    ),
    "underscored from": (
        "Yes\n\n________________________________\n From: Ana <ana@x.example>\nTo: Bob <bob@x.example>\nSent: Mon\n\nq",
        "Yes",
    ),
    "yahoo fr": (
        "Oui\n\n________________________________\nDe : Ana <ana@x.example>\nÀ : Bob\n"
        "Envoyé le : Lundi 4 mai 2020\nObjet : x\n\nq",
        "Oui",
    ),
    "gmail mobile fr": (
        "Oui\n\nLe lun. 4 mai 2020 10:00, Ana <ana@x.example> a\nécrit :\n\n> q",
        "Oui",
    ),
    "pt2": (
        "Sim\n\nEm 4 de maio de 2020 10:00, Ana Lima\n<ana@x.example>escreveu:\n\n> q",
        "Sim",
    ),
    "tr": (
        "Evet\n\nAna Lima <ana@x.example>, 4 May 2020 Pzt, 10:00 tarihinde şunu yazdı:\n\n> q",
        "Evet",
    ),
    "cs": (
        "Ano\n\nDne 4. května 2020 10:00 Ana Lima <ana@x.example> napsal(a):\n\n> q",
        "Ano",
    ),
    "hu": (
        "Igen\n\nAna Lima <ana@x.example> ezt írta (időpont: 2020. máj. 4., H, 10:00):\n\n> q",
        "Igen",
    ),
    "fi": (
        "Joo\n\nma 4. toukok. 2020 klo 10.00 Ana Lima (ana@x.example) kirjoitti:\n\n> q",
        "Joo",
    ),
    "ko": (
        "네\n\n2020년 5월 4일 (월) 오전 10:00, Ana Lima <ana@x.example>님이 작성:\n\n> q",
        "네",
    ),
    "he": (
        "כן\n\n"
        "\u202bבתאריך יום ב׳, 4 במאי 2020 ב-10:00 מאת \u202aAna\u202c\u200f <\u202aana@x.example\u202c\u200f>:\u202c\n"
        "\n> q",
        "כן",
    ),
    "vi": (
        "Vâng\n\nVào Th 2, 4 thg 5, 2020 vào lúc 10:00 Ana <ana@x.example> đã viết:\n\n> q",
        "Vâng",
    ),
    "ro": (
        "Da\n\nÎn lun., 4 mai 2020 la 10:00, Ana <ana@x.example> a scris:\n\n> q",
        "Da",
    ),
    "aol": (
        "Ok\n\n-----Original Message-----\nFrom: Ana <ana@x.example>\nTo: Bob <bob@x.example>\n"
        "Sent: Mon, May 4, 2020 10:00 am\nSubject: x\n\nq",
        "Ok",
    ),
    "ios outlook": (
        "Ok\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\n"
        "From: Ana <ana@x.example>\nSent: Monday\nTo: Bob\nSubject: x\n\nq",
        "Ok",
    ),
    "galaxy": (
        "Ok\n\nSent from my Galaxy\n\n\n-------- Original message --------\n"
        "From: Ana <ana@x.example> \nDate: 5/4/20  10:00  (GMT-05:00) \nTo: Bob \nSubject: x \n\nq",
        "Ok",
    ),
    "inline only one": (
        "Hi\n\n> is it ok?\n\nyes it is\n",
        "Hi > is it ok? yes it is",
    ),
    "wrote no email": (
        "Ok\n\nOn Monday, May 4, 2020 10:00 AM, Ana Lima wrote:\n\nq text",
        "Ok",
    ),
    "hotmail": (
        "Ok\n\n> Date: Mon, 4 May 2020\n> To: a@b\n> From: c@d\n>\n> q",
        "Ok",
    ),
    "spamarrest": (
        "Ok\n\nOn 5/4/2020 10:00 AM, Ana Lima wrote:\n>\n> q\n>",
        "Ok",
    ),
    "long sig": (
        "Yes please.\n\nBest,\nAna\n\n--\n\nAna Lima | Director\nOffice: 123\nx.example",
        "Yes please. Best, Ana",
    ),
    "rule sig": (
        "Yes please.\n\n--------------------\nAna Lima\nDirector",
        "Yes please.",
    ),
    "eq sig": (
        "Yes please.\n\n=====\nAna Lima\nDirector",
        "Yes please.",
    ),
}


@pytest.mark.parametrize("name", THREADS)
def test_newest_text(name: str) -> None:
    thread, wanted = THREADS[name]
    assert split_newest(thread).newest.split() == wanted.split()
