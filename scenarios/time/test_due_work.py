"""What is done when it falls due: webhooks that are tried again for days, and the day's figures."""

from __future__ import annotations

from datetime import timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.platform.webhooks.states import RETRY_SECONDS
from sandbox.testing.checkout import prepare_and_verify

if TYPE_CHECKING:
    from sandbox.testing.drivers import ClockDriver, MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.steps import Steps
    from sandbox.testing.webhooks import WebhookReceiver

_AMOUNT = 12_500


def _call(sandbox: Sandbox, app: MerchantApp, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    import json

    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {sandbox.log_in(app)}"}
    content = b"" if body is None else json.dumps(body).encode()
    return sandbox.transport.send(method, path, content, headers).json()


@pytest.fixture
def sale(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, webhooks: WebhookReceiver, step: Steps
) -> None:
    """The merchant's server listens, and is down when it is told of a sale."""
    with step("The merchant's server listens for webhooks, and is down"):
        (app,) = [
            each for each in sandbox.platform.list_apps(sandbox.log_in(merchant_app)) if each.name == merchant_app.name
        ]
        _call(sandbox, merchant_app, "PUT", f"/api/apps/{app.id}/webhook", {"url": webhooks.url})
        webhooks.answer_with(503, times=7)
    with step("A shopper pays"):
        form = prepare_and_verify(sandbox, merchant_app, phone, amount=_AMOUNT)
        sandbox.accept(merchant_app, form["payment_id"], form["flouci_otp"])
        sandbox.control.drain()


@pytest.mark.usefixtures("sale")
def test_a_webhook_is_tried_again_for_more_than_a_day_until_the_server_is_up(
    webhooks: WebhookReceiver, clock: ClockDriver, step: Steps
) -> None:
    with step("The webhook has been tried once"):
        assert len(webhooks.received) == 1
    with step("Each retry comes when it falls due, all with one id"):
        for tries, pause in enumerate(RETRY_SECONDS[:7], start=2):
            clock.advance(seconds=pause + 1)
            assert len(webhooks.received) == tries
        assert len({each.headers["webhook-id"] for each in webhooks.received}) == 1
    with step("The eighth was taken, and nothing is sent again"):
        clock.advance(days=3)
        assert len(webhooks.received) == 8, "the eighth was taken"


@pytest.mark.usefixtures("sale")
def test_a_jump_of_a_day_holds_every_try_that_falls_due_on_its_way(
    webhooks: WebhookReceiver, clock: ClockDriver, step: Steps
) -> None:
    with step("The clock jumps a day ahead"):
        clock.advance(days=1)
    with step("The webhook has been tried as often as in a day that passes"):
        due = [after for after in accumulate(RETRY_SECONDS) if after <= timedelta(days=1).total_seconds()]
        assert len(webhooks.received) == 1 + len(due)


def test_the_days_figures_are_closed_at_midnight_in_tunis(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, clock: ClockDriver, step: Steps
) -> None:
    """The day's figures are closed at midnight in Tunis."""
    with step("A shopper pays half an hour before midnight in Tunis"):
        day = (clock.now + timedelta(days=2)).date()
        clock.set(f"{day}T23:30")
        form = prepare_and_verify(sandbox, merchant_app, phone, amount=_AMOUNT)
        sandbox.accept(merchant_app, form["payment_id"], form["flouci_otp"])
        sandbox.control.drain()
    with step("An hour after midnight the sale stands under the day on which it was made"):
        clock.set(f"{day + timedelta(days=1)}T01:00")
        days = {each["from"]: each["gross"] for each in _call(sandbox, merchant_app, "GET", "/api/metrics")["data"]}
        assert days[str(day)] == _AMOUNT
        assert days[str(day + timedelta(days=1))] == 0
