"""What the benchmark makes of its measurements."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.report import TARGETS, Target, draw_table, make_report, percentile, ratio, tidy

MACHINE = {"cores": 2, "python": "3.11"}


@pytest.mark.parametrize(("percent", "expected"), [(50, 50), (99, 99), (100, 100), (1, 1), (0, 1), (99.5, 100)])
def test_a_percentile_is_a_value_that_was_measured(percent: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), percent) == expected


@given(st.lists(st.floats(allow_nan=False), min_size=1), st.floats(0, 100))
def test_at_least_that_share_is_not_above_the_percentile(values: list[float], percent: float) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= percent * len(values) - 1e-6


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


@pytest.mark.parametrize(("value", "met"), [(79.9, False), (80, True), (200, True)])
def test_a_figure_that_must_be_large_is_judged_by_its_lower_bound(value: float, *, met: bool) -> None:
    judged = Target("checkouts", "checkouts_per_second", 80, at_least=True).judge({"checkouts_per_second": value})
    assert judged == {"promise": "checkouts", "measured": value, "target": "at least 80", "met": met}


@pytest.mark.parametrize(("own", "met"), [(0.6, True), (0.61, False)])
def test_a_target_may_be_a_multiple_of_a_peers_figure(own: float, *, met: bool) -> None:
    judged = Target("start", "start_seconds", 3, over="peer_seconds").judge({"start_seconds": own, "peer_seconds": 0.2})
    assert judged is not None
    assert judged["met"] is met


def test_what_was_not_measured_is_not_judged() -> None:
    assert Target("reset", "reset_milliseconds", 50).judge({}) is None
    assert Target("start", "start_seconds", 3, over="peer_seconds").judge({"start_seconds": 1}) is None
    assert ratio({"one": 1.0, "other": 0.0}, "one", "other") is None
    assert make_report({}, [], machine=MACHINE)["targets"] == []


def test_the_report_is_one_json_object_and_its_table_names_all_that_it_holds() -> None:
    figures = {"first_start_seconds": 0.912345, "localstripe_start_seconds": 0.3, "reset_milliseconds": 61.0}
    report = make_report(figures, ["A note."], machine=MACHINE)
    assert json.loads(json.dumps(report)) == report
    assert report["ratios"] == {"first_start_seconds / localstripe_start_seconds": 3.04}
    assert [target["met"] for target in report["targets"]] == [False, False]
    table = draw_table(report)
    for part in ("0.912", "reset_milliseconds", "NOT MET", "A note.", "cores 2"):
        assert part in table


def test_every_target_speaks_of_something_else() -> None:
    assert len({target.promise for target in TARGETS}) == len(TARGETS)


@pytest.mark.parametrize(("value", "shown"), [(0.0123456, 0.0123), (123.456, 123.0), (123456.7, 123457), (0.0, 0.0)])
def test_figures_are_told_to_three_digits(value: float, shown: float) -> None:
    assert tidy(value) == shown
