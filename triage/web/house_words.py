"""The words of people, administration and audit, in the language of the request."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from triage.domain.organisation import OfficeStatus
from triage.domain.people import Role
from triage.store.audit import Act

ACTS: Mapping[Act, Any] = {
    Act.SIGN_IN: _l("signed in"),
    Act.SIGN_IN_FAILED: _l("tried to sign in"),
    Act.SIGN_OUT: _l("signed out"),
    Act.ACCOUNT_ADDED: _l("added an account"),
    Act.ACCOUNT_CHANGED: _l("changed an account"),
    Act.PASSWORD_SET: _l("set a password"),
    Act.RESET_LINK: _l("made a link to set a password"),
    Act.CODE_ACCEPTED: _l("gave the right code"),
    Act.CODE_REFUSED: _l("gave a wrong code"),
    Act.SECOND_FACTOR_SET: _l("set up a second factor"),
    Act.SECOND_FACTOR_REMOVED: _l("removed a second factor"),
    Act.VIEWED_RESTRICTED: _l("opened a restricted message"),
    Act.DECIDED: _l("decided"),
    Act.UNDONE: _l("undid a decision"),
    Act.REOPENED: _l("took up again"),
    Act.TAKEN: _l("took as an inquiry"),
    Act.REPLAYED: _l("had read again"),
    Act.SNOOZED: _l("put off"),
    Act.ASSIGNED: _l("assigned"),
    Act.CLOSED: _l("closed an inquiry"),
    Act.REPLIED: _l("wrote a reply"),
    Act.SENT: _l("sent a mail"),
    Act.BOUNCED: _l("booked a mail that came back"),
    Act.SETTLED: _l("settled an unknown delivery"),
    Act.ANSWERED: _l("booked a unit's answer"),
    Act.REMINDED: _l("reminded a unit"),
    Act.CONFIGURED: _l("changed the configuration"),
    Act.EXPORTED: _l("took out data"),
    Act.TOOK_NOTE: _l("took note of an alert"),
    Act.ERASED: _l("erased content"),
    Act.NOTED: _l("wrote a note between IPD and a unit"),
    Act.AWAY: _l("said that a unit or member is away, or back"),
    Act.HELD: _l("placed a hold"),
    Act.HOLD_LIFTED: _l("lifted a hold"),
    Act.PERSON_SOUGHT: _l("looked for what is kept of a person"),
    Act.PERSON_CORRECTED: _l("corrected a person's name"),
    Act.KEYS_ROTATED: _l("renewed the keys"),
    Act.HANDED_OVER: _l("handed a report to oversight"),
    Act.RESTRICTED: _l("marked a report of misconduct"),
    Act.HELD_BACK: _l("held back mail of a report"),
    Act.RESTRICTION_LIFTED: _l("said that it is no report of misconduct"),
    Act.GATE_MOVED: _l("moved a gate of automatic forwarding"),
    Act.SENT_ON: _l("forwarded automatically"),
    Act.LOOKED_AGAIN: _l("looked again at a judged message"),
    Act.DRIFT_RAISED: _l("found that mail has changed"),
    Act.DRIFT_SETTLED: _l("said that mail is like this now"),
    Act.LABEL_SETTLED: _l("settled a label"),
    Act.LABELLED_AGAIN: _l("labelled a message a second time"),
    Act.LABELS_IMPORTED: _l("brought in past forwards"),
    Act.TAXONOMY_CHANGED: _l("booked that a unit changed"),
    Act.TRAINING_ASKED: _l("asked for a model to be trained"),
    Act.TRAINED: _l("trained a model"),
    Act.MODEL_PROMOTED: _l("let a model serve"),
    Act.MODEL_ROLLED_BACK: _l("went back to an older model"),
    Act.MODEL_SERVES: _l("found a model serving"),
    Act.CHALLENGER_SET: _l("chose a model to answer beside"),
}
ROLE_HINTS: Mapping[Role, Any] = {
    Role.OFFICER: _l("Reads the inquiries and decides where they go."),
    Role.UNIT_MEMBER: _l("Sees what was sent to the own unit or mission, and answers."),
    Role.MODEL_KEEPER: _l("Looks after the model that makes the suggestions."),
    Role.ADMINISTRATOR: _l("Looks after people, units, offices and rules."),
    Role.AUDITOR: _l("Reads the record of who did what."),
}
STATUSES: Mapping[OfficeStatus, Any] = {
    OfficeStatus.OWN: _l("has a mission of its own"),
    OfficeStatus.COVERED: _l("covered by another office"),
    OfficeStatus.UNKNOWN: _l("not known: the covering office is used, an officer looks twice"),
}


def act_word(act: str) -> str:
    """The office's word for an act; the bare word where the office has none yet."""
    return str(ACTS[Act(act)]) if act in {str(known) for known in ACTS} else act.replace("_", " ")


def role_hint(role: str) -> str:
    """What a role may do."""
    return str(ROLE_HINTS[Role(role)])


def status_word(status: OfficeStatus) -> str:
    """Whether a country has a mission of its own."""
    return str(STATUSES[status])
