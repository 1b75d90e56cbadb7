"""Wallets that are suspended and let act again: once each, told in order, and never as a way around the approval."""

from __future__ import annotations

import pytest

from sandbox.contracts.errors import WalletBlocked, WalletNotFound, WalletPending
from sandbox.kit.clock import to_iso
from tests.racing import race
from tests.services import START, Services


def _told(services: Services) -> list[tuple[str, int]]:
    services.worker.drain()
    return [(event.type, event.sequence) for event in services.platform.wallet_events]


def test_a_blocked_wallet_neither_pays_nor_is_paid_until_it_is_unblocked(services: Services) -> None:
    payer, shop = services.open_wallet(20_000), services.open_shop()
    for wallet in (payer, shop):
        assert services.wallets.block(wallet.id).status == "blocked"
        assert services.wallets.get_wallet(wallet.id).status == "blocked"
        with pytest.raises(WalletBlocked):
            services.prepare(payer, shop, amount=100)
        assert services.wallets.unblock(wallet.id).status == "active"
    services.execute(services.prepare(payer, shop, amount=100))
    assert services.money(shop) == (100, 0)


def test_each_change_is_told_once_with_a_number_that_grows(services: Services) -> None:
    shop = services.open_shop()
    for call in (services.wallets.block, services.wallets.unblock, services.wallets.block):
        assert call(shop.id) == call(shop.id)
    services.worker.drain()
    first, *_ = services.platform.wallet_events
    assert (first.wallet_id, first.status, first.at) == (shop.id, "blocked", to_iso(START))
    assert _told(services) == [("wallet.blocked", 1), ("wallet.unblocked", 2), ("wallet.blocked", 3)]
    assert len({event.id for event in services.platform.wallet_events}) == 3


def test_unblocking_a_wallet_that_is_active_tells_nothing(services: Services) -> None:
    shop = services.open_shop()
    assert services.wallets.unblock(shop.id) == shop
    assert _told(services) == []


def test_a_wallet_that_is_not_approved_is_neither_blocked_nor_let_through(services: Services) -> None:
    waiting = services.open_wallet(kind="business", status="pending")
    for call in (services.wallets.block, services.wallets.unblock):
        with pytest.raises(WalletPending):
            call(waiting.id)
    assert services.wallets.get_wallet(waiting.id).status == "pending"
    assert _told(services) == []


def test_an_unknown_wallet_is_told(services: Services) -> None:
    for call in (services.wallets.block, services.wallets.unblock, services.wallets.get_wallet):
        with pytest.raises(WalletNotFound):
            call("nobody")


def test_blocks_that_race_are_one_change(services: Services) -> None:
    shop = services.open_shop()
    race([lambda: services.wallets.block(shop.id)] * 6)
    assert _told(services) == [("wallet.blocked", 1)]


def test_while_the_platform_is_away_the_news_waits(services: Services) -> None:
    shop = services.open_shop()
    services.platform_switch.is_away = True
    services.wallets.block(shop.id)
    assert _told(services) == []
    services.platform_switch.is_away = False
    services.clock.advance(1)
    assert _told(services) == [("wallet.blocked", 1)]
