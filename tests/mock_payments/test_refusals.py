"""Payments that are refused before any money is held: why, told alike each time, and recorded once."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.contracts.errors import (
    InsufficientFunds,
    Refusal,
    WalletBlocked,
    WalletNotFound,
    WrongPin,
)
from tests.racing import codes_of, race
from tests.services import Services


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"amount": 20_001}, InsufficientFunds),
        ({"pin": "9999"}, WrongPin),
        ({"payee_wallet_id": "nobody"}, WalletNotFound),
        ({"payer_phone": "99999999"}, WalletNotFound),
    ],
    ids=repr,
)
def test_a_refusal_moves_nothing_and_is_answered_alike_when_it_is_asked_again(
    services: Services, changes: dict[str, Any], refusal: type[Refusal]
) -> None:
    payer, shop = services.open_wallet(20_000), services.open_shop()
    request = services.request(payer, shop, **changes)
    for _ in range(3):
        with pytest.raises(refusal):
            services.payments.prepare(request)
    services.worker.drain()
    (event,) = services.platform.received
    assert (event.type, event.payment.reason, event.payment.state) == ("payment.refused", refusal.code, "refused")
    assert services.money(payer) == (20_000, 0)
    services.require_sound_ledger()


def test_a_blocked_wallet_is_refused(services: Services) -> None:
    payer, shop = services.open_wallet(20_000, status="blocked"), services.open_shop()
    with pytest.raises(WalletBlocked):
        services.prepare(payer, shop)
    assert services.money(payer) == (20_000, 0)


def test_the_right_pin_needs_a_new_key_and_then_pays(services: Services) -> None:
    payer, shop = services.open_wallet(20_000), services.open_shop()
    wrong = services.request(payer, shop, session="s-1", pin="9999")
    for request in (wrong, wrong.model_copy(update={"pin": "1234"})):
        with pytest.raises(WrongPin):
            services.payments.prepare(request)
    assert services.prepare(payer, shop, session="s-1").state == "prepared"


@pytest.mark.parametrize("changes", [{"pin": "9999"}, {"amount": 20_001}], ids=repr)
def test_refusals_that_race_with_one_key_are_all_told_the_reason_and_recorded_once(
    services: Services, changes: dict[str, Any]
) -> None:
    payer, shop = services.open_wallet(20_000), services.open_shop()
    request = services.request(payer, shop, **changes)
    codes = codes_of(race([lambda: services.payments.prepare(request)] * 8))
    assert set(codes) <= {"WRONG_PIN", "PIN_BLOCKED"} or codes == ["INSUFFICIENT_FUNDS"] * 8
    assert len(services.payments.list_payments(payer.phone_number)) == 1
