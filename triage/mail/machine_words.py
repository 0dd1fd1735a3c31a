"""Subjects and phrases of machines, in the languages their programs are localised in. Only data."""

import re

# Whole subjects, or beginnings up to a colon, of non-delivery reports.
BOUNCE_SUBJECT = re.compile(
    r"\W{0,3}(?:\[?(?:spam|extern\w*|external|\*{1,8})\]?\W{0,3})?(?:"
    r"(?:\[bounce\]\s?)|(?:notice: )?mail delivery status"
    r"|undeliver(?:ed|able)\b|non-?deliver(?:y|able)\b"
    r"|mail delivery (?:failed|failure|error|problem|warning|subsystem"
    r"|status|notification)"
    r"|mail could not be delivered|delivery (?:status notification|failure|failed|error|problem|report"
    r"|has failed|notification)"
    r"|failed (?:mail|delivery|message|to deliver)\b|failure (?:notice|delivery)|failure to deliver|(?:unable"
    r"|failed) to deliver"
    r"|returned (?:mail|to sender|message|email)|mail system error|message (?:undeliverable|not delivered"
    r"|delivery failed|status"
    r"|you sent blocked|delivery has been delayed)|error sending|postmaster notify|permanent delivery failure"
    r"|warning: (?:could not send|message|e?-?mail)|delayed (?:mail|delivery)|mail (?:failure|error|returned"
    r"|notification)\b"
    r"|could not (?:send|deliver)|cannot (?:send|deliver)|e-?mail (?:delivery|not delivered|could not)"
    r"|there was an error sending|your (?:mail|message|e-?mail) (?:(?:could not|cannot) be|was not|has not been) (?:delivered|sent)"
    r"|notification d['’]état de (?:la )?remise|non remis\b|échec de (?:la )?(?:remise|distribution|livraison)"
    r"|non distribuable"
    r"|courrier non (?:remis|distribué)|message non (?:remis|distribué|délivré)|avis de non[- ](?:remise|distribution)"
    r"|unzustellbar|nicht zustellbar|nachricht (?:nicht|konnte nicht)|zustellung fehlgeschlagen|fehler beim senden"
    r"|no se (?:puede|pudo|ha podido) entregar|no entregado|no entregable|mensaje (?:no entregado|devuelto)"
    r"|error (?:en la|de) entrega"
    r"|notificación del? estado de entrega|não (?:foi )?(?:entregue|entregável|possível entregar)"
    r"|mensagem (?:não entregue|devolvida)"
    r"|falha na entrega|notificação de status de entrega|non recapitabile|mancat[oa] (?:recapito|consegna)"
    r"|mail non consegnat\w+"
    r"|onbestelbaar|niet bezorgd|olevererbar\w*|går ej att leverera|ikke levert|kan ikke leveres|uleveret|ulevert"
    r"|nie można dostarczyć|niedostarczona|niedostarczalna|niedoręczona|zwrot (?:wiadomości|poczty)"
    r"|(?:(?:ваше )?(?:сообщение|письмо) )?не (?:удалось |было )?доставлен[оаы]?\b|не удается доставить"
    r"|недоставленное сообщение|ошибка доставки"
    r"|не доставлено|не вдалося доставити|недоставлене|teslim edilemedi|iletilemedi|nedoručitelné|kézbesíthetetlen"
    r"|(?:メッセージを|メール)?配信(?:不能|エラー|失敗|に失敗)|メッセージを配信できません|配信できません|送信エラー|エラーメール|未达|無法(?:傳遞|投遞|送達)|无法(?:传递|投递|送达)|系统退信|退信|未送达"
    r"|(?:تعذر|لا يمكن) (?:ال)?تسليم|فشل (?:في )?(?:التسليم|تسليم)|لم يتم تسليم"
    r")",
    re.IGNORECASE,
)
# The same behind the subject of the mail that came back.
BOUNCE_SUBJECT_END = re.compile(
    r"[-:(\[–]\s?(?:non remis|undelivered|undeliverable|delivery (?:has )?failed|delivery failure|not delivered"
    r"|unzustellbar|nicht zugestellt|no entregado|não entregue)[\s)\].!(]{0,4}"
    r"(?:\(?(?:delivery failed|undeliverable)\)?)?\s*$",
    re.IGNORECASE,
)
BOUNCE_PHRASE = re.compile(
    r"(?<!\d)[45]\d\d[ -]{1,3}#?\(?[45]\.\d{1,3}\.\d{1,3}|this is the mail(?:er)? (?:system|delivery|daemon)"
    r"|qmail-send program"
    r"|mail delivery (?:software|subsystem|system|agent)|could not be (?:delivered|sent)|(?:can"
    r"|could) ?not deliver|couldn['’]t (?:be deliver|deliver)"
    r"|unable to deliver|(?:was|were|has been|have been|is) (?:not delivered|undeliverable|not been delivered)"
    r"|undeliverable"
    r"|not able to deliver|failed to deliver|delivery (?:to|of) (?:the|this|your|a)?.{0,60}(?:failed|delayed)"
    r"|delivery (?:has )?failed"
    r"|delivery attempts? failed|permanent(?:ly)? (?:fatal )?(?:error|fail)|fatal error"
    r"|address(?:es)? (?:failed|had (?:permanent|transient|delivery))"
    r"|user (?:is )?unknown|unknown (?:user|recipient|local)|no such (?:user|recipient|mailbox|address|person)"
    r"|recipient(?:'s)? (?:address )?(?:rejected|unknown|not found)|mailbox (?:is )?(?:full|unavailable"
    r"|not found|disabled|exceed)"
    r"|(?:over|exceed\w*|out of) (?:the )?(?:disk )?quota|return(?:ed|ing) (?:message "
    r"|mail )?to (?:the )?sender|returned mail"
    r"|bounced? (?:message|mail|address)|did not reach the following|problem deliver|not deliverable"
    r"|following recipient"
    r"|does(?: not|n['’]t) (?:have an account|exist)|account (?:has been )?(?:disabled|suspended)"
    r"|message was rejected|host unknown"
    r"|host not found|name server timeout|still being (?:re)?tried|will (?:continue|keep) (?:to )?try"
    r"|message not delivered|not a valid (?:user|recipient|mailbox|e?-?mail address)"
    r"|(?:n['’]a|n['’]ont) pas pu être|n['’]a pas été (?:remis|distribué)|impossible de (?:remettre|distribuer)"
    r"|utilisateur inconnu"
    r"|konnten? nicht (?:zugestellt|ausgeliefert|übermittelt)|nicht zugestellt werden|empfänger unbekannt"
    r"|no (?:se )?(?:pudo|ha podido|puede) (?:ser )?entrega|no fue posible entregar|não (?:pôde|pode"
    r"|foi possível) (?:ser )?entreg"
    r"|non è stato possibile (?:recapitare|consegnare)|non (?:può|puo) essere (?:recapitato|consegnato)"
    r"|kon niet worden (?:bezorgd|afgeleverd)"
    r"|nie (?:mogła|można|może).{0,30}dostarcz|не (?:может|могло|может быть|удалось|было).{0,40}доставл"
    r"|не удалось доставить"
    r"|未能送达|无法送达|無法送達|无法投递|配信できません|配信されませんでした|配信することができません|送信できません|送信に失敗|届けられません|宛先.{0,12}(?:見つか|存在)"
    r"|お客様.{0,30}エラー|あて先|تعذر تسليم|لم يتم تسليم",
    re.IGNORECASE,
)
# Subjects that only autoresponders write: a colon behind the words, or nothing at all.
AUTO_REPLY_SUBJECT = re.compile(
    r"\W{0,3}(?:"
    r"(?:auto(?:matic|mated|mat(?:ed)?)?[ -]?(?:repl(?:y|ied)|response|respond(?:er)?|answer|acknowledge?ment)"
    r"|out of (?:the )?office(?: auto-?reply| reply| response| message| notification)?|away from (?:the"
    r"|my) (?:office|mail|desk)"
    r"|on (?:vacation|holiday|annual leave|leave|maternity leave)|vacation (?:reply|message|notice)"
    r"|absence (?:notification|notice)"
    r"|i am out of (?:the )?office|auto(?= ?: ?re\b)|ooo|ooto"
    r"|réponse automatique|reponse automatique|message d['’]absence|absence du bureau|absent(?:e)? du bureau"
    r"|notification d['’]absence"
    r"|automatische (?:antwort|rückantwort)|abwesenheits(?:notiz|nachricht|meldung|assistent)\w*|autoantwort"
    r"|abwesenheit"
    r"|respuesta autom[áa]tica|fuera de (?:la )?oficina|autorespuesta|ausencia|aviso de ausencia|ausente"
    r"|resposta autom[áa]tica|fora do escrit[óo]rio|ausência(?: temporária| do escritório)?|aviso de férias"
    r"|risposta automatica|fuori (?:sede|ufficio)|risponditore automatico|assenza dall['’]ufficio"
    r"|automatisch (?:antwoord|bericht)|afwezigheids(?:bericht|melding|assistent)|afwezig|automatische beantwoording"
    r"|autosvar|automatisk(?:t)? svar|frånvaro\w*|fraværs?\w*|ikke til stede|ikke på kontoret"
    r"|odpowied[źz] automatyczna|automatyczna odpowied[źz]|poza biurem|autoodpowied[źz]|nieobecno[śs][ćc](?: w biurze)?"
    r"|автоматический ответ|автоответ(?:чик)?|автоматическое уведомление|нет на работе|отсутствую|вне офиса|в отпуске"
    r"|автоматична відповідь|автовідповідь|поза офісом|automatická odpověď|automaattinen vastaus"
    r"|poissa(?: toimistosta)?"
    r"|otomatik (?:yanıt|cevap)|ofis dışında|răspuns automat|automatikus válasz|αυτόματη απάντηση"
    r"|jibu (?:la )?(?:kiotomatiki|otomatiki)"
    r"|自动(?:回复|答复)|自動(?:回覆|回复|応答|返信|回答)|不在(?:通知|自動応答)|休假|外出(?:中|先)|부재중|자동 ?회신|자동 ?응답"
    r"|الرد التلقائي|رد (?:تلقائي|آلي)|الرد الآلي|خارج المكتب|תשובה אוטומטית|מענה אוטומטי)"
    r"\s*(?:[:：\]]|$|[-–(]\s?re\b|[-–]\s)"
    r"|auto\s?[:：]\s.{1,120}\b(?:out of (?:the )?office|on (?:annual )?leave|on (?:vacation|holiday)|is away"
    r"|(?:ist|bin) (?:außer haus|abwesend|nicht im)|est absente?|está (?:ausente|fuera)|è (?:assente|fuori))\b"
    r"|out of (?:the )?office\b.{0,20}(?:until|from|till|\d)|autoreply\b|自动回复|自動返信"
    r")",
    re.IGNORECASE,
)
# Phrases that an absent person's program writes; only looked for beside another sign.
ABSENCE_PHRASE = re.compile(
    r"out of (?:the )?office|on (?:annual |maternity |sick )?leave|on vacation|away from (?:the|my)"
    r"|automat(?:ic|ed) (?:reply|response|message)"
    r"|absent|absence|congé|abwesend|nicht im (?:haus|büro)|urlaub|fuera de (?:la )?oficina|vacaciones|ausente"
    r"|férias|ferie"
    r"|fuori (?:sede|ufficio)|afwezig|vakantie|semester|отпуск|отсутств|відпуст|不在|休假|خارج المكتب|إجازة|urlop"
    r"|poza biurem"
    r"|auto(?:matically)? generated|generado automáticamente|généré automatiquement|automatisch generiert|do not reply",
    re.IGNORECASE,
)
RECEIPT_SUBJECT = re.compile(
    r"(?:read|not read|return receipt|read receipt|read[- ]notification|delivered|disposition notification|lu"
    r"|non lu|gelesen|ungelesen"
    r"|lesebestätigung|leído|no leído|confirmación de lectura|lida|não lida|confirma(?:ção|tion) de (?:leitura"
    r"|lecture)|accusé de (?:lecture|réception)"
    r"|letto|conferma di lettura|gelezen|leesbevestiging|läst|läskvitto|læst|lest|przeczytano"
    r"|potwierdzenie przeczytania|прочитано"
    r"|прочтено|已读|開封済み|開封確認|تمت القراءة)\s?(?:\(displayed\)|\(anzeige\))?\s?[:：-]",
    re.IGNORECASE,
)
DIGEST_SUBJECT = re.compile(
    r".{0,80}(?:\bdigest,? (?:vol|v|of|#|number|\d)|\bdigest number\b|\bcondensé\b.{0,20}vol)", re.IGNORECASE
)
LIST_COMMAND_SUBJECT = re.compile(
    r".{0,60}(?:confirm(?:ation)? (?:of |your )?(?:un)?subscri|(?:un)?subscri(?:be|ption) (?:confirm|results"
    r"|notification|request)"
    r"|welcome to the .{0,80}(?:list|digest)|your confirmation is required to (?:join|leave)"
    r"|mailing list memberships? reminder"
    r"|you have been (?:un)?subscribed|the results of your email commands|majordomo results|majordomo file"
    r"|post(?:ing)? .{0,40}awaits? moderator"
    r"|awaits? moderator approval|moderator request)",
    re.IGNORECASE,
)
DAEMON_LOCAL = re.compile(
    r"(?:mail(?:er)?[-_.]?daemon\d*|mailerdaemon|m[-_]?daemon|mail-?deamon|mailer-deamon|double-bounce|bounces?|"
    r"microsoftexchange[0-9a-f]{20,}|mail-system|mailsystem|maildelivery|mail-delivery-(?:system|subsystem)|nondelivery|ndr)$",
    re.IGNORECASE,
)
POSTMASTER_LOCAL = re.compile(r"(?:post[-_]?master\d*|pmdf|mmdf|postoffice|e?mail-?daemon)$", re.IGNORECASE)
TECHNICAL_LOCAL = re.compile(
    r"(?:smtp-?(?:admin|gateway)|mailer|root|administrator|sysadmin|mailadm(?:in)?|mail-admin|mail|staff|system|admin)$",
    re.IGNORECASE,
)
# Technical names that people in small offices write from as well.
OFFICE_LOCAL = re.compile(r"(?:administrator|mail|staff|system|admin)$", re.IGNORECASE)
# What mail filters that return mail under any address call themselves (X-Mailer), in lower case.
BOUNCING_MAILERS = ("m-filter", "<smtp32 v")
# Refusals of a list server of its own kind, which names itself in X-MLServer.
LIST_REFUSAL_SUBJECT = re.compile(
    r"\W{0,3}(?:fml system error message|(?:ignored )?not member article|reject mail|spam mail from a spammer is rejected"
    r"|loop alert|loop back warning|warning: unix from loop|security alert|you .{1,80} (?:is|are) not (?:a )?member)",
    re.IGNORECASE,
)
# Complaints by providers that do not use the report type.
COMPLAINT_SUBJECT = re.compile(r"\s*complaint about message from [0-9a-f.:]{3,45}\s*", re.IGNORECASE)
# What a sending service reports in a mail of its own notices, and about whom.
SERVICE_NOTICE = re.compile(r'"(?:notificationType|eventType)"\s?:\s?"(Bounce|Complaint|Delivery)"')
SERVICE_RECIPIENT = re.compile(r'"emailAddress"\s?:\s?"([^"\s]{1,320})"')
DAEMON_NAME = re.compile(
    r".{0,40}(?:mail delivery (?:sub)?system|mail delivery service|mail delivery system|delivery subsystem"
    r"|mailer[- ]?daemon"
    r"|internet mail delivery|mail administrator|mail system|postmaster|system administrator|systemadministrator"
    r"|administrateur système|administrador do sistema|administrador del sistema|mail deliver|returned mail|mail router"
    r"|microsoft exchange|microsoft outlook|systemet|interscan)",
    re.IGNORECASE,
)
