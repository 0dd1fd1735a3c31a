"""The words of which a statement may consist that is booked without an officer: a closed list.

"We take it" is an answer; "we take it off our list", "we take note", "we answered your survey" are none, and no list of
exceptions would ever end. So it is turned round: an acceptance or "answered" is plain only where each of its words is one
of these (whatever the pattern of `words` found in it), a figure, or a name with a capital inside a sentence. Text is
folded as in `words`.
"""

import re

from triage.domain.reply import ReplyReading


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORD = re.compile(r"[\w']+")
_SENTENCES = re.compile(r"[.!?;:\n]+\s*")
_PHRASES = re.compile(
    r"\b(?:bien note|c'est note|for your (?:records?|information|files?)|"
    r"pour (?:vos archives|votre information|vos dossiers)|"
    r"para (?:su|sus) (?:archivo|informacion|registros?)|(?:you|vous|ustedes) (?:can|may|pouvez|pueden) (?:now )?"
    r"close (?:it|this)|"
    r"close (?:it|this|the case)|pueden cerrar(?: el caso|lo)?|vous pouvez clore(?: le dossier)?|"
    r"by (?:phone|telephone|e-?mail|mail|letter)|"
    r"par (?:telephone|courriel|lettre)|por (?:telefono|correo|carta)|copy attached|copie jointe|adjunto copia|in due course|"
    r"sent from my \w+|pris(?:e)? en charge|en charge|take care of|taken care of|as soon as possible|des que possible|"
    r"lo antes posible|a la mayor brevedad|dans les meilleurs delais|with (?:thanks|pleasure)|avec plaisir|con (?:mucho )?gusto)\b"
)
_EVERYBODYS = _words(
    # who and whom
    "i we it this that he she him her them us our ours one me my mine ms mr mrs dr sender organisation organization"
    " association ngo foundation union applicant lady gentleman inquiry enquiry case matter message request mail query colleague"
    " colleagues team unit department office desk directly all dear hi hello"
    " je nous on il elle ils elles lui leur leurs notre nos ce cet cette cela ca c'est le la les l' un une mme m mr expediteur"
    " l'expediteur demandeur l'association l'organisation l'ong fondation demande dossier message courriel collegue collegues equipe"
    " service unite departement bureau directement tous chers chere cher bonjour"
    " yo nosotros lo los las el ella ellos le les se nos nuestro nuestra nuestros nuestras este esta esto un una sr sra senor senora"
    " remitente organizacion asociacion ong fundacion solicitante consulta caso asunto mensaje correo colega colegas equipo unidad"
    " departamento oficina directamente todos hola estimada estimado estimados"
    # when
    " today tomorrow yesterday now already shortly soon this week next morning afternoon monday tuesday wednesday thursday friday"
    " saturday sunday january february march april may june july august september october november december last night"
    " aujourd'hui demain hier deja bientot prochainement semaine matin lundi mardi mercredi jeudi vendredi samedi dimanche janvier"
    " fevrier mars avril mai juin juillet aout septembre octobre novembre decembre soir prochaine derniere"
    " hoy manana ayer anoche ya pronto semana lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril mayo"
    " junio julio agosto septiembre octubre noviembre diciembre proxima pasada"
    # small words
    " a an the of to for on in with and is are was be been has have had will shall at by from so up s t re ve ll m d am"
    " a au aux de du des en et est sont ete a avons ai pour par avec que y d' bien oui d'accord s"
    " a al de del en y es son fue ha han he hemos para por con que si"
    # courtesy
    " thanks thank many well received noted yes ok okay sure please good fine understood confirmed happy glad gladly happily"
    " merci beaucoup recu entendu volontiers confirme"
    " gracias muchas recibido entendido acuerdo claro confirmado agradecemos"
)
_OF = {
    ReplyReading.ACCEPTED: _words(
        "take takes taking handle handling deal dealing look into after follow following up pick see manage reply answer respond"
        " process own it's that's we'll i'll we're i'm we've i've you leave accepted accept consider care write contact come back get"
        " touch call revert registered assigned"
        " prenons prends prend prendrons charge chargeons chargerons occupe occupons occuperons traitons traiterons acceptons vais"
        " allons va repondre repondons reponds repondrons repondrai repond traiter prendre occuper donner suite donnerons m'en"
        " nous-memes ressort competence suivi"
        " encargamos encargo ocupamos ocupo encargaremos ocuparemos hacemos haremos cargo tomamos asumimos aceptamos atendemos"
        " atenderemos tramitamos gestionamos tramitaremos respondemos contestamos responderemos contestaremos vamos responder"
        " contestar contestarles responderles atender daremos respuesta competencia aceptado aceptada seguimiento tema"
        " escribimos escribiremos"
    ),
    ReplyReading.ANSWERED: _words(
        "replied answered responded written sent wrote reply answer response closed settled done dealt given out went gone"
        " list form forms guide documents information link brochure leaflet copy attached certified agencies it's once"
        " repondu ecrit envoye envoyee reponse donnee partie transmise adressee clos close classe classee traite traitee reglee"
        " j'ai l'avons affaire informations documents brochure"
        " respondido contestado escrito enviado enviada enviamos respondimos contestamos respuesta dada remitida respondida"
        " contestada respondido resuelto resuelta cerrado quedo esta requisitos informacion documentos folleto salio"
    ),
}


def is_plain(text: str, folded: str, reading: ReplyReading) -> bool:
    """Whether each word of a statement is accounted for. `folded` is `text` folded, character for character."""
    known = _OF.get(reading)
    if known is None:
        return True
    starts = {0} | {match.end() for match in _SENTENCES.finditer(text)}
    spared = [match.span() for match in _PHRASES.finditer(folded)]
    for match in _WORD.finditer(folded):
        word, at = match.group().strip("'"), match.start()
        if not word or word in known or word in _EVERYBODYS or any(char.isdigit() for char in word):
            continue
        if any(start <= at < end for start, end in spared):
            continue
        if not (text[at].isupper() and at not in starts):
            return False
    return True
