"""Languages that people write to us in."""

import pytest

from triage.mail.language import language_of

TEXTS = {
    "en": "We would like to know whether your office can support our project in the north.",
    "fr": "Nous aimerions savoir si votre bureau peut soutenir notre projet dans le nord.",
    "es": "Nos gustaría saber si su oficina puede apoyar nuestro proyecto en el norte.",
    "pt": "Gostaríamos de saber se o seu escritório pode apoiar o nosso projeto no norte.",
    "ar": "نود أن نعرف ما إذا كان مكتبكم يستطيع دعم مشروعنا في الشمال.",
    "ru": "Мы хотели бы узнать, может ли ваш офис поддержать наш проект на севере.",
    "it": "Vorremmo sapere se il vostro ufficio può sostenere il nostro progetto nel nord.",
    "de": "Wir möchten wissen, ob Ihr Büro unser Projekt im Norden unterstützen kann.",
    "ht": "Nou ta renmen konnen si biwo ou a ka sipòte pwojè nou an nan nò peyi a. Mèsi anpil.",
    "sw": "Tungependa kujua kama ofisi yenu inaweza kusaidia mradi wetu wa kaskazini. Asante sana.",
    "so": "Waxaan jeclaan lahayn inaan ogaano in xafiiskiinu taageeri karo mashruucayaga waqooyiga. Mahadsanid.",
    "tr": "Ofisinizin kuzeydeki projemizi destekleyip destekleyemeyeceğini öğrenmek istiyoruz.",
    "nl": "Wij willen graag weten of uw kantoor ons project in het noorden kan steunen.",
    "uk": "Ми хотіли б дізнатися, чи може ваш офіс підтримати наш проєкт на півночі.",
    "zh": "我们想知道贵办公室能否支持我们在北方的项目。",
    "ja": "北部でのプロジェクトを支援していただけるか知りたいです。",
    "fa": "می‌خواهیم بدانیم که آیا دفتر شما می‌تواند از پروژه ما در شمال حمایت کند.",
    "ur": "ہم جاننا چاہتے ہیں کہ کیا آپ کا دفتر شمال میں ہمارے منصوبے کی مدد کر سکتا ہے۔",
    "am": "ቢሮዎ በሰሜን ያለውን ፕሮጀክታችንን መደገፍ ይችል እንደሆነ ማወቅ እንፈልጋለን።",
    "pl": "Chcielibyśmy wiedzieć, czy Państwa biuro może wesprzeć nasz projekt na północy.",
    "ro": "Am dori să știm dacă biroul dumneavoastră poate sprijini proiectul nostru din nord.",
    "el": "Θα θέλαμε να μάθουμε αν το γραφείο σας μπορεί να στηρίξει το έργο μας στον βορρά.",
    "ko": "귀 사무소가 북부 지역의 우리 사업을 지원할 수 있는지 알고 싶습니다.",
    "he": "נשמח לדעת אם המשרד שלכם יכול לתמוך בפרויקט שלנו בצפון.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_language(language: str) -> None:
    assert language_of(TEXTS[language]) == language


@pytest.mark.parametrize("text", ["", "ok", "???", "123 456", "https://x.example/a/b", "ana@north.example"])
def test_too_little_to_say(text: str) -> None:
    assert language_of(text) == "und"


def test_names_and_addresses_do_not_decide() -> None:
    assert (
        language_of(
            "Bonjour, je vous écris au sujet de https://the.international.partnership.example/for/all/of/us merci"
        )
        == "fr"
    )
