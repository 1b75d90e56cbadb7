"""Events as the Payments API sends them: again, late, early, and of orders that are not there."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from sandbox.contracts.events import PaymentEvent
from sandbox.contracts.payments import Refund, RefundPayment
from sandbox.contracts.platform import OpenSession, PlatformClient
from sandbox.kit.errors import InvalidInput
from sandbox.platform.orders.service import OrderReports
from sandbox.platform.orders.states import ORDER, STATUS_AFTER_EVENT
from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp, PhoneDriver
from tests.platform.paying import AMOUNT, pay, require_accepted, require_refused


def open_form(sandbox: Sandbox, app: MerchantApp) -> str:
    return str(sandbox.platform.open_session(OpenSession(app=app.public_token, amount=AMOUNT))["session"])


def status_of(sandbox: Sandbox, session: str) -> str:
    sandbox.control.drain()
    return str(sandbox.platform.get_session(session)["status"])


@pytest.fixture
def services(sandbox: Sandbox) -> PlatformClient:
    return sandbox._running.world.platform


def made_refund(payment: str, total: int, number: int = 1) -> Refund:
    """``total`` is what has gone back with this refund and those before it."""
    state = "refunded" if total == AMOUNT else "partly_refunded"
    at = "2026-03-01T09:30:00Z"
    return Refund(id=f"R{number}", payment_id=payment, amount=1, refunded_total=total, state=state, created_at=at)


def refunded(session: str, total: int, number: int) -> PaymentEvent:
    told = event(session, "refunded", key=f"{session}:{number}")
    return told.model_copy(update={"refund": made_refund("P" * 22, total, number)})


def event(session: str, kind: str, *, key: str = "", payment: str = "P" * 22, at: str = "2026-03-01T09:30:00Z") -> Any:
    made = {
        "id": payment,
        "state": kind,
        "reason": "CODE_EXPIRED" if kind == "expired" else None,
        "session": session,
        "app_id": "a",
        "payer_phone": "20111222",
        "payer_name": "Payer",
        "merchant_name": "Café Olé",
        "payee_wallet_id": "w",
        "amount": AMOUNT,
        "created_at": at,
        "expires_at": at,
    }
    refund = made_refund(payment, AMOUNT // 2) if kind == "refunded" else None
    return PaymentEvent(
        id=key or f"{session}:{payment}:{kind}", type=f"payment.{kind}", at=at, payment=made, refund=refund
    )


KINDS = tuple(name.removeprefix("payment.") for name in STATUS_AFTER_EVENT)


def test_an_event_that_comes_again_changes_nothing(
    sandbox: Sandbox, merchant_app: MerchantApp, services: PlatformClient
) -> None:
    session = open_form(sandbox, merchant_app)
    for _ in range(3):
        services.receive_events([event(session, "prepared")] * 2)
    services.receive_events([event(session, "expired")])
    services.receive_events([event(session, "prepared")])
    assert status_of(sandbox, session) == "ATTEMPT_FAILED"


@pytest.mark.parametrize("order", list(itertools.permutations(("prepared", "verified", "executed"))))
def test_in_whatever_order_events_come_an_executed_payment_is_paid(
    sandbox: Sandbox, merchant_app: MerchantApp, services: PlatformClient, order: tuple[str, ...]
) -> None:
    session = open_form(sandbox, merchant_app)
    services.receive_events([event(session, kind) for kind in order])
    assert status_of(sandbox, session) == "PAID"


@pytest.mark.parametrize("first", KINDS)
@pytest.mark.parametrize("second", KINDS)
def test_an_event_is_applied_as_the_table_of_states_allows(
    sandbox: Sandbox, merchant_app: MerchantApp, services: PlatformClient, first: str, second: str
) -> None:
    session = open_form(sandbox, merchant_app)
    services.receive_events([event(session, first), event(session, second, key=f"again:{session}")])
    before, after = STATUS_AFTER_EVENT[f"payment.{first}"], STATUS_AFTER_EVENT[f"payment.{second}"]
    assert status_of(sandbox, session) == (after if ORDER.allows(before, after) else before)


def test_the_end_of_another_phones_attempt_does_not_disturb_the_one_under_way(
    sandbox: Sandbox, merchant_app: MerchantApp, services: PlatformClient
) -> None:
    session = open_form(sandbox, merchant_app)
    services.receive_events([event(session, "prepared", payment="A" * 22)])
    for kind in ("refused", "expired"):
        services.receive_events([event(session, kind, payment="B" * 22)])
    assert status_of(sandbox, session) == "PREPARED"


def test_an_event_of_an_order_that_is_not_there_is_taken_and_forgotten(services: PlatformClient) -> None:
    services.receive_events([event("no-such-order", "executed")])
    services.receive_events([])


def _refunds_of(sandbox: Sandbox, app: MerchantApp, session: str) -> tuple[str, int, bool]:
    """Status, what went back, and whether the order says when it was paid."""
    token = sandbox.log_in(app)
    app_id = next(each.id for each in sandbox.platform.list_apps(token) if each.public_token == app.public_token)
    order = next(each for each in sandbox.platform.list_orders(token, app_id) if each["id"] == session)
    return order["status"], order["refunded_amount"], order["paid_at"] is not None


def test_refunds_add_up_on_the_order_however_often_and_in_whatever_order_they_are_told(
    sandbox: Sandbox, merchant_app: MerchantApp, services: PlatformClient
) -> None:
    session = open_form(sandbox, merchant_app)
    services.receive_events([event(session, "executed"), refunded(session, 2_000, 1)])
    assert _refunds_of(sandbox, merchant_app, session) == ("PARTLY_REFUNDED", 2_000, True)
    services.receive_events([refunded(session, 9_000, 3), refunded(session, 5_000, 2), refunded(session, 2_000, 1)])
    assert _refunds_of(sandbox, merchant_app, session) == ("PARTLY_REFUNDED", 9_000, True)
    services.receive_events([refunded(session, AMOUNT, 5), refunded(session, 10_000, 4), event(session, "executed")])
    assert _refunds_of(sandbox, merchant_app, session) == ("REFUNDED", AMOUNT, True)


@pytest.mark.parametrize("before", ["nothing", "prepared", "verified", "refused", "expired", "cancelled"])
def test_a_refund_that_is_told_before_the_payment_was_tells_of_both(
    sandbox: Sandbox, merchant_app: MerchantApp, services: PlatformClient, before: str
) -> None:
    session = open_form(sandbox, merchant_app)
    if before != "nothing":
        services.receive_events([event(session, before, payment=session)])
    services.receive_events([event(session, "refunded", payment=session)])
    assert _refunds_of(sandbox, merchant_app, session) == ("PARTLY_REFUNDED", AMOUNT // 2, True)
    services.receive_events([event(session, "executed", payment=session, key=f"{session}:executed")])
    assert _refunds_of(sandbox, merchant_app, session) == ("PARTLY_REFUNDED", AMOUNT // 2, True)


def test_an_event_whose_refund_is_missing_is_refused_by_field(services: PlatformClient) -> None:
    told = event("s", "refunded").model_copy(update={"refund": None})
    with pytest.raises(InvalidInput):
        services.receive_events([told])


def test_a_refund_at_the_payments_api_reaches_the_order_and_the_sales_still_count(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    paid = pay(sandbox, merchant_app, phone)
    require_accepted(paid.accept(key="once"), paid)
    payments = sandbox._running.world.payments
    payment = payments.get_payment(paid.payment_id)
    half = RefundPayment(
        refund_key=f"half of {paid.payment_id}",
        amount=AMOUNT // 2,
        app_id=payment.app_id,
        payee_wallet_id=payment.payee_wallet_id,
    )
    payments.refund(paid.payment_id, half)
    assert status_of(sandbox, paid.session) == "PARTLY_REFUNDED"
    require_accepted(paid.accept(key="once"), paid)
    require_refused(paid.accept(), "ALREADY_ACCEPTED", 200)
    rest = half.model_copy(update={"refund_key": f"rest of {paid.payment_id}"})
    payments.refund(paid.payment_id, rest)
    assert status_of(sandbox, paid.session) == "REFUNDED"
    assert merchant_app.balance == 0
    totals = OrderReports(sandbox._running.world._platform.database).totals([payment.app_id])
    assert totals == {payment.app_id: (1, AMOUNT)}
