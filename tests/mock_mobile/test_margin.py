"""What a code survives: stronger and stronger until it is no longer read."""

from __future__ import annotations

from dataclasses import fields

import pytest

from sandbox.mock_mobile import margin
from sandbox.mock_mobile.camera import Shot
from sandbox.mock_mobile.margin import TRIALS, Margin, Trial, measure
from tests.mock_mobile.pictures import OURS, draw, to_bytes

TILT = Trial("tilt", "degrees", (10, 20, 30), 20)


@pytest.fixture
def two_trials(monkeypatch):
    monkeypatch.setattr(margin, "TRIALS", [trial for trial in TRIALS if trial.name in {"scale", "blur"}])


def test_each_trial_is_a_circumstance_of_the_camera_and_wants_a_strength_that_is_tried():
    known = {field.name for field in fields(Shot)}
    for trial in TRIALS:
        assert trial.name in known
        assert trial.wanted in trial.strengths


def test_larger_modules_survive_more(two_trials):
    small, large = ({one.trial.name: one for one in measure(to_bytes(draw(box=box)), OURS)} for box in (2, 5))
    assert small["blur"].survives < large["blur"].survives
    assert small["scale"].survives > large["scale"].survives
    assert large["scale"].is_enough


def test_another_text_than_the_one_that_is_meant_does_not_count(two_trials):
    assert [one.survives for one in measure(to_bytes(draw("another")), OURS)] == [None, None]


@pytest.mark.parametrize(
    ("survives", "is_enough", "is_all"), [(None, False, False), (10, False, False), (20, True, False), (30, True, True)]
)
def test_enough_is_judged_in_the_order_of_harm(survives, is_enough, is_all):
    found = Margin(TILT, survives)
    assert (found.is_enough, found.is_all) == (is_enough, is_all)
