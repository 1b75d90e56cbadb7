"""The end of a wallet: empty, with nothing under way towards it; what was on its way meanwhile goes back, and never arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.contracts.bank import BankMove, LinkBank
from sandbox.contracts.errors import WalletBlocked, WalletClosed, WalletNotEmpty, WalletPending
from sandbox.contracts.payments import TopUp
from sandbox.contracts.wallets import CloseWallet
from sandbox.kit.errors import SandboxError, ServiceUnavailable
from sandbox.kit.rib import key_of
from tests.mock_payments.test_transfers import send
from tests.racing import race
from tests.services import PIN, Services

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.contracts.wallets import Wallet

RIB = "080060123456789012" + key_of("080060123456789012")


def _closing(wallet: Wallet, pin: str = PIN) -> CloseWallet:
    return CloseWallet(phone_number=wallet.phone_number, pin=pin)


def _close(services: Services, wallet: Wallet) -> None:
    assert services.payments.close_wallet(_closing(wallet)).status == "closed"


class Between:
    """The Wallets API as it is, but ``action`` happens right after it has answered a call of ``path``, once."""

    def __init__(self, services: Services, path: str, action: Callable[[], Any]) -> None:
        self._app, self._path, self._action = services.wallets_switch._app, path, action
        self.happened = False
        services.wallets_switch._app = self

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        answer = list(self._app(environ, start_response))
        if environ["PATH_INFO"] == self._path and not self.happened:
            self.happened = True
            self._action()
        return answer


def test_an_empty_wallet_is_closed_for_good(services: Services) -> None:
    wallet = services.open_wallet()
    assert services.payments.close_wallet(_closing(wallet)).status == "closed"
    services.worker.drain()
    assert [event.type for event in services.platform.wallet_events] == ["wallet.closed"]
    for call in (services.wallets.block, services.wallets.unblock):
        with pytest.raises(WalletClosed):
            call(wallet.id)
    with pytest.raises(WalletClosed):
        services.payments.close_wallet(_closing(wallet))
    with pytest.raises(WalletBlocked):
        services.prepare(services.open_wallet(5_000), wallet, amount=1)


def test_a_wallet_with_money_or_payments_under_way_stays_open(services: Services) -> None:
    rich, held, shop = services.open_wallet(5), services.open_wallet(5_000), services.open_shop()
    payment = services.prepare(held, shop, amount=5_000)
    for wallet, left in ((rich, (5, 0, 0)), (held, (0, 5_000, 0)), (shop, (0, 0, 5_000))):
        with pytest.raises(WalletNotEmpty) as refused:
            services.payments.close_wallet(_closing(wallet))
        assert tuple(refused.value.details[name] for name in ("available", "held", "incoming")) == left
        assert services.wallets.get_wallet(wallet.id).status == "active"
    services.execute(payment)
    assert services.payments.close_wallet(_closing(held)).status == "closed"
    assert all(event.type != "wallet.blocked" for event in services.platform.wallet_events)


def test_a_blocked_or_pending_wallet_is_not_closed(services: Services) -> None:
    for status, refusal in (("blocked", WalletBlocked), ("pending", WalletPending)):
        wallet = services.open_wallet(status=status)
        with pytest.raises(refusal):
            services.payments.close_wallet(_closing(wallet))


def test_a_closing_that_was_cut_off_is_finished_by_repeating_it(services: Services) -> None:
    wallet = services.open_wallet()
    services.wallets.begin_closing(_closing(wallet))
    with pytest.raises(WalletBlocked):
        services.prepare(services.open_wallet(5_000), wallet, amount=1)
    assert services.payments.close_wallet(_closing(wallet)).status == "closed"


def test_a_payment_that_was_allowed_just_before_its_payee_closed_gives_the_money_back(services: Services) -> None:
    payer, shop = services.open_wallet(20_000), services.open_shop()
    Between(services, "/api/authorize", lambda: _close(services, shop))
    payment = services.prepare(payer, shop)
    assert services.money(payer) == (7_500, 12_500)
    for _ in range(2):
        with pytest.raises(WalletClosed) as refused:
            services.execute(payment)
        assert refused.value.field == "payment_id"
    assert (services.money(payer), services.money(shop)) == ((20_000, 0), (0, 0))
    ended = services.payments.get_payment(payment.id)
    assert (ended.state, ended.reason) == ("refused", "WALLET_CLOSED")
    services.worker.drain()
    assert services.platform.types_of(payment.id) == ["prepared", "refused"]
    services.require_sound_ledger()


def test_a_share_for_a_wallet_that_closed_meanwhile_ends_the_whole_payment(services: Services) -> None:
    payer, shop, partner = services.open_wallet(20_000), services.open_shop(), services.open_shop()
    Between(services, "/api/authorize", lambda: _close(services, partner))
    payment = services.prepare(payer, shop, destinations=[{"wallet_id": partner.id, "amount": 500}])
    with pytest.raises(WalletClosed):
        services.execute(payment)
    assert [services.money(each) for each in (payer, shop, partner)] == [(20_000, 0), (0, 0), (0, 0)]
    services.require_sound_ledger()


def test_a_wallet_that_a_share_is_held_for_stays_open(services: Services) -> None:
    payer, shop, partner = services.open_wallet(20_000), services.open_shop(), services.open_shop()
    payment = services.prepare(payer, shop, destinations=[{"wallet_id": partner.id, "amount": 500}])
    for wallet, incoming in ((partner, 500), (shop, 12_000)):
        with pytest.raises(WalletNotEmpty) as refused:
            services.payments.close_wallet(_closing(wallet))
        assert refused.value.details["incoming"] == incoming
    services.payments.cancel(payment.id)
    _close(services, partner)


def test_a_transfer_or_top_up_that_was_allowed_just_before_moves_nothing(services: Services) -> None:
    payer, friend, banked = services.open_wallet(20_000), services.open_wallet(), services.open_wallet()
    services.wallets.link_bank(banked.id, LinkBank(rib=RIB))
    Between(services, "/api/authorize", lambda: _close(services, friend))
    with pytest.raises(WalletClosed) as refused:
        send(services, payer, friend)
    assert refused.value.field == "payee_phone"
    Between(services, "/api/authorize/bank", lambda: _close(services, banked))
    with pytest.raises(WalletClosed) as refused:
        services.payments.top_up_from_bank(
            BankMove(idempotency_key="late", phone_number=banked.phone_number, pin=PIN, amount=500)
        )
    assert refused.value.field == "phone_number"
    with pytest.raises(WalletClosed) as refused:
        services.payments.top_up(TopUp(wallet_id=banked.id, amount=5, idempotency_key="late"))
    assert refused.value.field == "wallet_id"
    assert [services.money(each) for each in (payer, friend, banked)] == [(20_000, 0), (0, 0), (0, 0)]
    services.require_sound_ledger()


def test_a_refund_to_a_wallet_that_closed_since_is_refused_and_leaves_the_merchant_its_money(
    services: Services,
) -> None:
    payer, shop = services.open_wallet(12_500), services.open_shop()
    paid = services.execute(services.prepare(payer, shop))
    _close(services, payer)
    with pytest.raises(WalletClosed) as refused:
        services.refund(paid, 500)
    assert refused.value.field == "payment_id"
    assert (services.money(payer), services.money(shop)) == ((0, 0), (12_500, 0))
    assert services.payments.get_payment(paid.id).state == "executed"
    services.require_sound_ledger()


def test_payments_that_race_with_the_closing_arrive_before_it_or_never(services: Services) -> None:
    """Whoever is first, the closed wallet holds nothing, and every millime is with the payers or in the open wallet."""
    closed = 0
    for _ in range(4):
        payers, shop = [services.open_wallet(1_000) for _ in range(4)], services.open_shop()

        def pay(payer: Wallet, shop: Wallet = shop) -> Any:
            return services.execute(services.prepare(payer, shop, amount=1_000))

        calls: list[Callable[[], Any]] = [lambda payer=payer: pay(payer) for payer in payers]
        calls.insert(2, lambda shop=shop: services.payments.close_wallet(_closing(shop)))
        race(calls)
        is_closed = services.wallets.get_wallet(shop.id).status == "closed"
        closed += is_closed
        services.clock.advance(300)
        services.worker.drain()
        arrived = services.money(shop)[0]
        assert not (is_closed and arrived)
        assert arrived + sum(services.money(payer)[0] for payer in payers) == 4_000
        services.require_sound_ledger()


def test_a_closing_that_was_cut_off_after_the_ledger_decided_finishes_by_itself(services: Services) -> None:
    wallet = services.open_wallet()
    lose_finish(services)
    with pytest.raises(ServiceUnavailable):
        services.payments.close_wallet(_closing(wallet))
    assert services.wallets.get_wallet(wallet.id).status == "closing"
    with pytest.raises(WalletClosed):
        services.payments.top_up(TopUp(wallet_id=wallet.id, amount=5, idempotency_key="late"))
    services.worker.drain()
    assert services.wallets.get_wallet(wallet.id).status == "closed"
    services.require_sound_ledger()


def test_a_closing_that_was_taken_back_meanwhile_leaves_the_wallet_as_it_was(services: Services) -> None:
    """By another call that found money under way, say: it comes between the ledger's decision and the end."""
    wallet = services.open_wallet()
    lose_finish(services)
    with pytest.raises(ServiceUnavailable):
        services.payments.close_wallet(_closing(wallet))
    services.wallets.cancel_closing(wallet.id)
    services.worker.drain()
    assert services.payments.top_up(TopUp(wallet_id=wallet.id, amount=5, idempotency_key="again")).available == 5
    services.require_sound_ledger()


def test_closings_that_race_end_in_one_closed_wallet(services: Services) -> None:
    wallet = services.open_wallet()
    outcomes = race([lambda: services.payments.close_wallet(_closing(wallet))] * 4)
    assert all(isinstance(each, WalletClosed) or each.status == "closed" for each in outcomes)
    assert any(not isinstance(each, SandboxError) for each in outcomes)
    assert services.wallets.get_wallet(wallet.id).status == "closed"
    services.require_sound_ledger()


def lose_finish(services: Services) -> None:
    """The Wallets API is away once, when it is told that the ledger has decided."""
    app = services.wallets_switch._app

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"].endswith("/finish"):
            services.wallets_switch._app = app
            start_response("503 Service Unavailable", [("Content-Type", "text/html")])
            return [b"away"]
        return app(environ, start_response)

    services.wallets_switch._app = answer
