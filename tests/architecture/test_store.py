"""Rules of the store and the flow that no type can hold."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from triage.store import deliveries, detail, listing
from triage.store.migrate import metadata

HOUSE = Path(__file__).parents[2] / "triage"
MOVERS = {"messages.py", "predictions.py", "leases.py", "deliveries.py"}
"""The only modules that write a state, each by what a table of `domain.lifecycle` says."""


def _modules(*rooms: str) -> Iterator[tuple[Path, ast.Module]]:
    for room in rooms:
        for path in sorted((HOUSE / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, ast.parse(path.read_text(encoding="utf-8"))


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            yield node


def test_only_the_movers_write_a_state() -> None:
    for path, tree in _modules("."):
        for call in _calls(tree, "values"):
            written = {keyword.arg for keyword in call.keywords}
            if {"state", "delivery_state"} & written:
                assert path.name in MOVERS and path.parent.name == "store", path


def test_the_movers_ask_the_table() -> None:
    for path, tree in _modules("store"):
        if path.name in MOVERS:
            text = ast.unparse(tree)
            assert "next_message_state" in text or "next_delivery_state" in text, path


@pytest.mark.parametrize(
    "function",
    [
        listing.list_page,
        listing.counts,
        listing.neighbours,
        listing.by_state,
        listing.condition,
        detail.detail,
        detail.raw,
        deliveries.list_page,
        deliveries.is_visible,
    ],
    ids=lambda function: f"{function.__module__}.{function.__name__}",
)
def test_who_looks_is_always_asked(function: object) -> None:
    parameter = inspect.signature(function).parameters["viewer"]  # type: ignore[arg-type]
    assert parameter.kind is inspect.Parameter.KEYWORD_ONLY
    assert parameter.default is inspect.Parameter.empty


def test_every_queue_condition_asks_for_visibility() -> None:
    """`condition` must end with what others may not see for every viewer who is not cleared."""
    from datetime import UTC, datetime

    from triage.domain.people import Person
    from triage.store.queues import Queue
    from triage.store.tables import VISIBLE_TO_ALL

    now = datetime(2026, 3, 2, tzinfo=UTC)
    for queue in Queue:
        shown = str(listing.condition(queue, viewer=Person(1, "x"), now=now))
        assert str(VISIBLE_TO_ALL) in shown, queue


def test_no_column_could_hold_what_a_correspondent_wrote() -> None:
    """Text columns without a limit are named here, each with why it holds no content."""
    known = {
        "arrivals.source": "configuration",
        "arrivals.folder": "configuration",
        "polls.source": "configuration",
        "polls.folder": "configuration",
        "cursors.source": "configuration",
        "cursors.folder": "configuration",
        "deliveries.address": "of a unit or office",
        "address_proposals.address": "organisation: where mail to a unit may go from now on",
        "units.address": "organisation",
        "offices.address": "organisation",
        "people.email": "an account",
        "people.name": "an account",
        "people.password_hash": "an account",
        "audit.objects": "ids",
        "search_texts.words": "words of mail that is not restricted, each once: the search index is in clear",
    }
    found = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.type.__class__.__name__ == "Text"
    }
    assert found == set(known)


def test_modules_stay_small() -> None:
    for path, _ in _modules("store", "flow", "worker"):
        number = len(path.read_text(encoding="utf-8").splitlines())
        assert number <= 400, f"{path.name} has {number} lines"


def test_transactions_are_not_open_while_mail_leaves() -> None:
    """`channel.send` is never called inside a `with store.begin()` block of `flow`."""
    for path, tree in _modules("flow"):
        for node in ast.walk(tree):
            if isinstance(node, ast.With) and any("begin()" in ast.unparse(item.context_expr) for item in node.items):
                assert "_channel.send" not in ast.unparse(node), path
