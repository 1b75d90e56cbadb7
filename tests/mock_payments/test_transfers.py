"""Money that goes at once from one wallet to another: between persons, and to a merchant at the counter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.contracts.errors import (
    InsufficientFunds,
    NotABusinessWallet,
    SelfTransfer,
    TransferNotFound,
    WalletBlocked,
    WalletNotFound,
    WrongPin,
)
from sandbox.contracts.transfers import SendMoney, Transfer
from sandbox.kit.errors import IdempotencyMismatch, InvalidInput
from tests.racing import codes_of, race
from tests.services import PIN, Services

if TYPE_CHECKING:
    from sandbox.contracts.wallets import Wallet


@pytest.fixture
def amina(services: Services) -> Wallet:
    return services.open_wallet(20_000, language="en", holder_name="Amina Ben Salah")


@pytest.fixture
def karim(services: Services) -> Wallet:
    return services.open_wallet(language="en", holder_name="Karim Trabelsi")


@pytest.fixture
def shop(services: Services) -> Wallet:
    return services.open_wallet(kind="business", trade_name="Café Olé", language="en")


def send(services: Services, payer: Wallet, payee: Wallet, amount: int = 5_000, **changes: Any) -> Transfer:
    values = {
        "idempotency_key": "send 1",
        "payer_phone": payer.phone_number,
        "pin": PIN,
        "payee_phone": payee.phone_number,
        "amount": amount,
    }
    return services.payments.send_money(SendMoney(**values | changes))


def money(services: Services, *wallets: Wallet) -> list[int]:
    services.require_sound_ledger()
    return [services.money(wallet)[0] for wallet in wallets]


def messages(services: Services, wallet: Wallet) -> list[str]:
    services.worker.drain()
    return [message.text for message in services.wallets.list_sms(phone_number=wallet.phone_number)]


def test_money_goes_from_person_to_person_and_both_get_an_sms(services: Services, amina: Wallet, karim: Wallet) -> None:
    sent = send(services, amina, karim, note="The rent")
    assert (sent.amount, sent.fee, sent.note, sent.kind) == (5_000, 0, "The rent", "person")
    assert (sent.payer_name, sent.payee_name) == ("Amina B S", "Karim T")
    assert services.payments.get_transfer(sent.id) == sent
    assert money(services, amina, karim) == [15_000, 5_000]
    assert messages(services, amina) == [f"SANDBOX: you sent 5.000 DT to Karim T. Reference {sent.id[:8]}."]
    phone = f"+216 {amina.phone_number[:2]} {amina.phone_number[2:5]} {amina.phone_number[5:]}"
    assert messages(services, karim) == [f"SANDBOX: Amina B S ({phone}) sent you 5.000 DT. Reference {sent.id[:8]}."]


def test_a_merchant_at_the_counter_sees_the_trade_name_paid_and_a_masked_number(
    services: Services, amina: Wallet, shop: Wallet
) -> None:
    paid = send(services, amina, shop, kind="counter")
    assert (paid.kind, paid.payee_name) == ("counter", "Café Olé")
    assert money(services, amina, shop) == [15_000, 5_000]
    assert messages(services, amina) == [f"SANDBOX: you paid 5.000 DT to Café Olé. Reference {paid.id[:8]}."]
    masked = f"{amina.phone_number[:2]} *** {amina.phone_number[5:]}"
    assert messages(services, shop) == [
        f"SANDBOX: you received 5.000 DT from Amina B S ({masked}). Reference {paid.id[:8]}."
    ]


def test_a_person_has_no_counter(services: Services, amina: Wallet, karim: Wallet) -> None:
    with pytest.raises(NotABusinessWallet) as refused:
        send(services, amina, karim, kind="counter")
    assert refused.value.field == "payee_phone"
    assert money(services, amina, karim) == [20_000, 0]


def test_who_would_be_paid_is_told_by_a_shortened_name(services: Services, karim: Wallet, shop: Wallet) -> None:
    found = services.payments.find_payee(karim.phone_number)
    assert (found.name, found.kind, found.can_be_paid) == ("Karim T", "personal", True)
    assert services.payments.find_payee(shop.phone_number).name == "Café Olé"
    services.wallets.block(shop.id)
    assert services.payments.find_payee(shop.phone_number).can_be_paid is False
    with pytest.raises(WalletNotFound):
        services.payments.find_payee("29999999")
    with pytest.raises(InvalidInput):
        services.payments.find_payee("12")


def test_the_same_key_is_answered_alike_whatever_became_of_the_wallets(
    services: Services, amina: Wallet, karim: Wallet
) -> None:
    sent = send(services, amina, karim, amount=20_000)
    services.wallets.block(karim.id)
    assert send(services, amina, karim, amount=20_000) == sent
    assert send(services, amina, karim, amount=20_000, pin="9999") == sent, "that money has moved"
    assert money(services, amina, karim) == [0, 20_000]
    assert len(messages(services, karim)) == 1


@pytest.mark.parametrize("other", [{"amount": 5_001}, {"note": "Else"}, {"kind": "counter"}], ids=str)
def test_the_same_key_with_another_body_is_refused(
    services: Services, amina: Wallet, shop: Wallet, other: dict[str, Any]
) -> None:
    send(services, amina, shop)
    with pytest.raises(IdempotencyMismatch):
        send(services, amina, shop, **other)
    assert money(services, amina, shop) == [15_000, 5_000]


def test_a_refused_transfer_moves_nothing_and_leaves_its_key_free(
    services: Services, amina: Wallet, karim: Wallet
) -> None:
    with pytest.raises(InsufficientFunds):
        send(services, amina, karim, amount=20_001)
    with pytest.raises(WrongPin):
        send(services, amina, karim, pin="9999")
    assert money(services, amina, karim) == [20_000, 0]
    assert send(services, amina, karim).amount == 5_000


def test_nobody_pays_oneself(services: Services, amina: Wallet) -> None:
    with pytest.raises(SelfTransfer) as refused:
        send(services, amina, amina)
    assert refused.value.field == "payee_phone"
    assert money(services, amina) == [20_000]


def test_blocked_and_unknown_sides_are_refused_by_name(services: Services, amina: Wallet, karim: Wallet) -> None:
    with pytest.raises(WalletNotFound) as unknown:
        send(services, amina, karim, payee_phone="29999999")
    assert unknown.value.field == "payee_phone"
    services.wallets.block(karim.id)
    with pytest.raises(WalletBlocked) as blocked:
        send(services, amina, karim)
    assert (blocked.value.field, "other side" in blocked.value.message) == ("payee_phone", True)
    services.wallets.unblock(karim.id)
    services.wallets.block(amina.id)
    with pytest.raises(WalletBlocked) as blocked:
        send(services, amina, karim)
    assert blocked.value.field == "payer_phone"
    assert money(services, amina, karim) == [20_000, 0]


def test_an_unknown_transfer_is_not_found(services: Services) -> None:
    with pytest.raises(TransferNotFound):
        services.payments.get_transfer("none")


BAD_INPUT = [
    ("amount", 0),
    ("amount", "much"),
    ("amount", 10_000_001),
    ("pin", "12a4"),
    ("payee_phone", "123"),
    ("payer_phone", ""),
    ("kind", "gift"),
    ("note", "n" * 501),
    ("idempotency_key", ""),
]


def test_bad_input_is_named_and_moves_nothing(services: Services, amina: Wallet, karim: Wallet) -> None:
    good = {
        "idempotency_key": "k",
        "payer_phone": amina.phone_number,
        "pin": PIN,
        "payee_phone": karim.phone_number,
        "amount": 1,
    }
    for field, value in BAD_INPUT:
        with pytest.raises(InvalidInput) as refused:
            services.payments._call("POST", "/payments/api/transfers", good | {field: value})
        assert refused.value.field == field
    assert money(services, amina, karim) == [20_000, 0]


def test_transfers_that_race_never_overdraw(services: Services, amina: Wallet, karim: Wallet) -> None:
    calls = [lambda n=n: send(services, amina, karim, 3_000, idempotency_key=f"k{n}") for n in range(12)]
    assert codes_of(race(calls)) == ["INSUFFICIENT_FUNDS"] * 6 + ["ok"] * 6
    assert money(services, amina, karim) == [2_000, 18_000]


def test_transfers_that_race_with_one_key_move_money_once(services: Services, amina: Wallet, karim: Wallet) -> None:
    outcomes = race([lambda: send(services, amina, karim, 20_000)] * 6)
    assert codes_of(outcomes) == ["ok"] * 6
    assert len({outcome.id for outcome in outcomes}) == 1
    assert money(services, amina, karim) == [0, 20_000]


def test_transfers_that_cross_do_not_wait_for_each_other_for_ever(
    services: Services, amina: Wallet, karim: Wallet
) -> None:
    send(services, amina, karim, 10_000, idempotency_key="first")
    ways = [(amina, karim), (karim, amina)]
    calls = [lambda n=n: send(services, *ways[n % 2], 100, idempotency_key=f"k{n}") for n in range(12)]
    assert codes_of(race(calls)) == ["ok"] * 12
    assert money(services, amina, karim) == [10_000, 10_000]
