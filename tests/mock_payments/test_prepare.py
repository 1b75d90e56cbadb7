"""The first step: the money is held and the six-digit code made."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.contracts.errors import (
    AlreadyPrepared,
    PaymentNotFound,
    SessionExpired,
)
from sandbox.kit.clock import to_iso
from sandbox.kit.errors import IdempotencyMismatch, InvalidInput, ServiceUnavailable
from sandbox.kit.money import MAX_AMOUNT
from tests.racing import codes_of, race
from tests.services import KEY, START, Services

if TYPE_CHECKING:
    from sandbox.contracts.payments import Payment, PaymentsClient


def test_the_money_is_held_and_the_phone_gets_a_code(services: Services) -> None:
    payer, shop = services.open_wallet(20_000), services.open_shop()
    payment = services.prepare(payer, shop, amount=12_500)
    assert re.fullmatch(r"[0-9]{6}", payment.code or "")
    assert (payment.state, payment.amount, payment.payer_phone) == ("prepared", 12_500, payer.phone_number)
    assert payment.expires_at == to_iso(START + timedelta(seconds=120))
    assert (services.money(payer), services.money(shop)) == ((7_500, 12_500), (0, 0))
    services.require_sound_ledger()


def test_the_code_is_told_to_nobody_but_the_phone(services: Services) -> None:
    payer, shop = services.open_wallet(20_000), services.open_shop()
    payment = services.prepare(payer, shop)
    services.worker.drain()
    shown = [services.payments.get_payment(payment.id), *services.payments.list_payments(payer.phone_number)]
    events = [event.payment for event in services.platform.received]
    assert [told.code for told in [*shown, *events]] == [None, None, None]


def test_the_same_request_gets_the_same_payment_and_the_same_code(services: Services) -> None:
    payer, shop = services.open_wallet(20_000), services.open_shop()
    request = services.request(payer, shop)
    first = services.payments.prepare(request)
    services.clock.advance(30)
    assert services.payments.prepare(request) == first
    assert services.money(payer) == (7_500, 12_500)


@pytest.mark.parametrize(
    "changes",
    [{"amount": 1}, {"session": "other"}, {"app_id": "other"}, {"payee_wallet_id": "x"}, {"merchant_name": "Other"}],
    ids=repr,
)
def test_a_key_that_was_used_for_another_request_is_refused(services: Services, changes: dict[str, Any]) -> None:
    payer, shop = services.open_wallet(20_000), services.open_shop()
    request = services.request(payer, shop)
    services.payments.prepare(request)
    with pytest.raises(IdempotencyMismatch) as refused:
        services.payments.prepare(request.model_copy(update=changes))
    assert refused.value.field == "idempotency_key"
    assert services.money(payer) == (7_500, 12_500)


def test_callers_that_race_with_one_key_get_one_payment_and_one_code(services: Services) -> None:
    payer, shop = services.open_wallet(100_000), services.open_shop()
    request = services.request(payer, shop)
    answers = race([lambda: services.payments.prepare(request)] * 8)
    assert codes_of(answers) == ["ok"] * 8
    assert len({(answer.id, answer.code) for answer in answers}) == 1
    assert services.money(payer) == (87_500, 12_500)
    services.require_sound_ledger()


def test_of_two_phones_that_race_in_one_form_one_is_told_that_it_came_too_late(services: Services) -> None:
    payers, shop = [services.open_wallet(20_000) for _ in range(2)], services.open_shop()
    outcomes = race([lambda payer=payer: services.prepare(payer, shop, session="s-1") for payer in payers])
    assert codes_of(outcomes) == ["ALREADY_PREPARED", "ok"]
    assert sorted(services.money(payer) for payer in payers) == [(7_500, 12_500), (20_000, 0)]
    services.require_sound_ledger()


def test_many_phones_that_race_in_one_form_hold_one_amount(services: Services) -> None:
    payer, shop = services.open_wallet(100_000), services.open_shop()
    outcomes = race([lambda: services.prepare(payer, shop, session="s-1")] * 8)
    assert codes_of(outcomes) == ["ALREADY_PREPARED"] * 7 + ["ok"]
    assert services.money(payer) == (87_500, 12_500)


def test_forms_that_race_for_the_same_money_get_what_there_is_and_no_more(services: Services) -> None:
    payer, shop = services.open_wallet(30_000), services.open_shop()
    outcomes = race([lambda: services.prepare(payer, shop, amount=10_000)] * 8)
    assert codes_of(outcomes) == ["INSUFFICIENT_FUNDS"] * 5 + ["ok"] * 3
    assert services.money(payer) == (0, 30_000)
    services.require_sound_ledger()


def test_a_form_whose_time_is_over_takes_no_money(services: Services) -> None:
    payer, shop = services.open_wallet(20_000), services.open_shop()
    until = to_iso(START + timedelta(seconds=60))
    services.clock.advance(59.999)
    services.payments.cancel(services.prepare(payer, shop, form_expires_at=until).id)
    services.clock.advance(0.001)
    with pytest.raises(SessionExpired):
        services.prepare(payer, shop, form_expires_at=until)
    assert services.money(payer) == (20_000, 0)
    for wrong in ("soon", "2026-03-01T09:30:00"):
        body = services.request(payer, shop).model_dump() | {"form_expires_at": wrong}
        with pytest.raises(InvalidInput) as refused:
            services.payments._call("POST", "/payments/api/payments", body)
        assert refused.value.field == "form_expires_at"


def test_another_phone_may_pay_once_the_first_payment_ended_without_money(services: Services) -> None:
    payer, other, shop = services.open_wallet(20_000), services.open_wallet(20_000), services.open_shop()
    first = services.prepare(payer, shop, session="s-1")
    with pytest.raises(AlreadyPrepared):
        services.prepare(other, shop, session="s-1")
    services.payments.cancel(first.id)
    second = services.prepare(other, shop, session="s-1")
    services.execute(second)
    with pytest.raises(AlreadyPrepared):
        services.prepare(payer, shop, session="s-1")
    assert [services.money(wallet) for wallet in (payer, other, shop)] == [(20_000, 0), (7_500, 0), (12_500, 0)]


def test_a_new_payment_in_a_form_ends_one_whose_time_is_over(services: Services) -> None:
    payer, shop = services.open_wallet(20_000), services.open_shop()
    first = services.prepare(payer, shop, session="s-1")
    services.clock.advance(120)
    second = services.prepare(payer, shop, session="s-1")
    assert services.payments.get_payment(first.id).state == "expired"
    assert services.money(payer) == (7_500, 12_500)
    services.worker.drain()
    assert services.platform.types_of(first.id) == ["prepared", "expired"]
    assert services.platform.types_of(second.id) == ["prepared"]
    services.require_sound_ledger()


def test_while_wallets_are_away_nothing_is_done_and_the_same_request_works_later(services: Services) -> None:
    payer, shop = services.open_wallet(20_000), services.open_shop()
    request = services.request(payer, shop)
    services.wallets_switch.is_away = True
    with pytest.raises(ServiceUnavailable):
        services.payments.prepare(request)
    answer = services.transport.send(
        "POST",
        "/payments/api/payments",
        request.model_dump_json().encode(),
        {"Content-Type": "application/json", "Sandbox-Service-Key": KEY},
    )
    assert (answer.status, answer.json()["error"]["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert services.payments.list_payments(payer.phone_number) == []
    assert services.money(payer) == (20_000, 0)
    services.worker.drain()
    assert services.platform.received == []
    services.wallets_switch.is_away = False
    assert services.payments.prepare(request).state == "prepared"


BAD_INPUT = [
    ("amount", 0),
    ("amount", -1),
    ("amount", 12.5),
    ("amount", "text"),
    ("amount", MAX_AMOUNT + 1),
    ("amount", None),
    ("payer_phone", "123"),
    ("pin", "12"),
    ("session", ""),
    ("session", "a b"),
    ("session", "s" * 65),
    ("app_id", ["x"]),
    ("idempotency_key", ""),
    ("idempotency_key", "a\x00b"),
    ("merchant_name", "x" * 81),
    ("reference", "a\x07b"),
    ("form_expires_at", "soon"),
    ("destinations", "w-1"),
    ("destinations.0.amount", None),
    ("currency", 788.5),
]


def _with(field: str, value: object) -> dict[str, object]:
    """A field by its name, or the amount of the first share."""
    return {"destinations": [{"wallet_id": "w", "amount": value}]} if "." in field else {field: value}


def test_bad_input_is_named_and_nothing_is_done(services: Services) -> None:
    payer, shop = services.open_wallet(20_000), services.open_shop()
    body = services.request(payer, shop).model_dump()
    missing = [
        (name, {key: body[key] for key in body if key != name})
        for name in body
        if name not in {"reference", "form_expires_at", "code_seconds", "destinations", "currency", "method"}
    ]
    for field, wrong in [(field, body | _with(field, value)) for field, value in BAD_INPUT] + missing:
        with pytest.raises(InvalidInput) as refused:
            services.payments._call("POST", "/payments/api/payments", wrong)
        assert refused.value.field == field
    assert services.payments.list_payments(payer.phone_number) == []
    assert services.money(payer) == (20_000, 0)


def test_the_longest_names_are_stored_on_every_database(services: Services) -> None:
    payer, shop = services.open_wallet(20_000), services.open_shop()
    long = {"idempotency_key": "k" * 100, "session": "s" * 64, "app_id": "a" * 64, "merchant_name": "م" * 80}
    payment = services.prepare(payer, shop, reference="r" * 64, **long)
    services.execute(payment, key="e" * 200, app_id="a" * 64)
    services.worker.drain()
    assert len(services.wallets.list_sms(phone_number=payer.phone_number)) == 1


def test_an_unknown_payment_is_told(services: Services) -> None:
    payments: PaymentsClient = services.payments
    for call in (payments.get_payment, payments.cancel):
        with pytest.raises(PaymentNotFound):
            call("nobody")


def test_the_newest_payments_of_a_phone_are_listed_first(services: Services) -> None:
    payer, shop = services.open_wallet(200_000), services.open_shop()
    made: list[Payment] = [services.prepare(payer, shop, amount=1_000) for _ in range(53)]
    listed = services.payments.list_payments(f"+216{payer.phone_number}")
    assert [payment.id for payment in listed] == [payment.id for payment in made[:2:-1]]
