"""Words by which units answer in English, French and Spanish, over text folded to lower case without accents.

A unit writes a line or two. Each list is what its members say when they mean exactly that; what throws doubt on a line
(conditions, contrasts, questions) is a list of its own, and stronger than all of them.
"""

import re

from triage.domain.reply import ReplyReading


def any_of(*patterns: str) -> re.Pattern[str]:
    """One pattern for all, each as whole words."""
    return re.compile(r"(?<!\w)(?:" + "|".join(patterns) + r")(?!\w)")


_IT = r"(?:it|this|that|this one|the (?:inquiry|case|matter|message|request|file|query))"
_EN_NOT = r"(?:not|n't|never|cannot be)"

OUT_OF_OFFICE = any_of(
    r"out of (?:the )?office",
    r"i am (?:currently )?(?:away|on (?:annual |sick |home |parental )?leave|on mission|on holiday)",
    r"on (?:annual|sick|home|maternity|parental|paternity) leave",
    r"will be back on",
    r"automatic reply",
    r"limited access to (?:my )?e-?mail",
    r"absente? du bureau",
    r"(?:suis|serai) (?:actuellement )?(?:absente?|en conges?|en mission)",
    r"en conges? (?:annuel|maladie|jusqu)",
    r"de retour le",
    r"reponse automatique",
    r"fuera de (?:la )?oficina",
    r"estoy (?:de vacaciones|de licencia|ausente|en mision)",
    r"estare (?:ausente|fuera|de vacaciones|de regreso)",
    r"de vuelta el",
    r"respuesta automatica",
)

NOT_OURS = any_of(
    rf"{_EN_NOT} (?:ours|for us|for our (?:unit|department|office|mission|team)|us)",
    r"not (?:one of )?ours",
    rf"{_EN_NOT} (?:within|in|under|part of|a matter for|something for|anything for|the right) (?:our|us|unit|"
    rf"department|office|mission|team|people|address|desk)\w*",
    r"not the (?:right|competent|correct) (?:unit|department|office|mission|team|people|place|address|desk)",
    r"(?:does not|doesn't|do not|don't|did not) (?:fall|come|belong|concern|relate|lie|sit|"
    r"pertain)\b.{0,30}?(?:\b(?:us|our|ours|here|remit|mandate|portfolio|area|unit|mission))",
    r"(?:outside|beyond|out of|not in) (?:of )?our (?:remit|mandate|competence|area|portfolio|scope|purview|"
    r"responsibilit\w+|responsibility)",
    r"(?:wrong|mistaken) (?:unit|department|office|mission|address|addressee|desk|people|recipient)",
    r"(?:sent|came|come|landed|reached us|arrived here|addressed) (?:to us |here |with us )?(?:by mistake|in error|"
    r"by error)",
    r"not (?:our|a) (?:remit|mandate|matter for us|topic|subject|case|file|business|area|competence|responsibility|"
    r"desk)",
    r"(?:we|our unit|our office|our mission) (?:do not|don't|does not|doesn't|cannot|can't|have no|"
    r"has no)(?: \w+){0,2} (?:deal with|handle|cover|treat|work on|mandate|competence|responsibility|take (?:it|"
    r"this))\w*",
    r"(?:must|should|ought to|has to|needs to) (?:go|be (?:sent|forwarded|passed|directed|addressed|referred|"
    r"handled|dealt with|answered))(?: on)? (?:to|by|elsewhere)",
    r"(?:pas|point) (?:pour|de|a|dans|du) (?:nous|notre|nos|chez nous|ressort|la competence)\w*",
    r"pas (?:le notre|la notre|des notres|nous|chez nous)",
    r"n'?est pas (?:de notre|notre|dans notre|de la competence|du ressort)\w*",
    r"(?:ne )?(?:nous )?(?:ne )?(?:nous )?(?:releve|concerne|incombe|regarde|revient|appartient) pas",
    r"ne (?:nous )?(?:releve|concerne|incombe|regarde|revient) (?:en rien|aucunement|nullement)",
    r"hors de (?:notre|nos) (?:mandat|competences?|ressort|domaine)",
    r"(?:mauvais|erreur de|pas le bon) (?:destinataire|service|unite|adresse|interlocuteur)",
    r"(?:nous a ete|recu|adresse|transmis|envoye)\w*(?: \w+)? par erreur",
    r"pas (?:competents?|le bon service|la bonne unite|les bons interlocuteurs)",
    r"(?:devrait|doit|serait) (?:plutot )?(?:etre|aller) (?:plutot )?(?:a |au |aux |transmis|adresse|envoye|traite)\w*",
    r"nous ne (?:traitons|gerons|couvrons|nous occupons) pas",
    r"no (?:es|era) (?:para|de|lo|la)?\s?(?:nosotros|nuestr\w+|nos)",
    r"no (?:es|era|esta|entra) (?:un tema |un asunto |asunto |competencia |de |en |dentro de |"
    r"parte de )*(?:nuestr\w+|nosotros)",
    r"no nos (?:corresponde|compete|concierne|atane|toca|incumbe)",
    r"fuera de nuestr\w+",
    r"(?:unidad|oficina|direccion|destinatario) (?:equivocad|erroneo|erronea|incorrect)\w*",
    r"(?:enviad|llegad|recibid|remitid)\w* por error",
    r"(?:nos llego|llego) por (?:error|equivocacion)",
    r"no somos (?:competentes|la unidad|la oficina|los indicados)",
    r"no (?:tratamos|llevamos|gestionamos|cubrimos|nos ocupamos)",
    r"(?:debe|deberia|tiene que|corresponde|le corresponde) (?:ir|enviarse|remitirse|dirigirse|ser (?:enviad|"
    r"remitid|tratad|atendid)\w*)? ?(?:a|al|por|con) ",
)

ACCEPTED = any_of(
    rf"(?:we|i)(?:'ll| will| shall| can| are going to| am going to|'re going to)? (?:gladly |happily )?(?:take|"
    rf"handle|deal with|look after|look into|follow up on|follow up|pick up|see to|manage|reply to|answer|"
    rf"respond to|process|own)\b(?: {_IT})?(?: up| on| over)?",
    rf"(?:we|i)(?:'ve|'re| have| are|'m| am)? (?:taken|taking|handling|dealing with|looking into|following up|"
    rf"picked up|picking up|on {_IT}) ?(?:{_IT})?(?: up| on| over)?",
    rf"(?:taking|will take|happy to take|glad to take|accepted|we accept|we'll have|we will have|consider) (?:{_IT}|"
    rf"care|as ours)",
    rf"(?:{_IT}|that)(?:'s| is) (?:ours|for us|one for us|indeed ours)",
    r"(?:yes|ok|okay)[, ]+(?:it'?s |that'?s |this is )?(?:ours|for us)",
    r"leave (?:it|this) (?:to|with) us",
    r"we'?(?:ll| will) take care of (?:it|this|the matter)",
    r"we (?:are|'re) on it",
    r"accepted",
    r"noted with thanks[,;.]? we will (?:reply|answer|respond|follow up)",
    r"(?:nous|on|je) (?:nous |m'|s'|me )?(?:en )?(?:prenons|prends|prend|prendrons|chargeons|charge|chargerons|"
    r"occupons|occupe|occuperons|traitons|traiterons|acceptons)(?: \w+){0,2}",
    r"(?:nous|je) (?:allons|vais) (?:la |le |lui |leur |y |en |nous |nous en |m'en )?(?:repondre|traiter|prendre|"
    r"charger|occuper|donner suite)",
    r"(?:c'est|cela est|cette demande est|elle est|il est) (?:bien )?(?:pour nous|de notre ressort|"
    r"de notre competence|le notre|la notre)",
    r"(?:nous|je) (?:lui |leur |y )?repond(?:rons|ons|rai)",
    r"pris(?:e)? en charge(?: par (?:nous|notre \w+))?",
    r"nous en faisons notre affaire",
    r"(?:d'accord|bien recu|oui)[,;. ]+(?:nous|on|je) (?:\w+ ){0,3}(?:prenons|prends|occupe|occupons|charge|"
    r"chargeons|traitons)\w*",
    r"(?:lo|la|este caso|esta consulta|el caso|la consulta)? ?(?:nos|me) (?:encargamos|encargo|ocupamos|ocupo|"
    r"encargaremos|ocuparemos|haremos cargo|hacemos cargo)(?: \w+){0,2}",
    r"(?:lo|la|los|las) (?:tomamos|asumimos|aceptamos|atendemos|atenderemos|tramitamos|gestionamos|tramitaremos|"
    r"recibimos|respondemos|contestamos|responderemos)",
    r"(?:si[,. ]+)?(?:es|esta es|este es|son) (?:para nosotros|nuestr[oa]|de nuestra competencia|asunto nuestro)",
    r"(?:vamos a|le vamos a|les vamos a) (?:responder|contestar|atender|tratar|tomar)(?:l[eoa]s?)?",
    r"(?:le |les )?(?:responderemos|contestaremos|daremos respuesta)",
    r"(?:nos corresponde|aceptad[oa]|asumid[oa]|queda a nuestro cargo)",
    r"(?:tomamos|asumimos|aceptamos) (?:el|la|este|esta|esto|ese|esa)(?: (?:caso|consulta|tema|solicitud|asunto|"
    r"mensaje))?",
)

ANSWERED = any_of(
    r"(?:we|i)(?:'ve| have)?(?: already| just| now)? (?:replied|answered|responded|written back|sent (?:our|a|an|"
    r"the|my|him|her|them)(?: \w+)? (?:reply|answer|response|information|documents?|manual|brochure))",
    r"(?:has|have) (?:already )?been (?:answered|replied to|responded to|dealt with|settled|closed)",
    r"(?:was|were) (?:already )?(?:answered|replied to|responded to|settled)(?: \w+)*",
    r"(?:our )?(?:reply|answer|response) (?:was |has been |went |has gone )?(?:sent|out|given)",
    r"answered",
    r"(?:replied|responded) (?:to (?:the|her|him|them)|directly|today|yesterday|on)",
    r"(?:case|matter|file) (?:is )?(?:closed|settled|done)",
    r"(?:nous|j')(?: ?(?:lui|leur|y|leur y|l'))? ?(?:avons|ai) (?:deja |bien )?(?:repondu|ecrit|envoye (?:la|une|"
    r"notre) reponse|traite la demande|donne suite)",
    r"(?:nous |j')?(?:lui|leur|y|l')? ?(?:avons|ai) (?:deja |bien )?repondu",
    r"(?:la |notre |une )?reponse (?:a ete |est |bien )?(?:envoyee|donnee|partie|transmise|faite|adressee)",
    r"(?:il|elle) a (?:deja |bien )?(?:recu (?:notre|une|sa) reponse|ete repondu\w*)",
    r"(?:deja )?repondu(?: \w+){0,3}(?: hier| ce matin| ce jour| aujourd'hui| directement| le)",
    r"(?:dossier|demande|affaire) (?:est )?(?:clos|close|classee?|reglee?|traitee?)",
    r"(?:ya )?(?:le |les |la )?(?:hemos|he) (?:ya )?(?:respondido|contestado|dado respuesta|enviado (?:la|una|"
    r"nuestra) respuesta|escrito)",
    r"(?:ya )?(?:le |les )?(?:respondimos|contestamos ayer|contestamos hoy|contestamos el|enviamos (?:la|una|"
    r"nuestra) respuesta)",
    r"ya (?:le |les )?(?:contestamos|respondi|conteste|escribimos)",
    r"(?:la |nuestra )?respuesta (?:fue |ya fue |ha sido |ya ha sido )?(?:enviada|dada|remitida)",
    r"(?:fue|ha sido|quedo|ya esta|esta) (?:ya )?(?:respondid[oa]|contestad[oa]|resuelt[oa])",
    r"(?:caso|asunto|expediente) (?:cerrado|resuelto|concluido)",
    r"respondid[oa]",
    r"contestad[oa]",
)

NEEDS_MORE = any_of(
    r"(?:we|i)(?:'d| would)? (?:need|require|lack|miss|are missing)(?: \w+){0,3} (?:more|further|additional|"
    r"details?|information|attachments?|annex\w*|documents?|pages?|dates?|country|address|budget)(?:.{0,40})",
    r"(?:need|needs) (?:more|further|additional) (?:information|details?|time to know|data|context|elements)",
    r"(?:more|further|additional) (?:information|details?|context) (?:is |are |would be )?(?:needed|required|please|"
    r"from)",
    r"(?:could|can|would) you (?:please )?(?:ask|clarify|specify|confirm|send|provide|find out|let us know|tell us|"
    r"check|get|obtain)\b.{0,80}",
    r"please (?:ask|clarify|specify|send(?! (?:it|this|that|them)(?: \w+){0,2} to)|provide|find out|obtain|"
    r"check with|let us know|tell us)\b.{0,80}",
    r"(?:attachment|annex|document|file|page|programme|proposal)s? (?:is|are|was|were|seems?|"
    r"appears?)(?: to be)? (?:missing|empty|not (?:attached|readable)|unreadable|broken|lost)",
    r"without (?:knowing|the (?:attachment|annex|document|date|dates|budget))\b.{0,60}",
    r"(?:it is|it's) (?:not clear|unclear)\b.{0,60}",
    r"which (?:country|project|year|district|dates?|province|region)\b.{0,60}\?",
    r"(?:besoin|manque|manquons|faudrait|faut|necessitons)\b.{0,20}(?:plus|d'autres|davantage|precisions?|"
    r"informations?|renseignements?|details?|piece|annexe|elements?|dates?|document)\w*.{0,40}",
    r"(?:pourriez|pouvez|pourrait)[- ]?(?:vous|on|tu) (?:nous |lui |leur |s'il vous plait )*(?:preciser|demander|"
    r"envoyer|fournir|indiquer|confirmer|dire|clarifier|transmettre|verifier|obtenir)\b.{0,80}",
    r"merci de (?:nous |lui |leur )*(?:preciser|demander|envoyer|fournir|indiquer|confirmer|clarifier)\b.{0,80}",
    r"(?:la |l'|les )?(?:piece jointe|annexe|pieces jointes|document|fichier|programme) (?:est |n'est |n'etait |"
    r"semble |manque|sont |est introuvable)(?:pas )?(?:manquante?s?|vide|illisible|jointe?|lisible|absente?)?",
    r"(?:il )?(?:nous )?manque (?:la|le|les|l'|des|une|un)\b.{0,40}",
    r"sans (?:connaitre|savoir|le|la|les)\b.{0,40}, (?:nous|on) (?:ne )?(?:pouvons|peut|ne)",
    r"(?:de )?quel(?:le)?s? (?:pays|projet|annee|province|region|dates?)\b.{0,60}\?",
    r"(?:necesitamos|necesitariamos|requerimos|nos falta|nos faltan|hace falta|faltan?|"
    r"nos haria falta)\b.{0,20}(?:mas|informacion|datos|detalles|documentos?|anexos?|adjuntos?|fechas?|presupuesto|"
    r"direccion|pagina|el|la|los|las|saber)\w*.{0,40}",
    r"(?:podrian?|pueden?|podria usted|podrias) (?:por favor )?(?:preguntar|aclarar|precisar|enviar|confirmar|"
    r"indicar|pedir|decir|averiguar|consultar|facilitar|solicitar)(?:nos|le|les|me)?\b.{0,80}",
    r"(?:por favor|favor de|rogamos|sirvanse)[, ]+(?:preguntar|preguntenle|aclarar|aclaren|enviar|envien|enviennos|"
    r"precisar|indicar|indiquen|pidan|pidanle|confirmar|confirmen)(?:nos|le|les)?\b.{0,80}",
    r"(?:el |los |la )?(?:adjuntos?|anexos?|documentos?|archivos?|programa) (?:no (?:esta|estan|venia|venian|llego|"
    r"llegaron|se (?:abre|lee|puede))|esta vacio|falta)\b.{0,40}",
    r"(?:no queda claro|no esta claro)\b.{0,60}",
    r"(?:de |en )?que (?:pais|proyecto|ano|provincia|region|fechas?)\b.{0,60}\?",
)

DOUBT = any_of(
    r"to (?:say|decide|judge|know|tell)",
    r"tell (?:them|her|him|the sender)",
    r"(?:a|de) (?:dire|decider|juger|savoir)",
    r"dites|digan|diganle\w*",
    r"(?:of|bien) (?:course|sur)|claro que",
    r"if",
    r"unless",
    r"perhaps",
    r"maybe",
    r"might",
    r"may be",
    r"probably",
    r"possibly",
    r"i think",
    r"we think",
    r"not sure",
    r"unsure",
    r"don't know",
    r"do not know",
    r"wonder",
    r"whether",
    r"partly",
    r"partially",
    r"only (?:the|part|partly|for)",
    r"except",
    r"however",
    r"but",
    r"although",
    r"on condition",
    r"provided that",
    r"for now",
    r"for the moment",
    r"not yet",
    r"haven't",
    r"have not",
    r"has not",
    r"hasn't",
    r"will check",
    r"let me check",
    r"second (?:part|question)",
    r"part of",
    r"in principle",
    r"subject to",
    r"until",
    r"once we",
    r"as if",
    r"nobody",
    r"no one",
    r"none of us",
    r"take it (?:that|you|he|she|they|we|as|from|up with)",
    r"answered (?:the|a|my) (?:phone|call|door)",
    r"you forgot",
    r"says",
    r"said",
    r"quote",
    r"what does",
    r"similar",
    r"another (?:question|mail|case)",
    r"other (?:mail|one|question)",
    r"une partie",
    r"en principe",
    r"sous reserve",
    r"jusqu'a (?:ce|nouvel)",
    r"une fois que",
    r"des que",
    r"personne",
    r"nulle part",
    r"dit",
    r"autre (?:demande|courriel|question)",
    r"una parte",
    r"parte de",
    r"en principio",
    r"sujeto a",
    r"hasta que",
    r"una vez que",
    r"cuando",
    r"nadie",
    r"dice",
    r"otr[ao] (?:consulta|correo|pregunta|caso)",
    r"first (?:part|question)",
    r"other (?:part|half)",
    r"jointly",
    r"together with",
    r"both",
    r"half",
    r"joke",
    r"should have",
    r"would have",
    r"used to",
    r"last (?:year|month)",
    r"previous",
    r"si",
    r"sauf",
    r"peut[- ]etre",
    r"sans doute",
    r"probablement",
    r"je crois",
    r"nous pensons",
    r"pas sur",
    r"pas sure",
    r"ne sais pas",
    r"ne savons pas",
    r"en partie",
    r"partiellement",
    r"mais",
    r"cependant",
    r"toutefois",
    r"a condition",
    r"pour l'instant",
    r"pour le moment",
    r"pas encore",
    r"a verifier",
    r"seulement",
    r"n'(?:avons|ai) (?:pas|rien)",
    r"conjointement",
    r"avec (?:l'appui|le concours)",
    r"l'an dernier",
    r"le mois dernier",
    r"auparavant",
    r"deuxieme (?:partie|question)",
    r"premiere (?:partie|question)",
    r"quizas?",
    r"tal vez",
    r"a lo mejor",
    r"salvo",
    r"a menos",
    r"probablemente",
    r"creo",
    r"creemos",
    r"no (?:lo se|se si|sabemos|estoy segur\w|estamos segur\w+)",
    r"en parte",
    r"parcialmente",
    r"pero",
    r"sin embargo",
    r"aunque",
    r"siempre que",
    r"por ahora",
    r"de momento",
    r"todavia no",
    r"aun no",
    r"no hemos",
    r"solo",
    r"solamente",
    r"conjuntamente",
    r"junto con",
    r"el ano pasado",
    r"el mes pasado",
    r"segunda (?:parte|pregunta)",
    r"primera (?:parte|pregunta)",
)
"""Conditions, contrasts, half answers, other times: a person must read the line."""

NEGATED = re.compile(
    r"(?:\b(?:not|never|no|cannot|can't|won't|don't|doesn't|didn't|isn't|aren't|unable to|refuse to|sorry"
    r"|ne|pas|jamais|aucun\w*|impossible|regret\w*|nunca|tampoco|ni|lament\w*|nobody|no one|none|nowhere|personne|"
    r"nulle part|nadie|ningun\w*)\b|n't\b|n')"
)
"""Beside an acceptance or "answered" it turns the sense round."""

POSITIVE_NO = re.compile(
    r"\b(?:no (?:problem|worries|objection|objections|need)|pas de probleme|sin problema|no hay problema)\b"
)

READINGS: dict[ReplyReading, re.Pattern[str]] = {
    ReplyReading.OUT_OF_OFFICE: OUT_OF_OFFICE,
    ReplyReading.NOT_OURS: NOT_OURS,
    ReplyReading.ANSWERED: ANSWERED,
    ReplyReading.NEEDS_MORE: NEEDS_MORE,
    ReplyReading.ACCEPTED: ACCEPTED,
}
