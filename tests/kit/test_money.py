"""Amounts, in any of the spellings that integrators send."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sandbox.kit.money import MAX_AMOUNT, AmountError, format_dinars, format_number, parse_amount, parse_dinars

amounts = st.integers(1, MAX_AMOUNT)
NOT_NUMBERS = (
    *(True, False, None, [], {}, b"12500", "true", "", "   ", "twelve", "12,500", "12 500", "1_000", "0x10", "12.5.0"),
    *("NaN", "sNaN", "Infinity", "-Infinity", float("nan"), float("inf"), float("-inf")),
    *("1e400", "1e-400", 1e300, "9" * 5_000, "١٢٥٠٠", "१२५००", "1²", "12500\x00", "--1"),
)


@given(amounts)
def test_a_whole_number_of_millimes_is_taken_in_every_spelling(amount: int) -> None:
    spellings = (amount, float(amount), str(amount), f" {amount} ", f"{amount}.000", f"+{amount}", f"{amount}e0")
    assert {parse_amount(spelling) for spelling in spellings} == {amount}


@given(amounts)
def test_dinars_times_a_thousand_in_floats_are_the_millimes_that_were_meant(amount: int) -> None:
    assert parse_amount(amount / 1000 * 1000) == amount
    assert parse_amount(str(amount / 1000 * 1000)) == amount


def test_the_float_that_integrators_really_send_is_taken() -> None:
    assert 64.1 * 1000 != 64100
    assert parse_amount(64.1 * 1000) == 64100
    assert parse_amount("64099.99999999999") == 64100
    assert parse_amount("30500") == 30500


@given(amounts, st.floats(-0.0009, 0.0009))
@example(1000, 0.001)
@example(1000, -0.001)
def test_every_float_within_a_thousandth_is_the_nearest_whole_millime(amount: int, dust: float) -> None:
    if amount + dust <= MAX_AMOUNT + 0.001:
        assert parse_amount(amount + dust) == amount


@given(amounts, st.floats(0.0011, 0.4999), st.sampled_from((1, -1)))
def test_every_other_fraction_is_refused_and_the_text_tells_dinars_from_millimes(
    amount: int, fraction: float, sign: int
) -> None:
    with pytest.raises(AmountError, match="Send millimes, not dinars"):
        parse_amount(amount + sign * fraction)


def test_an_amount_in_dinars_is_refused_with_the_millimes_it_would_be() -> None:
    with pytest.raises(AmountError, match=r"12\.5 DT would be 12500\.$"):
        parse_amount(12.5)


@pytest.mark.parametrize("value", [0, -1, -12_500, "0", "-5", 0.0, -0.0, "-0", 0.0004, -0.0004, -(10**30)])
def test_zero_and_less_is_refused(value: object) -> None:
    with pytest.raises(AmountError, match=r"not more than zero\. Send at least 1 millime"):
        parse_amount(value)


@pytest.mark.parametrize("value", [MAX_AMOUNT + 1, str(MAX_AMOUNT + 1), "1e30", 1e30, 10**30])
def test_more_than_the_limit_is_refused_and_the_limit_is_told(value: object) -> None:
    with pytest.raises(AmountError, match=r"over the limit of 10000000 millimes \(10000\.000 DT\)"):
        parse_amount(value)


def test_a_number_too_long_for_python_to_print_is_refused_all_the_same() -> None:
    with pytest.raises(AmountError, match="over the limit"):
        parse_amount(10**5_000)
    with pytest.raises(AmountError, match="not more than zero"):
        parse_amount(-(10**5_000))


def test_the_limit_itself_is_allowed() -> None:
    assert parse_amount(MAX_AMOUNT) == MAX_AMOUNT


@pytest.mark.parametrize("value", NOT_NUMBERS, ids=lambda value: repr(value)[:20])
def test_what_is_not_a_number_is_refused_with_an_example_of_what_to_send(value: object) -> None:
    with pytest.raises(AmountError, match=r"such as 12500 for 12\.500 DT|finite number") as refused:
        parse_amount(value)
    assert len(str(refused.value)) < 200


@given(st.one_of(st.text(), st.floats(), st.integers(), st.binary(), st.none(), st.booleans(), st.lists(st.text())))
def test_whatever_arrives_is_an_amount_within_the_limits_or_an_amount_error(value: object) -> None:
    try:
        amount = parse_amount(value)
    except AmountError as error:
        assert len(str(error)) < 250  # noqa: PT017  the point is that it is this error or a right answer
    else:
        assert 1 <= amount <= MAX_AMOUNT


@given(st.integers(-(10**12), 10**12))
def test_dinars_are_shown_with_three_decimals_and_can_be_read_back(amount: int) -> None:
    sign, text = (-1, format_number(amount)[1:]) if amount < 0 else (1, format_number(amount))
    dinars, millimes = text.split(".")
    assert len(millimes) == 3
    assert sign * (int(dinars) * 1000 + int(millimes)) == amount


def test_an_amount_is_shown_as_tunisians_write_it() -> None:
    assert [format_dinars(amount) for amount in (12_500, 1, 0, -50)] == [
        "12.500 DT",
        "0.001 DT",
        "0.000 DT",
        "-0.050 DT",
    ]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12", 12_000),
        ("12.5", 12_500),
        ("12,500", 12_500),
        (" 1 250,5 ", 1_250_500),
        ("0.001", 1),
        ("\u0661\u0662\u066b\u0665", 12_500),
    ],
)
def test_dinars_are_read_as_people_in_tunisia_write_them(text: str, amount: int) -> None:
    assert parse_dinars(text) == amount


@pytest.mark.parametrize(
    "text", ["", "abc", "-1", "1.2345", "1.250,500", "12 DT", "0", "0,000", "10000.001", "²", "1e3"]
)
def test_what_is_no_amount_in_dinars_is_refused(text: str) -> None:
    with pytest.raises(AmountError):
        parse_dinars(text)
