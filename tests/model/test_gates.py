"""What a model must be worth before it may serve, on the test messages that no model is trained or tuned on.

The model is the one that the test rig trains from the training messages. The gates stand a little below what is
measured (models/README.md), so that they fail for a loss and not for noise.
"""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from triage.classify.artefact import load
from triage.classify.evaluate import Evaluation, of_predictor
from triage.classify.examples import load_examples
from triage.classify.predictor import Predictor
from triage.config import PROJECT
from triage.domain.ports import Example

TEST = PROJECT / "training_data" / "test"
GREETINGS = {
    "en": ["Greetings of the season to the whole team!", "To whom it may concern,\n\nI trust you are keeping well."],
    "fr": ["Chère équipe,\n\nJ'espère que vous allez bien.", "À qui de droit,"],
    "es": ["Apreciado equipo:\n\nEspero que se encuentren bien.", "A quien corresponda:"],
}
TAILS = {
    "en": [
        "With every good wish,\n\nThe Desk\n4 Harbour Road, Cork\nTel. +353 21 000 0000",
        "--\nPlease consider the trees before printing.",
    ],
    "fr": [
        "Bien à vous,\n\nLe pôle projets\n9 rue du Lac, Lausanne\nTél. +41 21 000 00 00",
        "--\nCe courriel peut contenir des données confidentielles.",
    ],
    "es": [
        "Un saludo fraterno,\n\nLa coordinación\nAvenida Central 3, Cádiz\nTel. +34 956 000 000",
        "--\nLa información de este correo es confidencial.",
    ],
}
QUOTES = {
    "en": "On Tue, 4 Feb 2020 at 09:30, IPD <ipd@iom.example> wrote:\n> Thank you. The press desk and the legal desk are closed today.",
    "fr": "Le mar. 4 févr. 2020 à 09:30, IPD <ipd@iom.example> a écrit :\n> Merci. Presse et droit sont fermés ce jour.",
    "es": "El mar, 4 feb 2020 a las 9:30, IPD <ipd@iom.example> escribió:\n> Gracias. Las oficinas de prensa y derecho cierran hoy.",
}


@pytest.fixture(scope="module")
def predictor(models: Path) -> Predictor:
    return load(models)


@pytest.fixture(scope="module")
def test_examples() -> list[Example]:
    return load_examples([TEST])


@pytest.fixture(scope="module")
def evaluation(predictor: Predictor, test_examples: list[Example]) -> Evaluation:
    return of_predictor(predictor, test_examples)


@pytest.mark.parametrize(
    ("figure", "least"),
    [
        ("route_and_country", 0.90),
        ("top_3", 0.97),
        ("country_where_mission_right", 0.90),
        ("coverage_at_2_percent", 0.65),
        ("forward_coverage", 0.40),
        ("kind", 0.86),
    ],
)
def test_figures_that_must_be_high(evaluation: Evaluation, figure: str, least: float) -> None:
    assert evaluation.metrics[figure] >= least


@pytest.mark.parametrize(("figure", "most"), [("forward_wrong", 0.02), ("calibration_error", 0.03)])
def test_figures_that_must_be_low(evaluation: Evaluation, figure: str, most: float) -> None:
    assert evaluation.metrics[figure] <= most


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_each_official_language(evaluation: Evaluation, language: str) -> None:
    assert evaluation.metrics["by_language"][language]["right"] >= 0.86


@pytest.mark.parametrize(
    ("route", "least"),
    [("DMM", 0.85), ("DOE", 0.90), ("ICP", 0.88), ("IML", 0.90), ("MCD", 0.87), ("IPD", 0.83), ("MISSION", 0.84)],
)
def test_each_route(evaluation: Evaluation, route: str, least: float) -> None:
    assert evaluation.metrics["by_route"][route]["right"] >= least


@pytest.mark.parametrize("flag", ["urgent", "restricted"])
def test_flags_surface(evaluation: Evaluation, flag: str) -> None:
    assert evaluation.metrics[flag]["recall"] >= 0.92
    assert evaluation.metrics[flag]["precision"] >= 0.65


def test_wrappers_never_used_in_training_do_not_move_the_answer(
    predictor: Predictor, test_examples: list[Example], evaluation: Evaluation
) -> None:
    chance = random.Random(1)
    chosen = [example for example in test_examples if example.language in GREETINGS]

    def wrapped(example: Example) -> Example:
        language = example.language
        parts = [chance.choice(GREETINGS[language]), example.body, chance.choice(TAILS[language]), QUOTES[language]]
        return replace(example, body="\n\n".join(parts))

    bare = of_predictor(predictor, chosen).metrics["route_and_country"]
    inside = of_predictor(predictor, [wrapped(example) for example in chosen]).metrics["route_and_country"]
    assert bare - inside <= 0.02
