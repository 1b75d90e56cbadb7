"""Audit events: who did what, with which authority, on what, when and from where; found, paged, exported, never changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from flask import url_for
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DatabaseError

from sandbox.kit.clock import Clock, ClockState
from sandbox.kit.db import Database
from sandbox.kit.paging import PageQuery
from sandbox.platform.audit import store
from sandbox.platform.audit.actor import Actor, Authority, acting_as
from sandbox.platform.audit.filters import AdminAuditFilter, AuditFilter
from sandbox.platform.audit.history import AuditHistory
from sandbox.platform.audit.models import audit_events
from sandbox.platform.audit.routes import _FOR_ADMINS, _FOR_OWNERS
from sandbox.platform.audit.service import Audit, Target
from sandbox.platform.tables import SCHEMA_VERSION, metadata
from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp
from tests.databases import UrlFactory
from tests.platform.keys import call, make_key
from tests.visitor import Visitor

START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
DEVELOPER = Actor(Authority.DEVELOPER, developer_id="dev-1", name="rania@example.com", address="10.0.0.7")
ADMIN = Actor(Authority.ADMIN, developer_id="adm-1", name="admin@example.com", address="10.0.0.9")


class Book:
    """An audit on a database of its own, whose clock the test moves."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock(ClockState(frozen_at=START))
        self.audit = Audit(self.clock)
        self.history = AuditHistory(database, self.audit)

    def note(self, actor: Actor, action: str, target: Target | None = None, **more: Any) -> None:
        with acting_as(actor), self.database.write() as connection:
            self.audit.record(connection, action, target, **more)

    def found(self, page: PageQuery | None = None, *, developer_id: str | None = None, **filters: Any) -> list[str]:
        wanted = AdminAuditFilter.parse(filters)
        events = self.history.list_events(wanted, page or PageQuery(), developer_id=developer_id)
        return [f"{event.action} {event.target_name or ''}".strip() for event in events.rows]


@pytest.fixture
def book(database_url: UrlFactory) -> Iterator[Book]:
    database = Database(database_url("platform"), metadata, version=SCHEMA_VERSION, schema="platform")
    yield Book(database)
    database.close()


@pytest.fixture
def told(book: Book) -> Book:
    """Three days of events: of a developer, of an admin on the developer, of the system, of nobody."""
    book.note(DEVELOPER, "session.opened", Target("account", "dev-1", "rania@example.com"))
    book.clock.advance(24 * 3600)
    book.note(ADMIN, "user.suspended", Target("account", "dev-1", "rania@example.com"), developer_id="dev-1")
    book.note(DEVELOPER, "app.created", Target("app", "app-1", "100%_Olive/Oil"))
    book.clock.advance(24 * 3600)
    book.note(Actor(Authority.SYSTEM, name="System"), "app.created", Target("app", "app-2", "Made alone"))
    book.note(Actor(Authority.ANONYMOUS, address="192.0.2.1"), "account.registered", developer_id="dev-2")
    return book


def test_events_come_newest_first(told: Book) -> None:
    assert told.found() == [
        "account.registered",
        "app.created Made alone",
        "app.created 100%_Olive/Oil",
        "user.suspended rania@example.com",
        "session.opened rania@example.com",
    ]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"action": "app.created"}, 2),
        ({"authority": "System"}, 1),
        ({"authority": "ROLE_ADMIN"}, 1),
        ({"user": "dev-1"}, 3),
        ({"actor": "dev-1"}, 2),
        ({"actor": "dev-1", "action": "app.created"}, 1),
        ({"user": "nobody@example.com"}, 0),
        ({"q": "RANIA@"}, 3),
        ({"q": "olive"}, 1),
        ({"q": "%"}, 1),
        ({"q": "_"}, 1),
        ({"q": "192.0.2"}, 1),
        ({"q": "'; DROP TABLE audit_events; --"}, 0),
        ({"since": "2026-03-02"}, 4),
        ({"until": "2026-03-02"}, 3),
        ({"since": "2026-03-02", "until": "2026-03-02"}, 2),
        ({"since": "2026-03-04"}, 0),
    ],
)
def test_a_filter_leaves_what_it_says(told: Book, filters: dict[str, str], count: int) -> None:
    assert len(told.found(**filters)) == count


def test_a_day_is_one_of_tunisia(book: Book) -> None:
    """23:00 in UTC is midnight in Tunis, which belongs to the day that begins."""
    book.clock.advance((datetime(2026, 3, 1, 23, tzinfo=UTC) - START).total_seconds())
    book.note(DEVELOPER, "session.opened")
    assert book.found(since="2026-03-01", until="2026-03-01") == []
    assert book.found(since="2026-03-02", until="2026-03-02") == ["session.opened"]


def test_a_developer_sees_what_concerns_them_and_nothing_else(told: Book) -> None:
    assert len(told.found(developer_id="dev-1")) == 3
    assert told.found(developer_id="dev-2") == ["account.registered"]
    assert len(told.found(developer_id="dev-1", user="dev-2")) == 3, "a filter must not open another's events"


_BY_ADMINS = {"action": "app.created", "authority": "ROLE_ADMIN"}


@pytest.mark.parametrize("filters", [{}, {"q": "wanted"}, _BY_ADMINS, _BY_ADMINS | {"q": "wanted"}])
def test_pages_hold_every_event_once_though_new_ones_come_in(
    book: Book, monkeypatch: pytest.MonkeyPatch, filters: dict[str, str]
) -> None:
    monkeypatch.setattr(store, "SEARCHED_AT_ONCE", 5)
    for number in range(23):
        book.clock.advance(number % 3)
        is_wanted = number % 4 == 0
        actor, name = (ADMIN, "wanted") if is_wanted else (DEVELOPER, "another")
        book.note(actor, "app.created", Target("app", str(number), name))
    seen, after, pages = [], None, 0
    while True:
        page = book.history.list_events(AuditFilter.parse(filters), PageQuery(limit=3, after=after))
        seen += [int(event.target_id or "") for event in page.rows]
        pages += 1
        book.note(DEVELOPER, "app.created", Target("app", "99", "wanted late"))
        after = page.next_cursor
        if after is None:
            break
    assert seen == [number for number in range(22, -1, -1) if not filters or number % 4 == 0]
    assert pages <= 9


@pytest.mark.parametrize("filters", [_BY_ADMINS, {"q": "wanted"}, {"user": "dev-1", "actor": "dev-2"}])
def test_a_page_looks_through_so_many_events_and_not_through_all(
    book: Book, monkeypatch: pytest.MonkeyPatch, filters: dict[str, str]
) -> None:
    """Two conditions that are common each, and never meet, cost as much as a search: a quarter of a second at a million."""
    monkeypatch.setattr(store, "SEARCHED_AT_ONCE", 5)
    for number in range(12):
        book.note(DEVELOPER, "app.created", Target("app", str(number), "another"))
    pages, page = 1, book.history.list_events(AdminAuditFilter.parse(filters), PageQuery())
    while page.next_cursor:
        after = PageQuery(after=page.next_cursor)
        pages, page = pages + 1, book.history.list_events(AdminAuditFilter.parse(filters), after)
    assert pages == 3


def test_an_export_holds_everything_and_is_audited_itself(told: Book) -> None:
    with acting_as(ADMIN):
        parts = list(told.history.export(AdminAuditFilter(action="app.created")))
    assert [event.target_id for part in parts for event in part] == ["app-2", "app-1"]
    assert told.found()[0] == "audit.exported"


@pytest.mark.parametrize("statement", [update(audit_events).values(action="x"), delete(audit_events)])
def test_the_database_refuses_to_change_or_delete_an_event(told: Book, statement: Any) -> None:
    with pytest.raises(DatabaseError, match="never changed or deleted"), told.database.write() as connection:
        connection.execute(statement)
    assert len(told.found()) == 5


def test_postgresql_refuses_to_empty_the_table_too(told: Book) -> None:
    if told.database.is_sqlite:
        return
    with pytest.raises(DatabaseError, match="never changed or deleted"), told.database.write() as connection:
        connection.execute(text("TRUNCATE audit_events"))


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({}, "audit_by_time"),
        ({"since": "2026-03-02", "until": "2026-03-03"}, "audit_by_time"),
        ({"user": "dev-1"}, "audit_by_developer_and_time"),
        ({"actor": "dev-1", "since": "2026-03-02"}, "audit_by_actor_and_time"),
        ({"action": "app.created"}, "audit_by_action_and_time"),
        ({"authority": "ROLE_ADMIN"}, "audit_by_authority_and_time"),
    ],
)
def test_every_filter_walks_an_index_and_sorts_nothing(book: Book, filters: dict[str, str], index: str) -> None:
    fill(book, 4_000)
    query, plans = [], []

    def explain(connection: Any, statement: Any, *_: object) -> None:
        del connection
        query.append(statement)

    from sqlalchemy import event

    engine = book.database._engine
    event.listen(engine, "before_execute", explain)
    book.found(**filters)
    event.remove(engine, "before_execute", explain)
    word = "EXPLAIN QUERY PLAN" if book.database.is_sqlite else "EXPLAIN"
    compiled = query[-1].compile(engine, compile_kwargs={"literal_binds": True})
    with book.database.read() as connection:
        if not book.database.is_sqlite:  # for so few rows it would rather sort than walk
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
        plans = [str(row) for row in connection.exec_driver_sql(f"{word} {str(compiled).replace('%', '%%')}")]
    assert index in " ".join(plans), plans
    assert "TEMP B-TREE" not in " ".join(plans)
    assert "Sort" not in " ".join(plans)


def fill(book: Book, count: int) -> None:
    actors = (DEVELOPER, ADMIN)
    rows = [
        {
            "at": START + timedelta(minutes=number),
            "actor_id": f"dev-{number % 40}",
            "actor_name": actors[number % 2].name,
            "authority": "ROLE_ADMIN" if number % 50 == 0 else "ROLE_DEVELOPER",
            "action": "app.created" if number % 20 == 0 else "session.opened",
            "developer_id": f"dev-{number % 40}",
            "details": {},
        }
        for number in range(count)
    ]
    with book.database.write() as connection:
        connection.execute(insert(audit_events), rows)
        if not book.database.is_sqlite:
            connection.execute(text("ANALYZE audit_events"))


# On the pages and in the API


def admin_token(sandbox: Sandbox) -> str:
    from sandbox.contracts.platform import Login

    return sandbox.platform.login(Login.parse(sandbox.details["admin"]))


def test_a_developer_reads_their_own_activity_in_the_api(
    sandbox: Sandbox, merchant_app: MerchantApp, token: str
) -> None:
    events = call(sandbox, "GET", "/api/audit", token).json()["data"]
    actions = [event["action"] for event in events]
    assert {"account.registered", "account.activated", "session.opened", "app.created"} <= set(actions)
    created = next(event for event in events if event["action"] == "app.created")
    assert created["what"] == "Created an app"
    assert created["actor_name"] == merchant_app.email
    assert created["authority"] == "ROLE_DEVELOPER"
    assert created["address"] == "127.0.0.1"
    shown = httpx.get(f"{sandbox.base_url}/_sandbox/journal/{created['request_id']}", trust_env=False)
    assert shown.status_code == 200
    assert {event["developer_id"] for event in events} == {created["developer_id"]}


def test_an_admin_reads_everything(sandbox: Sandbox, merchant_app: MerchantApp, token: str) -> None:
    path = f"/api/admin/audit?user={merchant_app.email}"
    assert call(sandbox, "GET", path, token).json()["error"]["code"] == "ADMINS_ONLY"
    found = call(sandbox, "GET", path, admin_token(sandbox)).json()["data"]
    assert found == call(sandbox, "GET", "/api/audit", token).json()["data"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=yesterday", "since"),
        ("until=2026-13-01", "until"),
        ("action=x", "action"),
        ("authority=God", "authority"),
        ("q=" + "x" * 101, "q"),
        ("after=x", "after"),
        ("limit=0", "limit"),
    ],
)
def test_a_bad_filter_is_named_in_the_api_and_on_the_page(
    sandbox: Sandbox, visitor: Visitor, merchant_app: MerchantApp, token: str, query: str, field: str
) -> None:
    answer = call(sandbox, "GET", f"/api/audit?{query}", token)
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, field)
    visitor.log_in(merchant_app.email, merchant_app.password)
    page = visitor.open(f"/settings/activity?{query}")
    assert page.status_code == 400
    assert "Activity" in page.text


def test_the_export_is_harmless_in_a_spreadsheet(
    sandbox: Sandbox, visitor: Visitor, merchant_app: MerchantApp, token: str
) -> None:
    for name in ("=1+1", "+1", "-1", "@SUM(A1)", '\u062a\u0645, "quoted"'):
        make_key(sandbox, token, name=name)
    visitor.log_in(merchant_app.email, merchant_app.password)
    answer = visitor.open("/settings/activity/export.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.content.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    made = [row["target_name"] for row in rows if row["action"] == "api_key.created"]
    assert made == ['\u062a\u0645, "quoted"', "'@SUM(A1)", "'-1", "'+1", "'=1+1"]
    assert rows[0]["action"] == "audit.exported"


def test_the_audit_tells_which_key_acted(sandbox: Sandbox, token: str) -> None:
    made = make_key(sandbox, token, name="Nightly job")
    call(sandbox, "DELETE", f"/api/api-keys/{made['id']}", made["key"])
    newest = call(sandbox, "GET", "/api/audit", token).json()["data"][0]
    assert newest["action"] == "api_key.revoked"
    assert newest["details"]["api_key"] == f"Nightly job ({made['prefix']}…)"


def test_markup_in_names_stays_text_on_the_pages(
    sandbox: Sandbox, visitor: Visitor, merchant_app: MerchantApp, token: str
) -> None:
    make_key(sandbox, token, name="<script>alert(1)</script>")
    visitor.log_in(merchant_app.email, merchant_app.password)
    assert "<script>alert" not in visitor.open("/settings/activity").text


def test_each_kind_of_target_that_has_a_page_leads_to_it(sandbox: Sandbox) -> None:
    """An endpoint that was renamed would take the link away without a word."""
    app = sandbox._running.world._platform.app
    for endpoint, name in (*_FOR_OWNERS.values(), *_FOR_ADMINS.values()):
        assert endpoint in app.view_functions
        with app.test_request_context():
            assert url_for(endpoint, **({name: "x"} if name else {}))


def test_what_is_written_with_accents_is_found(book: Book) -> None:
    """SQLite's lower() knows ASCII alone: what is looked for must be folded by the database like what it holds."""
    book.note(DEVELOPER, "app.created", Target("app", "1", "Épicerie du Lac"))
    book.note(DEVELOPER, "app.created", Target("app", "2", "بقالة"))
    for wanted in ("Épicerie", "Épicerie DU", "بقال"):
        assert len(book.found(q=wanted)) == 1, wanted
