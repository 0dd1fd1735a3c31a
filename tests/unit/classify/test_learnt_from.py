"""What models keep in words of the lines that they learnt from, and that it can be taken out of them."""

import json
from pathlib import Path

from triage.classify.learnt_from import forget_lines, learnt_from
from triage.classify.shelf import FILES, FORMAT, MANIFEST, Shelf, digest_of

LABELS = [["officer-7", "DMM", "A letter of Zenaida Quixote"], ["en-1", "ICP", "Observer status"]]


def model(folder: Path, name: str, labels: list[list[str]]) -> Path:
    """A model as far as anything here reads it."""
    made = folder / name
    made.mkdir(parents=True)
    (made / "arrays.npz").write_bytes(b"numbers")
    parts = {"map": {"similar": {"map": {"labels": {"value": labels}}, "data": {"array": "x"}}}}
    (made / "parts.json").write_text(json.dumps(parts), encoding="utf-8")
    manifest = {"format": FORMAT, "files": {file: digest_of(made / file) for file in FILES}, "card": {"name": name}}
    (made / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return made


def test_words_of_a_line_leave_every_model_and_nothing_else_does(tmp_path: Path) -> None:
    mine, other = model(tmp_path, "m-1", LABELS), model(tmp_path, "m-2", LABELS[1:])
    untouched = (other / "parts.json").read_bytes()
    assert forget_lines(tmp_path, {"officer-7", "officer-8"}) == 1
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"Zenaida" in path.read_bytes()]
    assert (other / "parts.json").read_bytes() == untouched
    for name in ("m-1", "m-2"):
        Shelf(tmp_path).check(name)  # the manifest fits what is there
    assert learnt_from(tmp_path) == {"m-1": frozenset({"officer-7", "en-1"}), "m-2": frozenset({"en-1"})}
    assert (mine / "arrays.npz").read_bytes() == b"numbers"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m-1", "m-2"], "nothing is left lying about"
    assert forget_lines(tmp_path, {"officer-7"}) == 0


def test_a_model_that_cannot_be_read_holds_up_nothing(tmp_path: Path) -> None:
    broken = model(tmp_path, "m-0", LABELS)
    (broken / "parts.json").write_text("{", encoding="utf-8")
    model(tmp_path, "m-1", LABELS)
    assert forget_lines(tmp_path, {"officer-7"}) == 1
