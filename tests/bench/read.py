"""What reading costs: `python -m tests.bench.read [N]` prints milliseconds of CPU for an ordinary mail of about 10 kB.

`direct` calls the parser, `limited` goes through child processes (parent and children together, start included).
"""

import json
import resource
import sys
import time

from triage.mail.own import NOBODY
from triage.mail.parse import read_message
from triage.reader.limited import LimitedReader

_SENTENCE = "We would like to learn how your office works with partners in our country and whom we may write to. "


def _mail(number: int) -> bytes:
    paragraphs = [f"{_SENTENCE * 4}({number}.{part})" for part in range(4)]
    plain = (
        "\n\n".join(paragraphs)
        + "\n\nOn Mon, 4 May 2020 at 10:00, Office <office@x.example> wrote:\n"
        + "> earlier words\n" * 40
    )
    html = "".join(f"<p style='margin:0'>{each}</p>" for each in paragraphs)
    html += '<div class="gmail_quote">On Mon<blockquote>' + "<div>earlier words</div>" * 60 + "</blockquote></div>"
    head = (
        "Received: from a.example by b.example; Mon, 4 May 2020 10:00:00 +0200\n" * 8
        + f"From: =?utf-8?Q?Ana_L=C3=ADma?= <ana{number}@north.example>\nTo: Office <office@x.example>\n"
        + f"Subject: Question {number}\nDate: Mon, 4 May 2020 10:00:00 +0200\nMessage-ID: <{number}@north.example>\n"
    )
    if number % 2:
        return f"{head}Content-Type: text/plain; charset=utf-8\n\n{plain}{_SENTENCE * 60}\n".encode()
    return (
        f"{head}MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n"
        f"{plain}\n--b\nContent-Type: text/html; charset=utf-8\n\n{html}\n--b--\n"
    ).encode()


def _cpu() -> float:
    usages = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def main(count: int) -> None:
    """Print the figures as one JSON object."""
    mails = [_mail(number) for number in range(count)]
    read_message(mails[0])
    start = _cpu()
    for raw in mails:
        read_message(raw)
    direct = _cpu() - start
    start, began = _cpu(), time.monotonic()
    with LimitedReader(NOBODY, children=2) as reader:
        for at in range(0, count, 64):
            reader.read(mails[at : at + 64])
    limited, wall = _cpu() - start, time.monotonic() - began
    figures = {
        "mails": count,
        "bytes_each": sum(map(len, mails)) // count,
        "direct_cpu_ms_each": round(direct / count * 1000, 3),
        "limited_cpu_ms_each": round(limited / count * 1000, 3),
        "limited_wall_ms_each": round(wall / count * 1000, 3),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
