"""The words by which mail programs announce an earlier mail, in the languages that people write to us in.

Only data and the patterns made of it. Every pattern is applied to single lines (or a few joined ones) of bounded
length, and none nests repetitions, so matching stays linear.
"""

import re

# Words that say "wrote" in an attribution line.
_WROTE = (
    "wrote|writes|said|quoting|zitat von|citando|escribi[óo]|escribe|a écrit|a ecrit|écrit|écrivait|escreveu|schrieb|schreibt"
    "|hat geschrieben|geschrieben"
    "|ha scritto|scrive|schreef|geschreven|skrev|skriver|napisał(?:\\(a\\)|a|o)?|pisze|napisal|napsal(?:\\(a\\)"
    "|a)?|napísal(?:\\(a\\)|a)?|пишет"
    "|написал(?:\\(а\\)|а|и)?|писал(?:\\(а\\)|а)?|пише|написав(?:\\(ла\\)|\\(-ла\\))?|написала|kirjoitti|yazdı|yazmış"
    "|a scris|ezt írta|írta|έγραψε|je napisao(?:/la)?|napisao|đã viết|va escriure|ha escrit|menulis|kirjutas|rašė|piše"
    "|skrifaði|写道|寫道|写到|寫到|来信|のメール|のメッセージ|書きました|書き込みました|書いた|作成|님이 작성|작성"
    "|كتب(?:ت|وا)?|يكتب|כתב(?:ה)?|کتب|نوشت|ameandika|aliandika|ekri|ayaa qoray"
)
WROTE = re.compile(rf"(?<!\w)(?:{_WROTE})(?!\w)|写道|寫道|のメール|のメッセージ|書きました|작성", re.IGNORECASE)
# The same between dashes, as some telephones write it.
WROTE_BETWEEN_DASHES = re.compile(
    r"\s*-{2,10}\s(?:.{1,120}\s)?(?:wrote|schrieb|a écrit|escribió|escreveu|ha scritto|пишет)\s?:?\s?-{2,10}\s*", re.I
)
PROCESSED = re.compile(r"\s*original (?:message|nachricht) processed by .{1,40}", re.IGNORECASE)
QUOTE_HIDDEN = re.compile(
    r"\s*\[(?:quoted text hidden|texte des messages précédents masqué|el texto citado está oculto)\]\s*", re.I
)
# How such a line begins, before its date.
ATTRIBUTION_START = re.compile(
    r"(?:[-–—_*]{2,10}\s*)?(?:On|At|In|Le|El|Em|Am|Il|Op|Den|Dne|Dnia|W dniu|På|Pe|La data|Dana|Στις|Vào|Pada|Kl|Em dia"
    r"|A|Em qua|Mnamo|Le \w+|\w{2,12},|\d{1,4}[./年-]|在|于|於|في|بتاريخ|ב|در)(?=[\s\d,،])"
    r"|\d{4}年|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|[\u4e00-\u9fff]{0,3}\d{4}年|在|于\s?\d",
)
# The capital beginnings alone: below a first line, such a one begins anew.
ATTRIBUTION_ANEW = re.compile(
    r"(?:On|Le|El|Em|Am|Il|Op|Den|Dne|Dnia|W dniu|På|Στις|Mnamo|بتاريخ)\s(?=.{0,40}\d)|(?:On|Le|El|Am|Den)\s\w{2,4}\.?,"
)
# A line with nothing but the date of an attribution, and the little word before its clock.
DATE_ALONE = re.compile(
    r"(?:\w{2,12}\.?,?\s)?\d{1,2}\.?\s\w{3,12}\.?,?\s\d{4}(?:\s[^\W\d]{1,3}\.?,?){0,2},?", re.IGNORECASE
)
ADDRESS = re.compile(r"<[^<>\s]{0,120}@[^<>\s]{1,120}>|\[?mailto:[^\s\]]+\]?|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,80}")
CLOCK = re.compile(r"(?<!\d)\d{1,2}\s?[:.hH]\s?\d{2}(?!\d)|(?<!\d)\d{1,2}\s?(?:am|pm)\b|\d{1,2}[時点时]", re.IGNORECASE)
DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}|\d{4}[./年-]\s?\d{1,2}[./月-]\s?\d{1,2})"
    r"|(?<!\d)(?:(?:19|20)\d\d|٢٠[٠-٩]{2}|[۱۲][۰-۹]{3})(?!\d)"
)

# An attribution that stands behind the last own words on their line.
ATTRIBUTION_INSIDE = re.compile(
    r"(?:\s|[-–—]{2,10}\s?)(?=(?:On|Le|El|Em|Am|Il|Op|Den)\s(?:\w{2,12}\.?,?\s)?(?:le\s|de\s)?(?:\d|[A-Z][a-z]{2,8}\.?\s\d))"
)
# What a telephone puts above a quote in place of an attribution: day, clock, zone and a name.
DATED_NAME = re.compile(r"\d{4}-\d{2}-\d{2} \d{1,2}:\d{2} (?:GMT|UTC)[+-]\d{1,2}:?\d{2} [^.?!:]{1,60}")
# A date as only programs write it, in the first line of a header block without a From.
STAMP = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?\s?(?:[AP]M\s?)?(?:[+-]\d{4}|GMT|UTC|[A-Z]{3,4}\b)")

# Labels of the little header block that Outlook and others put above the earlier mail.
_FROM = (
    "From|De|Von|Da|Van|Fra|Från|Od|От|Від|От кого|Від кого|Lähettäjä|Kimden|Gönderen|De la|Feladó|Από|发件人|寄件者|寄件人"
    "|發件人|差出人|送信元|보낸 사람|من|מאת|از|Mittente|Expéditeur|Expediteur|Absender|Afzender|Remitente|Remetente|Kutoka"
    "|Šalje|Expeditor|Expeditorul|Отправитель|Відправник|Saatja|Nadawca|Odesílatel|Odosielateľ"
)
_SENT = (
    "Sent|Date|Sent on|Envoyé|Envoyé le|Envoye|Gesendet|Datum|Enviado|Enviado el|Enviado em|Enviada em|Enviada"
    "|Enviada el|Fecha"
    "|Data|Data e hora|Inviato|Verzonden|Verzonden op|Verstuurd|Sendt|Dato|Skickat|Wysłano|Wyslano|Data wysłania"
    "|Отправлено|Дата|Надіслано|Відправлено|Lähetetty|Päivämäärä|Elküldve|Dátum|Gönderilme|Gönderilen|Tarih|Trimis|Odesláno|Ημερομηνία"
    "|发送时间|发送日期|日期|時間|時間|寄件日期|傳送時間|送信日時|日時|送信日|날짜|보낸 날짜|تاريخ الإرسال|تم الإرسال|أرسلت"
    "|التاريخ|تاريخ|נשלח|תאריך|Tarehe|Imetumwa|Kuupäev"
)
_TO = (
    "To|À|A|An|Para|Aan|Til|Till|Do|Кому|Vastaanottaja|Kime|Alıcı|Către|Catre|Komu|Címzett|Προς|收件人|收件者|宛先|받는 사람|إلى|الى"
    "|אל|به|Kwa|Destinataire|Destinatario|Destinatário|Empfänger|Pour|Reply-To|Reply to|Répondre à|Antwort an"
    "|Prima|Destinatarul|Pre|Adresat|Получатель|Saaja|送信先"
    "|Responder a|Rispondi a|Svar til|Svara till|Beantwoorden aan|Ответить|返信先|回复"
)
_COPY = (
    "Cc|CC|Cci|Bcc|Kopie|Copie|Copia|Kopia|Kopi|Копия|Копія|Kopio|Bilgi|Másolatot kap|Αντίγραφο|抄送|副本"
    "|Másolat|Dw|Kópia|נسخة|نسخة|Cópia"
)
_SUBJECT = (
    "Subject|Objet|Betreff|Asunto|Assunto|Oggetto|Onderwerp|Emne|Ämne|Temat|Тема|Aihe|Konu|Subiect|Předmět|Tárgy|Θέμα"
    "|主题|主題|主旨|件名|제목|الموضوع|موضوع|נושא|Mada|Sujè|Sujet|Titel|Predmet|Subiectul|Naslov|Teema|Re"
)
_LABEL_SHAPE = r"[\s>*_|]{{0,8}}(?:{})\s{{0,8}}\*?\s?[:：]\*?(?:\s|$|\S)"


def _labels(words: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile(_LABEL_SHAPE.format(words), flags)


FROM_LABEL = _labels(_FROM)
SENT_LABEL = _labels(_SENT)
TO_LABEL = _labels(_TO)
COPY_LABEL = _labels(_COPY)
SUBJECT_LABEL = _labels(_SUBJECT)

# "-----Original Message-----" and the like.
_ORIGINAL = (
    "original message|original appointment|message d['’]origine|message original|message initial|mensaje original"
    "|mensagem original|ursprüngliche nachricht|ursprungliche nachricht|originalnachricht|original[- ]?nachricht"
    "|messaggio originale|oorspronkelijk bericht|origineel bericht|originalmeddelande|ursprungligt meddelande"
    "|ursprungligt brev|oprindelig (?:meddelelse|besked)|originalmeddelelse|opprinnelig melding|original melding"
    "|oryginalna wiadomość|wiadomość oryginalna|wiadomosc oryginalna|oryginalna wiadomosc|исходное сообщение"
    "|исходное письмо|исходящее сообщение|оригинальное сообщение|оригінальне повідомлення|початкове повідомлення"
    "|вихідне повідомлення|alkuperäinen viesti|orijinal mesaj|özgün ileti|özgün mesaj|mesaj original|mesajul original"
    "|původní zpráva|puvodni zprava|eredeti üzenet|αρχικό μήνυμα|原始邮件|原始郵件|原邮件|邮件原件|元のメッセージ"
    "|オリジナルメッセージ|원본 메시지|원본 메일|الرسالة الأصلية|رسالة أصلية|ההודעה המקורית|پیام اصلی|ujumbe asili"
    "|mesaj orijinal|antwort nachricht|reply message|reply|antwort"
)
ORIGINAL = re.compile(rf"\s*[-–—_=*]{{2,60}}\s*(?:{_ORIGINAL})\s*[-–—_=*:：]{{0,60}}\s*", re.IGNORECASE)
# The same where the labels of the earlier mail were run together with it.
ORIGINAL_RUN_ON = re.compile(
    rf"\s*[-–—_=*]{{2,60}}\s*(?:{_ORIGINAL})\s*[-–—_=*]{{2,60}}\s*(?:{_FROM}|{_SENT}|{_SUBJECT})\s?[:：]", re.IGNORECASE
)
ORIGINAL_BARE = re.compile(
    rf"\s*(?:{_ORIGINAL.removesuffix('|antwort nachricht|reply message|reply|antwort')})\s*[:：]\s*", re.IGNORECASE
)
REPLY_ABOVE = re.compile(
    r".{0,30}(?:(?:type |write |enter )?your reply above|reply above (?:this|the|-)"
    r"|above this line to (?:reply|respond)"
    r"|répondez au-dessus|responda por encima|responder por encima|antworten sie (?:bitte )?(?:über|oberhalb)"
    r"|rispondi sopra|responda acima|svar over denne)",
    re.IGNORECASE,
)

# Forwarded mail: the part behind such a line is what the sender wants us to read.
_FORWARDED = (
    "forwarded message|forwarded mail|forwarded by.{0,80}|message transféré|message transfere|message réexpédié"
    "|courriel transféré"
    "|mensaje reenviado|mensagem encaminhada|mensagem reencaminhada|weitergeleitete nachricht|weitergeleitete e-?mail"
    "|messaggio inoltrato|doorgestuurd bericht|vidarebefordrat (?:meddelande|brev)|videresendt (?:meddelelse"
    "|melding|besked)"
    "|przekazana wiadomość|wiadomość przekazana|treść przekazanej wiadomości|przekazywana wiadomość"
    "|пересылаемое сообщение"
    "|пересланное сообщение|пересылаемое письмо|переслане повідомлення|пересилане повідомлення"
    "|перенаправлене повідомлення"
    "|välitetty viesti|yönlendirilen (?:mesaj|ileti|e-posta)|iletilmiş mesaj|mesaj redirecționat|mesaj retransmis"
    "|přeposlaná zpráva|továbbított üzenet|προωθημένο μήνυμα|转发的邮件|轉寄的郵件|转发邮件|轉寄郵件|转发信息|被转发邮件"
    "|転送されたメッセージ|転送メッセージ|転送済みのメッセージ|전달된 메시지|전달한 메시지|الرسالة المعاد توجيهها"
    "|رسالة معاد توجيهها|رسالة تمت إعادة توجيهها|رسالة محولة|הודעה שהועברה|پیام فوروارد شده|ujumbe uliotumwa"
    "|mesaj transfere|message transmis|preposlaná správa|proslijeđena poruka|перенаправленное сообщение|wiadomość przesłana dalej"
    "|vidarebefordrat mejl|iletilen (?:ileti|mesaj)|edelleenlähetetty viesti|メッセージを転送"
)
FORWARD = re.compile(rf"\s*[-–—_=*]{{2,60}}\s*(?:{_FORWARDED})\s*[-–—_=*:：]{{0,60}}\s*", re.IGNORECASE)
FORWARD_BARE = re.compile(
    r"\s*(?:(?:begin )?forwarded message|start of forwarded message|début du message (?:transféré|réexpédié)"
    r"|inicio del mensaje reenviado|empieza el mensaje reenviado|início da mensagem (?:encaminhada|reencaminhada)"
    r"|anfang der weitergeleiteten (?:nachricht|e-?mail)|beginn der weitergeleiteten nachricht"
    r"|inizio (?:del )?messaggio inoltrato"
    r"|begin doorgestuurd bericht|vidarebefordrat (?:brev|meddelande)|start på videresendt (?:besked|melding)"
    r"|videresendt (?:besked|melding)|początek przekazywanej wiadomości|начало переадресованного (?:сообщения|письма)"
    r"|начало пересылаемого сообщения|початок листа, що пересилається|початок пересланого повідомлення|下面是被转发的邮件"
    r"|以下是轉寄的郵件|开始转发的邮件|转发的邮件|転送されたメッセージ|بداية الرسالة المعاد توجيهها|بدء الرسالة المعاد توجيهها"
    r"|začátek přeposílané zprávy|začiatok preposlanej správy|välitetty viesti alkaa|započni proslijeđenu poruku"
    r"|továbbított levél kezdete|începe mesajul redirecționat|vidarebefordrat mejl|yönlendirilen iletinin başlangıcı"
    r"|iletilen iletinin başlangıcı|[İi]leti başlangıcı)\s*[:：]\s*",
    re.IGNORECASE,
)
FORWARD_SUBJECT = re.compile(
    r"\s*(?:fwd?|tr|wg|wtr|rv|enc|res?env|doorst|vs|vb|vl|pd|i|转发|轉寄|轉發|転送|إعادة توجيه|تحويل|пересл|fs|ilt|przekaż)\s?[:：]",
    re.IGNORECASE,
)

# One-line signatures of telephones and mail programs.
DEVICE = re.compile(
    r"[\s>*_\[(<]{0,6}(?:"
    r"(?:sent|get|posted|written|typed|dictated|composed) (?:wirelessly )?(?:from|via|using|with|by|on|outlook)\b"
    r"|(?:get|download|obtener|obtén|obtenez|obtenir|téléchargez|télécharger|scarica|ottieni|obtenha|obter|holen sie sich)"
    r" \[?(?:o )?(?:outlook|bluemail|typeapp|yahoo mail|mail (?:for|pour|para|für|per) windows)\b"
    r"|provenance ?: (?:courrier|mail|outlook)\b"
    r"|from (?:my |a )?(?=iphone|ipad|ipod|android|blackberry|galaxy|samsung|htc|huawei|nokia|mobile|phone|smartphone)"
    r"|get \[?outlook for|sent securely|download outlook|envoyé (?:sans fil )?(?:de|depuis|à partir|par|avec|via)\b"
    r"|envoye (?:de|depuis)\b"
    r"|enviado (?:desde|de|do|da|via|a partir|por|com|con|pelo|pela)\b"
    r"|enviada (?:desde|do|de)\b"
    r"|mandado desde|(?:diese nachricht wurde )?von (?:meinem|meiner|unterwegs"
    r"|mein)\b.{0,40}gesendet"
    r"|gesendet (?:von|mit|vom|aus|über)\b|outlook für|von samsung|inviato (?:da|dal|con"
    r"|tramite|via)\b"
    r"|verzonden (?:vanaf|via|met|vanuit|van)\b|verstuurd (?:vanaf|via|met"
    r"|van)\b|outlook voor"
    r"|skickat från|skickades från|hämta outlook|hent outlook|sendt fra|sendt via|wysłan[eoya]+ (?:z|ze|przy)\b"
    r"|wyslano z"
    r"|wysłane z|pobierz (?:aplikację )?outlook|отправлено (?:с|из|от|через)\b|послано с|надіслано (?:з|із"
    r"|від)\b|відправлено з"
    r"|lähetetty |odesláno (?:z|ze)\b|odoslané z|trimis de pe|elküldve|poslano (?:s|z)\b|στάλθηκε από|gửi từ"
    r"|dikirim dari"
    r"|enviat des|imetumwa kutoka|voye (?:sòti|nan|depi)|发自我?的?|發自|从我的|從我的|来自我的|來自我的|(?:取得|获取|獲取).{0,16}outlook"
    r"|从 ?(?:windows|outlook).{0,12}发送"
    r"|أرسلت من|أُرسلت من|تم الإرسال من|مرسل من|الحصول على outlook|ارسال شده از|נשלח מ"
    r")",
    re.IGNORECASE,
)
DEVICE_END = re.compile(
    r"(?:iphone|ipad|android|mobile|samsung|.{1,20})(?:から送信|より送信|에서 보냄|[’']?(?:u|ı)?m?dan gönderildi|(?:imdan"
    r"|umdan) gönderildi)"
    r"|.{0,40}(?:で送信|から送信|에서 보냄|を入手)|.{0,12}için outlook.{0,12}|.{0,60}(?:gönderildi|küldve)\.?|.{0,60}gesendet\.?$",
    re.IGNORECASE,
)
DEVICE_NAMES = re.compile(
    r"iphone|ipad|ipod|android|blackberry|samsung|galaxy|huawei|xiaomi|nokia|windows|outlook|yahoo|gmail|mail\b"
    r"|mailbox|handy"
    r"|mobil|mobile|smartphone|tablet|phone|téléphone|teléfono|telefon|telefoon|telefone|cellulare|celular|móvil|device"
    r"|wireless|nexus|pixel|htc|sony|xperia|motorola|verizon|at&t|t-mobile|bluemail|proton|tutanota|thunderbird|airmail"
    r"|spark|newton|cloudmagic|inbox|aol|gmx|web\.de|orange|sfr|free|laposte|yandex|яндекс|почт|телефон"
    r"|смартфон|устройств"
    r"|мобильн|пристро|手机|手機|邮箱|信箱|هاتف|جهاز|آيفون|آیفون|گوشی|موبایل|mailspring|mailbird|superhuman|nine$|simu|telefòn|app\b|apparaat|enhed|enhet|laitteesta|pocket|pda|watch"
    r"|surface|mac\b|macbook|ios|my |mon |mi |meu |mijn |min |mój|mojego|моего|мого|我的",
    re.IGNORECASE,
)
# A sentence of a person that only begins like one of these lines ("Sent from my desk, which is ...").
DEVICE_NOT = re.compile(
    r"\b(?:is|are|was|were|have|has|had|we|you|which|because|est|sont|nous|vous|es|son|ist|sind|wir|sie)\b", re.I
)
DISCLAIMER = re.compile(
    r".{0,120}(?:confidential|privileged|intended (?:solely |only )?(?:for|recipient)|disclaimer|please consider the environment"
    r"|confidentiel|destinataire|confidencial|destinatario|vertraulich|riservat|vertrouwelijk|конфиденциальн|سري)",
    re.IGNORECASE,
)
# A heading under which only a disclaimer stands.
DISCLAIMER_HEAD = re.compile(
    r"\W{0,4}(?:legal |e-?mail )?(?:disclaimer|confidentiality (?:notice|note|statement)|avis de confidentialité"
    r"|clause de confidentialité|aviso (?:legal|de confidencialidad|de confidencialidade)|haftungsausschluss"
    r"|vertraulichkeitshinweis|avviso di riservatezza)\W{0,4}",
    re.IGNORECASE,
)
# What a gateway writes above mail from outside.
BANNER = re.compile(
    r"\W{0,6}(?:caution|warning|attention|external|avertissement|atenci[oó]n|advertencia|aten[çc][ãa]o|achtung|vorsicht|extern)\b"
    r"(?=.{0,250}\b(?:external|outside|extérieure?|externe|extern[oa]?|fuera|fora|außerhalb)\b)"
    r"(?=.{0,400}\b(?:click|links?|attachments?|cliquez|liens?|pièces|enlaces|adjuntos|clic|anexos|anhänge|klicken)\b)"
    r".{20,590}",
    re.IGNORECASE,
)
# A note of a few words that sends the reader to what stands below it.
POINTS_BELOW = re.compile(
    r"\s*(?:(?:please|pls|kindly|hi|hello|dear|bonjour|hola|estimad|cher|chère)\b.{0,25})?(?:fyi|fya|f\.y\.i"
    r"|for your (?:information|action|attention|consideration|review|kind)"
    r"|(?:please )?(?:see|read|find|note) (?:the )?(?:mail |message |e-?mail |thread )?below"
    r"|as below|below is|pour (?:info|information|suite|attribution|action)"
    r"|p\.?i\.?\b|(?:voir|veuillez voir|cf\.?) ci-dessous|ci-dessous"
    r"|para (?:su|tu|vuestro|vuestra) (?:conocimiento|información|consideración|atención)"
    r"|para (?:seu )?conhecimento|ver (?:abajo|más abajo)"
    r"|(?:véase|vea|lea) (?:abajo|más abajo|el correo)|segue abaixo|ver abaixo|zur (?:kenntnis|info|information)|siehe unten|z\.k\."
    r"|per (?:conoscenza|opportuna conoscenza)|vedi sotto|ter info(?:rmatie)?|zie hieronder|do wiadomości|к сведению|для сведения|см\. ниже"
    r"|до відома|للعلم|للاطلاع|انظر أدناه|供参考|请看下面|ご参考)",
    re.IGNORECASE,
)
PGP_BEGIN = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----\s*")
PGP_SIGNATURE = re.compile(r"-----BEGIN PGP SIGNATURE-----\s*")
PGP_HASH = re.compile(r"Hash: [A-Za-z0-9, ]{1,60}\s*")
LIST_FOOTER = re.compile(
    r".{0,200}(?:mailing list|mailing-list|mailman|unsubscribe|listinfo|google groups|liste de diffusion"
    r"|lista de correo"
    r"|lista de discussão|mailingliste|mailinglista)",
    re.IGNORECASE,
)
_SIGN_OFF = (
    r"\s*(?:kind(?:est)? regards|best regards|warm(?:est)? regards|regards|with (?:kind |best |warm )?regards"
    r"|best wishes|best|"
    r"many thanks|yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?|respectfully|cheers|cordialement"
    r"|bien cordialement"
    r"|bien à vous|sincères salutations|salutations(?: distinguées)?|respectueusement|meilleures salutations"
    r"|saludos(?: cordiales)?"
    r"|un (?:cordial )?saludo|cordialmente|atentamente|atentos saludos|atenciosamente|cumprimentos"
    r"|com os melhores cumprimentos"
    r"|melhores cumprimentos|mit freundlichen grüßen|mit freundlichen grüssen|mfg|freundliche grüße|viele grüße"
    r"|beste grüße"
    r"|cordiali saluti|distinti saluti|saluti|met vriendelijke groet(?:en)?|vriendelijke groet(?:en)?|groeten"
    r"|groet|z poważaniem"
    r"|pozdrawiam|med vänliga hälsningar|vänliga hälsningar|mvh|hälsningar|med venlig hilsen|venlig hilsen|hilsen"
    r"|med vennlig hilsen|vennlig hilsen|с уважением|с наилучшими пожеланиями|з повагою|مع (?:خالص )?التحيات"
    r"|مع تحياتي|تحياتي"
    r"|مع فائق (?:التقدير|الاحترام)|وتفضلوا بقبول.{0,40}|wako mwaminifu|wasalaam|respè|mèsi|saygılarımla"
    r"|cu respect|此致|敬具|敬礼)"
)
SIGN_OFF = re.compile(_SIGN_OFF + r"\s*[,.!،，。]?\s*", re.IGNORECASE)
# With the name on the same line.
SIGN_OFF_LINE = re.compile(_SIGN_OFF + r"\b.{0,40}", re.IGNORECASE)
