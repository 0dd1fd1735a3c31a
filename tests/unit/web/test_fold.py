from triage.web.fold import fold


def test_accents_case_and_punctuation_do_not_count() -> None:
    assert fold("Côte d'Ivoire") == "cote d ivoire"
    assert fold("  ESPAÑA — (ES) ") == "espana es"


def test_other_alphabets_stay() -> None:
    assert fold("Κύπρος") == "κυπροσ"
    assert fold("Việt Nam") == "viet nam"
    assert fold("日本") == "日本"
