"""Every endpoint of the JSON API says what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.kit.web.operations import caller_of, find_operation
from tests.stage import apps_of

if TYPE_CHECKING:
    from sandbox.testing import Sandbox


def test_every_route_of_the_json_api_is_described(sandbox: Sandbox) -> None:
    app = apps_of(sandbox)[""]
    views = {
        rule.rule: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules() if rule.rule[:5] == "/api/"
    }
    undescribed = [
        rule for rule, view in views.items() if find_operation(view) is None and caller_of(view) != "service"
    ]
    assert not undescribed, f"put @describes below the route line of {undescribed} (sandbox/kit/web/operations.py)"


def test_what_only_services_call_is_not_described(sandbox: Sandbox) -> None:
    app = apps_of(sandbox)[""]
    for_services = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule[:5] == "/api/" and caller_of(app.view_functions[rule.endpoint]) == "service"
    }
    assert {"/api/events", "/api/checkout/sessions/<session>/scan"} <= for_services
