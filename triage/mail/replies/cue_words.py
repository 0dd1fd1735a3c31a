"""The cues that `cues` weighs, by reading and language. 1 is enough for a proposal by itself, less only helps.

`GAP` lets a few words of the same sentence stand between the parts of a cue.
"""

import re

from triage.domain.reply import ReplyReading
from triage.mail.replies.words import any_of

GAP = r"(?:[ ,']+[\w'-]+){0,5}?[ ,']+"
SHORT = r"(?:[ ']+[\w'-]+){0,2}?[ ']+"

# Whose business something is.
_EN_REMIT = (
    r"(?:remit|mandate|purview|competenc\w+|portfolio|scope|area|domain|field|responsibilit\w+|business|work|activit\w+|"
    r"expertise|terms of reference|lane|brief|topic|file|job|thing|programmes?|role|subject|side)"
)
_FR_REMIT = (
    r"(?:ressort|competences?|attributions?|mandat|domaine|perimetre|portefeuille|responsabilites?|activites?|missions?|"
    r"champ|travail|sujets?|affaire|programmes?|role)"
)
_ES_REMIT = (
    r"(?:competencias?|mandato|ambito|area|cartera|responsabilidad(?:es)?|atribuciones|trabajo|temas?|actividad(?:es)?|"
    r"materia|asuntos?|incumbencia|funcion(?:es)?|programas?)"
)

# Whom a unit is asked to answer, and what an answer is.
_EN_THEM = (
    r"(?:them|her|him|you|the (?:sender|applicant|requester|enquirer|inquirer|ngo|organi[sz]ation|association|foundation|"
    r"lady|gentleman|journalist|student|ministry|company|university|person|author|writer)|(?:ms|mrs|mr|dr)\.? \w+)"
)


def _cues(weight: float, *patterns: str) -> tuple[tuple[re.Pattern[str], float], ...]:
    return tuple((any_of(pattern), weight) for pattern in patterns)


NOT_OURS = (
    *_cues(
        2,
        # "not ours", "nothing to do with us", "not the right unit", "do not see any link with our work"
        rf"(?:not|\w+n't|never|no|cannot|nothing|hardly|neither|nor){GAP}(?:us|ours|our{SHORT}{_EN_REMIT}|our{SHORT}"
        r"(?:unit|department|office|division|team|mission))",
        r"(?:not|\w+n't|never|hardly)(?:[ ']+[\w'-]+){0,3}?[ ']+(?:right|correct|proper|competent|appropriate|best placed|concerned|"
        r"in charge|responsible)(?: \w+){0,2}",
        rf"(?:outside|beyond|exceeds?|out of|outwith){GAP}{_EN_REMIT}",
        rf"(?:not|\w+n't){GAP}(?:purview|remit|mandate|competence|portfolio|scope) of (?:this|the) \w+",
        r"(?:mis-?directed|mis-?routed|mis-?sent|mis-?addressed|misplaced|wrong (?:address|addressee|unit|department|office|"
        r"people|person|desk|door|team|inbox|place|recipient|one|turn|box))",
        r"(?:stopped|ceased|gave up|no longer|don't|doesn't|never|do not|does not|not) (?:\w+ ){0,2}?(?:handl\w+|"
        r"deal\w*|cover\w*|runn?\w*|manag\w+|do|does|doing|work\w*|offer\w*|treat\w*|organi[sz]\w+|process\w*|fund\w*|issue|"
        r"look after)(?! (?:anything|more) (?:yet|before))",
        # "pas pour nous", "rien a voir avec nous", "ne correspond a aucune de nos activites"
        rf"(?:pas|rien|aucun\w*|jamais|ni|point|nullement){GAP}(?:(?:avec|a|de|pour|par|chez|sur|dans) )?(?:nous|notre{SHORT}"
        rf"{_FR_REMIT}|nos{SHORT}{_FR_REMIT}|notre (?:service|unite|departement|bureau|division|equipe)|{_FR_REMIT})",
        r"(?:pas|plus|c) (?:a |pour |chez )?nous",
        r"(?:n'avons|n'a|avons|ai) plus (?:cette|ce|la|le|de|d') ?\w*",
        r"(?:hors|en dehors|au-dela|excede|depasse|sort)(?: \w+){0,3} (?:notre|nos|ressort|competence|mandat|perimetre)",
        r"(?:erreur (?:d'|de )\w+|mauvais(?:e)? (?:destinataire|adresse|service|unite|porte|bureau|interlocuteur)|"
        r"trompe\w* d\w+|par erreur|mal (?:aiguille|adresse|dirige|oriente)\w*)",
        r"(?:ne|n')(?: ?\w+){0,3} (?:concerne|releve|incombe|competen\w+|occup\w+|trait\w+|charg\w+|habilit\w+|"
        r"correspond)(?:[ ']+[\w'-]+)? ?(?:pas|plus|nullement|en rien|aucun\w*)?",
        # "no nos toca", "ya no nos ocupamos", "no guarda relacion con nuestro trabajo"
        rf"(?:no|nada|ni|tampoco|nunca|ningun\w*){GAP}(?:(?:con|de|a|para|por|en) )?(?:nosotros|nosotras|nuestr[oa]s?|"
        rf"{_ES_REMIT})",
        r"no (?:nos|me|somos|es|vemos|llevamos|tratamos|manejamos|atendemos|gestionamos)(?: \w+){0,2}",
        r"(?:excede|fuera de|ajen[oa] a|escapa a|rebasa|supera)(?: \w+){0,4} (?:competencias?|mandato|ambito|nuestr\w+|"
        r"atribuciones|area)",
        r"(?:destinatari[oa]|unidad|oficina|direccion|departamento|area|puerta|buzon) (?:equivocad|erron|incorrect)\w*",
        r"(?:se (?:han )?equivoc\w+|por error|por equivocacion|mal (?:dirigid|direccionad|encaminad|enviad)\w*)",
    ),
    *_cues(
        1.5,
        # a hand that passes it on
        r"(?:re-?assign|re-?direct|re-?route|re-?allocate|transfer|re-?send)(?! me| us)(?: (?:it|this|that|them|the \w+|"
        r"accordingly|please|elsewhere|to \w+))?",
        r"take (?:it|this|that|this one|that one|the \w+) back",
        r"(?:returning|return|sending back|giving back|handing back|send back|giving) (?:it|this|that|the \w+)(?: \w+)? "
        r"(?:to|back)",
        r"(?:find|try|choose|ask|seek) (?:an)?other (?:unit|department|office|team|home|colleague|addressee)",
        r"(?:forward|pass|send|refer|hand|direct|address|give|route|submit|move)(?: (?:it|this|that|them|this one|the \w+))?"
        r"(?: (?:on|over|along|instead|rather))? to (?!us|you|me|the sender|them|her|him)",
        r"(?:meant|intended|destined|better|best|rather|more|sooner) (?:\w+ ){0,4}?(?:for|to|with|suited|placed|"
        r"addressed|handled|answered|sent) ?(?:to|by|with|for|in)?",
        r"(?:rather than|instead of|and not|not) (?:us|ours|here|our \w+)",
        r"(?:are|is|be|would be|seems?) the (?:right|competent|proper|correct|best) (?:ones?|unit|people|office|department|"
        r"team|address|place|person)",
        r"(?:a |est )?(?:reprendre|rediriger|reorienter|reaiguiller|reattribuer|retransmettre|redistribuer|renvoyer|"
        r"transferer|adresser|transmettre)(?! (?:notre|une|la|nos|des) )(?: (?:ce|cette|le|la|l'|plutot|a|au|aux|vers|svp)\b)?",
        r"(?:re)?(?:transferez|transmettez|adressez|envoyez|dirigez|orientez|redirigez|reorientez|renvoyez|passez|voyez)"
        r"(?:[- ](?:la|le|les|l'))?(?! nous)(?: (?:plutot|a|au|aux|vers|avec|la|le|les))?",
        r"(?:a )?(?:voir|demander|traiter|confier) (?:avec|plutot|directement|chez|aupres|par|a|au|aux)",
        r"voir (?:dakar|geneve|la|le|les|l'|avec|plutot|\w+ \()",
        r"(?:mieux (?:place|indique|a meme)|plus (?:competent|indique|approprie))\w*",
        r"(?:trouver|chercher|choisir|solliciter) un(?:e)? autre \w+",
        r"(?:concerne|releve|ressort|depend|s'agit|appartient|revient|incombe)(?: (?:plutot|davantage|bien))?(?: (?:de|du|des|"
        r"nos|a|au|aux|la|le|les|l'))* ?(?:collegues?|mission|bureau|unite|service|division|dmm|doe|mcd|iml)",
        r"(?:conviendrait|convient|vaudrait mieux|serait preferable|il faudrait|doit etre|devrait etre)(?: \w+){0,3} "
        r"(?:adresser|transmettre|envoyer|transmis\w*|adresse\w*|envoye\w*|voir|traite\w*)",
        r"(?:c'est|est) (?:plutot )?(?:pour|a|au|le|la|l') ?(?:dmm|doe|mcd|iml|mission|bureau)(?: qui)?",
        r"(?:reasign|redirig|redirij|reenvi|reenvi|deriv|traslad|transfier|transfer|remit|devuelv|devolv|encamin)\w*",
        r"(?:envi|pas|dirij|mand)(?:en|enla|enlo|enselo|enle|arlo|arla|arse|ar)(?:lo|la|se)?(?: \w+)? (?:a|al|hacia) "
        r"(?!nosotros|nos)",
        r"(?:pasenl[oa]|enviarl[oa]|mandarl[oa]|mandenl[oa]|envienl[oa]|dirijanl[oa]|pasarl[oa])",
        r"(?:busquen|buscar|encuentren|elijan|asignen|asignar|prueben)(?: \w+)? (?:otr[oa]|con|a)(?: \w+)?",
        r"(?:debe|deberia|tiene que|tendria que|habria que|conviene|corresponde)(?: \w+){0,2}(?: a| al| con)? ?(?:los |las |la |el )?"
        r"(?:colegas|companer\w+|mision|oficina|unidad|division|dmm|doe|mcd|iml|prensa)",
        r"(?:esto|eso|este tema|este asunto|lo|la)? ?(?:le )?(?:ve|lleva|toca|atiende|atenderla|atenderlo|corresponde|compete|"
        r"incumbe|concierne)(?: mas bien)?(?: a| al| la| el| los| con)* (?:dmm|doe|mcd|iml|mision|oficina|unidad|division|colegas|"
        r"companer\w+|gente|prensa|equipo)",
        r"mas bien (?:de|para|a|con|es)",
    ),
    *_cues(
        0.75,
        r"(?:should|could|would|can|must|might) (?:\w+ )?(?:deal with|handle|answer|cover|take|reply to|look into) "
        r"(?:it|this|that|them|the \w+)",
        r"(?:mission|office|unit|division|department|colleagues?|team)(?: \w+){0,3} (?:does|handles?|covers?|deals?|is in charge|"
        r"takes care|looks after|should|can)",
        r"(?:dmm|doe|mcd|iml|icp)(?: \w+)? (?:does|handles?|covers?|deals?|is|should|can|s'occupe|traite|est|se ocupa|lleva|ve)",
        r"(?:for|to|pour|para|vers|a|->|=>) (?:the )?(?:dmm|doe|mcd|iml)",
        r"(?:instead|elsewhere|somebody else|someone else|ailleurs|quelqu'un d'autre|otra parte|otra persona|plutot)",
        r"(?:desolee?s?|lo siento|lamentamos|regret|sorry|afraid)",
    ),
)

OUT_OF_OFFICE = (
    *_cues(
        2,
        r"(?:out of|away from|not in|absent from)(?: the| my)? office",
        r"(?:annual|sick|maternity|paternity|parental|home|study|compassionate|special|medical)[- ]leave",
        r"(?:i'm|i am|i'll be|i will be|we are|she is|he is|am|currently|still)(?: currently| again| now)? (?:travell?ing|away|abroad|"
        r"off|on (?:mission|leave|holidays?|vacation|travel|duty travel)|absent|on the road|in training|unwell|ill|sick)",
        r"on (?:duty )?(?:mission|leave|holidays?|vacation|travel)(?: this| next| until| till| from| through| and|,|\.|$)",
        r"(?:automatic|auto)[- ]?(?:reply|response)|autoreply",
        r"(?:on|upon|after|until|till) my return|when i(?:'m| am)? (?:get )?back|(?:will be|i'm|am|be) back (?:on|in|at|from)",
        r"(?:suis|serai|sera|etant|actuellement|je suis)(?: \w+)? (?:absente?|en conges?|en mission|en vacances|en voyage|"
        r"en deplacement|en arret|en formation|malade|indisponible|hors du bureau)",
        r"(?:en|de) (?:conges?|vacances|arret maladie|conge maternite|deplacement)(?! pour)",
        r"en mission (?:du|jusqu\w*|cette|la|de|a|au|en|pour)",
        r"(?:a|des|apres) mon retour|de retour (?:le|au|lundi|mardi|mercredi|jeudi|vendredi|en|a)",
        r"reponse automatique|message d'absence",
        r"fuera de(?: la| mi)? oficina",
        r"(?:estoy|estare|me encuentro|estamos|ando|sigo)(?: \w+)? (?:de (?:vacaciones|licencia|baja|viaje|mision|permiso)|"
        r"en (?:mision|comision|licencia|formacion|un viaje)|ausente|fuera|enferm[oa]|viajando)",
        r"de (?:vacaciones|baja|licencia|permiso|viaje) ?(?:medica|hasta|por|esta|del|desde|,|\.|$)?",
        r"a (?:la|mi) (?:vuelta|regreso)|al (?:volver|regresar)|de (?:vuelta|regreso) el",
        r"respuesta automatica",
    ),
    *_cues(
        0.75,
        r"(?:until|till|jusqu'au|jusqu'a|hasta el|hasta) (?:the )?(?:\d|mon|tue|wed|thu|fri|lun|mar|mer|jeu|ven|mie|jue|vie)\w*",
        r"limited access|rarely|acces limite|rarement|acceso limitado|apenas",
        r"urgent matters?|en cas d'urgence|asuntos urgentes|replacing me|me remplace|me sustituye|me reemplaza",
        r"(?:can't|cannot|won't) (?:\w+ ){0,3}?(?:before|until)",
    ),
)

ANSWERED = (
    *_cues(
        2,
        rf"(?:we|i|[a-z]+)(?:'ve| have| has|'s)?(?: already| just| now| since| both)? (?:replied|answered|responded|written|wrote|"
        rf"called|phoned|emailed|e-mailed|contacted|informed|told|spoke|spoken|advised|gave|given|sent)(?: back)?(?: to| with|"
        rf" directly to| directly)? {_EN_THEM}",
        r"(?:we|i) (?:wrote|replied|responded|answered)(?: back)?(?: to| directly| already| today| yesterday| on| this| last| by|,|\.|$)",
        r"(?:our|my|the|an?) (?:\w+ )?(?:reply|answer|response)(?: to \w+(?: \w+){0,2})? (?:was|has|had|is|went|left|is being|"
        r"already)(?: already| been)?(?: sent| out| off| gone| given| made| delivered| to)*",
        r"(?:reply|answer|response|letter|information) (?:already )?(?:sent|given|went|provided|dispatched|shared)",
        r"(?:has|have|had|got|received|get) (?:\w+ ){0,3}?(?:our|her|his|their|an|the) (?:reply|answer|response|information|form)",
        r"(?:answered|replied|responded|dealt with|handled|settled|resolved|sorted|closed|done)(?: already| directly| by| on|"
        r" yesterday| today| this| last| -|,|\.|!|$)",
        r"(?:already|all) (?:been )?(?:answered|done|taken care of|settled|dealt with|sorted|resolved|closed|handled|replied)",
        r"(?:can|may|please|could|you can)(?: now)? close (?:it|this|the|that)",
        r"(?:ai|avons|a|ont|on (?:lui|leur) a)(?: \w+){0,2}? (?:repondu|ecrit|rappele|appele|telephone|envoye|contacte|informe|"
        r"renseigne|fourni|oriente|traite|regle|transmis (?:la|notre|une) reponse)",
        r"(?:notre |la |une |sa |leur |ma )?reponse(?: \w+){0,4}? (?:est |a ete |deja )?(?:partie?|envoyee?|donnee|transmise|"
        r"adressee|expediee|faite|remise|parvenue)",
        r"a (?:deja |bien |maintenant )?(?:recu|obtenu) (?:sa|notre|une|la|les|nos|tous)",
        r"(?:c'est|est|a ete|ete|deja|tout est) (?:deja )?(?:fait|regle|traite|resolu|repondu|clos|envoye|reponse)\w*",
        r"(?:traitee?|reglee?|resolue?)(?: par| directement| hier| ce| le|,|\.|$)",
        r"(?:vous )?(?:pouvez|pouvons) (?:clore|cloturer|fermer|classer)",
        r"(?:le |les |la |lo |se )?(?:respondi|respondimos|conteste|contestamos (?:ayer|el|la)|escribi|escribimos|enviamos|envie|mande|"
        r"mandamos|llame|llamamos|informe|informamos|atendio|atendimos|respondio|contesto)(?! (?:manana|hoy mismo))",
        r"(?:he|hemos|ha|han|habiamos)(?: ya| sido)? (?:respondido|contestado|escrito|enviado|llamado|informado|atendido|hablado|"
        r"resuelto|remitido (?:la|nuestra) respuesta)",
        r"(?:nuestra |la |una |su )?respuesta(?: \w+){0,4}? (?:salio|fue|ha sido|ya|se) ?(?:enviad|dad|remitid|mand|envi)?\w*",
        r"(?:ya )?(?:tiene|tienen|recibio|recibieron|obtuvo)(?: ya)? (?:su|nuestra|la|una|toda) (?:respuesta|informacion)",
        r"(?:ya|quedo|esta|fue|asunto|caso|tema|todo)(?: esta| quedo| fue)? (?:contestad|respondid|resuelt|atendid|hech|cerrad|"
        r"solucionad|concluid|zanjad)[oa]",
        r"pueden (?:cerrar|archivar|dar por)",
    ),
    *_cues(
        1,
        r"(?:done|hecho|fait|fini|listo)(?: -|,|\.|!|:|$)",
        r"(?:for|pour|para) (?:your|vos|votre|su|sus) (?:records?|information|archives?|dossiers?|archivo|conocimiento|registro)",
        r"no further action|aucune (?:autre )?suite|nada mas",
    ),
    *_cues(
        0.5,
        r"yesterday|last (?:week|month|wk|monday|tuesday|wednesday|thursday|friday)|(?:two|three|\d) days ago|this morning|ayer|"
        r"hier|ce matin|(?:semaine|mois) derniere?|vendredi dernier|la semana pasada|el (?:lunes|martes|miercoles|jueves|viernes) "
        r"pasado|esta manana|already|deja|ya",
    ),
)

NEEDS_MORE = (
    *_cues(
        2,
        r"(?:ask|check with|clarify with|find out from|go back to) (?:the )?(?:sender|applicant|requester|author|them|him|her|ngo|"
        r"organi[sz]ation|association)",
        r"(?:attachments?|annex\w*|enclosures?|documents?|files?|pdf|link|pages?|letter|programme|form)(?: \w+){0,3}? (?:missing|"
        r"empty|blank|corrupt\w*|unreadable|illegible|damaged|broken|(?:can't|cannot|won't|doesn't|does not|didn't) "
        r"(?:open|load|work|come|be opened))",
        r"(?:missing|without|lacks?|no|forgot|cannot open|can't open|couldn't open|unable to open)(?: \w+){0,2}? (?:attachments?|annex"
        r"\w*|enclosures?|documents?|files?|details|contact|address|dates?|country|budget|name)",
        r"(?:resend|send (?:it |them |this |the \w+ )?again|re-send)",
        r"(?:need|require|want|would like|have)(?: \w+){0,3}? (?:more|further|additional|to know|to see|clarification|details|"
        r"precise|exact)",
        r"before (?:we|i) can (?:\w+ )?(?:say|answer|decide|reply|take|respond|comment|help|proceed)",
        r"(?:demander|preciser|verifier|confirmer|clarifier)(?:[ -]\w+){0,3}? (?:a |aupres de |avec )?(?:l'|le |la |les )?(?:expediteur|"
        r"expeditrice|demandeu\w+|auteur|association|ong|organisation|dates?|pays|budget|interesse\w*)",
        r"(?:demander|demandez)(?:[ -](?:lui|leur|les|la|le))+",
        r"(?:piece jointe|pieces jointes|annexe|document|fichier|lien|programme|formulaire|pdf)(?: \w+){0,3}? (?:ne s'ouvre|manque|"
        r"illisible|vide|absente?|endommage|introuvable|n'(?:est|etait|a|y)|ne (?:fonctionne|peut))",
        r"(?:manque|manquent|sans|pas de|pas la|oublie)(?: \w+){0,3}? (?:piece|annexe|document|fichier|date|budget|coordonnees|"
        r"nom|pays|precision)\w*",
        r"(?:la|le|les) (?:renvoyer|reenvoyer)|(?:renvoyer|reenvoyer) (?:la piece|le document|le fichier|l'annexe)",
        r"(?:besoin|faudrait|faut|manque|souhait\w+|aimer\w+)(?: \w+){0,3}? (?:plus|savoir|connaitre|precisions?|davantage|"
        r"renseignements?|informations?|details?|complement\w*)",
        r"(?:avant|pour) (?:de )?(?:pouvoir )?(?:nous |vous )?(?:prononcer|repondre|decider|donner suite)",
        r"(?:who|qui|quien)(?: exactly| exactement)? (?:is|are|est|sont|es|son) (?:the |l'|le |la |les |el |los )?(?:organi[sz]\w+|sender|"
        r"applicant|contact\w*|funder|organisateur\w*|demandeu\w+|expediteur|solicitante|remitente|contacto)",
        r"(?:preguntar|preguntarsel|consultar|pedir|aclarar|confirmar)(?:le|les|selo|sela|lo|o)?(?: \w+){0,3}? (?:a |al |con )?(?:el |la )?"
        r"(?:remitente|solicitante|interesad\w+|autor\w*|ong|asociacion|organizacion)",
        r"(?:adjuntos?|anexos?|documentos?|archivos?|enlace|programa|formulario|pdf)(?: \w+){0,3}? (?:no (?:se |esta|venia|llego|"
        r"funciona)|falta\w*|vacio|danado|ilegible|en blanco)",
        r"(?:falta|faltan|sin|no (?:viene|vienen|trae|incluye|llego|llegaron))(?: \w+){0,3}? (?:adjunto|anexo|documento|archivo|fecha|"
        r"presupuesto|datos|nombre|pais|saber|informacion)\w*",
        r"(?:mandar|enviar|reenviar|manden|envien)(?:lo|la|los|las|nos|noslo)?(?: \w+)? (?:otra vez|de nuevo|nuevamente)",
        r"(?:necesit\w+|requer\w+|hace falta|haria falta|quisi\w+)(?: \w+){0,3}? (?:mas|saber|conocer|datos|detalles|informacion|"
        r"aclaracion\w*|precision\w*)",
        r"antes de (?:poder )?(?:pronunciar|responder|decidir|contestar)\w*",
        r"(?:preguntar|pregunten|pidan|pedir)(?:sel|l)[aeo]s?|(?:demandez|demander)[ -](?:lui|leur)|leur demander|ask (?:them|her|him)",
    ),
    *_cues(
        1.5,
        r"(?:we|i)(?:'d| would)? (?:also |first )?need (?:the|a|to|some|their|his|her)",
        r"(?:il )?(?:nous )?(?:faudrait|manque)|(?:nos )?(?:haria falta|necesitariamos)",
    ),
)

ACCEPTED = (
    *_cues(
        2,
        # whose it is
        rf"(?:is|it's|that's|its|be|falls?|comes?|lies?|sits?|belongs?|fall|concerns?|for|yes|indeed|definitely){GAP}(?:ours|for us|to us|"
        rf"with us|us|our{SHORT}{_EN_REMIT})",
        r"(?:^|[ ,.])(?:ours|ok ours|ours indeed)(?:[ ,.!]|$)",
        rf"(?:in|under|within|one of|part of) our(?: \w+)? {_EN_REMIT}",
        r"on (?:it|the case|this|our (?:side|desk|list|plate))(?:[ ,.!]|$)",
        r"(?:leave|keep) (?:it|this|that|them)? ?(?:with|to) (?:us|me)",
        # somebody will see to it
        r"(?:we|i|she|he|my \w+|our \w+|they|colleague|unit|office|team|department|[a-z]+)(?:'ll| will| shall|'m going to| are going to|"
        r" is going to|'re going to) (?:\w+ )?(?:look after|look into|handle|handling|take|deal|reply|answer|respond|get back|contact|"
        r"follow|pick|call|write|draft|see to|be handling|be in touch|be following|manage|revert|process|treat|prepare|assist|help|do)",
        r"(?:will|'ll) do(?:[ ,.!]|$)|consider it done|got this|got it covered",
        r"(?:happy|glad|pleased|ready|willing) to (?:take|pick|help|handle|assist|answer|do|look)",
        r"(?:i|we)(?:'m|'re| am| are)? (?:pick(?:ing)?|tak(?:e|ing)|handling|taking|accept(?:ing)?|assign(?:ing|ed)?)(?: \w+)?(?: up| on|"
        r" over| care)?(?: (?:it|this|that|one))?",
        r"(?:have|has|i've|we've) (?:asked|assigned|tasked|passed it|given it|registered|forwarded it internally)(?: \w+)?",
        r"(?:focal point|in charge|lead)(?: \w+){0,3}? (?:is|will be|will)",
        r"registered (?:on|with|at|by)",
        r"(?:c'est|ce|est|elle|il|cela|demande|bien|oui|ok)(?: \w+){0,2}? (?:pour nous|chez nous|a nous|de notre (?:ressort|competence)|"
        r"notre (?:domaine|affaire))",
        rf"(?:releve|depend|entre|fait partie|est|ressort|rentre)(?: \w+)? (?:bien )?(?:de|dans|du)(?: \w+)? (?:nos|notre) ?{_FR_REMIT}?",
        r"(?:nous concerne|nous revient|nous incombe|nous appartient)(?! pas| plus)",
        r"(?:je|on|nous|m'|s'|nous nous)(?: ?m'| ?s'| nous)?(?: en| y| le| la| les| leur| lui)*(?: en)? ?(?:charge|chargeons|chargerons|"
        r"occupe|occupons|occuperons|prends|prend|prenons|prendrons|accepte|acceptons|traite|traitons|traiterons|assure|assurons|"
        r"repond|reponds|repondons|repondrons|repondrai|donnerons|ecris|ecrirons|contacte|contacterons|recontacterons|suivrons)"
        r"(?! pas| plus| pas)",
        r"(?:je|nous|on|va|vais|vont|allons)(?: \w+){0,3}? (?:donner suite|donnerons suite|repondre|traiter|occuper|charger|contacter|"
        r"ecrire|rappeler|prendre (?:en charge|contact|le relais))",
        r"(?:en )?assurera(?:i|ons|it)? (?:le|la|l'|son)? ?(?:suivi|reponse|traitement)",
        r"(?:une|notre|la) reponse (?:\w+ )?(?:sera|seront|va etre|vous sera)",
        r"(?:prise? en charge|bonnes mains|nous y donnerons|y donnerons suite|c'est note)",
        r"(?:transmets|transmis|confie|confions|passe)(?: \w+)? a (?:\w+) qui (?:va|vont)",
        r"(?:es|esta|cae|entra|corresponde|compete|atane|pertenece|si|dentro|recae)(?: \w+)?(?: de| a| en| para| dentro de| al)* "
        r"(?:nosotros|nuestr[oa]s?)(?: \w+)?",
        rf"(?:nos corresponde|nos compete|nos toca|nos concierne|de nuestra {_ES_REMIT}|en nuestro {_ES_REMIT})",
        r"(?:lo|la|los|las|le|les|nos|me|se)? ?(?:ocupo|ocupamos|encargo|encargamos|hago cargo|hacemos cargo|llevo|llevamos|tomo|tomamos|"
        r"asumo|asumimos|atendemos|atiendo|atendere\w*|respondo|respondere\w*|contestamos|contesto|contestare\w*|escribo|"
        r"escribire\w*|llamare\w*|contactamos|contactare\w*|encargare\w*|ocupare\w*|gestionare\w*|tramitare\w*)(?! (?:ayer|el|la semana))",
        r"(?:daremos|dare|dara|daran|se dara|damos) (?:\w+ )?(?:respuesta|seguimiento|curso|tramite)",
        r"(?:quedamos|quedo|queda) (?:a cargo|en nuestras manos|con nosotros|asignad\w+)",
        r"(?:la |el )?responsable (?:sera|es)|nuestras manos|cuenten con",
        r"ya (?:se )?(?:lo|la) (?:pase|asigne|asignamos|pasamos|derive) a \w+",
    ),
    *_cues(
        0.75,
        r"(?:received|recu|recibid[oa]|noted|note|bien note|entendid[oa]|understood|got it|de acuerdo|d'accord|ok|okay|fine|sure|yes|"
        r"oui|si|agreed|conforme|vale)",
        r"(?:thanks|many thanks|thank you|merci|gracias|agradecemos|remercions)(?: \w+){0,3}? (?:for (?:passing|sending|forwarding|"
        r"sharing)|de (?:cette|votre|nous avoir|la) ?\w*|por (?:el|la) \w+|el envio)",
    ),
)

NEW_QUESTION = (
    *_cues(
        2,
        r"(?:unrelated|another|separate|different|other) (?:to|question|matter|thing|note|topic|point|issue|subject|request)",
        r"(?:on another|by the way|aside from this|incidentally|one more thing|while i have you|quick question|a question)",
        r"(?:sans rapport|autre (?:chose|question|sujet|point)|par ailleurs|au passage|une question|question annexe|a part cela)",
        r"(?:aparte|otra (?:cosa|pregunta|cuestion)|otro (?:tema|asunto)|por cierto|una (?:duda|pregunta|consulta)|de paso|"
        r"aprovecho para)",
        r"(?:password|my account|mot de passe|mon compte|contrasena|mi cuenta|distribution list|mailing list|liste de diffusion|"
        r"lista de (?:distribucion|correo))",
    ),
    *_cues(
        1.5,
        r"how many|how much|when (?:is|are|will|do|does)|do you know|who (?:is|can|do|does|organi[sz]es|should we)|"
        r"(?:may|can|could) (?:we|i) "
        r"(?!\w* ?(?:ask (?:the|them))|have (?:the|more))|is (?:it possible|there)|where (?:can|do|is)|how (?:do|can|should)",
        r"(?:could|can|would) you (?:please |kindly )?(?:tell|let|inform|explain|add|help|share|remind) ?(?:us|me)?",
        r"combien|quand (?:est|a|aura|se)|qui (?:organise|peut|s'occupe)|est-il possible|savez[- ]vous|pourrait-on|pouvons-nous|"
        r"puis-je|faut-il|devons-nous|comment (?:faire|peut|puis)|ou (?:puis|peut|trouver)",
        r"(?:pourriez|pouvez)[- ]vous (?:m'|nous |me )?(?:indiquer|dire|expliquer|aider|ajouter|rappeler|informer)",
        r"cuant[oa]s?|cuando (?:es|se|sera|tendra)|quien (?:organiza|es|puede|coordina)|seria posible|es posible|saben si|podemos|"
        r"puedo|debemos|hay que|como (?:se|puedo|podemos)|donde (?:esta|puedo|se)",
        r"(?:podrian?|pueden?) (?:indicar|decir|explicar|ayudar|anadir|agregar|recordar|informar)(?:me|nos)?",
    ),
    *_cues(0.5, r".*\?"),
)

CUES: dict[ReplyReading, tuple[tuple[re.Pattern[str], float], ...]] = {
    ReplyReading.OUT_OF_OFFICE: OUT_OF_OFFICE,
    ReplyReading.NOT_OURS: NOT_OURS,
    ReplyReading.NEEDS_MORE: NEEDS_MORE,
    ReplyReading.ANSWERED: ANSWERED,
    ReplyReading.ACCEPTED: ACCEPTED,
    ReplyReading.NEW_QUESTION: NEW_QUESTION,
}
"""In this order: what "not ours" takes for itself speaks for no other reading after it."""
