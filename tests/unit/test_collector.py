"""The collector of cyclic garbage rests for a batch and is as it was afterwards, whatever happens."""

import gc

import pytest

from triage.collector import collector_rests, set_aside


def test_it_rests_within_and_searches_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="in the middle"), collector_rests():
        assert not gc.isenabled()
        with collector_rests():
            assert not gc.isenabled()
        assert not gc.isenabled(), "the outer one still rests"
        raise ValueError("in the middle")
    assert gc.isenabled()


def test_where_it_was_off_it_stays_off() -> None:
    gc.disable()
    try:
        with collector_rests():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_is_set_aside_is_not_searched() -> None:
    set_aside()
    try:
        assert gc.get_freeze_count() > 1000
    finally:
        gc.unfreeze()
