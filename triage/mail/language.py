"""The language of a text: scripts first, then a statistical model restricted to languages that people write to us in."""

import re
import threading
from collections import Counter
from functools import lru_cache
from typing import Protocol

UNKNOWN = "und"
# Languages that the classifier model knows and the Organisation is written to in.
_SERVED = (
    "en fr es pt ar ru it de ht sw tr nl uk zh fa so am pl ro el sv da no fi cs sk hu bg sr hr sl sq lt lv et vi id ms th"
    " ko ja he hi bn ur ne si ta my km lo ka hy az kk ky uz tg mn ps ku ca mg rw ln ha yo ig zu xh sn ny om ti wo"
)
_LOOKED_AT = 1_200
# The model's cost grows with the text, and its answer seldom changes after two lines.
_MODEL_GLANCES_AT, _MODEL_LOOKS_AT, _CERTAIN = 200, 600, 0.99
_FEWEST_LETTERS = 12
_SURE = 0.35
_NOISE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[\d_<>|=*#\[\](){}/\\-]+")
# Looking for an address at every letter costs more than all the rest.
_NOISE_WITHOUT_ADDRESSES = re.compile(r"https?://\S+|www\.\S+|[\d_<>|=*#\[\](){}/\\-]+")
_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("th", re.compile("[\u0e01-\u0e5b]")),
    ("he", re.compile("[\u05d0-\u05ea]")),
    ("el", re.compile("[\u0370-\u03ff\u1f00-\u1fff]")),
    ("hy", re.compile("[\u0531-\u058f]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
    ("km", re.compile("[\u1780-\u17ff]")),
    ("my", re.compile("[\u1000-\u109f]")),
    ("lo", re.compile("[\u0e80-\u0eff]")),
    ("si", re.compile("[\u0d80-\u0dff]")),
    ("ta", re.compile("[\u0b80-\u0bff]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
)
_ETHIOPIC = re.compile("[\u1200-\u137f]")
_ARABIC = re.compile("[\u0600-\u06ff]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_PERSIAN_LETTERS = re.compile("[پچژگ]")
_PERSIAN_WORDS = re.compile(r"(?:^|\s)(?:است|این|برای|های|که|را|از|می|با|هستم|شما)(?=\s|$)")
_URDU = re.compile("[ٹڈڑےں]|(?:^|\\s)(?:ہے|کے|میں|اور)(?=\\s|$)")
_PASHTO = re.compile("[ټډړږښڼۍې]")
_SORANI = re.compile("[ڕڵۆێ]")
_TIGRINYA = re.compile("እየ|ኣብ|ዘሎ|ናይ|እዩ|ኣነ|ንስ|ከምኡ")
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_RUSSIAN_ONLY = re.compile("[ыэъЫЭЪёЁ]")
# Everyday words of languages that the model takes for a neighbour in short texts.
_WORDS = {
    "ht": "mwen nan ki pou yon ak se ap pa nou yo li ou gen kòm tout moun anpil kijan mèsi bonjou tanpri ede te fè ka sou nou "
    "kay peyi enfòmasyon pwojè òganizasyon depi kapab bezwen vle sa lè men",
    "sw": "na ya wa kwa ni za katika la kuwa hii sana tafadhali habari asante mimi sisi yetu yangu nina tuna tunaomba naomba "
    "kutoka juu au bila pia kazi nchi msaada mradi shirika wakimbizi watu lakini ili hiyo wetu wako cha",
    "so": "waa iyo ee oo ka ku u ayaa in aan waxaan waxa la ah aad mahadsanid fadlan soo uu si wax loo leh ayuu noqon karaa "
    "caawimaad ma kuwa iyada dadka sidii kale gaar weli kala soomaaliya",
    "en": "the and of to in is that for you with are we our have this your would please on be from as it i not can",
    "fr": "le la les des et de du un une est que pour vous nous dans je avec votre notre sur au ne pas qui ce en",
    "es": "el la los las de y que en un una es para por con su nos se al del como más usted me le favor",
    "pt": "o a os as de e que em um uma é para por com do da dos das não no na se você eu ao à mais obrigado",
    "it": "il la di e che in un una è per con non sono del della le gli si al vi nostro come grazie lo nel",
    "de": "der die das und ist zu den in von mit für auf ich wir sie ein eine nicht im dem es bitte wie sind zur",
    "nl": "de het een en van in is dat op te voor met niet zijn aan ik wij u naar om bij ook graag deze kunnen",
    "tr": "ve bir bu için ile de da olarak çok ne var biz ben size sayın teşekkür ederim olan gibi daha hakkında",
    "pl": "i w na z do się nie jest to że o dla jak są oraz proszę czy od po za przez pan mam",
    "ro": "și de la în cu un o este pentru pe nu sunt din care vă mai să ce am prin dumneavoastră",
}
_VOCABULARY = {language: frozenset(each.split()) for language, each in _WORDS.items()}
_LANGUAGES_OF: dict[str, tuple[str, ...]] = {
    word: tuple(language for language, words in _VOCABULARY.items() if word in words)
    for word in frozenset().union(*_VOCABULARY.values())
}
_NO_LETTERS = re.compile(r"[\W\d_]+")
_TOKEN = re.compile(r"[^\W\d_]+")


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...


_loading = threading.Lock()


@lru_cache(maxsize=1)
def _identifier() -> _Identifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    with _loading:
        found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        found.set_languages([language for language in _SERVED.split() if language in found.labels])
    identifier: _Identifier = found
    return identifier


def load_model() -> None:
    """Load the statistical model now (about a tenth of a second) rather than with the first text that needs it."""
    _identifier()


def language_of(text: str) -> str:
    """ISO 639-1 code of the main language, or "und" where the text is too short or the answer too unsure."""
    start = text[: _LOOKED_AT * 3]
    sample = (_NOISE if "@" in start else _NOISE_WITHOUT_ADDRESSES).sub(" ", start)[:_LOOKED_AT].strip()
    letters = sum(map(str.isalpha, sample)) if sample.isascii() else len(_NO_LETTERS.sub("", sample))
    if not letters:
        return UNKNOWN
    if not sample.isascii() and (found := _by_script(sample, letters)):
        return found
    if letters < _FEWEST_LETTERS:
        return UNKNOWN
    votes = _by_words(sample)
    if votes:
        return votes
    language, probability = _identifier().classify(sample[:_MODEL_GLANCES_AT])
    if probability < _CERTAIN and len(sample) > _MODEL_GLANCES_AT:
        language, probability = _identifier().classify(sample[:_MODEL_LOOKS_AT])
    return language if probability >= _SURE else UNKNOWN


def _by_script(sample: str, letters: int) -> str:
    for language, script in _SCRIPTS:
        if len(script.findall(sample)) * (8 if language == "ja" else 2) > letters:
            return language
    if len(_ETHIOPIC.findall(sample)) * 2 > letters:
        return "ti" if len(_TIGRINYA.findall(sample)) >= 2 else "am"
    if len(_ARABIC.findall(sample)) * 2 > letters:
        return _arabic_script(sample)
    if len(_CYRILLIC.findall(sample)) * 2 > letters:
        if _UKRAINIAN.search(sample) and not _RUSSIAN_ONLY.search(sample):
            return "uk"
        if _RUSSIAN_ONLY.search(sample) and not re.search("[ҐґЇїІіЄєЎўЈјЉљЊњЏџӘәҒғҚқҢңӨөҰұҮүҺһӢӣӮӯҶҷҲҳ]", sample):
            return "ru" if letters > _FEWEST_LETTERS else ""
    return ""


def _arabic_script(sample: str) -> str:
    if _PASHTO.search(sample):
        return "ps"
    if len(_SORANI.findall(sample)) > 2:
        return "ku"
    if _URDU.search(sample):
        return "ur"
    if (_PERSIAN_LETTERS.search(sample) and _PERSIAN_WORDS.search(sample)) or len(_PERSIAN_WORDS.findall(sample)) > 2:
        return "fa"
    return "ar"


def _by_words(sample: str) -> str:
    """The language whose everyday words are clearly the most frequent, or ""."""
    tokens = [token.lower() for token in _TOKEN.findall(sample)]
    if len(tokens) < 4:
        return ""
    votes = Counter(language for token in tokens for language in _LANGUAGES_OF.get(token, ()))
    if not votes:
        return ""
    (language, best), (_, second) = [*votes.most_common(2), ("", 0)][:2]
    frequent = best >= max(3, len(tokens) * 0.22) and best >= second * 1.6
    alone = best >= max(8, len(tokens) * 0.15) and best >= second * 2.5
    return language if frequent or alone else ""
