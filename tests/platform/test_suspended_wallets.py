"""A wallet that is suspended stops its apps, and they go on when it is active again (report, 2.3.6 Legal)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.contracts.errors import AppDisabled, NotABusinessWallet
from sandbox.contracts.events import WalletEvent
from sandbox.contracts.platform import App, OpenSession, PlatformClient
from sandbox.contracts.qr_payload import CheckoutCode, to_text
from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp, PhoneDriver
from tests.platform.linking import Linking
from tests.platform.paying import AMOUNT, pay, require_accepted, require_refused


@pytest.fixture
def suspend(sandbox: Sandbox, merchant_app: MerchantApp) -> Callable[[bool], None]:
    def _suspend(blocked: bool = True) -> None:
        owner = sandbox.phone(merchant_app.wallet_phone)
        (owner.block if blocked else owner.unblock)()
        sandbox.control.drain()

    return _suspend


@pytest.fixture
def services(sandbox: Sandbox) -> PlatformClient:
    return sandbox._running.world.platform


def open_form(sandbox: Sandbox, app: MerchantApp) -> str:
    return str(sandbox.platform.open_session(OpenSession(app=app.public_token, amount=AMOUNT))["session"])


def require_told(refusal: AppDisabled) -> None:
    """The wallet, not the app's own switch."""
    assert "wallet" in refusal.message
    assert "suspended" in refusal.message
    assert "wallet is active" in refusal.hint


def test_no_form_opens_and_no_scan_goes_on_while_the_wallet_is_suspended(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, suspend: Callable[..., None]
) -> None:
    session = open_form(sandbox, merchant_app)
    code = to_text(CheckoutCode(app=merchant_app.public_token, amount=AMOUNT, session=session))
    suspend()
    for call in (lambda: open_form(sandbox, merchant_app), lambda: phone.scan_text(code)):
        with pytest.raises(AppDisabled) as refused:
            call()
        require_told(refused.value)
    suspend(False)
    phone.scan_text(code)
    assert phone.pay().status == "PREPARED"


def test_no_money_is_accepted_while_the_wallet_is_suspended_and_the_shopper_gets_it_back(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, suspend: Callable[..., None]
) -> None:
    balance = phone.balance
    paid = pay(sandbox, merchant_app, phone)
    suspend()
    answer = paid.accept()
    require_refused(answer, "APP_DISABLED", answer.status_code)
    assert "wallet" in answer.headers["Sandbox-Hint"]
    assert merchant_app.balance == 0
    sandbox.clock.advance(seconds=121)
    assert phone.balance == balance


def test_a_payment_that_was_prepared_before_is_accepted_once_the_wallet_is_active_again(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, suspend: Callable[..., None]
) -> None:
    paid = pay(sandbox, merchant_app, phone)
    suspend()
    suspend(False)
    require_accepted(paid.accept(), paid)


def test_everybody_sees_that_the_app_takes_no_payments_and_its_owner_sees_why(
    sandbox: Sandbox, merchant_app: MerchantApp, linking: Linking, suspend: Callable[..., None]
) -> None:
    second = linking.confirm(linking.start())
    for blocked in (True, False):
        suspend(blocked)
        for token in (merchant_app.public_token, second.public_token):
            assert sandbox.platform.get_public_app(token).enabled is not blocked
        ordinary = [app for app in sandbox.platform.list_apps(linking.token) if not app.is_test]
        assert {app.wallet_status for app in ordinary} == {"blocked" if blocked else "active"}
        assert {app.status for app in ordinary} == {"ENABLED"}, "the app's own switch stays as it is"


def told(app: App, wallet_id: str, sequence: int) -> WalletEvent:
    status: Any = "blocked" if sequence % 2 else "active"
    kind: Any = "wallet.blocked" if sequence % 2 else "wallet.unblocked"
    key = f"{wallet_id}:{sequence}"
    return WalletEvent(
        id=key, type=kind, at="2026-03-01T09:30:00Z", wallet_id=wallet_id, status=status, sequence=sequence
    )


@pytest.mark.parametrize(
    ("order", "blocked"),
    [((1, 1), True), ((1, 2, 1), False), ((2, 1), False), ((3, 1, 2), True), ((1, 2, 3, 3, 2), True)],
)
def test_of_news_that_comes_late_and_again_the_newest_counts(
    sandbox: Sandbox, linking: Linking, services: PlatformClient, order: tuple[int, ...], blocked: bool
) -> None:
    app = linking.confirm(linking.start())
    wallet = sandbox._running.world.wallets.find_wallet(linking.merchant.wallet_phone)
    assert wallet is not None
    for sequence in order:
        services.receive_wallet_events([told(app, wallet.id, sequence)])
    services.receive_wallet_events([told(app, wallet.id, each) for each in order])
    assert sandbox.platform.get_public_app(app.public_token).enabled is not blocked


def test_news_of_a_wallet_that_has_no_app_yet_is_kept_for_the_app_that_comes(
    sandbox: Sandbox, linking: Linking, services: PlatformClient
) -> None:
    """The wallet was blocked between the code that was right and the app that is made of it."""
    link, code = linking.start(), linking.newest_code()
    wallet = sandbox._running.world.wallets.find_wallet(linking.merchant.wallet_phone)
    assert wallet is not None
    app = linking.confirm(link, code)
    services.receive_wallet_events([told(app, wallet.id, 1)])
    second = linking.confirm(linking.start("Third shop"))
    assert sandbox.platform.get_public_app(second.public_token).enabled is False


def test_a_suspended_wallet_cannot_be_linked_even_with_the_right_code(
    linking: Linking, suspend: Callable[..., None]
) -> None:
    link, code = linking.start(), linking.newest_code()
    suspend()
    for call in (lambda: linking.confirm(link, code), lambda: linking.start("Another")):
        with pytest.raises(NotABusinessWallet):
            call()
    suspend(False)
    assert linking.confirm(link, code).wallet_status == "active"
