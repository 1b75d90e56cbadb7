"""The calls that the API reference shows: each is run from a shell as it stands there."""

from __future__ import annotations

import json
import re
import subprocess
from html import unescape

import pytest

from sandbox.platform.docs.endpoints import Endpoint, list_endpoints
from sandbox.platform.docs.openapi import ApiDocument
from sandbox.platform.docs.reference import list_references
from tests.security.table import EXPECTED, FILTERS
from tests.stage import Stage, apps_of


@pytest.fixture(scope="module")
def document(stage: Stage) -> ApiDocument:
    return ApiDocument(apps_of(stage.sandbox)[""], stage.base_url)


def curl_of(document: ApiDocument, endpoint: Endpoint, base_url: str) -> str:
    references = list_references(document, endpoint.operation.tag, base_url)
    return next(reference.curl for reference in references if reference.id == endpoint.id)


def run(script: str) -> tuple[int, str]:
    """Status and body."""
    command = script.replace("curl ", "curl -sS -g -w '\\n%{http_code}' ", 1)
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    body, _, status = done.stdout.rpartition("\n")
    return int(status), body


def test_the_page_shows_the_calls(stage: Stage, document: ApiDocument) -> None:
    page = stage.http.get("/docs/api/apps", headers={"Accept": "text/html"}).text
    shown = [
        unescape(re.sub(r"<[^>]+>", "", code))
        for code in re.findall(r'<code id="curl-[^>]*>(.*?)</code>', page, re.DOTALL)
    ]
    assert shown == [reference.curl for reference in list_references(document, "Apps", stage.base_url)]


def test_each_call_that_only_reads_works_once_its_placeholders_are_filled_in(
    stage: Stage, document: ApiDocument
) -> None:
    rules = {rule.replace("<", "{").replace(">", "}").replace("{int:", "{"): rule for rule in paths_that_are_read()}
    reading = [endpoint for endpoint in document.endpoints if endpoint.method == "GET" and endpoint.path in rules]
    assert len(reading) > 8
    for endpoint in reading:
        rule = rules[endpoint.path]
        path = stage.path_of(rule) + FILTERS.get(f"GET {rule}", "")
        call = curl_of(document, endpoint, stage.base_url).replace("YOUR-KEY", stage.owner_token)
        status, body = run(call.replace(endpoint.path, f"{path}" if "?" not in path else f"'{path}'"))
        assert status == 200, f"{call}\n{body[:300]}"


def paths_that_are_read() -> list[str]:
    return [
        route.partition(" ")[2] for route, row in EXPECTED.items() if route.startswith("GET /api/") and row[2] == 200
    ]


def test_each_call_that_changes_something_reaches_its_endpoint(stage: Stage, document: ApiDocument) -> None:
    """Without a login it is told to log in; where none is needed, the example is understood."""
    for endpoint in document.endpoints:
        if endpoint.method == "GET":
            continue
        call = re.sub(r"{\w+}", "unknown", curl_of(document, endpoint, stage.base_url), count=len(endpoint.parameters))
        status, body = run(call)
        code = json.loads(body).get("error", {}).get("code")
        if endpoint.needs_login:
            assert (status, code) in {(401, "NOT_AUTHENTICATED"), (401, "API_KEY_INVALID")}, f"{call}\n{body}"
        else:
            assert status not in {400, 405, 500}, f"{call}\n{body}"


def test_the_example_of_each_body_is_one_that_its_endpoint_takes(document: ApiDocument) -> None:
    for endpoint in list_endpoints(document._app):
        if endpoint.operation.body is not None:
            operation = document.content["paths"][endpoint.path][endpoint.method.lower()]
            example = operation["requestBody"]["content"]["application/json"]["example"]
            endpoint.operation.body.model_validate(example)
