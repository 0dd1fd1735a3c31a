"""Templates of replies in three languages. Those of the house are here; an administrator's own, kept among the dated
settings under SETTING, stand in their place: name -> language -> text, with {name} and {officer} to be filled in."""

from collections.abc import Mapping

from triage.store import settings
from triage.store.engine import Tx

SETTING = "reply_templates"
Templates = Mapping[str, Mapping[str, str]]
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


def filled(template: Mapping[str, str], *, language: str, name: str, officer: str) -> str:
    """A template in a language (English, or any, where it has none) with the names put in."""
    text = template.get(language) or template.get("en") or next(iter(template.values()), "")
    greeting = text.replace("{name}", name) if name else text.replace(" {name}", "")
    return greeting.replace("{officer}", officer)
