"""The words of alerts, in the languages of the officers: what to look at, never what a message says."""

from triage.domain.alert import AlertKind

SUBJECTS = {
    "en": {
        AlertKind.URGENT: "Urgent message {id} waits for an officer",
        AlertKind.RESTRICTED: "Message {id} waits for a cleared officer",
    },
    "fr": {
        AlertKind.URGENT: "Le message urgent {id} attend un agent",
        AlertKind.RESTRICTED: "Le message {id} attend un agent habilité",
    },
    "es": {
        AlertKind.URGENT: "El mensaje urgente {id} espera a un oficial",
        AlertKind.RESTRICTED: "El mensaje {id} espera a un oficial habilitado",
    },
}
SENTENCES = {
    "en": {
        AlertKind.MAILBOX: "A mailbox cannot be reached",
        AlertKind.CREDENTIALS: "A sign-in to a mail server is refused",
        AlertKind.CHANNEL: "The mail server for outgoing mail cannot be reached",
        AlertKind.BOOKS: "The books do not balance",
        AlertKind.UNKNOWN: "Deliveries of which nobody knows whether they arrived",
        AlertKind.FAILED: "Deliveries that failed or bounced",
        AlertKind.WORKER: "A part of the service is not at work",
        AlertKind.BACKLOG: "Mail waits too long to be sorted",
        AlertKind.DISK: "The disk is nearly full",
        AlertKind.QUARANTINE: "More mail than usual cannot be read",
        AlertKind.BRAKE: "Automatic mails were held back by the limits",
        AlertKind.COPIES: "Copies could not be filed in the Sent folder",
        AlertKind.MODEL: "The promoted model does not load; the one before it serves",
        AlertKind.WEBHOOK: "The webhook of the alerts cannot be reached",
        AlertKind.DRIFT: "Mail is no longer like that from which the model learnt",
        AlertKind.GATE: "Automatic forwarding has ended by itself",
    },
    "fr": {
        AlertKind.MAILBOX: "Une boîte aux lettres est inaccessible",
        AlertKind.CREDENTIALS: "La connexion à un serveur de courrier est refusée",
        AlertKind.CHANNEL: "Le serveur du courrier sortant est inaccessible",
        AlertKind.BOOKS: "Les comptes ne sont pas équilibrés",
        AlertKind.UNKNOWN: "Des envois dont personne ne sait s'ils sont arrivés",
        AlertKind.FAILED: "Des envois ont échoué ou sont revenus",
        AlertKind.WORKER: "Une partie du service ne travaille pas",
        AlertKind.BACKLOG: "Du courrier attend trop longtemps d'être trié",
        AlertKind.DISK: "Le disque est presque plein",
        AlertKind.QUARANTINE: "Plus de courrier que d'habitude est illisible",
        AlertKind.BRAKE: "Des courriels automatiques ont été retenus par les limites",
        AlertKind.COPIES: "Des copies n'ont pas pu être classées dans les messages envoyés",
        AlertKind.MODEL: "Le modèle promu ne se charge pas ; le précédent reste en service",
        AlertKind.WEBHOOK: "Le webhook des alertes est inaccessible",
        AlertKind.DRIFT: "Le courrier ne ressemble plus à celui dont le modèle a appris",
        AlertKind.GATE: "La transmission automatique s'est arrêtée d'elle-même",
    },
    "es": {
        AlertKind.MAILBOX: "No se puede acceder a un buzón",
        AlertKind.CREDENTIALS: "Un servidor de correo rechaza el inicio de sesión",
        AlertKind.CHANNEL: "No se puede acceder al servidor de correo saliente",
        AlertKind.BOOKS: "Las cuentas no cuadran",
        AlertKind.UNKNOWN: "Envíos de los que nadie sabe si llegaron",
        AlertKind.FAILED: "Envíos fallidos o devueltos",
        AlertKind.WORKER: "Una parte del servicio no está trabajando",
        AlertKind.BACKLOG: "Hay correo que espera demasiado a ser clasificado",
        AlertKind.DISK: "El disco está casi lleno",
        AlertKind.QUARANTINE: "No se puede leer más correo de lo habitual",
        AlertKind.BRAKE: "Los límites han retenido correos automáticos",
        AlertKind.COPIES: "No se pudieron archivar copias en los mensajes enviados",
        AlertKind.MODEL: "El modelo promovido no se carga; el anterior sigue en servicio",
        AlertKind.WEBHOOK: "No se puede acceder al webhook de las alertas",
        AlertKind.DRIFT: "El correo ya no se parece a aquel del que aprendió el modelo",
        AlertKind.GATE: "El reenvío automático se ha detenido por sí solo",
    },
}
EXAMPLES = {"en": "{code}: messages {ids}", "fr": "{code} : messages {ids}", "es": "{code}: mensajes {ids}"}
AGAIN = {"en": "Reminder {round}", "fr": "Rappel {round}", "es": "Recordatorio {round}"}
SEVERAL = {"en": "{count} alerts", "fr": "{count} alertes", "es": "{count} alertas"}
FOOT = {
    "en": "This mail was sent by itself and holds nothing of what people wrote. Sign in to see more.",
    "fr": "Ce courriel est automatique et ne contient rien de ce qui a été écrit. Connectez-vous pour en voir plus.",
    "es": "Este correo es automático y no contiene nada de lo escrito. Inicie sesión para ver más.",
}


def sentence(kind: AlertKind, language: str, message_id: int | None) -> str:
    """One line about an alert; English where the language has no words here."""
    spoken = language if language in SENTENCES else "en"
    if kind in SUBJECTS[spoken]:
        return SUBJECTS[spoken][kind].format(id=message_id)
    return SENTENCES[spoken][kind]
