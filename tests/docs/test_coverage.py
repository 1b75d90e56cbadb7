"""The page on what is emulated is made from what the routes of the merchant API say of themselves."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask

from sandbox.kit.web.operations import describes
from sandbox.platform.merchant_api import coverage
from sandbox.platform.merchant_api.coverage import Published, list_published, published
from sandbox.testing import Sandbox
from tests.stage import apps_of, list_routes

FOLDER = "sandbox.platform.merchant_api."
NOT_PUBLISHED = {"POST /api/checkout/sessions/<session>/verify"}
"""What the payment form calls for test codes."""
ROW = re.compile(r"<tr><th scope=\"row\"><code>(.*?)</code></th><td>(.*?)</td><td>(.*?)</td>", re.DOTALL)


def rows_of(sandbox: Sandbox) -> dict[str, tuple[str, str]]:
    """The pills and the sentence of each route on the page."""
    page = sandbox.transport._client.get("/docs/coverage", headers={"Accept": "text/html"}).text
    return {html.unescape(route): (pills, html.unescape(differs)) for route, pills, differs in ROW.findall(page)}


def test_every_route_of_the_merchant_api_says_how_far_it_emulates_what_is_published(sandbox: Sandbox) -> None:
    app = apps_of(sandbox)[""]
    served = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if app.view_functions[rule.endpoint].__module__.startswith(FOLDER)
    }
    listed = list_published(app)
    assert {each.route for each in listed if each.level != "not"} == served - NOT_PUBLISHED
    assert not {each.route for each in listed if each.level == "not"} & list_routes(sandbox)


def test_the_page_lists_every_operation_with_level_mark_and_what_differs(sandbox: Sandbox) -> None:
    listed, rows = list_published(apps_of(sandbox)[""]), rows_of(sandbox)
    assert set(rows) == {each.route for each in listed}
    assert all(pills.count('class="pill') == 2 for pills, _differs in rows.values())
    assert {route: differs for route, (_pills, differs) in rows.items()} == {
        each.route: each.differs for each in listed
    }


def test_what_is_not_whole_says_what_differs(sandbox: Sandbox) -> None:
    assert all(each.differs for each in list_published(apps_of(sandbox)[""]) if each.level != "full")


def test_what_is_missing_stands_on_the_page(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = Published(route="POST /api/v2/dream", tag="Payments v2", level="not", mark="doc", differs="Dreams.")
    monkeypatch.setattr(coverage, "NOT_EMULATED", (missing,))
    assert rows_of(sandbox)["POST /api/v2/dream"][1] == "Dreams."


def described(*marks: Callable[[Callable[[], str]], Callable[[], str]]) -> list[Published]:
    """What an app says that has one view at two addresses."""

    def view() -> str:
        return ""

    for mark in (*marks, describes("Do it.", tag="Payments")):
        view = mark(view)
    app = Flask(__name__, static_folder=None)
    for path in ("/one", "/two"):
        app.add_url_rule(path, path, view)
    return list_published(app)


def test_a_second_address_of_a_view_may_be_less_sure() -> None:
    found = described(published("full", "doc"), published("partly", "clients", "It guesses.", at="/two"))
    assert found == [
        Published(route="GET /one", tag="Payments", level="full", mark="doc"),
        Published(route="GET /two", tag="Payments", level="partly", mark="clients", differs="It guesses."),
    ]


def test_a_view_without_a_mark_is_not_published() -> None:
    assert described() == []
