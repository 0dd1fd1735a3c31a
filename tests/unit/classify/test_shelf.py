"""The pointer names one whole model at any moment; what happens to a model is written into its card."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rig.shelf import add_model
from triage.classify.shelf import POINTER, Shelf
from triage.domain.errors import ModelError, NotFound


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    for number in (1, 2, 3):
        add_model(tmp_path, f"m-{number}")
    return Shelf(tmp_path)


def test_promoting_and_going_back(shelf: Shelf) -> None:
    assert shelf.serving() is None
    assert shelf.point("m-1") is None
    stamp = shelf.stamp()
    assert shelf.point("m-2") == "m-1"
    assert shelf.stamp() != stamp
    assert shelf.point("m-2") == "m-2"
    assert (shelf.serving(), shelf.before()) == ("m-2", ["m-1"])
    assert shelf.step_back() == "m-1"
    with pytest.raises(NotFound, match="before this one"):
        shelf.step_back()
    assert [info.name for info in shelf.models() if info.promoted] == ["m-1"]


def test_a_model_that_is_not_whole_never_serves(shelf: Shelf) -> None:
    shelf.point("m-1")
    (shelf.folder / "m-2" / "parts.json").write_text("cut o")
    (shelf.folder / "m-3" / "arrays.npz").unlink()
    for name in ("m-2", "m-3"):
        with pytest.raises(ModelError, match="damaged"):
            shelf.point(name)
    with pytest.raises(ModelError, match="no such model"):
        shelf.point("../m-1")
    assert shelf.serving() == "m-1"


def test_an_unreadable_pointer_is_written_anew(shelf: Shelf) -> None:
    (shelf.folder / POINTER).write_text("{")
    with pytest.raises(ModelError, match="writes it anew"):
        shelf.serving()
    shelf.point("m-3")
    assert shelf.serving() == "m-3"


def test_notes_go_into_the_card_and_lists_grow(shelf: Shelf) -> None:
    shelf.note("m-1", "comparison", {"outcome": "ready"})
    shelf.note("m-1", "history", [{"what": "promoted"}])
    shelf.note("m-1", "history", [{"what": "rolled_back"}])
    shelf.note("m-1", "comparison", {"outcome": "refused"})
    card = shelf.card("m-1")
    assert card["comparison"] == {"outcome": "refused"}
    assert [one["what"] for one in card["history"]] == ["promoted", "rolled_back"]
    shelf.check("m-1")


def test_what_serves_or_did_is_never_dropped(shelf: Shelf) -> None:
    shelf.point("m-1")
    shelf.point("m-2")
    assert [shelf.drop(name) for name in ("m-1", "m-2", "m-3", "m-3", "m-9")] == [False, False, True, False, False]
    assert shelf.names() == ["m-1", "m-2"]


_FLIP = """
import sys
from pathlib import Path
from triage.classify.shelf import Shelf
shelf = Shelf(Path(sys.argv[1]))
print("on", flush=True)
number = 0
while True:
    number += 1
    shelf.point(f"m-{number % 3 + 1}")
    shelf.note(f"m-{number % 3 + 1}", "history", [{"what": number}])
"""


def test_killed_in_the_middle_of_promoting_one_whole_model_serves(shelf: Shelf) -> None:
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", _FLIP, str(shelf.folder)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        seen = shelf.stamp()
        while shelf.stamp() == seen:  # at work: the pointer moves
            assert process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        serving = shelf.serving()
        assert serving in {"m-1", "m-2", "m-3"}
        shelf.check(serving)
        assert len(shelf.models()) == 3
        assert json.loads((shelf.folder / POINTER).read_text())["promoted"] == serving
        shelf.point("m-1")  # the lock went with the process
