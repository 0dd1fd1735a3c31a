"""Templates of replies in three languages. Those of the house are here; an administrator's own, kept among the dated
settings under SETTING, stand in their place: name -> language -> text, with {name} and {officer} to be filled in."""

import re
from collections.abc import Mapping
from datetime import datetime

from triage.domain.errors import DataError
from triage.domain.organisation import LANGUAGES
from triage.domain.people import Person
from triage.store import audit, changes, settings
from triage.store.engine import Store, Tx

SETTING = "reply_templates"
Templates = Mapping[str, Mapping[str, str]]
LONGEST_NAME, LONGEST_TEXT = 60, 6000
_PLACE = re.compile(r"\{([^{}\s]*)\}")
_FRAMES = {
    "en": "Dear {{name}},\n\n{body}\n\nKind regards,\n{{officer}}\nInternational Partnerships Division",
    "fr": "Bonjour {{name}},\n\n{body}\n\nCordialement,\n{{officer}}\nDivision des partenariats internationaux",
    "es": "Estimado/a {{name}}:\n\n{body}\n\nAtentamente,\n{{officer}}\nDivisión de Alianzas Internacionales",
}
_BODIES = {
    "answer": {
        "en": "Thank you for your message to the International Organization for Migration.\n\n",
        "fr": "Nous vous remercions de votre message à l'Organisation internationale pour les migrations.\n\n",
        "es": "Le agradecemos su mensaje a la Organización Internacional para las Migraciones.\n\n",
    },
    "more": {
        "en": "Thank you for your message. So that the right office can help you, please tell us in which country the"
        " matter takes place and what you need.",
        "fr": "Nous vous remercions de votre message. Afin que le bureau compétent puisse vous aider, veuillez nous"
        " indiquer dans quel pays se situe l'affaire et ce dont vous avez besoin.",
        "es": "Le agradecemos su mensaje. Para que la oficina competente pueda ayudarle, indíquenos en qué país ocurre"
        " el asunto y qué necesita.",
    },
    "not_for_iom": {
        "en": "Thank you for your message. The matter that you describe lies outside the work of the International"
        " Organization for Migration, and we cannot help you with it. We wish you success in finding the right contact.",
        "fr": "Nous vous remercions de votre message. La question que vous décrivez ne relève pas de l'Organisation"
        " internationale pour les migrations et nous ne pouvons pas vous aider. Nous vous souhaitons de trouver le bon"
        " interlocuteur.",
        "es": "Le agradecemos su mensaje. El asunto que describe no corresponde a la Organización Internacional para las"
        " Migraciones y no podemos ayudarle. Le deseamos que encuentre el contacto adecuado.",
    },
}
HOUSE: Templates = {
    name: {language: _FRAMES[language].format(body=body) for language, body in bodies.items()}
    for name, bodies in _BODIES.items()
}


def templates(tx: Tx) -> dict[str, dict[str, str]]:
    """All templates that hold now, by name and language."""
    kept: Templates = settings.get_setting(tx, SETTING, {})
    names = [*HOUSE, *(name for name in kept if name not in HOUSE)]
    return {name: {**HOUSE.get(name, {}), **kept.get(name, {})} for name in names}


class UnknownPlace(DataError):
    """Braces with a word that is neither {name} nor {officer}; `args[0]` is the word."""


class NoText(DataError):
    """A template needs a name, and a text in every language, none of them too long."""


def save(store: Store, *, name: str, texts: Mapping[str, str], actor: Person, now: datetime) -> None:
    """Lets a template of that name hold from now on. Raises UnknownPlace, NoText."""
    name = " ".join(name.split())
    written = {language: texts.get(language, "").replace("\r\n", "\n").strip() for language in LANGUAGES}
    if (
        not name
        or "/" in name
        or len(name) > LONGEST_NAME
        or not all(0 < len(text) <= LONGEST_TEXT for text in written.values())
    ):
        raise NoText("a template needs a name and a text in English, French and Spanish")
    for text in written.values():
        for word in _PLACE.findall(text):
            if word not in ("name", "officer"):
                raise UnknownPlace(word[:40])
    _keep(store, name, written, actor, now)


def take_away(store: Store, *, name: str, actor: Person, now: datetime) -> None:
    """Takes an administrator's template away; of one of the house's own, its words hold again."""
    _keep(store, name, None, actor, now)


def history_of(name: str) -> str:
    """The word under which changes of a template are kept."""
    return f"reply_template:{name}"


def _keep(store: Store, name: str, texts: Mapping[str, str] | None, actor: Person, now: datetime) -> None:
    with store.begin() as tx:
        tx.lock(SETTING)
        kept = dict(settings.get_setting(tx, SETTING, {}))
        before = {**HOUSE.get(name, {}), **kept.pop(name, {})}
        after = dict(HOUSE.get(name, {}) if texts is None else texts)
        if before == after:
            return
        if after != HOUSE.get(name, {}):
            kept[name] = after
        who = audit.actor_of(tx, actor)
        settings.set_setting(tx, SETTING, value=kept, actor=who, now=now)
        about = history_of(name)
        changes.add(tx, about=about, before=_facts(before), after=_facts(after), actor=who, now=now)
        audit.append(tx, at=now, actor=who, act=audit.Act.CONFIGURED, objects=[f"setting:{SETTING}"])


def _facts(texts: Mapping[str, str]) -> dict[str, str]:
    return {f"text_{language}": text for language, text in texts.items()}


def filled(template: Mapping[str, str], *, language: str, name: str, officer: str) -> str:
    """A template in a language (English, or any, where it has none) with the names put in."""
    text = template.get(language) or template.get("en") or next(iter(template.values()), "")
    greeting = text.replace("{name}", name) if name else text.replace(" {name}", "")
    return greeting.replace("{officer}", officer)
