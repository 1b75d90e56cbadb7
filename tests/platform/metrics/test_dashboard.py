"""The dashboard: figures that the developer picks and orders, over HTTP, as a page and as JSON."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sandbox.contracts.platform import OpenSession
from sandbox.platform.dashboard.kpis import KPIS, USUAL, Reading
from sandbox.platform.dashboard.service import move
from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp, PhoneDriver
from tests.platform.paying import AMOUNT, pay
from tests.visitor import Visitor


def ask(sandbox: Sandbox, token: str, path: str, **more: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.request(more.pop("method", "GET"), sandbox.base_url + path, headers=headers, trust_env=False, **more)


def test_a_sale_is_on_the_dashboard_at_once_and_a_day_later(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, token: str
) -> None:
    pay(sandbox, merchant_app, phone).accept()
    sandbox.control.drain()
    for _ in range(2):
        body = ask(sandbox, token, "/api/metrics").json()
        assert (body["total"]["transactions"], body["total"]["gross"], body["total"]["conversion"]) == (1, AMOUNT, 1.0)
        assert sum(day["gross"] for day in body["data"]) == AMOUNT
        assert len(body["data"]) == 30
        customers = ask(sandbox, token, "/api/metrics/customers").json()["data"]
        assert [(each["orders"], each["sales"]) for each in customers] == [(1, AMOUNT)]
        assert phone.number not in str(customers)
        sandbox.clock.advance(seconds=86_400)


def test_the_developer_picks_and_orders_the_figures(
    sandbox: Sandbox, token: str, merchant_app: MerchantApp, visitor: Visitor
) -> None:
    assert ask(sandbox, token, "/api/dashboard/kpis").json() == {"kpis": list(USUAL), "available": list(KPIS)}
    chosen = ["refusals", "best_item", "gross_sales", "best_customer"]
    answer = ask(sandbox, token, "/api/dashboard/kpis", method="PUT", json={"kpis": chosen})
    assert answer.json()["kpis"] == chosen
    assert [each["kpi"] for each in ask(sandbox, token, "/api/dashboard").json()["data"]] == chosen
    visitor.log_in(merchant_app.email, merchant_app.password)
    assert 'id="kpis"' not in visitor.open("/dashboard").text, "nothing to show yet"
    sandbox.platform.open_session(OpenSession(app=merchant_app.public_token, amount=12_500))
    page = visitor.open("/dashboard").text
    places = [page.index(f'id="kpi-{name}"') for name in chosen]
    assert places == sorted(places)
    assert 'id="kpi-net_sales"' not in page


def test_the_form_moves_a_figure_up_and_saves_it(
    sandbox: Sandbox, merchant_app: MerchantApp, token: str, visitor: Visitor
) -> None:
    visitor.log_in(merchant_app.email, merchant_app.password)
    csrf = visitor.csrf_token("/dashboard/figures")
    fields = {"csrf_token": csrf, "order": list(KPIS), "kpi": ["gross_sales", "refunds"], "up": "refunds"}
    answer = visitor.http.post("/dashboard/figures", data=fields)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/dashboard/figures#kpi-refunds")
    assert ask(sandbox, token, "/api/dashboard/kpis").json()["kpis"] == ["refunds", "gross_sales"]
    for wrong in ({"csrf_token": "x", "order": list(KPIS), "kpi": ["refusals"]}, {"csrf_token": csrf, "order": []}):
        answer = visitor.http.post("/dashboard/figures", data=wrong)
        assert answer.status_code in {400, 422}, answer.text
    assert ask(sandbox, token, "/api/dashboard/kpis").json()["kpis"] == ["refunds", "gross_sales"]


@pytest.mark.parametrize("kpis", [[], ["nonsense"], ["refunds", "refunds"], "refunds", None, [1]])
def test_a_choice_that_cannot_be_is_refused_and_named(sandbox: Sandbox, token: str, kpis: object) -> None:
    answer = ask(sandbox, token, "/api/dashboard/kpis", method="PUT", json={"kpis": kpis})
    assert answer.status_code in {400, 422}
    assert answer.json()["error"]["field"].startswith("kpis")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-02-30", "from"),
        ("from=2026-03-02&to=2026-03-01", "to"),
        ("from=1990-01-01&to=2026-03-01", "from"),
        ("from=2020-01-01&to=2026-03-01&by=day", "by"),
        ("by=year", "by"),
    ],
)
def test_a_range_that_cannot_be_is_refused_and_named(
    sandbox: Sandbox, merchant_app: MerchantApp, token: str, visitor: Visitor, query: str, field: str
) -> None:
    error = ask(sandbox, token, f"/api/metrics?{query}").json()["error"]
    assert (error["code"], error["field"]) == ("INVALID_INPUT", field)
    visitor.log_in(merchant_app.email, merchant_app.password)
    page = visitor.open(f"/dashboard?{query}")
    assert page.status_code == 400
    assert 'role="alert"' in page.text


def test_another_developers_app_is_unknown(sandbox: Sandbox, token: str) -> None:
    other = sandbox.platform.list_apps(sandbox.log_in(sandbox.new_merchant()))[0].id
    for path in (
        "/api/metrics",
        "/api/metrics/items",
        "/api/metrics/customers",
        "/api/metrics/refusals",
        "/api/dashboard",
    ):
        assert ask(sandbox, token, f"{path}?app={other}").status_code == 404, path


def test_a_figure_moves_one_place_and_stays_at_the_ends() -> None:
    assert move(["a", "b", "c"], "b", up=True) == ["b", "a", "c"]
    assert move(["a", "b", "c"], "b", up=False) == ["a", "c", "b"]
    assert move(["a", "b"], "a", up=True) == ["a", "b"]
    assert move(["a", "b"], "b", up=False) == ["a", "b"]
    assert move(["a", "b"], "x", up=True) == ["a", "b"]


@pytest.mark.parametrize(("value", "before", "change"), [(3, 2, 0.5), (0, 2, -1.0), (3, 0, None), (None, 2, None)])
def test_a_change_is_told_where_there_was_something_before(value: Any, before: Any, change: Any) -> None:
    assert Reading(value, before).change == change
