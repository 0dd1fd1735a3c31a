"""Newest text, quoted text and signature of a plain body."""

import re

_QUOTE_HEAD = re.compile(
    r"^\s*(?:On .{4,120} wrote:|Le .{4,120} a écrit ?:|El .{4,120} escribi[óo]:|Em .{4,120} escreveu:|Am .{4,120} schrieb.{0,80}:"
    r"|-{2,}\s*(?:Original|Forwarded|Message|Mensaje|Mensagem|Weitergeleitete).{0,60}|_{10,})\s*$",
    re.IGNORECASE,
)


def split_body(body: str) -> tuple[str, str, str]:
    """(newest, quoted, signature) of a body."""
    newest: list[str] = []
    quoted: list[str] = []
    in_tail = False
    for line in body.split("\n"):
        if line.lstrip().startswith(">"):
            quoted.append(line.lstrip("> "))
        elif in_tail or _QUOTE_HEAD.match(line):
            in_tail = True
            quoted.append(line)
        else:
            newest.append(line)
    text = "\n".join(newest)
    head, separator, tail = text.rpartition("\n-- \n")
    if separator:
        return head, "\n".join(quoted), tail
    return text, "\n".join(quoted), ""
