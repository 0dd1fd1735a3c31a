"""How colleagues call each unit when they use neither its code nor its full name. Text is folded as in `words`."""

import re

from triage.domain.taxonomy import Route
from triage.mail.replies.words import any_of

REMITS: dict[Route, re.Pattern[str]] = {
    Route.IML: any_of(
        r"(?:international )?migration law(?: unit| people| colleagues| team)?",
        r"law(?:yers| unit| people)",
        r"legal (?:unit|people|colleagues|team|affairs)",
        r"(?:unite du )?droit (?:international )?(?:de la migration|des migrations|migratoire)",
        r"juristes?",
        r"derecho (?:internacional )?(?:sobre migracion|migratorio|de la migracion|de las migraciones)",
        r"juridic[oa]s?",
    ),
    Route.MCD: any_of(
        r"media and communication\w*",
        r"communications? (?:division|unit|team|people|colleagues)",
        r"press (?:office|unit|team|people|officers?|service)",
        r"media (?:unit|team|people|division|office|colleagues)",
        r"(?:service de |bureau de |division de la |division )?(?:presse|communication)(?! entre)",
        r"medias",
        r"(?:oficina |unidad |division )?(?:de )?(?:prensa|comunicacion(?:es)?)",
        r"medios",
    ),
    Route.ICP: any_of(
        r"international cooperation(?: and partnerships?)?",
        r"partnerships? (?:department|people|team|colleagues)",
        r"donor relations",
        r"cooperation internationale(?: et (?:des )?partenariats)?",
        r"relations avec les (?:donateurs|gouvernements)",
        r"cooperacion internacional(?: y partenariados)?",
        r"relaciones con (?:los )?(?:donantes|gobiernos)",
    ),
    Route.DOE: any_of(
        r"operations and emergenc\w+",
        r"emergenc(?:y|ies) (?:department|people|team|colleagues|unit)",
        r"operations (?:department|people|team|colleagues)",
        r"resettlement (?:people|team|unit|colleagues)",
        r"operations et (?:des )?(?:situations d'urgence|urgences)",
        r"(?:les )?(?:collegues (?:des|de la) )?(?:urgences|reinstallation)",
        r"operaciones y emergencias",
        r"(?:los )?(?:colegas de )?(?:emergencias|reasentamiento)",
    ),
    Route.DMM: any_of(
        r"migration management",
        r"counter-?trafficking(?: \w+)?",
        r"labour migration(?: \w+)?",
        r"migration (?:and )?health(?: \w+)?",
        r"gestion des migrations",
        r"lutte contre la traite",
        r"migration de main-?d'?oeuvre",
        r"sante des migrants",
        r"gestion de la migracion",
        r"lucha contra la trata",
        r"migracion laboral",
        r"salud y migracion",
    ),
}
"""How colleagues call each unit when they use neither its code nor its full name."""
