"""Whatever changes something on the platform leaves an audit event, or stands here with the reason why not; no event holds a secret."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.contracts.platform import Registration
from tests.calls import ENDING, FIELDS, FORMS
from tests.security.table import EXPECTED, ROLES
from tests.security.test_who_may_call_what import by_browser, by_program, is_page, people
from tests.stage import Stage
from tests.visitor import Visitor

__all__ = ["people"]

OTHER_SERVICES = ("/wallets", "/payments", "/mobile", "/inbox", "/_sandbox", "/shop")
SHOPPERS = "what a shopper does is told by the order's own timeline, and changes nothing of a developer's"
BACK_ENDS = (
    "asks for the app's tokens, and what a merchant's back end does with an order is in the order's own timeline"
)
EXEMPT = {
    "POST /register/business/account": "the table's call is refused; POST /api/business/account does the same work",
    "POST /api/wallet-events": "news of the Wallets API, which keeps them; what they stop is told where it is stopped",
    "POST /api/checkout/sessions": SHOPPERS,
    "POST /api/checkout/sessions/<session>/scan": SHOPPERS,
    "POST /api/checkout/sessions/<session>/refuse": SHOPPERS,
    "POST /api/checkout/sessions/<session>/verify": SHOPPERS,
    "POST /api/checkout/sessions/<session>/methods/<method>/<step>": SHOPPERS,
    "POST /api/pages/<page_id>/scan": SHOPPERS,
    "POST /api/pages/<page_id>/settle": SHOPPERS,
    "POST /pay/<page_id>/login": SHOPPERS,
    "POST /pay/<page_id>/card": SHOPPERS,
    "POST /pay/<page_id>/code": SHOPPERS,
    "POST /pay/<page_id>/resend": SHOPPERS,
    "POST /pay/<page_id>/cancel": SHOPPERS,
    "POST /pay/<page_id>/other-way": SHOPPERS,
    "POST /api/generate_payment": BACK_ENDS,
    "POST /api/generate_payment/wordpress": BACK_ENDS,
    "POST /api/v2/generate_payment": BACK_ENDS,
    "POST /api/v2/confirm_payment": BACK_ENDS,
    "POST /api/v2/cancel_payment": BACK_ENDS,
    "POST /api/transactions/init_pos_transaction": BACK_ENDS,
    "POST /api/accounts/authenticate": BACK_ENDS,
    "POST /api/accounts/authenticate/refresh": BACK_ENDS,
    "POST /partners/accounts/initiate_link_account": BACK_ENDS,
    "POST /partners/accounts/confirm_link_account": BACK_ENDS,
    "POST /api/v2/refund_payment": "refused for want of tokens here; the refund of POST /api/orders/<order_id>/refunds, which is audited",
    "POST /api/accept": "the merchant's back end is told by the order's timeline, and the ledger keeps the money's",
    "POST /api/events": "news of orders, kept in their timelines",
}


def pending_address(stage: Stage) -> dict[str, Any]:
    """Of an account that waits for its activation."""
    email = f"pending-{stage.unique()}@example.com"
    stage.sandbox.platform.register(Registration(name="Pending", email=email, password="a good password"))
    return {"email": email}


def owners_address(stage: Stage) -> dict[str, Any]:
    return {"email": stage.owner.email}


def new_profile(stage: Stage) -> dict[str, Any]:
    return {"name": "Shop 1", "language": "en", "company": f"Company {stage.unique()}"}


def another_order(stage: Stage) -> list[str]:
    """Of the dashboard's figures: not the one that stands."""
    first = stage.http.get("/api/dashboard/kpis", headers=stage._as_owner).json()["kpis"][0]
    return ["transactions", "gross_sales"] if first == "gross_sales" else ["gross_sales", "transactions"]


def in_grace(stage: Stage) -> dict[str, Any]:
    """The spare app's private token was rotated just now, and the former one is still good."""
    body = FIELDS["POST /api/apps/<app_id>/private-token/rotate"](stage)
    stage.post(f"/api/apps/{stage._spare_app_id()}/private-token/rotate", body, token=stage.owner_token)
    return {"version": stage.spare.private_token_version, "confirm": "yes"}


def disabled(stage: Stage) -> dict[str, Any]:
    stage.post(f"/api/apps/{stage._spare_app_id()}/disable", {}, token=stage.owner_token)
    return {}


def enabled(stage: Stage) -> dict[str, Any]:
    stage.post(f"/api/apps/{stage._spare_app_id()}/enable", {}, token=stage.owner_token)
    return {"confirm": "yes"}


def with_picture(stage: Stage) -> dict[str, Any]:
    stage._image_id()
    return {}


REAL_CHANGES: dict[str, Callable[[Stage], dict[str, Any]]] = {
    "POST /activate": pending_address,
    "POST /api/developers/resend": pending_address,
    "POST /password/forgot": owners_address,
    "POST /api/password/forgot": owners_address,
    "POST /settings": new_profile,
    "PUT /api/account": new_profile,
    "POST /dashboard/figures": lambda stage: {"order": another_order(stage), "kpi": another_order(stage)},
    "POST /api/apps/<app_id>/private-token/end-grace": in_grace,
    "POST /apps/<app_id>/keys/end-grace": in_grace,
    "POST /api/apps/<app_id>/enable": disabled,
    "POST /apps/<app_id>/enable": disabled,
    "POST /api/apps/<app_id>/disable": enabled,
    "POST /apps/<app_id>/disable": enabled,
    "DELETE /api/apps/<app_id>/image": with_picture,
    "POST /apps/<app_id>/image/remove": with_picture,
    "PUT /api/dashboard/kpis": lambda stage: {"kpis": another_order(stage)},
}
"""Fields that change something, where those with which a call succeeds may change nothing."""


def changing_routes() -> list[str]:
    return sorted(
        route
        for route in EXPECTED
        if not route.startswith("GET ") and not route.partition(" ")[2].startswith(OTHER_SERVICES)
    )


def audited(stage: Stage) -> int:
    newest = stage.http.get("/api/admin/audit?limit=1", headers=stage._as_admin).json()["data"]
    return int(newest[0]["id"])


def who_may(route: str) -> str:
    """The owner where it may, else whoever may."""
    allowed = [role for role, status in zip(ROLES, EXPECTED[route], strict=True) if status < 400]
    preferred = ("the owner", "an admin", "a service", "anonymous")
    return next(role for role in preferred if role in allowed)


@pytest.mark.parametrize("route", [route for route in changing_routes() if route not in set(EXEMPT) | ENDING])
def test_a_change_leaves_an_event(stage: Stage, people: dict[str, Visitor], route: str) -> None:
    role = who_may(route)
    before: list[int] = []
    fields_of = REAL_CHANGES.get(route) or FIELDS.get(route, lambda _stage: {})

    def note(given: Stage) -> Any:
        """What the call needs is made before, and leaves events of its own."""
        fields = fields_of(given)
        before.append(audited(given))
        return fields

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(FIELDS, route, note)
        with Visitor(stage.base_url) as somebody:
            visitor = somebody if route in {"POST /login", "POST /logout"} else people[role]
            if route == "POST /logout":
                visitor.log_in(stage.owner.email, stage.owner.password)
            answer = by_browser(stage, visitor, route) if is_page(route) else by_program(stage, role, route)
    assert answer.status_code < 400, f"{route} as {role} → {answer.status_code} {answer.text[:200]}"
    stage.sandbox.control.drain()
    assert audited(stage) > before[0], f"{route} leaves no event: record one, or say in EXEMPT why not"


@pytest.mark.parametrize("route", sorted(ENDING))
def test_what_ends_sessions_or_an_account_leaves_an_event(stage: Stage, route: str) -> None:
    """Done by somebody who is needed for nothing else afterwards."""
    somebody = stage.sandbox.new_merchant()
    fields = FIELDS[route](stage) | {"password": somebody.password} if route in FIELDS else {}
    token = stage.sandbox.log_in(somebody)
    method, _, path = route.partition(" ")
    with Visitor(stage.base_url) as visitor:
        visitor.log_in(somebody.email, somebody.password)
        before = audited(stage)
        if route in FORMS:
            answer = visitor.submit(path, **fields)
        else:
            headers = {"Authorization": f"Bearer {token}"}
            answer = stage.http.request(method, path, json=fields, headers=headers)
    assert answer.status_code < 400, f"{route} → {answer.status_code} {answer.text[:200]}"
    assert audited(stage) > before


def test_what_is_exempt_is_there_and_changes_something(stage: Stage) -> None:
    assert set(EXEMPT) <= set(changing_routes())


def secrets_that_were_sent(stage: Stage) -> dict[str, str]:
    """What mails and SMS told, and what an answer tells once: made now, beside all that the routes above made."""
    made = stage.post("/api/api-keys", FIELDS["POST /api/api-keys"](stage), token=stage.owner_token)
    webhook = stage.post(f"/api/apps/{stage._webhook_app_id()}/webhook/secret", {}, token=stage.owner_token)
    links = [link.rpartition("/")[2] for mail in stage.sandbox.inbox._client.list_mails() for link in mail.links]
    texts = [message["text"] for message in stage.sandbox.phone(stage.owner.wallet_phone).messages()]
    codes = re.findall(r"\b\d{6}\b", " ".join(texts))
    assert links
    assert codes
    found = {"API key": str(made["key"]), "webhook secret": str(webhook["secret"])}
    found |= {f"key in mail {number}": link for number, link in enumerate(links) if len(link) > 20}
    return found | {f"code in SMS {number}": code for number, code in enumerate(codes)}


def test_no_event_holds_a_secret(stage: Stage) -> None:
    """Runs after the routes above were called: whatever the stage was given or told is looked for in everything kept."""
    sent = secrets_that_were_sent(stage)
    kept, after = [], ""
    while True:
        page = stage.http.get(f"/api/admin/audit?limit=200&after={after}", headers=stage._as_admin).json()
        kept += page["data"]
        after = page["next_cursor"]
        if not after:
            break
    told = json.dumps(kept, ensure_ascii=False)
    secrets = {
        "password": stage.owner.password,
        "private token": stage.owner.private_token,
        "session": stage.owner_token,
        "another's session": stage.other_token,
        "admin's session": stage.admin_token,
        "admin's password": stage.admin.password,
        "service key": stage.service_key["Sandbox-Service-Key"],
        "a good password": "a good password",
    }
    found = [
        name for name, secret in (secrets | sent).items() if re.search(rf"(?<![\w-]){re.escape(secret)}(?![\w-])", told)
    ]
    assert found == []
    journal = {event["details"].get("code") or event["details"].get("token") for event in kept}
    assert journal == {None}
