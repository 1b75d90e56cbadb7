"""An order brought into its state, step by step, as a shopper, a phone and a merchant's server do it.

Each is a generator: it yields how many seconds pass until its next step, so that the orders of a file go on side by side.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import WrongPin
from sandbox.contracts.platform import OpenSession
from sandbox.contracts.qr_payload import CheckoutCode, HostedCode, to_text
from sandbox.contracts.wallets import Authorize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.contracts.mobile import PaidScan
    from sandbox.runtime import World
    from sandbox.seed_file import OrderStatus
    from sandbox.seeding.logins import Logins

_TO_SCAN, _TO_PAY, _TO_TYPE, _TO_ACCEPT = 15, 15, 10, 2
"""Seconds until the next step: together less than ``order_rules.PAYING``."""


class StepRefused(Exception):
    """A merchant's call was refused; the text is the error's code and message."""


@dataclass(frozen=True)
class Seller:
    """An app as its merchant's server knows it."""

    public_token: str
    private_token: str
    wallet_phone: str
    email: str
    password: str


@dataclass(frozen=True)
class Page:
    """A payment page that the merchant's server asks for: what it asks, and who is told of the page."""

    asked: dict[str, Any]
    open_seconds: float
    tell: Callable[[dict[str, Any]], None] = lambda _page: None


@dataclass(frozen=True)
class Purchase:
    """What is to happen: amounts in millimes, moments of the sandbox's clock; on a page, or on the shop's form without one."""

    seller: Seller
    status: OrderStatus
    amount: int
    payer: str
    pin: str
    reference: str | None = None
    name: str | None = None
    description: str | None = None
    items: tuple[dict[str, Any], ...] = ()
    customer: dict[str, Any] | None = None
    refunded: int | None = None
    refunded_at: datetime | None = None
    page: Page | None = None


def make_order(world: World, logins: Logins, purchase: Purchase) -> Iterator[float]:
    if purchase.page is None:
        return _on_form(world, logins, purchase)
    return _on_page(world, logins, purchase, purchase.page)


def _on_page(world: World, logins: Logins, purchase: Purchase, page: Page) -> Iterator[float]:
    payment_id = _ask_for_page(world, purchase, page)
    if purchase.status == "pending":
        return
    if purchase.status != "expired":
        yield _TO_SCAN
        scan = world.mobile.scan_text(purchase.payer, to_text(HostedCode(payment_id)))
        yield _TO_PAY
        if _pay(world, purchase, scan.scan_id) is not None:
            yield from _give_back(world, logins, purchase, payment_id)
    if purchase.status in {"expired", "failed"}:
        yield page.open_seconds
        world.drain()


def _ask_for_page(world: World, purchase: Purchase, page: Page) -> str:
    seller = purchase.seller
    answer = world.post_json(
        f"{world.settings.base_url}/api/v2/generate_payment",
        {"amount": purchase.amount, "developer_tracking_id": purchase.reference, **page.asked},
        {"Authorization": f"Bearer {seller.public_token}:{seller.private_token}"},
    )
    result = answer.get("result", {})
    if not result.get("success"):
        raise StepRefused(str(result.get("message") or result.get("error") or answer))
    page.tell(result)
    return str(result["payment_id"])


def _on_form(world: World, logins: Logins, purchase: Purchase) -> Iterator[float]:
    opened = world.platform.open_session(
        OpenSession(
            app=purchase.seller.public_token,
            amount=purchase.amount,
            id=purchase.reference,
            name=purchase.name,
            description=purchase.description,
            items=list(purchase.items) or None,
            customer=purchase.customer,
        )
    )
    session = opened["session"]
    if purchase.status == "pending":
        return
    if purchase.status != "expired":
        yield _TO_SCAN
        yield from _use_phone(world, logins, purchase, session)
    if purchase.status in {"expired", "failed"}:
        yield (datetime.fromisoformat(opened["expires_at"]) - world.clock.now()).total_seconds()
        world.drain()


def _use_phone(world: World, logins: Logins, purchase: Purchase, session: str) -> Iterator[float]:
    code = CheckoutCode(
        app=purchase.seller.public_token,
        amount=purchase.amount,
        session=session,
        id=purchase.reference,
        name=purchase.name,
        description=None,
    )
    scan = world.mobile.scan_text(purchase.payer, to_text(code))
    yield _TO_PAY
    paid = _pay(world, purchase, scan.scan_id)
    if paid is None:
        return
    yield _TO_TYPE
    verified = world.payments.verify(session, paid.code or "")
    yield _TO_ACCEPT
    _accept(world, purchase.seller, verified.payment_id, paid.code or "")
    yield from _give_back(world, logins, purchase, session)


def _pay(world: World, purchase: Purchase, scan_id: str) -> PaidScan | None:
    """None where the shopper does not."""
    if purchase.status == "refused":
        world.mobile.refuse(purchase.payer, scan_id)
    elif purchase.status == "failed":
        _mistype(world, purchase, scan_id)
    else:
        return world.mobile.pay(purchase.payer, scan_id, purchase.pin)
    return None


def _give_back(world: World, logins: Logins, purchase: Purchase, order_id: str) -> Iterator[float]:
    if purchase.refunded_at is not None:
        yield max(0.0, (purchase.refunded_at - world.clock.now()).total_seconds())
        token = logins.token_of(purchase.seller.email, purchase.seller.password)
        world.platform.refund_order(token, order_id, purchase.refunded, key=f"seed:{order_id}")


def _mistype(world: World, purchase: Purchase, scan_id: str) -> None:
    """A wrong PIN, and afterwards a right one somewhere else: else three such orders would block the phone's PIN."""
    wrong = "".join(str((int(digit) + 1) % 10) for digit in purchase.pin)
    with suppress(WrongPin):
        world.mobile.pay(purchase.payer, scan_id, wrong)
    payee = world.wallets.find_wallet(purchase.seller.wallet_phone)
    if payee is not None:
        world.wallets.authorize(Authorize(payer_phone=purchase.payer, pin=purchase.pin, payee_wallet_id=payee.id))


def _accept(world: World, seller: Seller, payment_id: str, code: str) -> None:
    body = {
        "app_token": seller.public_token,
        "app_secret": seller.private_token,
        "payment_id": payment_id,
        "flouci_otp": code,
    }
    answer = world.post_json(f"{world.settings.base_url}/api/accept", body, {})
    if answer.get("status") != "SUCCESS":
        result = answer.get("result", {})
        raise StepRefused(f"{result.get('error')}: {result.get('message')}")
