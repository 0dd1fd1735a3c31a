"""What units often, but not always, mean by a line: good for a proposal to an officer, never for more. Text is folded as
in `reply_words`."""

import re

from triage.domain.reply import ReplyReading
from triage.mail.reply_words import any_of as _any

LIKELY: dict[ReplyReading, re.Pattern[str]] = {
    ReplyReading.OUT_OF_OFFICE: _any(
        r"(?:i'm|i am|we are|currently) (?:travell?ing|away|abroad|off)",
        r"(?:read|see|answer|check) (?:my |your )?(?:mails?|e-?mails?|messages?) (?:from|on|when|after)",
        r"back (?:in the office )?on (?:mon|tues|wednes|thurs|fri)day",
        r"en mission jusqu\w*",
        r"a mon retour",
        r"de viaje",
        r"a mi (?:regreso|vuelta)",
        r"vacances|vacaciones",
    ),
    ReplyReading.NEEDS_MORE: _any(
        r"(?:we|i)(?:'d| would| will|'ll)? (?:also |first )?need",
        r"who (?:exactly |precisely )?(?:is|are|wrote|sent)",
        r"there is no (?:name|date|address|attachment|annex|country|phone)",
        r"what (?:exactly|kind|sort|date|is the)",
        r"(?:il|nous) (?:nous )?(?:faudrait|faut|manque)",
        r"(?:qui|quelle?|quand|combien) (?:est|sont|exactement)",
        r"aucun(?:e)? (?:date|nom|adresse|piece)",
        r"falta(?:n|ria)?",
        r"(?:quien|cual|cuando|cuantos) (?:es|son|seria)",
        r"no (?:indica|figura|consta|menciona)\w*",
    ),
    ReplyReading.ANSWERED: _any(
        r"(?:it'?s |all )?(?:done|settled|sorted|solved|taken care of)",
        r"(?:sent|gave|given|told|called|phoned|contacted|wrote to|spoke (?:to|with)|met) (?:her|him|them|"
        r"the (?:sender|ngo|association|lady|gentleman|organisation|journalist))",
        r"got in touch",
        r"c'est (?:fait|regle)",
        r"(?:tout est|deja) (?:regle|fait|envoye)",
        r"j'ai (?:appele|contacte|ecrit|envoye|transmis|parle)",
        r"nous (?:avons|l'avons|les avons) (?:appele|contacte|ecrit|envoye|transmis|informe|recontacte)\w*",
        r"a (?:bien )?recu (?:nos|notre|les|la|le)",
        r"(?:solucionad|resuelt|arreglad|hech)[oa]",
        r"(?:ya )?(?:le |les |la |lo )?(?:mande|mandamos|envie|enviamos|llame|llamamos|hablamos|hable|informamos|"
        r"contactamos ayer)",
        r"hemos (?:hablado|enviado|informado|llamado|escrito)",
    ),
    ReplyReading.NOT_OURS: _any(
        r"(?:re)?direct (?:it |this )?(?:to|towards)",
        r"(?:forward|pass|send|refer|transfer|reroute|give) (?:it |this |that |them )?(?:on )?to (?!us|you|me)",
        r"try (?:the|with|dmm|doe|icp|mcd|iml)",
        r"(?:\w+) (?:handles?|covers?|deals? with|is responsible for|is in charge of)",
        r"(?:isn't|is not|wasn't|not) (?:something|really|quite|a matter|one|what|our)",
        r"(?:see|check|ask|contact) (?:with )?(?:the |dmm|doe|icp|mcd|iml)",
        r"(?:du|de) ressort (?:de|du|des)",
        r"(?:pas|nullement|aucunement) (?:concernes?|competents?|charges?|habilites?)",
        r"(?:re)?transfer(?:ez|er)|transmett(?:ez|re)|adress(?:ez|er)|renvoy(?:ez|er)|redirig(?:ez|er)|rediriger",
        r"voir (?:avec|plutot|la|le|les)",
        r"(?:reenvi|remit|deriv|dirij|transmit)\w+",
        r"(?:lo|esto|eso|este tema) (?:ve|lleva|trata|maneja|atiende|gestiona)",
        r"(?:corresponde|compete|pertenece|toca) (?:a|al)",
    ),
    ReplyReading.ACCEPTED: _any(
        r"(?:that|this|it)(?:'s| is) (?:in |within |one of )?(?:our|ours|us)",
        r"will do",
        r"(?:i|we)(?:'ll| will| shall) (?:\w+ )?(?:get back|contact|call|write|come back|revert|be in touch|"
        r"get in touch|send|coordinate|discuss|meet)\w*",
        r"(?:assigned|passed|given) (?:it |this )?to (?:our|my|a colleague|one of)",
        r"our (?:\w+ )?(?:colleague|team|unit|officer)s? (?:will|is going to|has taken)",
        r"ok(?:ay)? (?:for us|pour nous|por nosotros|with us)",
        r"(?:notre|nos) (?:equipe|collegue|service|unite)s? (?:va|vont|prend|prendra|traitera|repondra)",
        r"(?:prendre|prenons|prendrons) contact",
        r"(?:je|nous) (?:contacte|recontacte|rappelle|ecri)\w*",
        r"en (?:nuestras|buenas) manos",
        r"(?:nosotros |yo )?(?:los|las|les|le|lo|la) (?:contact|llam|escrib|atend)\w+",
        r"nuestr[oa] (?:equipo|colega|unidad|oficina) (?:se|va|lo|contact)\w*",
        r"de acuerdo",
    ),
}
"""What often, but not always, means so: good for a proposal to an officer, never for more."""
