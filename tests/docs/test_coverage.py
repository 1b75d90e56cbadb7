"""The page on what is emulated is made from a table, and the table from the routes."""

from __future__ import annotations

import re

from sandbox.platform.merchant_api.coverage import OPERATIONS
from sandbox.testing import Sandbox
from tests.stage import apps_of, list_routes

FOLDER = "sandbox.platform.merchant_api."
NOT_PUBLISHED = {"POST /api/checkout/sessions/<session>/verify"}
"""What the payment form calls for test codes."""


def test_what_is_said_to_be_emulated_has_a_route_and_every_route_stands_there(sandbox: Sandbox) -> None:
    app = apps_of(sandbox)[""]
    served = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if app.view_functions[rule.endpoint].__module__.startswith(FOLDER)
    }
    told = {operation.route for operation in OPERATIONS if operation.level != "not"}
    assert told == served - NOT_PUBLISHED
    assert not {each.route for each in OPERATIONS if each.level == "not"} & list_routes(sandbox)


def test_the_page_lists_every_operation_with_level_and_mark(sandbox: Sandbox) -> None:
    page = sandbox.transport._client.get("/docs/coverage", headers={"Accept": "text/html"}).text
    rows = re.findall(r"<tr><th scope=\"row\"><code>(.*?)</code></th><td>(.*?)</td>", page, re.DOTALL)
    assert [re.sub("&lt;", "<", re.sub("&gt;", ">", route)) for route, _ in rows] == [each.route for each in OPERATIONS]
    assert all(pills.count('class="pill') == 2 for _, pills in rows)


def test_what_is_not_whole_says_what_differs() -> None:
    assert all(operation.differs for operation in OPERATIONS if operation.level != "full")
