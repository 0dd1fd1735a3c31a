"""Text of `format=flowed` (RFC 3676): paragraphs that the writer's program had cut into lines, put together again."""

import re

_QUOTE = re.compile(r">*")
_SIGNATURE = "-- "


def unflow(text: str, *, delete_space: bool = False) -> str:
    """The text with soft line breaks undone: a line that ends in a blank goes on in the next of the same quote depth.

    `delete_space` is the DelSp parameter: the blank at the end was put there, too. Linear in the length of the text.
    """
    out: list[str] = []
    paragraph: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = _depth(line)
        content = line[depth:]
        if content.startswith(" "):  # put there so that "From " or ">" could begin a line
            content = content[1:]
        flows = content.endswith(" ") and content != _SIGNATURE
        if open_depth != depth or content == _SIGNATURE:
            _close(out, paragraph, open_depth)
            paragraph = []
        paragraph.append(content[:-1] if flows and delete_space else content)
        open_depth = depth
        if not flows:
            _close(out, paragraph, depth)
            paragraph, open_depth = [], -1
    _close(out, paragraph, open_depth)
    return "\n".join(out)


def _depth(line: str) -> int:
    match = _QUOTE.match(line)
    return match.end() if match else 0


def _close(out: list[str], paragraph: list[str], depth: int) -> None:
    if paragraph:
        marks = ">" * depth + " " if depth > 0 else ""
        joined = "".join(paragraph)
        out.append(marks + (joined if joined == _SIGNATURE else joined.rstrip(" ")))
