"""Sixty plain replies of units in three languages, and forty more that must never be booked without an officer."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from triage.config import PROJECT, load_organisation
from triage.domain.message import Address, MachineKind, Message
from triage.domain.reply import ReplyReading
from triage.domain.taxonomy import Destination, Route
from triage.mail.replies import Somebody, read_reply

HERE = Path(__file__).parent
WRITER = Destination(Route.ICP)
"""Who writes them all."""


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


REPLIES, DOUBTFUL = lines("unit_replies.jsonl"), lines("unit_replies_doubtful.jsonl")
LOOSE = lines("unit_replies_loose.jsonl")


@pytest.fixture(scope="module")
def somebodies() -> tuple[Somebody, ...]:
    units, offices = load_organisation(PROJECT / "config")
    named = [Somebody(Destination(Route(u.code)), tuple(u.names.values())) for u in units if u.code != Route.MISSION]
    return (
        *named,
        *(
            Somebody(Destination(Route.MISSION, o.code), (*o.names.values(), *o.aliases))
            for o in offices
            if len(o.code) == 2
        ),
    )


def message(text: str, language: str = "en") -> Message:
    sender = Address("", "icp@iom.example")
    return Message("<r@iom.example>", sender, (), (), (), "Re: [IPD ICP] Fees", None, text, text, language=language)


@pytest.mark.parametrize("row", REPLIES, ids=lambda row: row["id"])
def test_nothing_is_booked_wrongly(row: dict[str, Any], somebodies: tuple[Somebody, ...]) -> None:
    reply = read_reply(message(row["text"]), somebodies, own=frozenset({WRITER}))
    if reply.safe:
        assert reply.reading == row["reading"]
    if reply.proposed is not None:
        assert str(reply.proposed) == row["proposed"]


def test_nine_in_ten_are_understood_and_most_need_nobody(somebodies: tuple[Somebody, ...]) -> None:
    read = [(row, read_reply(message(row["text"]), somebodies, own=frozenset({WRITER}))) for row in REPLIES]
    understood = [
        row["id"]
        for row, reply in read
        if (reply.reading, None if reply.proposed is None else str(reply.proposed)) == (row["reading"], row["proposed"])
    ]
    assert len(REPLIES) == 60
    assert len(understood) >= 54, [row["text"] for row, _ in read if row["id"] not in understood]
    answers = [reply for row, reply in read if ReplyReading(row["reading"]).answer is not None]
    assert sum(reply.safe for reply in answers) >= 0.7 * len(answers)
    for language in ("en", "fr", "es"):
        of_it = [row["id"] for row, _ in read if row["language"] == language]
        assert len(set(of_it) & set(understood)) >= 0.9 * len(of_it), language


@pytest.mark.parametrize("row", DOUBTFUL, ids=lambda row: row["id"])
def test_a_doubt_goes_before_an_officer(row: dict[str, Any], somebodies: tuple[Somebody, ...]) -> None:
    assert not read_reply(message(row["text"]), somebodies).safe


@pytest.mark.parametrize("row", LOOSE, ids=lambda row: row["id"])
def test_a_loose_line_becomes_a_proposal(row: dict[str, Any], somebodies: tuple[Somebody, ...]) -> None:
    reply = read_reply(message(row["text"]), somebodies, own=frozenset({WRITER}))
    assert reply.reading == row["reading"]


def test_what_is_quoted_says_nothing(somebodies: tuple[Somebody, ...]) -> None:
    quoted = "Could we meet on Tuesday?\n\nOn 2 March 2026, IPD wrote:\n> Not ours? Tell IPD.\n> We take it.\n"
    reply = read_reply(replace(message(""), text=quoted, newest_text="Could we meet on Tuesday?"), somebodies)
    assert reply.reading is ReplyReading.NEW_QUESTION
    assert not reply.safe


def test_an_automatic_reply_is_no_answer(somebodies: tuple[Somebody, ...]) -> None:
    reply = read_reply(replace(message("We take it."), machine=MachineKind.AUTO_REPLY), somebodies)
    assert (reply.reading, reply.safe) == (ReplyReading.OUT_OF_OFFICE, False)


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        ("Not ours, ask IML or MCD.", None),
        ("Not ours, ask ICP.", None),  # that is the writer
        ("Not ours: International Migration Law Unit", "IML"),
        ("Pas pour nous, voir l'Unité du droit international de la migration", "IML"),
        ("No es nuestro, es de la misión en Côte d’Ivoire", "MISSION:CI"),
        ("Not ours. The Guinea-Bissau mission should have it.", "MISSION:GW"),
        ("Not ours. The project is in Mali.", None),  # what it is about is not whom they name
        ("Not ours - write to dmm@x.example or see http://x.example/IML/MCD", None),
    ],
)
def test_who_instead(text: str, proposed: str | None, somebodies: tuple[Somebody, ...]) -> None:
    reply = read_reply(message(text), somebodies, own=frozenset({WRITER}))
    assert reply.reading is ReplyReading.NOT_OURS
    assert (None if reply.proposed is None else str(reply.proposed)) == proposed


@pytest.mark.parametrize("text", ["", " \n ", "? " * 3000, "not " * 20_000, "could you " * 5_000, "ok"])
def test_odd_texts_are_never_booked(text: str, somebodies: tuple[Somebody, ...]) -> None:
    assert not read_reply(message(text), somebodies).safe
