"""RIBs and IBANs: the key tells nearly every slip, and one account has one spelling with us."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from sandbox.kit.rib import RibError, iban_of, key_of, mask_rib, parse_rib

FIRST_18 = st.from_regex(r"\A[0-9]{18}\Z")


@given(first=FIRST_18)
def test_the_key_makes_the_rib_and_its_iban_divide_evenly(first: str) -> None:
    """The rule of RIBs, and that of all IBANs (ISO 7064), which the fixed digits 59 keep too."""
    rib = first + key_of(first)
    assert int(rib) % 97 == 0
    letters = rib + "2923" + "59"  # T is 29, N is 23
    assert int(letters) % 97 == 1
    assert parse_rib(rib) == parse_rib(iban_of(rib)) == rib


@given(first=FIRST_18, place=st.integers(0, 19), step=st.integers(1, 9))
def test_one_wrong_digit_is_always_found(first: str, place: int, step: int) -> None:
    rib = first + key_of(first)
    wrong = rib[:place] + str((int(rib[place]) + step) % 10) + rib[place + 1 :]
    with pytest.raises(RibError, match="key"):
        parse_rib(wrong)


@given(first=FIRST_18, place=st.integers(0, 18))
def test_two_digits_in_the_wrong_order_are_always_found(first: str, place: int) -> None:
    rib = first + key_of(first)
    swapped = rib[:place] + rib[place + 1] + rib[place] + rib[place + 2 :]
    if swapped != rib:
        with pytest.raises(RibError):
            parse_rib(swapped)


@pytest.mark.parametrize(
    "spelling",
    [
        "{0} ",
        "tn59{0}",
        "TN59 {1} {2} {3} {4}",
        "{1} {2} {3} {4}",
        "{1}-{2}-{3}-{4}",
        "{1}.{2}.{3}.{4}",
        "\u202a{0}".replace("\u202a", ""),
    ],
)
def test_usual_spellings_are_one_account(spelling: str) -> None:
    rib = "080060123456789012" + key_of("080060123456789012")
    assert parse_rib(spelling.format(rib, rib[:2], rib[2:5], rib[5:18], rib[18:])) == rib


def test_arabic_digits_are_read() -> None:
    rib = "080060123456789012" + key_of("080060123456789012")
    assert parse_rib("".join("٠١٢٣٤٥٦٧٨٩"[int(each)] for each in rib)) == rib


@pytest.mark.parametrize(
    "value",
    [None, 5, 12345678901234567890, "", "1" * 19, "1" * 21, "abc", "FR76" + "1" * 20, "TN58" + "1" * 20, "٢" * 500, []],
)
def test_what_is_no_rib_is_refused_in_words(value: object) -> None:
    with pytest.raises(RibError, match=r"RIB|IBAN"):
        parse_rib(value)


@given(value=st.text(max_size=80))
def test_no_text_crashes(value: str) -> None:
    try:
        assert len(parse_rib(value)) == 20
    except RibError:
        return


def test_a_masked_rib_shows_bank_and_end_only() -> None:
    assert mask_rib("08006012345678901234") == "08 … 1234"
