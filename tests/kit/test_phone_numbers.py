"""Tunisian phone numbers (CONTRACT.md section 6)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.kit.phone_numbers import (
    PhoneNumberError,
    format_phone_number,
    is_mobile,
    mask_phone_number,
    parse_phone_number,
)

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
bare_numbers = st.from_regex(r"[234579][0-9]{7}", fullmatch=True)


@given(bare_numbers)
def test_every_usual_spelling_is_the_same_eight_digits(bare: str) -> None:
    spellings = (
        bare,
        f"+216{bare}",
        f"+216 {bare[:2]} {bare[2:5]} {bare[5:]}",
        f"00216{bare}",
        f"(+216) {bare[:2]}.{bare[2:5]}.{bare[5:]}",
        f"{bare[:2]}-{bare[2:5]}-{bare[5:]}",
        f" {bare} ",
        format_phone_number(bare),
        bare.translate(ARABIC),
    )
    assert {parse_phone_number(spelling) for spelling in spellings} == {bare}


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "2012345",
            "201234567",
            "12345678",
            "60123456",
            "80123456",
            "00000000",
            "+33612345678",
            "+33 20123456",
            "+1 20123456",
            "0033612345678",
        ),
        *(
            "call 20123456",
            "20123456 ext 5",
            "20123456abc",
            "2O123456",
            "-20123456",
            "20123456;20123457",
            "2012 or 3456",
        ),
        *("20123456\x00", "+", "++21620123456", "9" * 10_000, "20123456 / 98765432", "+216 216 20123456"),
    ],
    ids=lambda text: repr(text)[:24],
)
def test_what_is_not_one_tunisian_number_is_refused_and_told_what_to_send(text: str) -> None:
    with pytest.raises(PhoneNumberError, match="Send eight digits, such as 20123456"):
        parse_phone_number(text)


@given(st.one_of(st.text(max_size=40), st.text(alphabet="0123456789+()-. abc;/,x", max_size=24)))
def test_whatever_is_accepted_holds_those_digits_and_no_others(text: str) -> None:
    try:
        bare = parse_phone_number(text)
    except PhoneNumberError:
        return
    digits = "".join(str(int(character)) for character in text if character.isdecimal())
    assert digits.removeprefix("00").removeprefix("216").lstrip("0") in {bare, bare.lstrip("0")}
    assert len(bare) == 8


@given(bare_numbers)
def test_only_numbers_that_begin_with_2_4_5_or_9_are_mobile(bare: str) -> None:
    assert is_mobile(bare) == (bare[0] not in "37")


@given(bare_numbers)
def test_a_merchant_sees_neither_the_middle_of_a_number_nor_its_length(bare: str) -> None:
    masked = mask_phone_number(bare)
    assert masked == f"{bare[:2]} *** {bare[5:]}"
    assert sum(character.isdigit() for character in masked) == 5
