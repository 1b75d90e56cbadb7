"""The text inside the QR codes (CONTRACT.md section 4)."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sandbox.contracts.errors import BrokenQr, ForeignQr
from sandbox.contracts.qr_payload import (
    MAX_BYTES,
    CheckoutCode,
    HostedCode,
    MerchantCode,
    PersonCode,
    parse,
    to_text,
)
from sandbox.kit.money import MAX_AMOUNT

APP = "6f1c1f0e-7d0a-4c39-9a9e-0b7c6a2f5d11"
PAY = f"flouci-sandbox://pay?v=1&app={APP}&amount=64100&session=_Q9s-bL2"
REAL = (
    PAY,
    f"{PAY}&id=TX12530&name=Caf%C3%A9&description=Deux%20tasses",
    "flouci-sandbox://pay?v=1&payment=_x3-Yz",
    "flouci-sandbox://wallet?v=1&phone=20123456",
    "flouci-sandbox://merchant?v=1&phone=71123456&amount=12500",
    "flouci-sandbox://merchant?v=1&phone=71123456",
)

identifiers = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
amounts = st.integers(1, MAX_AMOUNT)
phones = st.from_regex(r"[2-57-9][0-9]{7}", fullmatch=True).filter(lambda number: number[0] != "8")
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=60)
checkouts = st.builds(
    CheckoutCode,
    app=identifiers,
    amount=amounts,
    session=identifiers,
    id=st.none() | identifiers,
    name=st.none() | texts,
    description=st.none() | texts,
)
others = (
    st.builds(HostedCode, identifiers)
    | st.builds(PersonCode, phones)
    | st.builds(MerchantCode, phones, st.none() | amounts)
)


def broken_field(text: str) -> str | None:
    with pytest.raises(BrokenQr) as raised:
        parse(text)
    assert raised.value.message.startswith("This code of the sandbox is not valid: ")
    return raised.value.field


# Layout


def test_a_checkout_code_is_laid_out_as_the_contract_says():
    code = CheckoutCode(APP, 64100, "_Q9s-bL2", "TX12530", "Café", "Deux tasses")
    assert to_text(code) == REAL[1]
    assert parse(REAL[1]) == code


def test_a_hosted_page_carries_only_its_payment():
    assert to_text(HostedCode("_x3-Yz")) == REAL[2]
    assert parse(REAL[2]) == HostedCode("_x3-Yz")


def test_a_person_and_a_counter_carry_a_phone_number():
    assert to_text(PersonCode("20123456")) == REAL[3]
    assert to_text(MerchantCode("71123456", 12500)) == REAL[4]
    assert to_text(MerchantCode("71123456")) == REAL[5]
    assert parse(REAL[5]) == MerchantCode("71123456", None)


@given(others)
def test_every_short_code_comes_back_as_it_was(code):
    assert parse(to_text(code)) == code


@given(checkouts)
def test_a_checkout_code_comes_back_whole_or_with_shortened_texts(code):
    text = to_text(code)
    assert text.isascii()
    assert len(text) <= MAX_BYTES
    back = parse(text)
    assert isinstance(back, CheckoutCode)
    assert (back.app, back.amount, back.session, back.id) == (code.app, code.amount, code.session, code.id)
    assert (code.name or "").startswith(back.name or "")
    assert (code.description or "").startswith(back.description or "")
    if back.name != code.name:
        assert back.description is None


# Shortening


def test_the_description_is_shortened_before_the_name():
    back = parse(to_text(CheckoutCode(APP, 1, "s", None, "Boutique", "é" * 400)))
    assert back.name == "Boutique"
    assert set(back.description) == {"é"}
    assert len(back.description) > 30


def test_the_name_is_shortened_when_no_description_is_left():
    back = parse(to_text(CheckoutCode(APP, 1, "s", None, "😀" * 100, "Deux tasses")))
    assert back.description is None
    assert set(back.name) == {"😀"}


def test_as_much_as_possible_is_kept():
    text = to_text(CheckoutCode(APP, 1, "s", None, "Boutique", "d" * 500))
    assert len(text) == MAX_BYTES


def test_what_cannot_be_shortened_must_fit():
    fits = CheckoutCode("a" * 64, MAX_AMOUNT, "s" * 64, "i" * 100)
    assert parse(to_text(fits)) == fits
    with pytest.raises(ValueError, match="400 fit"):
        to_text(CheckoutCode("a" * 64, MAX_AMOUNT, "s" * 64, "i" * 300, "name", "description"))


def test_line_breaks_in_a_description_become_spaces():
    back = parse(to_text(CheckoutCode(APP, 1, "s", None, None, "Deux\ntasses\x00")))
    assert back.description == "Deux tasses "


def test_half_a_character_in_a_name_does_no_harm():
    assert parse(to_text(CheckoutCode(APP, 1, "s", None, "a\ud800b"))).name == "a?b"


def test_empty_texts_are_left_out():
    assert to_text(CheckoutCode(APP, 64100, "_Q9s-bL2", "", "", "")) == PAY
    assert parse(f"{PAY}&id=&name=&description=") == CheckoutCode(APP, 64100, "_Q9s-bL2")


def test_every_character_with_a_meaning_in_addresses_is_encoded():
    assert (
        to_text(CheckoutCode(APP, 64100, "_Q9s-bL2", None, "a/b?c=d&e+f#g%"))
        == f"{PAY}&name=a%2Fb%3Fc%3Dd%26e%2Bf%23g%25"
    )


@pytest.mark.parametrize(
    "code",
    [
        CheckoutCode("", 1, "s"),
        CheckoutCode(APP, 0, "s"),
        CheckoutCode(APP, MAX_AMOUNT + 1, "s"),
        CheckoutCode(APP, True, "s"),
        CheckoutCode(APP, 1, "a b"),
        CheckoutCode("a\x00", 1, "s"),
        CheckoutCode("a\ud800", 1, "s"),
        CheckoutCode("a" * 65, 1, "s"),
        CheckoutCode(APP, 1, "s", "line\nbreak"),
        HostedCode(""),
        HostedCode("é"),
        PersonCode("123"),
        MerchantCode("20123456", -5),
    ],
)
def test_no_code_is_made_that_no_phone_could_read(code):
    with pytest.raises(ValueError, match="No QR code can be made"):
        to_text(code)


# Refusals


@pytest.mark.parametrize("text", ["", "https://example.com/", "flouci://pay?v=1", " " + PAY, "FLOUCI-SANDBOX", "\x00"])
def test_a_text_without_our_scheme_is_foreign(text):
    with pytest.raises(ForeignQr):
        parse(text)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("flouci-sandbox:", "kind"),
        ("flouci-sandbox://steal?v=1", "kind"),
        ("flouci-sandbox:pay?v=1&payment=x", "kind"),
        ("flouci-sandbox://pay", "v"),
        ("flouci-sandbox://pay?payment=x", "v"),
        ("flouci-sandbox://pay?v=2&payment=x", "v"),
        ("flouci-sandbox://pay?v=01&payment=x", "v"),
        ("flouci-sandbox://pay?v=1", "app"),
        ("flouci-sandbox://pay?v=1&app=a", "amount"),
        ("flouci-sandbox://pay?v=1&app=a&amount=5", "session"),
        ("flouci-sandbox://pay?v=1&app=&amount=5&session=s", "app"),
        (f"flouci-sandbox://pay?v=1&app={'a' * 65}&amount=5&session=s", "app"),
        (f"{PAY}&payment=x", "payment"),
        (f"{PAY}&amount=64100", "amount"),
        (f"{PAY}&name=a&name=b", "name"),
        (f"{PAY}&name", "text"),
        (f"{PAY}&name={'n' * 400}", "text"),
        (f"{PAY}&name=Café", "text"),
        (f"{PAY}\n", "text"),
        (f"{PAY}\x00", "text"),
        (f"{PAY}&name=\ud800", "text"),
        (f"{PAY}&name=%", "name"),
        (f"{PAY}&name=%4", "name"),
        (f"{PAY}&name=%GG", "name"),
        (f"{PAY}&name=%FF", "name"),
        (f"{PAY}&name=%C3", "name"),
        (f"{PAY}&name=%ED%A0%80", "name"),
        (f"{PAY}&name=a%00b", "name"),
        (f"{PAY}&description=%1B[31m", "description"),
        (f"{PAY}&id=%C2%85", "id"),
        ("flouci-sandbox://pay?v=1&payment=a.b", "payment"),
        (f"flouci-sandbox://pay?v=1&payment={'p' * 65}", "payment"),
        ("flouci-sandbox://pay?v=1&payment=", "payment"),
        ("flouci-sandbox://wallet?v=1", "phone"),
        ("flouci-sandbox://wallet?v=1&phone=123", "phone"),
        ("flouci-sandbox://wallet?v=1&phone=+33612345678", "phone"),
        (f"flouci-sandbox://wallet?v=1&phone=20123456{'%20' * 40}", "phone"),
        ("flouci-sandbox://merchant?v=1&phone=20123456&amount=x", "amount"),
    ],
)
def test_a_broken_code_is_refused_with_the_name_of_the_field(text, field):
    assert broken_field(text) == field


@pytest.mark.parametrize(
    "amount",
    ["0", "-5", "%2B5", "+5", "5.0", "5e3", "%205", "1_000", "%D9%A5", "%C2%B2", str(MAX_AMOUNT + 1), "9" * 250],
)
def test_an_amount_is_plain_digits_within_the_limit(amount):
    assert broken_field(f"flouci-sandbox://pay?v=1&app=a&amount={amount}&session=s") == "amount"


@pytest.mark.parametrize("amount", [1, MAX_AMOUNT])
def test_the_smallest_and_the_largest_amount_are_read(amount):
    assert parse(f"flouci-sandbox://pay?v=1&app=a&amount={amount}&session=s").amount == amount


def test_unknown_fields_are_ignored():
    assert parse(f"{PAY}&colour=red") == parse(PAY)


def test_a_plus_sign_is_a_plus_sign_and_no_space():
    assert parse(f"{PAY}&name=a+b").name == "a+b"
    assert parse("flouci-sandbox://wallet?v=1&phone=+21620123456") == PersonCode("20123456")


# Any text at all


def parse_or_refuse(text: str) -> None:
    try:
        code = parse(text)
    except (ForeignQr, BrokenQr):
        return
    assert parse(to_text(code)) == code


@given(st.text(st.characters()))
def test_no_text_makes_it_crash(text):
    parse_or_refuse(text)
    parse_or_refuse(f"flouci-sandbox:{text}")
    parse_or_refuse(f"flouci-sandbox://pay?v=1&{text}")


@given(st.binary(max_size=60))
def test_no_percent_encoded_bytes_make_it_crash(value):
    parse_or_refuse(f"{PAY}&name={quote(value)}")
    parse_or_refuse(f"flouci-sandbox://wallet?v=1&phone={quote(value)}")


@settings(max_examples=300)
@given(st.sampled_from(REAL), st.data())
def test_no_damage_to_a_real_code_makes_it_crash(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 5)))
    middle = data.draw(
        st.text(st.characters(), max_size=4) | st.sampled_from(["%", "&", "=", "?", "%00", "%FF", "&v=1"])
    )
    parse_or_refuse(text[:start] + middle + text[end:])


@example("2" * 30)
@example("20123456;ext=5")
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_no_phone_field_makes_it_crash(value):
    parse_or_refuse(f"flouci-sandbox://wallet?v=1&phone={quote(value)}")


@pytest.mark.parametrize("app", ["=a", "a b", "a/b", "é", "a" * 65])
def test_a_public_token_has_the_characters_of_one(app):
    """The phone asked the platform for it, which the platform's client refused with an error of its own."""
    with pytest.raises(BrokenQr) as raised:
        parse(f"flouci-sandbox://pay?v=1&app={quote(app)}&amount=1&session=s")
    assert raised.value.field == "app"
