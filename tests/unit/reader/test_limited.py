"""Reading in child processes: limits hold, one bad mail does not stop the others."""

import dataclasses
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.mail.hostile import HOSTILE
from triage.mail.limits import Limits
from triage.mail.own import NOBODY, OwnMail
from triage.mail.parse import read_message
from triage.reader.limited import LimitedReader
from triage.reader.wire import decode_result, encode_result

MAILS = [path.read_bytes() for path in sorted((Path(__file__).parents[1] / "mail/mails").glob("*.eml"))]


def _mail(number: int) -> bytes:
    return b"From: a@b.example\nSubject: mail %d\n\nWords of mail number %d.\n" % (number, number)


@pytest.fixture(scope="module")
def reader() -> Iterator[LimitedReader]:
    with LimitedReader(OwnMail(frozenset({"me@office.example"}), "d.example", "i"), children=2) as opened:
        yield opened


def test_same_as_reading_directly(reader: LimitedReader) -> None:
    assert reader.read(MAILS) == [
        read_message(raw, own=OwnMail(frozenset({"me@office.example"}), "d.example", "i")) for raw in MAILS
    ]


def test_order_is_kept_over_many_mails(reader: LimitedReader) -> None:
    results = reader.read([_mail(number) for number in range(300)])
    assert [each.message.subject for each in results if each.message] == [f"mail {number}" for number in range(300)]


def test_nothing_to_read(reader: LimitedReader) -> None:
    assert reader.read([]) == []


def test_hostile_mails_do_not_stop_the_others(reader: LimitedReader) -> None:
    batch = [raw for name in HOSTILE for raw in (HOSTILE[name], _mail(7))]
    results = reader.read(batch)
    assert len(results) == len(batch)
    assert all(each.message and each.message.subject == "mail 7" and each.quarantined is None for each in results[1::2])
    assert all(each.message or each.quarantined for each in results[::2])


def test_large_mails_pass_the_pipes(reader: LimitedReader) -> None:
    large = b"Subject: large\n\n" + b"words and more words\n" * 200_000
    results = reader.read([large] * 4)
    assert [each.message.subject for each in results if each.message] == ["large"] * 4


def test_too_slow_is_quarantined_with_its_headers() -> None:
    with LimitedReader(NOBODY, seconds_per_mail=0.05) as slow:
        slow.read([_mail(1)])
        results = slow.read([b"Subject: slow\n\n" + b"On 1 May 2020, a@b.example wrote\nx\n" * 60_000, _mail(2)])
    assert results[0].quarantined == "too_slow"
    assert results[0].message is None or results[0].message.subject == "slow"
    assert results[1].message is not None and results[1].message.subject == "mail 2"


def test_too_much_memory_is_quarantined() -> None:
    with LimitedReader(NOBODY, memory_bytes=400_000_000) as small:
        greedy = b"Content-Type: multipart/mixed; boundary=b\n\n" + (b"--b\n\n" + b"x" * 30_000_000 + b"\n") + b"--b--"
        results = small.read([_mail(1), b"Subject: greedy\n" + greedy + b"y" * 20_000_000, _mail(2)])
    assert [bool(each.message) or bool(each.quarantined) for each in results] == [True, True, True]
    assert results[2].message is not None and results[2].message.subject == "mail 2"


def test_too_big_keeps_its_headers() -> None:
    with LimitedReader(NOBODY, limits=Limits(message_bytes=1_000)) as strict:
        (result,) = strict.read([b"Subject: big\n\n" + b"x" * 2_000])
    assert result.quarantined == "too_big" and result.message is not None and result.message.subject == "big"


def test_killed_child_is_replaced(reader: LimitedReader) -> None:
    reader.read([_mail(0)])
    for child in reader._children:
        process = child._process
        if process is not None:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
    results = reader.read([_mail(number) for number in range(20)])
    lost = [each for each in results if each.quarantined == "crashed"]
    assert len(lost) <= len(reader._children)
    assert sum(1 for each in results if each.message) >= 18


def test_threads_take_turns(reader: LimitedReader) -> None:
    found: dict[int, list[str]] = {}

    def work(start: int) -> None:
        found[start] = [
            each.message.subject for each in reader.read([_mail(start + n) for n in range(40)]) if each.message
        ]

    threads = [threading.Thread(target=work, args=(start,)) for start in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {start: [f"mail {start + n}" for n in range(40)] for start in (0, 100, 200)}


def test_closed_reader_starts_again() -> None:
    again = LimitedReader(NOBODY)
    try:
        for _ in range(2):
            assert again.read([_mail(1)])[0].quarantined is None
            again.close()
    finally:
        again.close()


@pytest.mark.parametrize("raw", MAILS[::7])
def test_readings_cross_the_pipe_unchanged(raw: bytes) -> None:
    result = read_message(raw, attachment_texts=True)
    assert decode_result(encode_result(result)) == result


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"{}",
        b'{"quarantined": 3}',
        b'{"quarantined": null, "message": {"text": 1}}',
        b'{"quarantined": "two words"}',
    ],
)
def test_a_child_is_not_believed(answer: bytes) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        decode_result(answer)


def test_every_field_crosses_the_pipe() -> None:
    message = read_message(MAILS[0]).message
    assert message is not None
    changed = dataclasses.replace(message, encrypted=True, references=("<a@b>",), list_id="x", attachment_text="y")
    result = decode_result(encode_result(dataclasses.replace(read_message(MAILS[0]), message=changed)))
    assert result.message == changed
