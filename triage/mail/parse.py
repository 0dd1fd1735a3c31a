"""Raw bytes to a `Message`; never raises."""

import re
from dataclasses import replace

from triage.domain.message import Address, Message, ReadResult
from triage.mail.addresses import parse_addresses
from triage.mail.attachment_text import text_of_attachments
from triage.mail.attachments import Found, describe, find_attachments, is_tnef, safe_name, tnef_text
from triage.mail.authentication import authenticity
from triage.mail.body import Chosen, choose, enriched_to_text, leaf_text
from triage.mail.charset import guessed_codec, python_codec
from triage.mail.dates import parse_date
from triage.mail.fingerprint import content_digest
from triage.mail.flowed import unflow
from triage.mail.html_text import HtmlText, html_to_text
from triage.mail.language import language_of
from triage.mail.limits import DEFAULT, Limits
from triage.mail.machine import Envelope, judge
from triage.mail.newest import split_newest
from triage.mail.own import NOBODY, OwnMail
from triage.mail.structure import Part, Structure, parse_structure
from triage.mail.transfer import take_uuencoded
from triage.mail.words import header_text, one_line, raw_text

_FEW_WORDS = 20
_FORWARDS_OPENED = 10
_SAMPLE_BYTES, _PIECES_ASKED = 4_096, 10
_PGP_MESSAGE = b"-----BEGIN PGP MESSAGE-----"
# Twenty plain searches cost a twentieth of one pattern with twenty branches.
_QUOTE_MARKS = (
    "quote", "gmail_signature", "divrplyfwdmsg", "olk_src_body", "type=cite", 'type="cite', "type='cite",
    "moz-cite-prefix", "moz-signature", "appendonsend", "border-top:solid #", "border-top: solid #",
    "outlookmessageheader", "outlook-mobile", "stopspelling", "applemailsignature", "id=signature", 'id="signature',
    "id='signature",
)  # fmt: skip


def read_message(
    raw: bytes, *, own: OwnMail = NOBODY, limits: Limits = DEFAULT, attachment_texts: bool = False
) -> ReadResult:
    """Read one mail, whatever its bytes. `own` recognises our own mail coming back.

    The text of attachments is read where the body has fewer than 20 words, or always with `attachment_texts`. A mail
    beyond a limit, or one that an unforeseen error met, is quarantined with whatever was read of it.
    """
    try:
        return _Reading(raw, own, limits).result(attachment_texts)
    except Exception:  # RecursionError and MemoryError too: one mail must never stop the others
        return ReadResult(None, "crashed")


def read_headers_only(raw: bytes, *, limits: Limits = DEFAULT) -> Message | None:
    """A message with its headers and an empty text, for mail whose body is not read; None where even that fails."""
    try:
        start = raw[: limits.header_block_bytes // 10]
        return _Reading(start.split(b"\n\n")[0].split(b"\r\n\r\n")[0] + b"\n\n", NOBODY, limits).result(False).message
    except Exception:
        return None


def attachments_in(raw: bytes, *, limits: Limits = DEFAULT) -> list[Found]:
    """The attachments of a mail with their contents, in the order and number of `Message.attachments`.

    Raises whatever a hostile mail makes Python raise: only for a process with limits.
    """
    reading = _Reading(raw, NOBODY, limits)
    reading.shown_texts()
    return reading.found()


class _Reading:
    """One mail on its way from structure to message."""

    def __init__(self, raw: bytes, own: OwnMail, limits: Limits) -> None:
        self._raw, self._own, self._limits = raw, own, limits
        self._structure: Structure = parse_structure(raw, limits)
        self._root = self._structure.root
        self._headers = self._root.headers
        self._defects = list(self._structure.defects)
        self._hint = _charset_hint(self._root)
        self._chosen: Chosen = choose(self._root)
        self._uuencoded: list[Found] = []

    def result(self, attachment_texts: bool) -> ReadResult:
        text, html, marked = self.shown_texts()
        subject = header_text(self._headers.get("subject"), self._hint)
        sender = self._sender()
        message_id = _message_id(self._headers.get("message-id"))
        verdict = judge(Envelope(self._root, self._raw, sender, subject, message_id, text), self._own)
        split = split_newest(text, subject=subject, html=marked)
        found = self.found()
        message = Message(
            message_id=message_id,
            sender=sender,
            to=self._addresses("to"),
            cc=self._addresses("cc"),
            reply_to=self._addresses("reply-to"),
            subject=subject,
            date=parse_date(raw_text(self._headers.get("date")[:200])),
            text=text,
            newest_text=split.newest,
            quoted_text=split.quoted,
            signature=split.signature,
            html=html,
            language=language_of(split.newest if len(split.newest) >= 40 else f"{subject}\n{split.newest}"),
            attachments=describe(found),
            in_reply_to=(_message_ids(self._headers.get("in-reply-to")) or ("",))[0],
            references=_message_ids(self._headers.get("references")),
            machine=verdict.kind,
            bounced_recipients=tuple(one_line(each) for each in verdict.recipients),
            bounced_message_id=one_line(verdict.returned_message_id),
            list_id=header_text(self._headers.get("list-id"), self._hint)[:300],
            encrypted=self._encrypted(text),
            authenticity=authenticity(
                self._headers.all("authentication-results"),
                sender="" if sender is None else sender.email,
                trusted=self._own.trusted_servers,
            ),
        )
        if attachment_texts or (len(text.split()) < _FEW_WORDS and found):
            words = text_of_attachments(found, self._limits)
            message = replace(message, attachment_text=words)
        whole = replace(message, defects=tuple(dict.fromkeys(self._defects)))
        return ReadResult(whole, self._structure.quarantined, content_digest(self._root))

    def _addresses(self, name: str) -> tuple[Address, ...]:
        found: list[Address] = []
        for value in self._headers.all(name)[:20]:
            found += parse_addresses(value, limit=self._limits.addresses - len(found) + 1, hint=self._hint)
            if len(found) > self._limits.addresses:
                self._defects.append("addresses_cut")
                break
        return tuple(found[: self._limits.addresses])

    def _sender(self) -> Address | None:
        """The first From with an @, else the first other header with one (a defect), else a local name in From."""
        own = self._addresses("from")
        if len(own) > 1:
            self._defects.append("several_senders")
        for address in own:
            if "@" in address.email:
                return address
        local = next((address for address in own if address.email), None)
        if local is not None and not re.search(r"\s", local.email):
            return local
        for name in ("reply-to", "sender", "return-path"):
            for address in self._addresses(name):
                if "@" in address.email:
                    self._defects.append("sender_from_other_header")
                    return Address(own[0].name if own and own[0].name else address.name, address.email)
        return local or (own[0] if own else None)

    def found(self) -> list[Found]:
        """The attachments, once the texts have been read (uuencoded ones stand in them)."""
        return find_attachments(self._chosen.attachments, self._limits) + self._uuencoded

    def shown_texts(self) -> tuple[str, str, HtmlText | None]:
        """The shown text, the HTML for showing, and the HTML form with its quote marks (None without marks)."""
        texts = self._chosen.texts
        if not any(part.data.strip() for part in texts):
            texts = self._fallback_texts() or texts
        pieces = [self._shown(part) for part in texts] or [self._tnef_text()]
        text = _join(pieces if len(pieces) == 1 else _once(texts, pieces))
        if len(text) > self._limits.text_characters:
            text = text[: self._limits.text_characters]
            self._defects.append("text_cut")
        htmls = [part for part in self._chosen.htmls if part.type == "text/html"]
        html = "\n".join(leaf_text(part, self._hint)[0] for part in htmls)[: self._limits.html_characters]
        marked: HtmlText | None = None
        lowered = html.lower()
        if any(mark in lowered for mark in _QUOTE_MARKS):
            marked = html_to_text(html, limit=self._limits.text_characters)
        if htmls and texts == htmls and len(htmls) == 1:
            marked = marked or HtmlText(text)
            text = marked.text if marked.text.strip() else text
        return text.strip("\n") if marked is None or marked.text != text else text, html, marked

    def _fallback_texts(self) -> list[Part]:
        """Nothing to show: the only text is marked as attachment, or inside an attached message."""
        leaves = [part for part in self._chosen.attachments if part.type in ("text/plain", "text/html") and part.data]
        if len(leaves) == 1 and len(self._chosen.attachments) == 1:
            self._defects.append("text_was_attachment")
            return leaves
        inner = [part for part in self._chosen.attachments if part.is_message and part.children]
        if inner and self._root.type != "multipart/report":
            self._defects.append("text_from_attached_message")
            return [text for part in inner[:5] for text in _inner_texts(part)]
        return []

    def _tnef_text(self) -> str:
        for part in self._chosen.attachments:
            if is_tnef(part.type, part.filename):
                text, is_html = tnef_text(part.data)
                if text:
                    self._defects.append("text_from_winmail_dat")
                    return html_to_text(text, limit=self._limits.text_characters).text if is_html else text
        return ""

    def _shown(self, part: Part) -> str:
        if part.type == "text/plain":
            data, blocks = take_uuencoded(part.data) if b"begin" in part.data else (part.data, [])
            for name, content in blocks:
                self._uuencoded.append(Found(safe_name(raw_text(name)), "application/octet-stream", content))
            text, mended = leaf_text(replace(part, data=data), self._hint)
            if part.parameters.get("format", "").lower() == "flowed":
                text = unflow(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
        else:
            text, mended = leaf_text(part, self._hint)
            if part.type == "text/html":
                text = html_to_text(text[: self._limits.html_characters], limit=self._limits.text_characters).text
            else:
                text = enriched_to_text(text[: self._limits.text_characters])
        if mended:
            self._defects.append("charset_mended")
        return text

    def _encrypted(self, text: str) -> bool:
        for part in self._root.leaves():
            if part.is_opaque and not part.opened and not part.filename.lower().endswith((".p7s", ".crt", ".p7c")):
                if part.parameters.get("smime-type", "").lower() != "certs-only":
                    return True
            elif part.type == "application/pgp-encrypted" or (
                not text.strip() and part.data[:40].lstrip().startswith(_PGP_MESSAGE)
            ):
                return True
        return any(part.type == "multipart/encrypted" for part in self._root.walk()) or text.lstrip().startswith(
            "-----BEGIN PGP MESSAGE-----"
        )


def _inner_texts(part: Part) -> list[Part]:
    """The texts of an attached message, or of the message attached to that, and so on."""
    for _ in range(_FORWARDS_OPENED):
        chosen = choose(part.children[0])
        if any(text.data.strip() for text in chosen.texts):
            return chosen.texts
        inner = [each for each in chosen.attachments if each.is_message and each.children]
        if not inner:
            break
        part = inner[0]
    return []


def _charset_hint(root: Part) -> str:
    """A charset declared anywhere in the mail, else the one that its subject and text, taken together, seem to be in:
    each by itself may be too short for a guess."""
    pieces = [root.headers.get("subject")]
    for part in root.leaves():
        label = part.parameters.get("charset", "")
        if label and python_codec(label) not in ("", "utf-8"):
            return label
        if part.type == "text/plain" and not label and len(pieces) < _PIECES_ASKED:
            pieces.append(part.data[:_SAMPLE_BYTES])
    foreign = [piece for piece in pieces if not piece.isascii() and not _is_utf8(piece)]
    return guessed_codec(b"\n".join(foreign)) if len(foreign) > 1 else ""


def _is_utf8(data: bytes) -> bool:
    # The end of a sample may lie within a character.
    return "\ufffd" not in data.decode("utf-8", "replace")[:-3]


def _once(texts: list[Part], pieces: list[str]) -> list[str]:
    """Without an HTML form that says the words of a plain text before it: an alternative declared as something else."""
    said = {"".join(piece.split()) for part, piece in zip(texts, pieces, strict=True) if part.type == "text/plain"}
    return [
        piece
        for part, piece in zip(texts, pieces, strict=True)
        if part.type == "text/plain" or "".join(piece.split()) not in said
    ]


def _join(pieces: list[str]) -> str:
    filled = [piece.strip("\n") for piece in pieces if piece.strip()]
    return "\n".join(filled)


def _message_id(value: bytes) -> str:
    text = one_line(raw_text(value[:2_000]))
    match = re.search(r"<[^<>]*>", text)
    return re.sub(r"\s", "", match.group()) if match else text[:998]


def _message_ids(value: bytes) -> tuple[str, ...]:
    found = re.findall(r"<[^<>\s]+>", one_line(raw_text(value[:60_000])))
    return tuple(dict.fromkeys(found))[:200]
