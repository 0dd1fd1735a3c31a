"""The words of mail to units in the office's three languages, and the templates that come with the service."""

DEFAULTS: dict[str, dict[str, tuple[str, str]]] = {
    "forward": {
        "en": (
            "[IPD {destination}] {subject}",
            "The International Partnerships Division passes this message on to {unit}.\n\n{copy}\n\n{note}\n\n{summary}"
            "\n\n{facts}\n\n{links}\n\n{original}\n\nReply to this mail to answer the sender directly.",
        ),
        "fr": (
            "[IPD {destination}] {subject}",
            "La Division des partenariats internationaux transmet ce message à : {unit}.\n\n{copy}\n\n{note}\n\n{summary}"
            "\n\n{facts}\n\n{links}\n\n{original}\n\nRépondez à ce courriel pour répondre directement à l'expéditeur.",
        ),
        "es": (
            "[IPD {destination}] {subject}",
            "La División de Alianzas Internacionales transmite este mensaje a: {unit}.\n\n{copy}\n\n{note}\n\n{summary}"
            "\n\n{facts}\n\n{links}\n\n{original}\n\nResponda a este correo para contestar directamente al remitente.",
        ),
    },
    "reminder": {
        "en": (
            "[IPD {destination}] Reminder: {subject}",
            "On {sent} IPD passed an inquiry of {sender} on to {unit}. For {days} working days we have not heard from you."
            "\n\nPlease tell us in one step where it stands:\n\n{links}\n\nThank you.",
        ),
        "fr": (
            "[IPD {destination}] Rappel : {subject}",
            "Le {sent}, IPD a transmis une demande de {sender} à : {unit}. Depuis {days} jours ouvrables, nous sommes sans "
            "nouvelles de vous.\n\nMerci de nous dire en un geste où elle en est :\n\n{links}\n\nMerci.",
        ),
        "es": (
            "[IPD {destination}] Recordatorio: {subject}",
            "El {sent} IPD transmitió una consulta de {sender} a: {unit}. Desde hace {days} días hábiles no tenemos "
            "noticias suyas.\n\nDíganos en un solo paso en qué estado se encuentra:\n\n{links}\n\nGracias.",
        ),
    },
    "acknowledgement": {
        "en": (
            "Auto: {subject}",
            "This is an automatic acknowledgement.\n\n"
            "Your message has reached the International Partnerships Division of IOM. An officer will read it and pass it on "
            "to the unit or mission concerned, which will answer you itself.\n\n"
            "There is no need to write again or to answer this message.\n",
        ),
        "fr": (
            "Auto: {subject}",
            "Ceci est un accusé de réception automatique.\n\n"
            "Votre message est parvenu à la Division des partenariats internationaux de l'OIM. Un agent le lira et le "
            "transmettra à l'unité ou à la mission concernée, qui vous répondra elle-même.\n\n"
            "Il n'est pas nécessaire d'écrire à nouveau ni de répondre à ce message.\n",
        ),
        "es": (
            "Auto: {subject}",
            "Este es un acuse de recibo automático.\n\n"
            "Su mensaje ha llegado a la División de Alianzas Internacionales de la OIM. Un oficial lo leerá y lo transmitirá a "
            "la unidad o misión competente, que le responderá directamente.\n\n"
            "No es necesario que escriba de nuevo ni que responda a este mensaje.\n",
        ),
    },
}
"""By kind and language: subject and body."""

ANSWER_LINKS = {
    "en": ("We take it", "Not ours", "Answered", "We need more from you"),
    "fr": ("Nous le prenons", "Pas pour nous", "Répondu", "Il nous faut plus d'informations"),
    "es": ("Lo tomamos", "No es nuestro", "Respondido", "Necesitamos más de ustedes"),
}
"""The names of the four links, in the order of `UnitAnswer`."""

LINKS_HEAD = {
    "en": "Tell IPD in one step, without signing in (good until {until}):",
    "fr": "Dites-le à IPD en un geste, sans vous connecter (valable jusqu'au {until}) :",
    "es": "Dígaselo a IPD en un paso, sin iniciar sesión (válido hasta el {until}):",
}
SUMMARY_HEAD = {
    "en": "In the sender's own words",
    "fr": "Dans les mots de l'expéditeur",
    "es": "En palabras del remitente",
}
SILENT = {
    "en": (
        "[IPD] {unit} has not answered: message {number}",
        "{unit} received message {number} on {sent} and has said nothing since, in spite of a reminder.\n\n{url}\n\n"
        "Ask the unit, or take the message up again.\n",
    ),
    "fr": (
        "[IPD] {unit} n'a pas répondu : message {number}",
        "{unit} a reçu le message {number} le {sent} et n'a rien dit depuis, malgré un rappel.\n\n{url}\n\n"
        "Interrogez l'unité, ou reprenez le message.\n",
    ),
    "es": (
        "[IPD] {unit} no ha respondido: mensaje {number}",
        "{unit} recibió el mensaje {number} el {sent} y no ha dicho nada desde entonces, pese a un recordatorio.\n\n{url}"
        "\n\nPregunten a la unidad o retomen el mensaje.\n",
    ),
}
"""Word to officers of a unit that stays silent: ids and a link, no content."""
