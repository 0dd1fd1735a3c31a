"""The models as the screens read them: cards from the shelf, which holds no model in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort

from triage.domain.promotion import Comparison
from triage.web.services import services


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One version: its name, whether it serves, and what its card says."""

    name: str
    serves: bool
    data: Mapping[str, Any]

    @property
    def messages(self) -> int:
        """How many messages it learnt from."""
        found = self.data.get("data", {})
        return int(found.get("messages", 0)) if isinstance(found, Mapping) else 0

    @property
    def snapshot(self) -> str:
        """The hash of what it learnt from."""
        found = self.data.get("data", {})
        return str(found.get("sha256", "")) if isinstance(found, Mapping) else ""

    @property
    def made_at(self) -> datetime | None:
        """When it was trained."""
        return _moment(self.data.get("made_at"))

    @property
    def metrics(self) -> Mapping[str, Any]:
        """Its figures on messages of authors whom it never read."""
        found = self.data.get("metrics", {})
        return found if isinstance(found, Mapping) else {}

    @property
    def comparison(self) -> Comparison | None:
        """How it did against the model that served when it was made."""
        found = self.data.get("comparison")
        return Comparison.from_json(found) if isinstance(found, Mapping) else None

    @property
    def history(self) -> list[Mapping[str, Any]]:
        """What happened to it, oldest first; `moment` is when, where the card says so."""
        found = self.data.get("history", [])
        kept = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
        return [{**one, "moment": _moment(one.get("at"))} for one in kept]


def _moment(stated: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(stated))
    except ValueError:
        return None


def cards() -> list[ModelCard]:
    """Every whole model, oldest first."""
    return [ModelCard(info.name, info.promoted, info.card) for info in services().shelf.models()]


def card_of(name: str) -> ModelCard:
    """One of them; 404 where there is none."""
    return next((card for card in cards() if card.name == name), None) or abort(404)


def serving(found: list[ModelCard]) -> ModelCard | None:
    """The one that serves."""
    return next((card for card in found if card.serves), None)
