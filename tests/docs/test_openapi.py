"""The OpenAPI document is valid, complete, and true: what the endpoints really answer fits it."""

from __future__ import annotations

import re
import subprocess
import sys
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from sandbox.kit.errors import SandboxError
from sandbox.kit.web.operations import caller_of
from tests.calls import ENDING, FIELDS
from tests.security.table import EXPECTED, FILTERS
from tests.stage import Stage, apps_of

_PARAMETER = re.compile(r"<(?:[^<>:]+:)?\w+>")


@pytest.fixture(scope="module")
def document(stage: Stage) -> dict[str, Any]:
    found: dict[str, Any] = stage.http.get("/api/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By what a test says, such as ``POST /api/accept``; names of parameters left out."""
    return {
        f"{method.upper()} {re.sub(r'{[^}]+}', '{}', path)}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def spelled(route: str) -> str:
    return _PARAMETER.sub("{}", route)


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    assert document["openapi"] == "3.1.0"


def test_the_document_names_the_address_that_serves_it(stage: Stage, document: dict[str, Any]) -> None:
    assert document["servers"] == [{"url": stage.base_url}]


def test_every_endpoint_is_in_the_document_and_none_that_only_services_call(
    stage: Stage, document: dict[str, Any]
) -> None:
    app = apps_of(stage.sandbox)[""]
    expected = {
        spelled(f"{method} {rule.rule}")
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(("/api/", "/partners/")) and caller_of(app.view_functions[rule.endpoint]) != "service"
    }
    assert set(operations(document)) == expected
    assert len(expected) > 10
    assert "POST /api/events" not in expected


def test_what_needs_a_login_says_so(document: dict[str, Any]) -> None:
    """As the table of routes and roles has it: anonymous is told to log in."""
    for route, row in EXPECTED.items():
        operation = operations(document).get(spelled(route))
        if operation is not None:
            assert (row[0] == 401) == any("session" in way for way in operation["security"]), route


def test_lists_take_a_limit_and_a_cursor_and_answer_data(document: dict[str, Any]) -> None:
    listed = operations(document)["GET /api/apps/{}/orders"]
    assert {"app_id", "limit", "after"} <= {parameter["name"] for parameter in listed["parameters"]}
    limit = next(parameter for parameter in listed["parameters"] if parameter["name"] == "limit")
    assert (limit["schema"]["minimum"], limit["schema"]["maximum"]) == (1, 200)
    schema = listed["responses"]["200"]["content"]["application/json"]["schema"]
    assert set(schema["properties"]) == {"data", "next_cursor"}


def test_a_body_may_be_json_or_a_form(document: dict[str, Any]) -> None:
    for operation in operations(document).values():
        if "requestBody" in operation:
            assert set(operation["requestBody"]["content"]) == {"application/json", "application/x-www-form-urlencoded"}


def test_every_code_that_the_document_names_is_a_code_of_the_error_tree(document: dict[str, Any]) -> None:
    for operation in operations(document).values():
        for answer in operation["responses"].values():
            content = answer.get("content", {}).get("application/json", {})
            if "allOf" in content.get("schema", {}):
                codes = content["schema"]["allOf"][1]["properties"]["error"]["properties"]["code"]["enum"]
                assert set(codes) == set(content["examples"]) <= set(SandboxError.by_code)


def test_each_example_fits_its_schema(document: dict[str, Any]) -> None:
    for route, operation in operations(document).items():
        for place in [operation.get("requestBody", {}), *operation["responses"].values()]:
            for content in place.get("content", {}).values():
                examples = [each["value"] for each in content.get("examples", {}).values()]
                for example in [*examples, *([content["example"]] if "example" in content else [])]:
                    problems = problems_of(document, content["schema"], example)
                    assert problems == [], f"{route}: {example}"


GOOD_CALLS = sorted(
    route for route, row in EXPECTED.items() if route.partition(" ")[2].startswith("/api/") and row[2] in {200, 201}
)


@pytest.mark.parametrize("route", GOOD_CALLS)
def test_a_good_answer_fits_the_document(stage: Stage, document: dict[str, Any], route: str) -> None:
    method, _, rule = route.partition(" ")
    path = stage.path_of(rule) + FILTERS.get(route, "")
    body = FIELDS[route](stage) if route in FIELDS else None
    token = stage.sandbox.log_in(stage.sandbox.new_merchant()) if route in ENDING else stage.owner_token
    headers = {"Authorization": f"Bearer {token}"}
    answer = stage.http.request(method, path, json=body, headers=headers)
    described = operations(document)[spelled(route)]["responses"]
    assert str(answer.status_code) in described, answer.text
    content = described[str(answer.status_code)]["content"]
    media = answer.headers["Content-Type"].partition(";")[0]
    assert media in content
    if media == "application/json":
        assert problems_of(document, content[media]["schema"], answer.json()) == [], answer.text


def test_a_refusal_fits_the_document(stage: Stage, document: dict[str, Any]) -> None:
    calls = [
        ("POST /api/apps", 401, stage.http.post("/api/apps", json={})),
        ("POST /api/developers", 400, stage.http.post("/api/developers", json={"name": "A"})),
        ("POST /api/login", 401, stage.http.post("/api/login", json={"email": "a@b.test", "password": "no"})),
        ("GET /api/apps/{}", 404, stage.http.get("/api/apps/nobody")),
    ]
    for route, status, answer in calls:
        assert answer.status_code == status, route
        schema = operations(document)[route]["responses"][str(status)]["content"]["application/json"]["schema"]
        assert problems_of(document, schema, answer.json(), closed=False) == [], answer.text
    accept = stage.http.post("/api/accept", json={})
    refused = operations(document)["POST /api/accept"]["responses"]["default"]["content"]["application/json"]["schema"]
    assert problems_of(document, refused, accept.json()) == [], accept.text


def problems_of(document: dict[str, Any], schema: dict[str, Any], answer: Any, *, closed: bool = True) -> list[str]:
    """``closed`` refuses fields that the schema does not name: an answer may hold nothing that is not described."""
    components = deepcopy(document["components"])
    whole = {**deepcopy(schema), "components": components}
    if closed and "allOf" not in schema:
        close(whole)
    return [f"{'.'.join(map(str, error.path))}: {error.message}" for error in validator(whole).iter_errors(answer)]


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(schema)


def close(schema: Any) -> None:
    if isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for part in schema.values():
            close(part)
    elif isinstance(schema, list):
        for part in schema:
            close(part)


@cache
def modules_after_making_the_platform() -> str:
    program = (
        "import sys, sandbox.runtime, sandbox.platform.app;"
        "print(*[name for name in ('markdown_it', 'pygments', 'babel') if name in sys.modules])"
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def test_the_documentation_costs_nothing_at_start_up() -> None:
    assert modules_after_making_the_platform() == ""
