"""SMS messages, kept per phone number."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sandbox.contracts.wallets import SmsOrder
from sandbox.kit.clock import to_iso
from sandbox.kit.errors import InvalidInput
from sandbox.mock_wallets.sms.texts import TEXTS, render
from tests.racing import codes_of, race
from tests.services import START, Services

VALUES = {"amount": "12.500", "name": "Café Olé", "reference": "TX-1"}


def _order(key: str, phone_number: str, **changes: Any) -> SmsOrder:
    values = {"key": key, "phone_number": phone_number, "template": "payment_sent", "values": VALUES}
    return SmsOrder(**values | changes)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "SANDBOX : vous avez payé 12.500 DT à Café Olé. Référence TX-1."),
        ("ar", "SANDBOX: لقد دفعت 12.500 د.ت إلى Café Olé. المرجع TX-1."),
        ("en", "SANDBOX: you paid 12.500 DT to Café Olé. Reference TX-1."),
    ],
)
def test_a_message_comes_in_the_language_of_the_wallet(services: Services, language: str, text: str) -> None:
    wallet = services.open_wallet(language=language)
    services.wallets.send_sms([_order("k", wallet.phone_number)])
    (message,) = services.wallets.list_sms(phone_number=wallet.phone_number)
    assert (message.text, message.phone_number, message.sent_at) == (text, wallet.phone_number, to_iso(START))


def test_a_message_that_is_sent_again_with_its_key_comes_once(services: Services) -> None:
    wallet = services.open_wallet()
    first, second = _order("k1", wallet.phone_number), _order("k2", wallet.phone_number)
    services.wallets.send_sms([first, first])
    services.wallets.send_sms([first, second])
    assert len(services.wallets.list_sms()) == 2


def test_senders_that_race_with_one_key_send_once_and_none_fails(services: Services) -> None:
    wallet = services.open_wallet()
    orders = [_order(f"k{number}", wallet.phone_number) for number in range(3)]
    outcomes = race([lambda: services.wallets.send_sms(orders)] * 8)
    assert codes_of(outcomes) == ["ok"] * 8
    assert len(services.wallets.list_sms()) == 3


def test_a_message_to_a_phone_without_a_wallet_is_dropped_and_the_others_arrive(services: Services) -> None:
    wallet = services.open_wallet()
    services.wallets.send_sms([_order("k1", "99999999"), _order("k2", wallet.phone_number)])
    assert [message.phone_number for message in services.wallets.list_sms()] == [wallet.phone_number]


def test_the_newest_hundred_are_listed_newest_first_and_each_phone_has_its_own(services: Services) -> None:
    one, other = services.open_wallet(), services.open_wallet()
    named = [_order(f"k{n}", one.phone_number, values=VALUES | {"reference": f"R{n}."}) for n in range(105)]
    services.wallets.send_sms([*named, _order("other", other.phone_number)])
    listed = services.wallets.list_sms(phone_number=one.phone_number)
    assert [message.id for message in listed] == sorted((message.id for message in listed), reverse=True)
    assert len(listed) == 100
    assert "R104." in listed[0].text
    assert len(services.wallets.list_sms(phone_number=other.phone_number)) == 1


def test_messages_are_found_by_a_part_of_their_text_taken_literally(services: Services) -> None:
    wallet = services.open_wallet(language="en")
    names = ("100%", "100 dinars", "a_b", "axb")
    services.wallets.send_sms([_order(name, wallet.phone_number, values=VALUES | {"name": name}) for name in names])
    for part, found in (("100%", 1), ("a_b", 1), ("you paid", 4), ("nothing", 0), ("", 4)):
        assert len(services.wallets.list_sms(contains=part)) == found


def test_long_keys_and_long_values_arrive_on_every_database(services: Services) -> None:
    wallet = services.open_wallet()
    services.wallets.send_sms([_order("k" * 500, wallet.phone_number, values=VALUES | {"name": "x" * 600})])
    assert "x" * 600 in services.wallets.list_sms()[0].text


def test_a_value_that_looks_like_a_template_is_shown_as_it_is(services: Services) -> None:
    wallet = services.open_wallet(language="en")
    services.wallets.send_sms([_order("k", wallet.phone_number, values=VALUES | {"name": "{amount} {0.__class__}"})])
    assert "to {amount} {0.__class__}." in services.wallets.list_sms()[0].text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"template": "advertisement"}, "template"),
        ({"phone_number": "123"}, "phone_number"),
        ({"values": {"name": "a\x00b"}}, "messages"),
        ({"values": ["name"]}, "values"),
    ],
    ids=repr,
)
def test_a_bad_message_is_refused_and_none_of_the_call_is_sent(
    services: Services, changes: dict[str, Any], field: str
) -> None:
    wallet = services.open_wallet()
    good = _order("k1", wallet.phone_number).model_dump()
    with pytest.raises(InvalidInput) as refused:
        services.wallets._call("POST", "/wallets/api/sms", {"messages": [good, good | changes]})
    assert field in str(refused.value.field)
    assert services.wallets.list_sms() == []


def test_every_text_is_there_in_every_language_with_the_same_places_and_says_sandbox() -> None:
    for languages in TEXTS.values():
        assert set(languages) == {"fr", "ar", "en"}
        assert all(text.startswith("SANDBOX") for text in languages.values())
        assert len({frozenset(re.findall(r"{(\w+)}", text)) for text in languages.values()}) == 1


def test_a_value_that_is_missing_shows_as_a_dash() -> None:
    assert "–" in render("payment_sent", "fr", {"amount": "1.000", "name": "Amel"})
