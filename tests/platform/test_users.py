"""Admins manage users: find, activate, suspend, reinstate, make admins; each once, audited, and never without a last admin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, select

from sandbox.contracts.errors import AdminsOnly, AppDisabled, LastAdmin, UserNotFound, UserStateChanged
from sandbox.contracts.platform import Login, Registration
from sandbox.contracts.qr_payload import CheckoutCode, to_text
from sandbox.kit.clock import Clock, ClockState
from sandbox.kit.db import Database
from sandbox.kit.outbox import Outbox
from sandbox.kit.paging import PageQuery
from sandbox.platform.accounts.models import developers
from sandbox.platform.admin.filters import UserFilter
from sandbox.platform.admin.service import UserService
from sandbox.platform.audit.models import audit_events
from sandbox.platform.audit.service import Audit
from sandbox.platform.mail.service import MailService
from sandbox.platform.tables import SCHEMA_VERSION, metadata, outbox
from sandbox.testing import Sandbox
from sandbox.testing.drivers import InboxDriver, MerchantApp, PhoneDriver
from tests.databases import UrlFactory
from tests.platform.keys import call, code_of, make_key
from tests.platform.paying import AMOUNT, pay, require_accepted, require_refused
from tests.platform.test_suspended_wallets import open_form
from tests.racing import codes_of, race
from tests.visitor import Visitor

START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
_numbers = count(1)


class Office:
    """The users of a platform on a database of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        clock = Clock(ClockState(frozen_at=START))
        mail = MailService(Outbox(database, outbox, clock, lambda: None), clock, 0, lambda *_: ("", "", ""))
        self.users = UserService(database, clock, audit=Audit(clock), mail=mail, base_url="http://127.0.0.1")

    def add(self, user_id: str, *, status: str = "active", is_admin: bool = False, **more: Any) -> str:
        number = next(_numbers)
        values = {"name": f"User {number}", "email": f"{user_id}@example.com", "password_hash": "x", "language": "fr"}
        made = {"created_at": START + timedelta(seconds=number), "status": status, "is_admin": is_admin}
        with self.database.write() as connection:
            connection.execute(insert(developers).values(id=user_id, **values | made | more))
        return user_id

    def actions(self) -> list[str]:
        with self.database.read() as connection:
            return list(connection.execute(select(audit_events.c.action).order_by(audit_events.c.number)).scalars())

    def mails(self) -> list[str]:
        with self.database.read() as connection:
            return [row.payload["template"] for row in connection.execute(select(outbox))]

    def admins(self) -> set[str]:
        is_admin = developers.c.is_admin & (developers.c.status == "active")
        with self.database.read() as connection:
            return set(connection.execute(select(developers.c.id).where(is_admin)).scalars())

    def find(self, **filters: Any) -> list[str]:
        page = self.users.list_users(UserFilter.parse(filters), PageQuery())
        return [user.id for user in page.rows]


@pytest.fixture
def office(database_url: UrlFactory) -> Iterator[Office]:
    database = Database(database_url("platform"), metadata, version=SCHEMA_VERSION, schema="platform")
    made = Office(database)
    made.add("admin", is_admin=True)
    yield made
    database.close()


def test_each_action_is_done_and_told_once_however_often_it_is_said(office: Office) -> None:
    office.add("user", status="pending")
    for _ in range(2):
        office.users.activate("admin", "user")
    for _ in range(2):
        office.users.suspend("admin", "user", "Sells what it does not have")
    for _ in range(2):
        office.users.reinstate("admin", "user")
    for _ in range(2):
        office.users.grant_admin("admin", "user")
    for _ in range(2):
        office.users.withdraw_admin("admin", "user")
    wanted = ["user.activated", "user.suspended", "user.reinstated", "admin.granted", "admin.withdrawn"]
    assert office.actions() == wanted
    assert office.mails() == ["suspended", "reinstated"]


@pytest.mark.parametrize(
    ("status", "action", "allowed"),
    [
        ("pending", "activate", True),
        ("pending", "suspend", False),
        ("pending", "reinstate", False),
        ("pending", "grant_admin", False),
        ("suspended", "activate", False),
        ("suspended", "grant_admin", False),
        ("suspended", "withdraw_admin", True),
        ("closed", "activate", False),
        ("closed", "suspend", False),
        ("closed", "reinstate", False),
        ("closed", "grant_admin", False),
    ],
)
def test_what_a_state_does_not_allow_is_said(office: Office, status: str, action: str, allowed: bool) -> None:
    office.add("user", status=status)
    more = ["A reason"] if action == "suspend" else []
    if allowed:
        getattr(office.users, action)("admin", "user", *more)
        return
    with pytest.raises(UserStateChanged) as refused:
        getattr(office.users, action)("admin", "user", *more)
    assert refused.value.details == {"status": status}
    assert office.actions() == []


def test_the_last_admin_stays(office: Office) -> None:
    office.add("sleeping", is_admin=True, status="suspended")
    with pytest.raises(LastAdmin):
        office.users.withdraw_admin("admin", "admin")
    with pytest.raises(LastAdmin):
        office.users.suspend("admin", "admin", "Tired")
    office.add("second", is_admin=True)
    office.users.withdraw_admin("admin", "admin")
    assert office.admins() == {"second"}


@pytest.mark.parametrize("action", ["withdraw_admin", "suspend"])
def test_two_admins_who_end_each_other_at_once_leave_one(office: Office, action: str) -> None:
    """The loser is no admin any more when its turn comes."""
    office.add("second", is_admin=True)
    end = partial(office.users.suspend, reason="A duel") if action == "suspend" else office.users.withdraw_admin
    for _ in range(5):
        outcomes = race([partial(end, "admin", "second"), partial(end, "second", "admin")])
        assert codes_of(outcomes) == ["ADMINS_ONLY", "ok"]
        (left,) = office.admins()
        loser = ({"admin", "second"} - {left}).pop()
        if action == "suspend":
            office.users.reinstate(left, loser)
        else:
            office.users.grant_admin(left, loser)


def test_admins_who_all_give_up_at_once_leave_one(office: Office) -> None:
    names = ["admin", *(office.add(f"admin-{number}", is_admin=True) for number in range(4))]
    outcomes = race([lambda name=name: office.users.withdraw_admin(name, name) for name in names])
    assert codes_of(outcomes) == ["LAST_ADMIN", *["ok"] * 4]
    assert len(office.admins()) == 1


def test_an_admin_who_was_demoted_meanwhile_does_nothing(office: Office) -> None:
    office.add("user")
    office.add("second", is_admin=True)
    office.users.withdraw_admin("second", "admin")
    with pytest.raises(AdminsOnly):
        office.users.suspend("admin", "user", "Too late")
    with pytest.raises(UserNotFound):
        office.users.get("nobody")


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["c", "b", "a", "admin"]),
        ({"status": "suspended"}, ["c"]),
        ({"q": "olive_"}, ["b"]),
        ({"q": "100%"}, ["a"]),
        ({"q": "%"}, ["a"]),
        ({"q": "A@EXAMPLE"}, ["a"]),
        ({"q": "b@example.com", "status": "pending"}, []),
        ({"q": "' OR 1=1 --"}, []),
        ({"q": "Épicerie"}, ["a"]),
        ({"q": "71123"}, ["b"]),
        ({"q": "50000"}, ["c"]),
    ],
)
def test_users_are_found_by_what_they_are_called(office: Office, filters: dict[str, str], found: list[str]) -> None:
    office.add("a", name="100% Sûr", company="Épicerie")
    office.add("b", name="Olive_Oil", phone_number="71123456")
    office.add("c", name="OliveXOil", wallet_phone="50000001", status="suspended")
    assert office.find(**filters) == found


# In a sandbox


@pytest.fixture
def admin(sandbox: Sandbox) -> str:
    return sandbox.platform.login(Login.parse(sandbox.details["admin"]))


def user_of(sandbox: Sandbox, admin: str, email: str) -> str:
    return str(call(sandbox, "GET", f"/api/admin/users?q={email}", admin).json()["data"][0]["id"])


def act(sandbox: Sandbox, admin: str, email: str, action: str, **fields: str) -> httpx.Response:
    path = f"/api/admin/users/{user_of(sandbox, admin, email)}/{action}"
    return call(sandbox, "POST", path, admin, fields)


def test_the_demo_admin_has_both_authorities_and_a_developer_one(
    sandbox: Sandbox, admin: str, merchant_app: MerchantApp
) -> None:
    for email, authorities in (
        (sandbox.details["admin"]["email"], ["ROLE_DEVELOPER", "ROLE_ADMIN"]),
        (merchant_app.email, ["ROLE_DEVELOPER"]),
    ):
        path = f"/api/admin/users/{user_of(sandbox, admin, email)}"
        assert call(sandbox, "GET", path, admin).json()["authorities"] == authorities


def test_a_suspended_user_is_out_at_once_and_told_why(
    sandbox: Sandbox, admin: str, visitor: Visitor, merchant_app: MerchantApp, token: str, inbox: InboxDriver
) -> None:
    key = make_key(sandbox, token)["key"]
    visitor.log_in(merchant_app.email, merchant_app.password)
    suspended = act(sandbox, admin, merchant_app.email, "suspend", reason="Sells <b>nothing</b>")
    assert suspended.json()["status"] == "suspended"
    assert suspended.json()["sessions"] == 0
    assert call(sandbox, "GET", "/api/apps", token).status_code == 401
    assert call(sandbox, "GET", "/api/apps", key).status_code == 401
    assert visitor.open("/apps").headers["Location"].startswith("/login")
    sandbox.control.drain()
    mail = inbox.wait_for(to=merchant_app.email, contains="suspended")
    assert "Sells <b>nothing</b>" in mail.text

    wrong = httpx.post(f"{sandbox.base_url}/api/login", json={"email": merchant_app.email, "password": "a wrong one"})
    assert code_of(wrong) == (401, "BAD_LOGIN")
    right = {"email": merchant_app.email, "password": merchant_app.password}
    refused = httpx.post(f"{sandbox.base_url}/api/login", json=right)
    assert code_of(refused) == (403, "ACCOUNT_SUSPENDED")
    assert refused.json()["error"]["reason"] == "Sells <b>nothing</b>"
    page = visitor.log_in(merchant_app.email, merchant_app.password)
    assert page.status_code == 403
    assert "Sells &lt;b&gt;nothing&lt;/b&gt;" in page.text

    assert act(sandbox, admin, merchant_app.email, "reinstate").json()["status"] == "active"
    sandbox.control.drain()
    inbox.wait_for(to=merchant_app.email, contains="active again")
    assert call(sandbox, "GET", "/api/apps", key).status_code == 200
    assert call(sandbox, "GET", "/api/apps", token).status_code == 401, "the session has ended for good"
    assert sandbox.log_in(merchant_app)


def test_a_pending_user_is_activated_without_the_mail_whose_link_is_worth_nothing_then(
    sandbox: Sandbox, admin: str, inbox: InboxDriver
) -> None:
    email, password = "waiting@example.com", "a good password"
    sandbox.platform.register(Registration(name="Waiting", email=email, password=password))
    sandbox.control.drain()
    link = inbox.wait_for(to=email).links[0]
    assert act(sandbox, admin, email, "activate").json()["status"] == "active"
    assert sandbox.platform.login(Login(email=email, password=password))
    act(sandbox, admin, email, "suspend", reason="Enough")
    assert httpx.get(link).status_code == 404
    assert act(sandbox, admin, email, "grant-admin").json()["error"]["code"] == "USER_STATE_CHANGED"


def test_who_becomes_an_admin_may_do_what_admins_do_from_the_next_request_on(
    sandbox: Sandbox, admin: str, merchant_app: MerchantApp, token: str
) -> None:
    assert code_of(call(sandbox, "GET", "/api/admin/users", token)) == (403, "ADMINS_ONLY")
    act(sandbox, admin, merchant_app.email, "grant-admin")
    assert call(sandbox, "GET", "/api/admin/users", token).status_code == 200
    act(sandbox, admin, merchant_app.email, "withdraw-admin")
    assert code_of(call(sandbox, "GET", "/api/admin/users", token)) == (403, "ADMINS_ONLY")


def test_the_audit_names_the_admin_the_user_and_the_reason(
    sandbox: Sandbox, admin: str, merchant_app: MerchantApp
) -> None:
    act(sandbox, admin, merchant_app.email, "suspend", reason="A rest")
    newest = call(sandbox, "GET", f"/api/admin/audit?user={merchant_app.email}", admin).json()["data"][0]
    act(sandbox, admin, merchant_app.email, "reinstate")
    assert newest["action"] == "user.suspended"
    assert newest["authority"] == "ROLE_ADMIN"
    assert newest["actor_name"] == sandbox.details["admin"]["email"]
    assert newest["target_name"] == merchant_app.email
    assert newest["details"]["reason"] == "A rest"


def test_an_admin_works_on_the_pages(sandbox: Sandbox, admin: str, visitor: Visitor, merchant_app: MerchantApp) -> None:
    visitor.log_in(**sandbox.details["admin"])
    listed = visitor.open(f"/admin/users?q={merchant_app.email}&status=active").text
    user_id = user_of(sandbox, admin, merchant_app.email)
    assert f"/admin/users/{user_id}" in listed
    page = visitor.open(f"/admin/users/{user_id}").text
    assert merchant_app.name in page
    assert merchant_app.private_token not in page
    empty = visitor.submit(f"/admin/users/{user_id}/suspend", reason=" ")
    assert empty.status_code == 400
    assert 'aria-invalid="true"' in empty.text
    expired = visitor.submit(f"/admin/users/{user_id}/suspend", csrf_token="old", reason="Kept words")
    assert expired.status_code == 400
    assert "Kept words" in expired.text
    assert visitor.submit(f"/admin/users/{user_id}/suspend", reason="A rest").status_code == 302
    stale = visitor.submit(f"/admin/users/{user_id}/grant-admin")
    assert stale.status_code == 409
    assert "in another state now" in stale.text
    assert visitor.submit(f"/admin/users/{user_id}/reinstate").status_code == 302
    own = user_of(sandbox, admin, sandbox.details["admin"]["email"])
    last = visitor.submit(f"/admin/users/{own}/withdraw-admin")
    assert last.status_code == 409
    assert "last admin" in last.text


def test_an_unknown_user_is_404(sandbox: Sandbox, admin: str) -> None:
    for method, path in (("GET", "nobody"), ("POST", "nobody/suspend"), ("POST", "nobody/activate")):
        answer = call(sandbox, method, f"/api/admin/users/{path}", admin, {"reason": "x"})
        assert code_of(answer) == (404, "USER_NOT_FOUND")


def test_the_apps_of_a_suspended_user_stop_at_every_step_until_it_is_reinstated(
    sandbox: Sandbox, admin: str, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    paid = pay(sandbox, merchant_app, phone)
    session = open_form(sandbox, merchant_app)
    code = to_text(CheckoutCode(app=merchant_app.public_token, amount=AMOUNT, session=session))
    act(sandbox, admin, merchant_app.email, "suspend", reason="A rest")
    for call_it in (lambda: open_form(sandbox, merchant_app), lambda: phone.scan_text(code)):
        with pytest.raises(AppDisabled, match="developer is suspended"):
            call_it()
    refused = require_refused(paid.accept(), "APP_DISABLED")
    assert "developer is suspended" in refused["message"]
    act(sandbox, admin, merchant_app.email, "reinstate")
    phone.scan_text(code)
    require_accepted(paid.accept(), paid)
