"""The doors of the screens: every view has its decision, every role meets it, and nothing heavy is loaded."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.browser.office import PASSWORD, PEOPLE, furnish, open_office
from triage.domain.people import Person, Role
from triage.web import create_app
from triage.web.access import Access, access_of

OFFICER_ONLY = {
    "queue.show", "message.show", "decide.decide", "decide.undo", "decide.reopen", "files.html", "files.attachment",
    "files.raw", "files.preview", "problems.settle", "quarantine.take", "quarantine.replay",
}  # fmt: skip
OFFICER_ONLY |= {
    "search.show", "search.find", "search.found", "bulk.show", "bulk.choose", "bulk.chosen", "bulk.decide", "bulk.done",
    "bulk.undo", "desk.take_next", "desk.choose_order", "desk.counts", "desk.here", "desk.assign", "desk.snooze",
    "reply.show", "reply.write", "reply.undo", "desk.close", "desk.decisions", "desk.choose_languages",
}  # fmt: skip
BOOKS = {"ledger.show"}
ALERTS = {"alerts.show", "alerts.take"}
FIGURES = {"figures.show", "figures.csv"}
ADMINISTRATION = {
    "accounts.show_all", "accounts.new", "accounts.add", "accounts.show", "accounts.change", "accounts.close",
    "accounts.sign_out", "accounts.remove_second_factor", "accounts.link", "organisation.show_all",
    "organisation.show_unit", "organisation.change_unit", "organisation.show_office", "organisation.change_office",
    "organisation.new_office", "rules.show", "rules.change",
    "reply_templates.show_all", "reply_templates.show", "reply_templates.change",
}  # fmt: skip
RECORD = {"audit.show", "audit.check", "audit.csv"}
OWN = {"second_factor.show", "second_factor.confirm", "second_factor.renew", "second_factor.remove"}
SECOND_STEP = {"second_factor.ask", "second_factor.take", "second_factor.set_up", "second_factor.set_up_done"}
LINKS = {"password.show", "password.choose", "provider.leave", "provider.back"}
ANY_PERSON = {"home.show", "sign_in.leave", "settings.show", "settings.choose_shortcuts", "decide.places", "help.show"}
PUBLIC = {"static", "health.show", "health.live", "sign_in.show", "sign_in.enter", "settings.choose_language"}
VALUES = {
    "message_id": "1",
    "alert_id": "1",
    "index": "0",
    "name": "review",
    "language": "en",
    "filename": "style.css",
    "word": "0" * 32,
    "delivery_id": "0" * 32,
}


OFFICER_ONLY |= {"answers.overview", "answers.book", "answers.accept"}
PUBLIC |= {"units.show", "units.act"}
ADMINISTRATION |= {"unit_mail.show", "unit_mail.change", "unit_mail.frame"}
VALUES |= {"token": "x", "action": "take", "kind": "forward"}

OFFICER_ONLY |= {
    "person.show", "person.find", "person.take_out", "person.correct", "person.erase", "protection.hold",
    "protection.let_go", "protection.oversight", "protection.no_report", "protection.report",
}  # fmt: skip
PROTECTION = {"protection.show"}

MEMBERS = {
    "member.show", "member.case", "member.answer", "member.write", "member_files.html", "member_files.attachment",
    "member_files.preview", "member_files.raw", "member_search.show", "member_search.find", "member_search.found",
    "member_figures.show", "member_figures.csv", "member_unit.show", "member_unit.change_mail", "member_unit.be_away",
    "member_unit.come_back", "member_unit.choose_digest",
}  # fmt: skip
OFFICER_ONLY |= {"unit_notes.write"}
ADMINISTRATION |= {
    "unit_notes.settle", "holidays.show_all", "holidays.go", "holidays.show", "holidays.add", "holidays.remove",
    "holidays.weekend",
}  # fmt: skip
VALUES |= {"absence_id": "1", "proposal_id": "1"}

KEEPER = {
    "models.show", "models.show_version", "models.figures", "models.csv", "models.train", "models.promote_version",
    "models.roll_back", "models.run_beside", "models.end_beside", "model_labels.show", "model_labels.look",
    "model_labels.decide", "model_gate.show", "model_gate.move", "model_gate.usual", "taxonomy.show", "taxonomy.change",
    "taxonomy.take_back",
}  # fmt: skip
OFFICER_ONLY |= {"second_look.show", "second_look.answer"}
VALUES |= {"version": "m-1", "line": "officer-1"}
PUBLIC |= SECOND_STEP | LINKS
VALUES |= {"person_id": "999", "code": "DMM", "token": "1-2-3"}
SHOWS_SIGN_IN = {"sign_in.leave"} | SECOND_STEP


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("doors")
    furnish(folder / "template")
    with open_office(folder / "template", folder / "office") as office:
        app = create_app(office.services)
        app.config["WTF_CSRF_ENABLED"] = False
        yield app


def rules(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())


def address(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: VALUES[match.group(1)], rule.rule)


def client_of(app: Flask, person: Person | None) -> FlaskClient:
    client = app.test_client()
    if person is not None:
        answer = client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
        assert answer.status_code == 303
    return client


def test_every_view_carries_a_decision_and_every_decision_is_the_one_agreed(app: Flask) -> None:
    agreed = {
        **dict.fromkeys(OFFICER_ONLY, frozenset({Role.OFFICER})),
        **dict.fromkeys(MEMBERS, frozenset({Role.UNIT_MEMBER})),
        **dict.fromkeys(PROTECTION, frozenset({Role.ADMINISTRATOR, Role.AUDITOR})),
        **dict.fromkeys(BOOKS, frozenset({Role.OFFICER, Role.ADMINISTRATOR, Role.AUDITOR, Role.MODEL_KEEPER})),
        **dict.fromkeys(ALERTS, frozenset({Role.OFFICER, Role.ADMINISTRATOR})),
        **dict.fromkeys(FIGURES, frozenset({Role.OFFICER, Role.ADMINISTRATOR, Role.AUDITOR, Role.MODEL_KEEPER})),
        **dict.fromkeys(ADMINISTRATION, frozenset({Role.ADMINISTRATOR})),
        **dict.fromkeys(RECORD, frozenset({Role.AUDITOR})),
        **dict.fromkeys(KEEPER, frozenset({Role.MODEL_KEEPER})),
        **dict.fromkeys(ANY_PERSON | OWN, frozenset()),
    }
    assert {rule.endpoint for rule in rules(app)} == set(agreed) | PUBLIC
    for endpoint in app.view_functions:
        access = access_of(app, endpoint)
        assert isinstance(access, Access), endpoint
        assert access.public == (endpoint in PUBLIC), endpoint
        if not access.public:
            assert access.roles == agreed[endpoint], endpoint


@pytest.mark.parametrize("person", [None, *PEOPLE], ids=lambda person: person.name if person else "nobody")
def test_every_route_meets_every_role(app: Flask, person: Person | None) -> None:
    client = client_of(app, person)
    for rule in sorted(rules(app), key=lambda rule: rule.endpoint == "sign_in.leave"):
        access = access_of(app, rule.endpoint)
        assert access is not None
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = client.open(address(rule), method=method, buffered=True)
            to_sign_in = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")
            if access.admits(person):
                ill = (
                    rule.endpoint == "health.show" and answer.status_code == 503
                )  # no worker runs here, and it says so
                assert answer.status_code < 500 or ill, (rule.endpoint, method)
                assert answer.status_code != 403 or rule.endpoint == "sign_in.enter", (rule.endpoint, method)
                assert not to_sign_in or rule.endpoint in SHOWS_SIGN_IN, (rule.endpoint, method)
            elif person is None:
                assert to_sign_in, (rule.endpoint, method)
            else:
                assert answer.status_code == 403, (rule.endpoint, method)


def test_a_view_without_a_decision_is_a_closed_door(app: Flask) -> None:
    open_app = create_app(app.extensions["triage"])
    open_app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    for person in (None, PEOPLE[1]):
        answer = client_of(app, person).get("/") if person is None else None
        assert answer is None or answer.status_code == 303
        refused = open_app.test_client().get("/forgotten")
        assert refused.status_code == 403
        assert b"secret" not in refused.data


def test_every_form_needs_its_token(app: Flask) -> None:
    strict = create_app(app.extensions["triage"])
    client = client_of(app, PEOPLE[0])
    cookie = client.get_cookie("triage")
    assert cookie is not None
    other = strict.test_client()
    other.set_cookie("triage", cookie.value)
    assert other.get("/queue/review").status_code == 200
    for rule in rules(strict):
        if "POST" in (rule.methods or set()):
            answer = other.post(address(rule), data={"version": "1", "destination": "DMM"})
            access = access_of(strict, rule.endpoint)
            assert access is not None
            assert answer.status_code == (400 if access.admits(PEOPLE[0]) else 403), rule.endpoint
    assert other.get("/queue/review").status_code == 200


@pytest.mark.parametrize("path", ["/sign-in", "/nothing", "/static/style.css", "/queue/review", "/messages/7/html"])
def test_every_answer_is_hardened(app: Flask, path: str) -> None:
    answer = client_of(app, PEOPLE[0]).get(path, buffered=True)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith(("default-src 'self'", "default-src 'none'"))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] in ("DENY", "SAMEORIGIN")
    assert "Set-Cookie" not in answer.headers or "HttpOnly" in answer.headers["Set-Cookie"]
    if not path.startswith("/static"):
        assert answer.headers["Cache-Control"] == "no-store"


def test_pages_hold_no_inline_script_or_style(app: Flask) -> None:
    client = client_of(app, PEOPLE[1])
    for path in ("/sign-in", "/queue/review", "/messages/2", "/books", "/settings", "/manual"):
        page = client.get(path).get_data(as_text=True)
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", page), path


def test_an_error_tells_nothing_from_inside(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    broken = create_app(app.extensions["triage"])

    def fail() -> str:
        raise ValueError("subject of a letter")

    broken.view_functions["sign_in.show"] = broken.view_functions["sign_in.enter"] = fail
    fail.__dict__.update(app.view_functions["sign_in.show"].__dict__)
    answer = broken.test_client().get("/sign-in")
    assert answer.status_code == 500
    assert b"subject of a letter" not in answer.data
    assert b"Traceback" not in answer.data
    logged = capsys.readouterr()
    assert "web_request_failed" in logged.out + logged.err
    assert "subject of a letter" not in logged.out + logged.err


def test_the_web_loads_neither_learning_nor_transport() -> None:
    code = (
        "import sys; from triage.web import create_app; import triage.web.serve, triage.bootstrap;"
        "bad = [m for m in ('sklearn', 'scipy', 'numpy', 'imapclient', 'smtplib', 'imaplib') if m in sys.modules];"
        "print(bad); sys.exit(bool(bad))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stdout + done.stderr
