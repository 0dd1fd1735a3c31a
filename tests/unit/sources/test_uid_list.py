"""The uid list gives each name one number for ever and loses none when it is lost itself."""

from pathlib import Path

import pytest

from triage.domain.errors import Transient
from triage.sources.uid_list import UidList


def test_numbers_stay_and_grow(tmp_path: Path) -> None:
    first = UidList(tmp_path, "box")
    assert first.number(["a", "b"]) == {"a": 1, "b": 2}
    assert first.number(["c", "b"]) == {"c": 3, "b": 2}
    again = UidList(tmp_path, "box")
    assert again.uidvalidity == first.uidvalidity
    assert again.number(["a"]) == {"a": 4}, "a number is never given twice"


def test_two_sources_have_two_lists(tmp_path: Path) -> None:
    UidList(tmp_path, "one").number(["a"])
    assert UidList(tmp_path, "two").number(["b", "a"]) == {"b": 1, "a": 2}


def test_a_damaged_list_begins_anew(tmp_path: Path) -> None:
    UidList(tmp_path, "box").number(["a", "b"])
    (file,) = tmp_path.glob("*.json")
    file.write_text("{", encoding="utf-8")
    assert UidList(tmp_path, "box").number(["b"]) == {"b": 1}


def test_no_number_is_handed_out_that_is_not_on_disk(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(Transient):
        UidList(blocked / "state", "box").number(["a"])
