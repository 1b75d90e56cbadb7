"""Events as the Payments API sends them: again, late, early, and of orders that are not there."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from sandbox.contracts.events import PaymentEvent
from sandbox.contracts.platform import OpenSession, PlatformClient
from sandbox.platform.orders.states import ORDER, STATUS_AFTER_EVENT
from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp
from tests.platform.paying import AMOUNT


def open_form(sandbox: Sandbox, app: MerchantApp) -> str:
    return str(sandbox.platform.open_session(OpenSession(app=app.public_token, amount=AMOUNT))["session"])


def status_of(sandbox: Sandbox, session: str) -> str:
    sandbox.control.drain()
    return str(sandbox.platform.get_session(session)["status"])


@pytest.fixture
def services(sandbox: Sandbox) -> PlatformClient:
    return sandbox._running.world.platform


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
    return PaymentEvent(id=key or f"{session}:{payment}:{kind}", type=f"payment.{kind}", at=at, payment=made)


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
