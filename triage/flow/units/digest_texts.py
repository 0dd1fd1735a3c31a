"""The words of the daily digest to members of units. Numbers, days and links alone: no word of any message."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The digest in one language."""

    subject: str
    hello: str
    nothing_said: str
    taken: str
    needs_more: str
    notes: str
    stands_in: str
    oldest: str
    line: str
    more: str
    open_list: str
    stop: str


WORDS = {
    "en": Words(
        "[IPD] {unit}: {count} open inquiries",
        "This is where the inquiries of {unit} stand this morning.",
        "Nobody has said anything yet",
        "Taken, not answered yet",
        "Waiting for IPD",
        "Notes of IPD not seen yet",
        "You receive this in the place of {names}.",
        "Waiting longest",
        "since {day} ({code})",
        "and {count} more",
        "Open the list (you sign in first)",
        "You chose to get this mail on working days. Switch it off on the page of your unit.",
    ),
    "fr": Words(
        "[IPD] {unit} : {count} demandes ouvertes",
        "Voici où en sont les demandes de {unit} ce matin.",
        "Encore aucune réponse",
        "Prises en charge, pas encore répondues",
        "En attente d'IPD",
        "Notes d'IPD pas encore vues",
        "Vous recevez ce courriel à la place de {names}.",
        "En attente depuis le plus longtemps",
        "depuis le {day} ({code})",
        "et {count} de plus",
        "Ouvrir la liste (après connexion)",
        "Vous avez choisi de recevoir ce courriel les jours ouvrables. Désactivez-le sur la page de votre unité.",
    ),
    "es": Words(
        "[IPD] {unit}: {count} consultas abiertas",
        "Así están esta mañana las consultas de {unit}.",
        "Nadie ha dicho nada todavía",
        "Asumidas, aún sin responder",
        "A la espera de IPD",
        "Notas de IPD aún no vistas",
        "Usted recibe este correo en lugar de {names}.",
        "Esperan desde hace más tiempo",
        "desde el {day} ({code})",
        "y {count} más",
        "Abrir la lista (tras iniciar sesión)",
        "Usted eligió recibir este correo los días hábiles. Desactívelo en la página de su unidad.",
    ),
}
