"""Three wrong PINs in a row block a wallet's PIN, wherever they are tried, until its owner sets a new one with a code by SMS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, text

from sandbox.contracts.errors import (
    ChallengeNotFound,
    OtpLocked,
    OtpUsed,
    PinBlocked,
    WalletBlocked,
    WalletNotFound,
    WrongOtp,
    WrongPin,
)
from sandbox.contracts.transfers import SendMoney
from sandbox.contracts.wallets import Authorize, ChangePin, UnlockPin
from sandbox.kit.errors import InvalidInput
from tests.racing import codes_of, race
from tests.services import PIN, Services

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.contracts.wallets import Wallet


@pytest.fixture
def payer(services: Services) -> Wallet:
    return services.open_wallet(20_000)


@pytest.fixture
def attempt(services: Services, payer: Wallet) -> Callable[[str], object]:
    shop = services.open_shop()
    return lambda pin: services.wallets.authorize(
        Authorize(payer_phone=payer.phone_number, pin=pin, payee_wallet_id=shop.id)
    )


def _wrong_pins(services: Services, wallet: Wallet) -> int:
    with services.wallets_api.database.read() as connection:
        query = text("SELECT wrong_pins FROM wallets WHERE id = :id")
        return int(connection.execute(query, {"id": wallet.id}).scalar_one())


def _code(services: Services, wallet: Wallet) -> str:
    return re.findall(r"\d{6}", services.wallets.list_sms(phone_number=wallet.phone_number)[0].text)[0]


def test_the_third_wrong_pin_in_a_row_blocks_and_the_right_one_comes_too_late(
    attempt: Callable[[str], object],
) -> None:
    for left in (2, 1):
        with pytest.raises(WrongPin) as refused:
            attempt("9999")
        assert refused.value.details == {"tries_left": left}
    for pin in ("9999", PIN, "0000"):
        with pytest.raises(PinBlocked) as blocked:
            attempt(pin)
        assert (blocked.value.status, blocked.value.field) == (403, "pin")


def test_a_right_pin_forgets_the_wrong_ones_before_it(
    services: Services, payer: Wallet, attempt: Callable[[str], object]
) -> None:
    for _ in range(3):
        for _ in range(2):
            with pytest.raises(WrongPin):
                attempt("9999")
        attempt(PIN)
    assert _wrong_pins(services, payer) == 0


def test_wrong_pins_are_counted_over_all_places_that_ask_for_one(
    services: Services, payer: Wallet, attempt: Callable[[str], object]
) -> None:
    with pytest.raises(WrongPin):
        services.wallets.change_pin(payer.id, ChangePin(old_pin="9999", new_pin="2468"))
    with pytest.raises(WrongPin) as refused:
        services.prepare(payer, services.open_shop(), pin="9999")
    assert refused.value.details == {"tries_left": 1}
    with pytest.raises(PinBlocked):
        attempt("9999")
    with pytest.raises(PinBlocked):
        services.prepare(payer, services.open_shop())
    assert services.money(payer) == (20_000, 0)


def test_guesses_that_race_are_three_at_most(
    services: Services, payer: Wallet, attempt: Callable[[str], object]
) -> None:
    outcomes = race([lambda guess=guess: attempt(f"{9000 + guess}") for guess in range(10)])
    assert codes_of(outcomes) == ["PIN_BLOCKED"] * 8 + ["WRONG_PIN"] * 2
    assert sorted(outcome.details["tries_left"] for outcome in outcomes if isinstance(outcome, WrongPin)) == [1, 2]
    assert _wrong_pins(services, payer) == 3


def test_right_pins_that_race_with_wrong_ones_leave_a_count_that_is_true(
    services: Services, payer: Wallet, attempt: Callable[[str], object]
) -> None:
    outcomes = race([lambda pin=pin: attempt(pin) for pin in (PIN, "9999") * 4])
    codes = codes_of(outcomes)
    assert _wrong_pins(services, payer) <= 3
    assert (_wrong_pins(services, payer) == 3) == ("PIN_BLOCKED" in codes)


def test_a_right_pin_writes_nothing(services: Services, attempt: Callable[[str], object]) -> None:
    attempt(PIN)
    engine = services.wallets_api.database._engine
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        attempt(PIN)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert not [statement for statement in said if statement.startswith(("UPDATE", "INSERT", "BEGIN IMMEDIATE"))]


def test_a_pin_is_changed_with_the_old_one(services: Services, payer: Wallet, attempt: Callable[[str], object]) -> None:
    services.wallets.change_pin(payer.id, ChangePin(old_pin=PIN, new_pin="2468"))
    attempt("2468")
    with pytest.raises(WrongPin):
        attempt(PIN)
    with pytest.raises(InvalidInput) as refused:
        services.wallets.change_pin(payer.id, ChangePin(old_pin="2468", new_pin="2468"))
    assert refused.value.field == "new_pin"
    with pytest.raises(WalletNotFound):
        services.wallets.change_pin("nobody", ChangePin(old_pin=PIN, new_pin="2468"))


def test_a_code_sent_to_the_owner_unlocks_once(
    services: Services, payer: Wallet, attempt: Callable[[str], object]
) -> None:
    for _ in range(3):
        with pytest.raises((WrongPin, PinBlocked)):
            attempt("9999")
    challenge = services.wallets.start_unlock(payer.id)
    assert challenge.phone_number == payer.phone_number
    code = _code(services, payer)
    with pytest.raises(WrongOtp) as refused:
        services.wallets.unlock_pin(challenge.id, UnlockPin(code=f"{(int(code) + 1) % 10**6:06}", new_pin="2468"))
    assert refused.value.details == {"tries_left": 2}
    with pytest.raises(PinBlocked):
        attempt("2468")
    services.wallets.unlock_pin(challenge.id, UnlockPin(code=code, new_pin="2468"))
    attempt("2468")
    with pytest.raises(OtpUsed):
        services.wallets.unlock_pin(challenge.id, UnlockPin(code=code, new_pin="1357"))
    with pytest.raises(WrongPin) as fresh:
        attempt(PIN)
    assert fresh.value.details == {"tries_left": 2}


def test_three_wrong_codes_leave_the_pin_blocked_and_another_code_may_be_asked_for(
    services: Services, payer: Wallet, attempt: Callable[[str], object]
) -> None:
    challenge = services.wallets.start_unlock(payer.id)
    wrong = f"{(int(_code(services, payer)) + 1) % 10**6:06}"
    for expected in (WrongOtp, WrongOtp, OtpLocked):
        with pytest.raises(expected):
            services.wallets.unlock_pin(challenge.id, UnlockPin(code=wrong, new_pin="2468"))
    attempt(PIN)
    again = services.wallets.start_unlock(payer.id)
    services.wallets.unlock_pin(again.id, UnlockPin(code=_code(services, payer), new_pin="2468"))
    attempt("2468")


def test_a_code_opens_only_what_it_was_sent_for(services: Services) -> None:
    shop = services.open_shop()
    to_link, to_unlock = services.wallets.start_challenge(shop.phone_number), services.wallets.start_unlock(shop.id)
    code_to_unlock, code_to_link = (
        re.findall(r"\d{6}", sms.text)[0] for sms in services.wallets.list_sms(phone_number=shop.phone_number)
    )
    with pytest.raises(ChallengeNotFound):
        services.wallets.unlock_pin(to_link.id, UnlockPin(code=code_to_link, new_pin="2468"))
    with pytest.raises(ChallengeNotFound):
        services.wallets.verify_challenge(to_unlock.id, code_to_unlock)
    services.wallets.verify_challenge(to_link.id, code_to_link)


def test_a_blocked_wallet_changes_no_pin(services: Services, payer: Wallet) -> None:
    services.wallets.block(payer.id)
    for call in (
        lambda: services.wallets.change_pin(payer.id, ChangePin(old_pin=PIN, new_pin="2468")),
        lambda: services.wallets.start_unlock(payer.id),
    ):
        with pytest.raises(WalletBlocked):
            call()


def test_a_blocked_pin_does_not_keep_money_from_coming_in(
    services: Services, payer: Wallet, attempt: Callable[[str], object]
) -> None:
    """As a merchant whose own PIN is blocked goes on selling."""
    for _ in range(3):
        with pytest.raises((WrongPin, PinBlocked)):
            attempt("9999")
    services.execute(services.prepare(services.open_wallet(5_000), payer, amount=5_000))
    assert services.money(payer) == (25_000, 0)


def test_one_call_is_one_try_however_often_it_is_sent_and_whoever_is_first(services: Services, payer: Wallet) -> None:
    shop, friend = services.open_shop(), services.open_wallet()
    pay = services.request(payer, shop, pin="9999")
    gift = SendMoney(
        idempotency_key="gift", payer_phone=payer.phone_number, pin="9999", payee_phone=friend.phone_number, amount=5
    )
    for calls in (lambda: services.payments.prepare(pay), lambda: services.payments.send_money(gift)):
        assert set(codes_of(race([calls] * 4))) == {"WRONG_PIN"}
    assert _wrong_pins(services, payer) == 2
    with pytest.raises(WrongPin) as refused:
        services.payments.send_money(gift)
    assert refused.value.details["tries_left"] == 1


def test_one_key_is_no_way_to_try_many_pins(services: Services, payer: Wallet) -> None:
    shop = services.open_shop()
    guesses = [f"{number:04}" for number in range(2, 9)]
    calls = [
        Authorize(payer_phone=payer.phone_number, pin=guess, payee_wallet_id=shop.id, attempt="one key")
        for guess in ("0001", *guesses)
    ]
    outcomes = codes_of(race([lambda call=call: services.wallets.authorize(call) for call in calls]))
    assert (outcomes.count("WRONG_PIN"), outcomes.count("PIN_BLOCKED")) == (2, 6)


def test_after_the_right_pin_every_call_counts_again(services: Services, payer: Wallet) -> None:
    shop = services.open_shop()

    def authorize(pin: str) -> None:
        services.wallets.authorize(
            Authorize(payer_phone=payer.phone_number, pin=pin, payee_wallet_id=shop.id, attempt="one key")
        )

    for _ in range(2):
        with pytest.raises(WrongPin) as refused:
            authorize("9999")
        assert refused.value.details["tries_left"] == 2
        authorize(PIN)
