"""Training files: every fault named with its line."""

import json
from pathlib import Path

import pytest

from triage.classify.check import check_data
from triage.classify.examples import load_examples
from triage.domain.errors import DataError

GOOD = {
    "id": "a-1", "lang": "en", "from_name": "A", "from_email": "a@b.ml.example", "subject": "s", "body": "b",
    "route": "MISSION", "country": "ML", "also_ok": ["DOE"], "kind": "question", "urgent": False, "restricted": False,
    "sender_type": "ngo", "difficulty": "easy", "why": "rule 5",
}  # fmt: skip
LONG = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"


def write(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_good_line_is_read(tmp_path: Path) -> None:
    (example,) = load_examples([write(tmp_path / "hand-a.jsonl", GOOD)])
    assert (example.author, example.country, example.also_ok) == ("hand-a", "ML", ("DOE",))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"route": "XYZ"}, "'route' must be one of"),
        ({"country": None}, "a country goes with MISSION"),
        ({"country": "Mali"}, "two capital letters"),
        ({"urgent": "no"}, "'urgent' is missing or not true/false"),
        ({"lang": "eng"}, "two-letter"),
        ({"also_ok": ["NOWHERE"]}, "'also_ok'"),
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"body": None}, "'body' is missing"),
    ],
)
def test_a_fault_is_named_with_file_and_line(tmp_path: Path, change: dict[str, object], said: str) -> None:
    file = write(tmp_path / "a.jsonl", GOOD, {**GOOD, "id": "a-2", **change})
    with pytest.raises(DataError) as caught:
        load_examples([file])
    assert f"{file}:2: " in str(caught.value)
    assert said in str(caught.value)


def test_broken_json_and_missing_files_are_named(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("{\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.jsonl:1"):
        load_examples([file])
    with pytest.raises(DataError, match="no such training file"):
        load_examples([tmp_path / "none.jsonl"])


def test_check_finds_doubles_and_leaks(tmp_path: Path) -> None:
    train = write(tmp_path / "a.jsonl", {**GOOD, "body": LONG}, {**GOOD, "id": "a-2", "body": LONG + " and more"})
    test = write(tmp_path / "t.jsonl", {**GOOD, "body": "another text"})
    faults = check_data([train], [test]).faults
    assert any("a.jsonl:2: nearly the same text" in fault for fault in faults)
    assert any("t.jsonl:1: id 'a-1' is used before" in fault for fault in faults)
    assert any("t.jsonl:1: the sender also stands in the training split" in fault for fault in faults)


def test_real_people_are_refused(tmp_path: Path) -> None:
    faults = check_data([write(tmp_path / "a.jsonl", {**GOOD, "from_email": "a@b.org"})], []).faults
    assert any("must end in .example" in fault for fault in faults)
