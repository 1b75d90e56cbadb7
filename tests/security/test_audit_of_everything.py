"""Whatever changes something on the platform leaves an audit event, or stands here with the reason why not; no event holds a secret."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.calls import FIELDS
from tests.security.table import EXPECTED, ROLES
from tests.security.test_who_may_call_what import by_browser, by_program, is_page, people
from tests.stage import Stage
from tests.visitor import Visitor

__all__ = ["people"]

OTHER_SERVICES = ("/wallets", "/payments", "/mobile", "/inbox", "/_sandbox", "/shop")
SHOPPERS = "what a shopper does is told by the order's own timeline, and changes nothing of a developer's"
NOT_YET = "only a code is sent: an event tells when the app is made"
EXEMPT = {
    "POST /apps/new": NOT_YET,
    "POST /apps/new/<link_id>/resend": NOT_YET,
    "POST /api/apps": NOT_YET,
    "POST /api/apps/links/<link_id>/resend": NOT_YET,
    "POST /api/wallet-events": "news of the Wallets API, which keeps them; what they stop is told where it is stopped",
    "POST /api/checkout/sessions": SHOPPERS,
    "POST /api/checkout/sessions/<session>/scan": SHOPPERS,
    "POST /api/checkout/sessions/<session>/refuse": SHOPPERS,
    "POST /api/checkout/sessions/<session>/verify": SHOPPERS,
    "POST /api/accept": "the merchant's back end is told by the order's timeline, and the ledger keeps the money's",
    "POST /api/events": "news of orders, kept in their timelines",
}


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


@pytest.mark.parametrize("route", [route for route in changing_routes() if route not in EXEMPT])
def test_a_change_leaves_an_event(stage: Stage, people: dict[str, Visitor], route: str) -> None:
    role = who_may(route)
    before: list[int] = []
    fields_of = FIELDS.get(route, lambda _stage: {})

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
    assert audited(stage) > before[0], f"{route} leaves no event: record one, or say in EXEMPT why not"


def test_what_is_exempt_is_there_and_changes_something(stage: Stage) -> None:
    assert set(EXEMPT) <= set(changing_routes())


def test_no_event_holds_a_secret(stage: Stage) -> None:
    """Runs after the routes above were called: whatever the stage was given or told is looked for in everything kept."""
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
    assert [name for name, secret in secrets.items() if secret in told] == []
    journal = {event["details"].get("code") or event["details"].get("token") for event in kept}
    assert journal == {None}
