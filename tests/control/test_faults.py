"""Faults over real HTTP: what breaks, what is told, and that no money is lost or moved twice by it."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from sandbox.control.faults.board import KEPT_RECEIPTS, FaultBoard
from sandbox.control.faults.kinds import KINDS
from sandbox.kit.clock import Clock
from sandbox.kit.errors import InvalidInput, NotFound, SandboxError
from sandbox.testing import Sandbox
from sandbox.testing.checkout import prepare
from sandbox.testing.drivers import ClockDriver, InboxDriver, MerchantApp, PhoneDriver
from sandbox.testing.faults import FaultDriver
from sandbox.testing.webhooks import WebhookReceiver
from tests.platform.paying import Paid, pay

PATIENCE = 15


@pytest.fixture
def paid(sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver) -> Paid:
    """The shopper has typed the code; nothing is accepted yet."""
    return pay(sandbox, merchant_app, phone)


@pytest.fixture
def token(sandbox: Sandbox, merchant_app: MerchantApp) -> str:
    return sandbox.log_in(merchant_app)


# --- Money: the same call once more, with its key, gets the first answer, and the money has moved once ---


def accept(paid: Paid, phone: PhoneDriver, token: str) -> Any:
    del phone, token
    answer = paid.accept(key="accept once")
    return answer.status_code, answer.json().get("status")


def refund(paid: Paid, phone: PhoneDriver, token: str) -> Any:
    del phone
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "refund once"}
    path = f"{paid.sandbox.base_url}/api/orders/{paid.session}/refunds"
    answer = httpx.post(path, json={"amount": 5_000}, headers=headers, trust_env=False, timeout=30)
    return answer.status_code // 100, answer.json().get("amount", answer.json())


def transfer(paid: Paid, phone: PhoneDriver, token: str) -> Any:
    del token
    return phone.send(paid.app.wallet_phone, 5_000, idempotency_key="send once").status


OPERATIONS: dict[str, tuple[Callable[..., Any], str, str, int]] = {
    "accept": (accept, "/api/accept", "/payments/api/payments/*/execute", 12_500),
    "refund": (refund, "/api/orders/*/refunds", "/payments/api/payments/*/refunds", -5_000),
    "transfer": (transfer, "/mobile/phones/*/transfers", "/payments/api/transfers", 5_000),
}


HARM = [
    (place, kind) for place in ("outer", "inner") for kind in ("drop_after", "truncated_body", "drop_before", "status")
]


@pytest.mark.parametrize("harm", HARM, ids="-".join)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_money_is_lost_or_moved_twice_whatever_becomes_of_the_answer(
    paid: Paid, phone: PhoneDriver, faults: FaultDriver, token: str, operation: str, harm: tuple[str, str]
) -> None:
    """The first call is lost on its way from or to its caller, or one call further in, between services."""
    act, outer, inner, moved = OPERATIONS[operation]
    control, (place, kind) = paid.sandbox.control, harm
    if operation == "refund":
        assert accept(paid, phone, token)[0] == 200
    before = paid.app.balance
    fault = faults.add(kind, method="POST", route=outer if place == "outer" else inner)
    first = outcome(lambda: act(paid, phone, token))
    assert fault.hits == 1
    control.drain()
    again, third = act(paid, phone, token), act(paid, phone, token)
    assert again == third
    assert first in (again, "lost") or place == "inner" or kind == "status"
    control.drain()
    assert paid.app.balance - before == moved
    assert control.verify_ledger()["ok"]


def outcome(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except (httpx.TransportError, SandboxError):
        return "lost"


# --- HTTP ---


def test_a_dropped_connection_is_really_closed_and_the_journal_tells_what_the_service_had_answered(
    sandbox: Sandbox, paid: Paid, faults: FaultDriver
) -> None:
    faults.add("drop_after", route="/api/accept")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        paid.accept()
    (receipt,) = faults.receipts
    assert (receipt["kind"], receipt["call"], receipt["what"]) == ("drop_after", 1, "POST /api/accept")
    assert receipt["trace"] == paid.session
    kept = next(
        each for each in sandbox.control.list_exchanges(trace=paid.session) if each["id"] == receipt["exchange"]
    )
    assert (kept["status"], kept["path"]) == (200, "/api/accept")


def test_a_request_that_is_dropped_before_has_done_nothing(paid: Paid, faults: FaultDriver) -> None:
    faults.add("drop_before", app=paid.app.public_token)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        paid.accept()
    assert paid.app.balance == 0
    assert paid.accept().json()["status"] == "SUCCESS"


def test_a_truncated_body_ends_in_the_middle(paid: Paid, faults: FaultDriver) -> None:
    faults.add("truncated_body", bytes=7, route="/api/accept")
    with pytest.raises(httpx.RemoteProtocolError, match="received 7 bytes"):
        paid.accept()


@pytest.mark.parametrize(
    ("kinds", "arrives"),
    [
        (("drop_after", "truncated_body"), "without sending"),
        (("truncated_body", "drop_after"), "without sending"),
        (("slow_body", "truncated_body"), "received 9 bytes"),
        (("truncated_body", "slow_body"), "received 9 bytes"),
        (("slow_body", "drop_before"), "without sending"),
    ],
    ids=str,
)
def test_two_faults_of_one_call_both_happen_and_the_journal_has_the_call(
    sandbox: Sandbox, faults: FaultDriver, kinds: tuple[str, str], arrives: str
) -> None:
    fields: dict[str, dict[str, Any]] = {"slow_body": {"seconds": 0.01, "pieces": 2}, "truncated_body": {"bytes": 9}}
    planned = [faults.add(kind, route="/api/apps/<app_id>", **fields.get(kind, {})) for kind in kinds]
    with pytest.raises(httpx.RemoteProtocolError, match=arrives):
        httpx.get(f"{sandbox.base_url}/api/apps/nobody-s", trust_env=False)
    assert [fault.hits for fault in planned] == [1, 1]
    (exchange,) = {receipt["exchange"] for receipt in faults.receipts}
    assert exchange in [each["id"] for each in sandbox.control.list_exchanges(limit=5)]


def test_a_slow_body_and_latency_answer_in_full_though_the_clock_stands_still(
    paid: Paid, faults: FaultDriver, clock: ClockDriver
) -> None:
    clock.freeze()
    slow = faults.add("slow_body", seconds=0.05, pieces=5, route="/api/accept")
    late = faults.add("latency", seconds=0.05, route="/api/accept")
    answer = paid.accept()
    assert answer.json()["status"] == "SUCCESS"
    assert answer.headers["Sandbox-Fault"] == f"{slow.id}, {late.id}"


@pytest.mark.parametrize(
    ("route", "wanted"),
    [
        ("/api/accept", {"status": "FAILED", "code": 1}),
        ("/api/verify_payment/x", {"success": False}),
        ("/api/v2/verify_payment/x", {"success": False}),
        ("/api/apps", {"error": {"code": "INJECTED_FAULT"}}),
    ],
)
def test_a_status_is_told_as_the_api_tells_its_errors(
    sandbox: Sandbox, faults: FaultDriver, route: str, wanted: dict[str, Any]
) -> None:
    faults.add("status", status=412, route=route, retry_after=3)
    method = "POST" if route == "/api/accept" else "GET"
    answer = httpx.request(method, f"{sandbox.base_url}{route}", json={}, trust_env=False)
    body = answer.json()
    assert (answer.status_code, answer.headers["Retry-After"]) == (412, "3")
    for name, value in wanted.items():
        assert (body[name]["code"] if isinstance(value, dict) else body[name]) == (
            value["code"] if isinstance(value, dict) else value
        )


def test_a_status_may_bring_a_body_of_its_own(sandbox: Sandbox, faults: FaultDriver) -> None:
    faults.add("status", status=418, body={"teapot": True}, route="/api/apps")
    answer = httpx.get(f"{sandbox.base_url}/api/apps", trust_env=False)
    assert (answer.status_code, answer.json()) == (418, {"teapot": True})


def test_whoever_waits_for_a_late_answer_gets_it_when_the_world_is_reset() -> None:
    """A reset waits for nobody, and no fault survives it."""
    with Sandbox.start(seed=5) as own:
        own.faults.add("latency", seconds=30, route="/api/apps")
        answers: list[int] = []
        caller = threading.Thread(
            target=lambda: answers.append(
                httpx.get(f"{own.base_url}/api/apps", trust_env=False, timeout=40).status_code
            )
        )
        caller.start()
        while not own.control.show_faults()["receipts"]:
            pass
        own.reset()
        caller.join(PATIENCE)
        assert answers == [401]
        assert own.control.show_faults() == {"faults": [], "receipts": []}


def test_one_services_clock_is_wrong_and_those_of_the_others_are_right(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, faults: FaultDriver
) -> None:
    session, code = prepare(sandbox, merchant_app, phone, amount=1_000)
    faults.add("clock_skew", seconds=121, service="payments", route="/payments/api/verify")
    answer = httpx.post(
        f"{sandbox.base_url}/payments/api/verify", json={"session": session, "code": code}, trust_env=False
    )
    assert answer.json()["error"]["code"] == "CODE_EXPIRED"
    assert sandbox.platform.get_session(session)["status"] != "EXPIRED"


# --- Mail, SMS, webhooks ---


def test_a_mail_that_the_server_refuses_is_sent_again(
    sandbox: Sandbox, faults: FaultDriver, clock: ClockDriver, inbox: InboxDriver
) -> None:
    from sandbox.contracts.platform import Registration

    email = "refused@example.com"
    faults.add("smtp_refusal", to=email.removeprefix("re"), code=452, optional=True)
    faults.add("smtp_refusal", to=email.capitalize(), code=452)
    sandbox.platform.register(Registration(name="R", email=email, password="a password of eight"))
    sandbox.control.drain()
    (receipt,) = faults.receipts
    assert receipt["what"] == f"mail to {email}"
    page = httpx.get(f"{sandbox.base_url}/_sandbox/stories/{receipt['trace']}", headers={"Accept": "text/html"}).text
    assert page.count('data-part="missing"') == 1
    clock.advance(minutes=1)
    assert inbox.wait_for(to=email).links


def test_an_sms_that_is_lost_never_arrives(phone: PhoneDriver, faults: FaultDriver, merchant_app: MerchantApp) -> None:
    before = len(phone.messages())
    faults.add("sms_lost", phone=phone.number)
    phone.send(merchant_app.wallet_phone, 1_000)
    phone.send(merchant_app.wallet_phone, 2_000)
    assert phone.messages(contains="2.000", wait=PATIENCE)
    assert len(phone.messages()) == before + 1


@pytest.fixture
def hooked(
    sandbox: Sandbox, merchant_app: MerchantApp, token: str, webhooks: WebhookReceiver
) -> Iterator[httpx.Client]:
    """The merchant's server is told of its orders."""
    app = next(app for app in sandbox.platform.list_apps(token) if app.name == merchant_app.name)
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=sandbox.base_url, headers=headers, trust_env=False) as client:
        assert client.put(f"/api/apps/{app.id}/webhook", json={"url": webhooks.url}).status_code == 200
        yield client


def types(webhooks: WebhookReceiver) -> list[str]:
    return [json.loads(each.body)["type"] for each in webhooks.received]


def sell_and_refund(sandbox: Sandbox, paid: Paid, client: httpx.Client) -> None:
    paid.accept()
    sandbox.control.drain()
    path, key = f"/api/orders/{paid.session}/refunds", {"Idempotency-Key": "k"}
    assert client.post(path, json={"amount": 1_000}, headers=key).status_code == 201
    sandbox.control.drain()


def test_a_webhook_that_is_lost_comes_with_the_next_try(
    sandbox: Sandbox,
    paid: Paid,
    hooked: httpx.Client,
    webhooks: WebhookReceiver,
    faults: FaultDriver,
    clock: ClockDriver,
) -> None:
    del hooked
    faults.add("webhook_lost", app=paid.app.public_token)
    paid.accept()
    sandbox.control.drain()
    assert types(webhooks) == []
    clock.advance(minutes=5)
    assert types(webhooks) == ["payment.executed"]


def test_a_webhook_comes_more_than_once_with_the_same_id(
    sandbox: Sandbox, paid: Paid, hooked: httpx.Client, webhooks: WebhookReceiver, faults: FaultDriver
) -> None:
    del hooked
    faults.add("webhook_duplicated", copies=3, payment=paid.session)
    paid.accept()
    sandbox.control.drain()
    assert len({each.headers["webhook-id"] for each in webhooks.received}) == 1
    assert types(webhooks) == ["payment.executed"] * 3


def test_a_webhook_comes_behind_the_one_that_follows_it(
    sandbox: Sandbox,
    paid: Paid,
    hooked: httpx.Client,
    webhooks: WebhookReceiver,
    faults: FaultDriver,
    clock: ClockDriver,
) -> None:
    faults.add("webhook_reordered", seconds=30)
    sell_and_refund(sandbox, paid, hooked)
    assert types(webhooks) == []
    clock.advance(seconds=31)
    assert types(webhooks) == ["payment.refunded", "payment.executed"]


def test_a_webhook_comes_late_by_the_sandboxs_clock(
    sandbox: Sandbox,
    paid: Paid,
    hooked: httpx.Client,
    webhooks: WebhookReceiver,
    faults: FaultDriver,
    clock: ClockDriver,
) -> None:
    faults.add("webhook_delayed", seconds=600)
    sell_and_refund(sandbox, paid, hooked)
    assert types(webhooks) == [], "events of one order come in order"
    clock.advance(minutes=11)
    assert types(webhooks) == ["payment.executed", "payment.refunded"]


# --- Plans ---


def board(seed: int = 42) -> FaultBoard:
    return FaultBoard(seed, Clock(), lambda: {"platform": ["/api/accept", "/api/orders/<order_id>"]})


def hits(made: FaultBoard, calls: int) -> list[int]:
    """The numbers of the calls that are hit."""
    return [call for call in range(1, calls + 1) if made.find("sms", "SMS to 20000001", ["20000001"])]


@pytest.mark.parametrize(
    ("plan", "wanted"),
    [({}, [1]), ({"nth": 2}, [2]), ({"next": 3}, [1, 2, 3]), ({"every": 2}, [2, 4, 6]), ({"phone": "20000002"}, [])],
)
def test_a_plan_says_which_calls_it_hits(plan: dict[str, Any], wanted: list[int]) -> None:
    made = board()
    made.add({"kind": "sms_lost", **plan})
    assert hits(made, 6) == wanted
    (fault,) = made.shown()["faults"]
    assert (fault["hits"], fault["calls"]) == (len(wanted), 0 if "phone" in plan else 6)


def test_a_share_is_the_same_from_the_same_seed() -> None:
    def of(sandbox_seed: int, **plan: int) -> list[int]:
        made = board(sandbox_seed)
        made.add({"kind": "sms_lost", "share": 0.3, **plan})
        return hits(made, 200)

    assert of(1) == of(1) != of(2)
    assert of(1, seed=7) == of(2, seed=7)
    assert 35 < len(of(1)) < 90


def test_receipts_are_bounded_and_outlive_their_fault() -> None:
    made = board()
    fault = made.add({"kind": "sms_lost", "every": 1})
    hits(made, KEPT_RECEIPTS + 5)
    made.remove(fault["id"])
    assert not made.is_planned
    assert Counter(each["kind"] for each in made.shown()["receipts"]) == {"sms_lost": KEPT_RECEIPTS}
    with pytest.raises(NotFound, match="no fault fault-1"):
        made.remove(fault["id"])
    assert made.clear() == 0
    assert made.shown() == {"faults": [], "receipts": []}


@pytest.mark.parametrize(
    ("plan", "field", "told"),
    [
        ({}, "kind", "'kind' is missing"),
        ({"kind": "dropafter"}, "kind", "Did you mean drop_after?"),
        ({"kind": "drop_after", "services": "platform"}, "services", "Did you mean service?"),
        ({"kind": "drop_after", "service": "plattform"}, "service", "Did you mean platform?"),
        ({"kind": "drop_after", "method": "post"}, "method", "Did you mean POST?"),
        ({"kind": "drop_after", "route": "/api/acept"}, "route", "Did you mean /api/accept?"),
        ({"kind": "drop_after", "seconds": 1}, "seconds", "There are kind, service"),
        ({"kind": "sms_lost", "route": "/api/accept"}, "route", "no field of the kind sms_lost"),
        ({"kind": "sms_lost", "phone": "12"}, "phone", "phone"),
        ({"kind": "sms_lost", "nth": 0}, "nth", "nth"),
        ({"kind": "sms_lost", "nth": 1, "every": 1}, "every", "cannot go together"),
        ({"kind": "sms_lost", "share": 1.5}, "share", "share"),
        ({"kind": "sms_lost", "seed": 3}, "seed", "goes with 'share'"),
        ({"kind": "latency"}, "seconds", "'seconds' is missing"),
        ({"kind": "latency", "seconds": 31}, "seconds", "30"),
        ({"kind": "status", "status": 200}, "status", "400"),
        ({"kind": "webhook_duplicated", "copies": 1}, "copies", "2"),
    ],
)
def test_what_is_wrong_with_a_plan_is_told_with_field_and_nearest_value(
    plan: dict[str, Any], field: str, told: str
) -> None:
    made = board()
    with pytest.raises(InvalidInput) as refused:
        made.add(plan)
    assert refused.value.field == field
    assert told in f"{refused.value.message} {refused.value.hint}"
    assert not made.is_planned


@pytest.mark.parametrize("route", ["/api/accept", "/api/*", "/api/orders/<any>", "/api/orders/o-1", "*"])
def test_a_route_is_a_path_a_pattern_or_one_with_placeholders(route: str) -> None:
    assert board().add({"kind": "drop_after", "route": route})["route"] == route


def test_every_kind_stands_on_its_page_and_in_the_reference(sandbox: Sandbox) -> None:
    from sandbox.resources import resource

    page = httpx.get(f"{sandbox.base_url}/docs/faults", headers={"Accept": "text/html"}, trust_env=False).text
    reference = resource("docs", "reference.md").read_text("utf-8")
    for name, kind in KINDS.items():
        assert f'<tr id="{name}">' in page
        assert f"`{name}`" in reference
        assert all(f"<code>{field}</code>" in page for field in kind.parameters.model_fields)


def test_each_example_is_a_plan_that_is_taken(sandbox: Sandbox, faults: FaultDriver) -> None:
    from sandbox.cli.faults import _read

    for name, kind in KINDS.items():
        faults.add(name, optional=True, **dict(map(_read, kind.example.split())))
    assert len(sandbox.control.show_faults()["faults"]) == len(KINDS)
