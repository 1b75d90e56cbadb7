"""Every call of the Payments API that moves money does so once per key, whatever is repeated, changed or raced.

The table has a row for each call that changes anything, so that a new one without a row fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.contracts.bank import LinkBank
from sandbox.contracts.errors import CurrencyNotSupported
from sandbox.kit.errors import IdempotencyMismatch, SandboxError
from sandbox.kit.rib import key_of
from tests.mock_payments.test_money_requests import ask
from tests.racing import race
from tests.services import PIN, Services, build_services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.contracts.transport import InProcessTransport
    from tests.databases import UrlFactory

RIB = "080060123456789012" + key_of("080060123456789012")


@dataclass(frozen=True)
class Call:
    """``key`` names the field of ``body`` that makes it happen once; ``other`` is what a body that is not the same may say."""

    path: str
    body: dict[str, Any]
    key: str = ""
    other: dict[str, Any] = field(default_factory=dict)


class Stage:
    """Wallets and payments for each call to work on."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.payer, self.shop, self.friend = (
            services.open_wallet(9_000_000),
            services.open_shop(),
            services.open_wallet(),
        )
        services.wallets.link_bank(self.payer.id, LinkBank(rib=RIB))
        self._numbers = count(1)

    def new_key(self) -> str:
        return f"a key of its own {next(self._numbers)}"

    def call(self, call: Call, **changes: Any) -> Any:
        return self.services.payments._call("POST", f"/payments{call.path}", call.body | changes)

    def entries(self) -> int:
        report = self.services.payments.verify_ledger()
        assert report.problems == []
        return report.journal_entries

    # What each row of the table calls

    def prepare(self) -> Call:
        body = self.services.request(self.payer, self.shop, idempotency_key=self.new_key()).model_dump()
        return Call("/api/payments", body, "idempotency_key", {"amount": 1})

    def execute(self) -> Call:
        payment = self.services.prepare(self.payer, self.shop)
        body = {"app_id": payment.app_id, "code": payment.code, "amount": payment.amount}
        body |= {"payee_wallet_id": self.shop.id, "execution_key": self.new_key()}
        return Call(f"/api/payments/{payment.id}/execute", body, "execution_key", {"amount": 1})

    def refund(self) -> Call:
        paid = self.services.execute(self.services.prepare(self.payer, self.shop))
        body = {"refund_key": self.new_key(), "amount": 500, "app_id": paid.app_id, "payee_wallet_id": self.shop.id}
        return Call(f"/api/payments/{paid.id}/refunds", body, "refund_key", {"reason": "Broken"})

    def top_up(self) -> Call:
        body = {"wallet_id": self.payer.id, "amount": 500, "idempotency_key": self.new_key()}
        return Call("/api/top-ups", body, "idempotency_key", {"amount": 1})

    def bank(self, kind: str) -> Call:
        body = {"idempotency_key": self.new_key(), "phone_number": self.payer.phone_number, "pin": PIN, "amount": 500}
        return Call(f"/api/bank/{kind}", body, "idempotency_key", {"amount": 1})

    def send(self) -> Call:
        body = {"idempotency_key": self.new_key(), "payer_phone": self.payer.phone_number, "pin": PIN}
        body |= {"payee_phone": self.friend.phone_number, "amount": 500}
        return Call("/api/transfers", body, "idempotency_key", {"note": "Lunch"})

    def ask(self) -> Call:
        body = {"idempotency_key": self.new_key(), "payer_phone": self.payer.phone_number}
        body |= {"payee_phone": self.friend.phone_number, "amount": 500}
        return Call("/api/requests", body, "idempotency_key", {"amount": 1})

    def approve(self) -> Call:
        asked = ask(self.services, self.friend, self.payer, idempotency_key=self.new_key(), amount=500)
        body = {"idempotency_key": self.new_key(), "payer_phone": self.payer.phone_number, "pin": PIN}
        return Call(f"/api/requests/{asked.id}/approve", body, "idempotency_key", {"payer_phone": "29999999"})

    def of_payment(self, end: str, **body: Any) -> Call:
        payment = self.services.prepare(self.payer, self.shop)
        known = {
            "app_id": payment.app_id,
            "code": payment.code,
            "payee_wallet_id": self.shop.id,
            "session": payment.session,
        }
        chosen = {name: known[name] for name in body.pop("takes", ())} | body
        return Call(end.format(payment=payment.id, session=payment.session), chosen)

    def of_request(self, end: str, phone: str) -> Call:
        asked = ask(self.services, self.friend, self.payer, idempotency_key=self.new_key(), amount=500)
        return Call(f"/api/requests/{asked.id}/{end}", {"phone_number": phone})

    def login(self) -> Call:
        request = self.services.request(self.payer, self.shop)
        names = {"session", "app_id", "payee_wallet_id", "merchant_name", "amount", "reference"}
        fields = {"phone_number": self.payer.phone_number, "pin": PIN}
        return Call("/api/methods/login/start", {"order": request.model_dump(include=names), "fields": fields})

    def closing(self) -> Call:
        return Call("/api/closings", {"phone_number": self.services.open_wallet().phone_number, "pin": PIN})


Row = Callable[[Stage], Call]
WITH_KEY: dict[str, Row] = {
    "/api/payments": Stage.prepare,
    "/api/payments/<payment_id>/execute": Stage.execute,
    "/api/payments/<payment_id>/refunds": Stage.refund,
    "/api/top-ups": Stage.top_up,
    "/api/bank/top-ups": lambda stage: stage.bank("top-ups"),
    "/api/bank/withdrawals": lambda stage: stage.bank("withdrawals"),
    "/api/transfers": Stage.send,
    "/api/requests": Stage.ask,
    "/api/requests/<money_request_id>/approve": Stage.approve,
}
ONCE_BY_ITSELF: dict[str, Row] = {
    "/api/payments/<payment_id>/cancel": lambda stage: stage.of_payment("/api/payments/{payment}/cancel"),
    "/api/payments/<payment_id>/leave": lambda stage: stage.of_payment("/api/payments/{payment}/leave"),
    "/api/payments/<payment_id>/keep": lambda stage: stage.of_payment(
        "/api/payments/{payment}/keep",
        takes=("app_id", "code", "payee_wallet_id"),
        until="2026-03-02T09:30:00.000Z",
    ),
    "/api/forms/<session>/refuse": lambda stage: stage.of_payment(
        "/api/forms/{session}/refuse", payer_phone=stage.payer.phone_number
    ),
    "/api/verify": lambda stage: stage.of_payment("/api/verify", takes=("session", "code")),
    "/api/methods/<method>/<step>": Stage.login,
    "/api/requests/<money_request_id>/refuse": lambda stage: stage.of_request("refuse", stage.payer.phone_number),
    "/api/requests/<money_request_id>/cancel": lambda stage: stage.of_request("cancel", stage.friend.phone_number),
    "/api/closings": Stage.closing,
}
"""Calls without a key: what they change can happen once only, and says so in its state."""


@pytest.fixture
def stage(database_url: UrlFactory, in_process: InProcessTransport) -> Iterator[Stage]:
    with build_services(database_url, in_process) as services:
        yield Stage(services)


def test_every_call_that_changes_anything_has_a_row(stage: Stage) -> None:
    rules = stage.services.payments_api.app.url_map.iter_rules()
    changing = {rule.rule for rule in rules if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}}
    assert changing == WITH_KEY.keys() | ONCE_BY_ITSELF.keys()


def test_the_same_key_and_body_get_the_first_answer_again_and_another_body_an_error(stage: Stage) -> None:
    for rule, row in WITH_KEY.items():
        call = row(stage)
        first, booked = stage.call(call), stage.entries()
        assert stage.call(call) == first, rule
        with pytest.raises(IdempotencyMismatch) as refused:
            stage.call(call, **call.other)
        assert (refused.value.status, refused.value.field) == (409, call.key), rule
        assert stage.call(call) == first, rule
        assert stage.entries() == booked, rule


def test_parallel_calls_with_one_key_move_money_once(stage: Stage) -> None:
    for rule, row in WITH_KEY.items():
        call, before = row(stage), stage.entries()
        answers = race([lambda call=call: stage.call(call)] * 4)
        first = next(answer for answer in answers if not isinstance(answer, SandboxError))
        others = [answer for answer in answers if answer != first]
        assert all(isinstance(each, SandboxError) and each.status == 409 for each in others), (rule, others)
        assert stage.entries() - before == (rule != "/api/requests"), rule


def test_a_key_that_was_refused_may_be_used_again(stage: Stage) -> None:
    """Nothing has moved, so nothing is remembered; a payment's form remembers why, and takes another key."""
    for rule, row in WITH_KEY.items():
        if rule in {"/api/payments", "/api/payments/<payment_id>/execute"}:
            continue
        call = row(stage)
        with pytest.raises(SandboxError):
            stage.call(call, **{name: "x" for name in call.body if name in {"pin", "amount"}})
        stage.call(call)
    stage.entries()


def test_calls_without_a_key_change_what_they_change_once(stage: Stage) -> None:
    for rule, row in ONCE_BY_ITSELF.items():
        call, before = row(stage), stage.entries()
        answers = race([lambda call=call: stage.call(call)] * 3)
        assert any(not isinstance(answer, SandboxError) for answer in answers), rule
        assert all(answer.status < 500 for answer in answers if isinstance(answer, SandboxError)), rule
        assert stage.entries() - before <= 1, rule


def test_calls_with_an_amount_take_dinars_only_and_name_the_field(stage: Stage) -> None:
    for rule, row in WITH_KEY.items():
        call, before = row(stage), stage.entries()
        if "amount" not in call.body:
            continue
        for currency in ("EUR", "978", "tnd "):
            with pytest.raises(CurrencyNotSupported) as refused:
                stage.call(call, currency=currency)
            assert refused.value.field == "currency", rule
        assert stage.entries() == before, rule
        stage.call(call, currency="TND")
        stage.call(call)
