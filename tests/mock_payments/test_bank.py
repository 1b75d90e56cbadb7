"""Money between wallets and their bank accounts, once per key and under the ceilings."""

from __future__ import annotations

from collections import Counter
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.contracts.bank import BankMove, LinkBank, OpenBankAccount
from sandbox.contracts.errors import (
    BankAlreadyLinked,
    BankNotFound,
    BankNotLinked,
    InsufficientFunds,
    LimitExceeded,
    PinBlocked,
    WalletBlocked,
    WrongPin,
)
from sandbox.contracts.wallets import CloseWallet
from sandbox.kit.errors import IdempotencyMismatch, InvalidInput, ServiceUnavailable
from sandbox.kit.rib import key_of, parse_rib
from sandbox.mock_wallets.wallets.levels import WalletLevels
from tests.racing import codes_of, race
from tests.services import PIN, Services, build_services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.contracts.bank import BankMovement
    from sandbox.contracts.transport import InProcessTransport
    from sandbox.contracts.wallets import Wallet
    from tests.databases import UrlFactory

RIB = "080060123456789012" + key_of("080060123456789012")
_keys = count()


def _move(wallet: Wallet, amount: int, **changes: Any) -> BankMove:
    values = {"idempotency_key": f"move {next(_keys)}", "phone_number": wallet.phone_number, "pin": PIN}
    return BankMove(**values | {"amount": amount} | changes)


def _closing(wallet: Wallet, pin: str = PIN) -> CloseWallet:
    return CloseWallet(phone_number=wallet.phone_number, pin=pin)


@pytest.fixture
def banked(services: Services) -> Wallet:
    wallet = services.open_wallet(10_000)
    services.wallets.link_bank(wallet.id, LinkBank(rib=RIB))
    return wallet


@pytest.fixture
def limited(database_url: UrlFactory, in_process: InProcessTransport) -> Iterator[Services]:
    levels = WalletLevels(balance=(15_000, 0, 0), daily_outflow=(10_000, 0, 0))
    with build_services(database_url, in_process, levels=levels) as services:
        yield services


def test_a_withdrawal_goes_to_the_bank_and_a_top_up_comes_from_it(services: Services, banked: Wallet) -> None:
    out = services.payments.withdraw(_move(banked, 4_000))
    assert (out.kind, out.amount, out.balance) == ("withdrawal", 4_000, 6_000)
    assert out.account == f"08 … {RIB[-4:]}"
    back = services.payments.top_up_from_bank(_move(banked, 1_500))
    assert (back.kind, back.balance) == ("top_up", 7_500)
    assert services.money(banked) == (7_500, 0)
    services.worker.drain()
    texts = [sms.text for sms in services.wallets.list_sms(phone_number=banked.phone_number)]
    assert ["1.500" in texts[0], "4.000" in texts[1]] == [True, True]
    items, _ = services.payments.list_history(banked.id)
    assert [(item.kind, item.direction) for item in items][:2] == [("top_up", "in"), ("withdrawal", "out")]
    services.require_sound_ledger()


@pytest.mark.parametrize("kind", ["withdraw", "top_up_from_bank"])
def test_the_same_key_moves_money_once(services: Services, banked: Wallet, kind: str) -> None:
    call: Callable[[BankMove], BankMovement] = getattr(services.payments, kind)
    move = _move(banked, 3_000)
    first = call(move)
    services.payments.withdraw(_move(banked, 500))
    assert call(move) == first
    for other in ({"amount": 3_001}, {"phone_number": services.open_wallet().phone_number}):
        with pytest.raises(IdempotencyMismatch):
            call(move.model_copy(update=other))
    twin = services.payments.top_up_from_bank if kind == "withdraw" else services.payments.withdraw
    with pytest.raises(IdempotencyMismatch):
        twin(move)
    assert services.money(banked)[0] == (6_500 if kind == "withdraw" else 12_500)


def test_calls_with_one_key_that_race_are_one_withdrawal(services: Services, banked: Wallet) -> None:
    move = _move(banked, 6_000)
    outcomes = race([lambda: services.payments.withdraw(move)] * 6)
    assert codes_of(outcomes) == ["ok"] * 6
    assert len({outcome.id for outcome in outcomes}) == 1
    assert services.money(banked) == (4_000, 0)
    services.require_sound_ledger()


def test_no_more_goes_out_than_there_is(services: Services, banked: Wallet) -> None:
    with pytest.raises(InsufficientFunds):
        services.payments.withdraw(_move(banked, 10_001))
    outcomes = race([lambda: services.payments.withdraw(_move(banked, 4_000))] * 5)
    assert codes_of(outcomes) == ["INSUFFICIENT_FUNDS"] * 3 + ["ok"] * 2
    assert services.money(banked) == (2_000, 0)
    services.require_sound_ledger()


def test_the_pin_is_asked_and_counted(services: Services, banked: Wallet) -> None:
    for call in (services.payments.withdraw, services.payments.top_up_from_bank):
        with pytest.raises(WrongPin):
            call(_move(banked, 1, pin="9999"))
    with pytest.raises(PinBlocked):
        services.payments.close_wallet(_closing(banked, pin="9999"))
    with pytest.raises(PinBlocked):
        services.payments.withdraw(_move(banked, 1))
    assert services.money(banked) == (10_000, 0)


def test_without_a_bank_account_or_with_a_blocked_wallet_nothing_moves(services: Services, banked: Wallet) -> None:
    with pytest.raises(BankNotLinked):
        services.payments.withdraw(_move(services.open_wallet(5_000), 1))
    services.wallets.block(banked.id)
    with pytest.raises(WalletBlocked):
        services.payments.withdraw(_move(banked, 1))
    with pytest.raises(WrongPin):
        services.payments.withdraw(_move(banked, 1, pin="9999"))


def test_an_account_is_linked_by_rib_or_iban_changed_and_unlinked(services: Services) -> None:
    wallet = services.open_wallet()
    with pytest.raises(BankNotLinked):
        services.wallets.get_bank_account(wallet.id)
    linked = services.wallets.link_bank(wallet.id, LinkBank(rib=f"TN59 {RIB}"))
    assert (linked.rib, linked.iban, linked.opened) == (RIB, "TN59" + RIB, False)
    assert services.wallets.get_bank_account(wallet.id) == linked
    with pytest.raises(InvalidInput) as refused:
        services.wallets._call("POST", f"/wallets/api/wallets/{wallet.id}/bank", {"rib": RIB[:18] + "98"})
    assert refused.value.field == "rib"
    with pytest.raises(BankAlreadyLinked):
        services.wallets.open_bank_account(wallet.id, OpenBankAccount(bank="91"))
    assert services.wallets.unlink_bank(wallet.id) == linked
    with pytest.raises(BankNotLinked):
        services.wallets.unlink_bank(wallet.id)


def test_a_partner_opens_an_account_with_a_right_rib(services: Services) -> None:
    banks = services.wallets.list_banks()
    opened = [
        services.wallets.open_bank_account(services.open_wallet().id, OpenBankAccount(bank=b.code)) for b in banks
    ]
    assert [account.bank_name for account in opened] == [bank.name for bank in banks]
    assert all(parse_rib(account.rib) == account.rib and account.opened for account in opened)
    with pytest.raises(BankNotFound) as refused:
        services.wallets.open_bank_account(services.open_wallet().id, OpenBankAccount(bank="08"))
    assert refused.value.field == "bank"


def test_the_ceilings_hold_for_the_bank_too(limited: Services) -> None:
    wallet = limited.open_wallet(14_000, level=1)
    limited.wallets.open_bank_account(wallet.id, OpenBankAccount(bank="91"))
    with pytest.raises(LimitExceeded) as refused:
        limited.payments.top_up_from_bank(_move(wallet, 1_001))
    assert refused.value.details == {"limit": "balance", "ceiling": 15_000}
    limited.payments.top_up_from_bank(_move(wallet, 1_000))
    limited.execute(limited.prepare(wallet, limited.open_shop(), amount=4_000))
    with pytest.raises(LimitExceeded) as spent:
        limited.payments.withdraw(_move(wallet, 6_001))
    assert (spent.value.details["used_today"], spent.value.details["left_today"]) == (4_000, 6_000)
    limited.payments.withdraw(_move(wallet, 6_000))
    limited.payments.top_up_from_bank(_move(wallet, 10_000))
    assert limited.money(wallet) == (15_000, 0)


def test_withdrawals_payments_and_top_ups_that_race_stay_under_both_ceilings(limited: Services) -> None:
    wallet, shop = limited.open_wallet(15_000, level=1), limited.open_shop()
    limited.wallets.open_bank_account(wallet.id, OpenBankAccount(bank="91"))
    outs = [
        lambda: limited.payments.withdraw(_move(wallet, 3_000)),
        lambda: limited.prepare(wallet, shop, amount=3_000),
    ]
    ins = [lambda: limited.payments.top_up_from_bank(_move(wallet, 2_000))]
    outcomes = race((outs + ins) * 4)
    done = Counter(
        getattr(outcome, "kind", "payment") for outcome in outcomes if not isinstance(outcome, LimitExceeded)
    )
    assert done["withdrawal"] + done["payment"] == 3
    available, held = limited.money(wallet)
    assert available + held == 15_000 - 3_000 * done["withdrawal"] + 2_000 * done["top_up"] <= 15_000
    assert held == 3_000 * done["payment"]
    limited.require_sound_ledger()


def test_while_wallets_are_away_nothing_moves(services: Services, banked: Wallet) -> None:
    services.wallets_switch.is_away = True
    with pytest.raises(ServiceUnavailable):
        services.payments.withdraw(_move(banked, 1))
    services.wallets_switch.is_away = False
    assert services.money(banked) == (10_000, 0)
