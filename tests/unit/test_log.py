"""Logs hold static words, ids and counts; anything else is left out and said to be."""

import json

import pytest

from triage import log


def test_unknown_fields_never_reach_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure()
    log.get_logger().info("polled", source="contact", seen=3, subject="a subject", sender="a@b.example")
    text = capsys.readouterr().err
    line = json.loads(text)
    assert (line["event"], line["source"], line["seen"]) == ("polled", "contact", 3)
    assert line["error"] == "fields left out: 2"
    assert "a subject" not in text
    assert "b.example" not in text
