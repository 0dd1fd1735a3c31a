"""What the pages of units' members, and the office's closed days, add to the application: screens and template words."""

from datetime import date

from flask import Flask, g

from triage.store import stand_ins
from triage.store.member_desk import Shelf
from triage.store.stand_ins import StandIn
from triage.web.directory import directory
from triage.web.screens import (
    holidays,
    member,
    member_figures,
    member_files,
    member_search,
    member_unit,
    unit_notes,
    units,
)
from triage.web.services import services
from triage.web.translate import gettext, language

SCREENS = (member, member_files, member_search, member_figures, member_unit, unit_notes, holidays)


def init_members(app: Flask) -> None:
    """Put the screens and what their templates need into `app`."""
    for module in SCREENS:
        app.register_blueprint(module.screen)
    app.jinja_env.globals.update(
        shelf_word=shelf_word,
        away_now=away_now,
        place_name=place_name,
        today=today,
        unit_offer=units.offer_text,
        unit_offer_hint=units.offer_hint,
        unit_places=units.unit_choices,
        mission_places=units.mission_choices,
    )


def today() -> date:
    """The day in UTC."""
    return services().clock.now().date()


def away_now() -> list[StandIn]:
    """Units and offices whose mail goes to somebody else today, by code; asked for once a page."""
    if "away_now" not in g:
        with services().store.read() as tx:
            g.away_now = stand_ins.away_on(tx, on=today())
    found: list[StandIn] = g.away_now
    return found


def place_name(code: str) -> str:
    """A unit or office by its code, in the language of the page."""
    return directory().name_of(code, language())


def shelf_word(shelf: Shelf) -> str:
    """Where an inquiry stands for the unit."""
    return {
        Shelf.WAITING: gettext("Waiting for you"),
        Shelf.TAKEN: gettext("Taken by you"),
        Shelf.DONE: gettext("Done"),
        Shelf.GONE: gettext("No longer with you"),
        Shelf.ALL: gettext("All of them"),
    }[shelf]
