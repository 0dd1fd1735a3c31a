"""What more labels would bring."""

import pytest

from triage.domain.learning_curve import USUAL_EXPONENT, fit


def test_points_of_a_power_law_give_it_back() -> None:
    law = fit([(labels, 2.0 * labels**-0.4) for labels in (400, 800, 1600, 3200)])
    assert law is not None
    assert (round(law.scale, 6), round(law.exponent, 6), law.measured) == (2.0, 0.4, True)
    assert law.error(6400) < law.error(3200)


def test_one_number_of_labels_takes_the_usual_slope() -> None:
    law = fit([(5000, 0.11), (5100, 0.12)])
    assert law is not None
    assert (law.exponent, law.measured) == (USUAL_EXPONENT, False)
    assert law.error(5050) == pytest.approx(0.115, abs=0.001)


def test_a_curve_never_promises_that_labels_harm() -> None:
    law = fit([(1000, 0.1), (4000, 0.2)])
    assert law is not None
    assert law.error(8000) < law.error(1000)
    assert fit([]) is None
    assert fit([(0, 0.1), (100, 0.0)]) is None
