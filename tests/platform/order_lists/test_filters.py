"""What is typed into the filters: everything that plainly means something is taken, everything else named at its field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.kit.errors import InvalidInput
from sandbox.platform.order_lists.schemas import STATUSES, OrderFilter, PageFilter, to_search


def test_days_are_those_of_tunis_and_both_are_included() -> None:
    search = to_search(OrderFilter.parse({"from": "2026-03-01", "to": "2026-03-01"}), ["a"])
    assert search.begins == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert search.before == datetime(2026, 3, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize("sent", ["PAID,REFUNDED", ["PAID", "REFUNDED"], ["paid", " refunded,PAID"]])
def test_statuses_may_be_sent_in_one_text_or_in_several(sent: Any) -> None:
    assert OrderFilter.parse({"status": sent}).status == ("PAID", "REFUNDED")


def test_all_statuses_together_are_no_filter() -> None:
    assert to_search(OrderFilter.parse({"status": list(STATUSES)}), []).statuses == ()


@pytest.mark.parametrize(
    ("sent", "pattern"),
    [
        ("20123456", "20***456"),
        ("+216 20 123 456", "20***456"),
        ("20 *** 456", "20***456"),
        ("20***456", "20***456"),
        ("456", "*****456"),
        ("*** 456", "*****456"),
        ("20", "20******"),
    ],
)
def test_of_a_number_only_the_digits_that_a_list_shows_are_searched(sent: str, pattern: str) -> None:
    assert OrderFilter.parse({"payer": sent}).payer == pattern


def test_people_type_dinars_and_programs_send_millimes() -> None:
    assert PageFilter.parse({"min_amount": "12,5", "max_amount": "100"}).min_amount == 12_500
    assert OrderFilter.parse({"min_amount": "12500"}).min_amount == 12_500


@pytest.mark.parametrize("sort", ["newest", "oldest", "largest", "smallest", None])
def test_each_order_is_a_column_and_a_direction(sort: str | None) -> None:
    search = to_search(OrderFilter.parse({"sort": sort} if sort else {}), [])
    assert (search.by == "amount") == (sort in {"largest", "smallest"})
    assert search.descending == (sort in {"newest", "largest", None})


def test_a_star_behind_a_reference_looks_for_its_beginning() -> None:
    whole, begun = (to_search(OrderFilter.parse({"reference": text}), []) for text in ("TX1", "TX1*"))
    assert (whole.reference, whole.reference_begins) == ("TX1", None)
    assert (begun.reference, begun.reference_begins) == (None, "TX1")


def test_empty_fields_are_no_filters() -> None:
    blank = dict.fromkeys(
        ("from", "to", "min_amount", "max_amount", "payer", "reference", "q", "app", "mode", "sort"), ""
    )
    assert PageFilter.parse(blank) == PageFilter()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "PAYED"),
        ("from", "yesterday"),
        ("to", "2026-13-01"),
        ("min_amount", "many"),
        ("max_amount", "-5"),
        ("payer", "hello"),
        ("payer", "1234"),
        ("payer", "*"),
        ("reference", "x" * 66),
        ("q", "x" * 101),
        ("mode", "real"),
        ("sort", "best"),
        ("app", "no id!"),
    ],
)
def test_what_means_nothing_is_named_at_its_field(field: str, value: str) -> None:
    for shape in (OrderFilter, PageFilter):
        with pytest.raises(InvalidInput) as refused:
            shape.parse({field: value})
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"from": "2026-03-02", "to": "2026-03-01"}, "to"),
        ({"min_amount": "2000", "max_amount": "1000"}, "max_amount"),
    ],
)
def test_a_range_that_ends_before_it_begins_is_named(fields: dict[str, str], named: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        to_search(OrderFilter.parse(fields), [])
    assert refused.value.field == named
