"""What the OpenAPI document says of the published API is true of calls that nobody thought of (schemathesis, all its checks)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from schemathesis.engine.recorder import ScenarioRecorder

from sandbox.testing import Sandbox
from tests.docs.test_openapi import spelled
from tests.platform.merchant_api.operations import list_emulated

IS_SOAK = os.environ.get("SANDBOX_SOAK") == "1"
EXAMPLES = {"coverage": 1, "fuzzing": 150 if IS_SOAK else 8, "stateful": 100 if IS_SOAK else 10}
LEFT_OUT = {
    # The contract wants texts taken for numbers and switches, a form for JSON, and more fields than there are. What is refused
    # of each field stands in tests/bad_input.
    "real": ("negative_data_rejection", "missing_required_header"),
    # The check knows 401 alone; "ideal" answers it, the real service was seen to answer 403.
    "ideal": ("negative_data_rejection",),
}
"""Checks that are not made with a profile of quirks, and why; all others are."""
ACCEPTED = ["2xx", 401, 403, 404, 409, 422, 429]
"""What well-formed calls may be answered: 422 is a code that is wrong."""


class Callers:
    """Proves who calls: by the scheme that the document names, or, as accept and v1 want it, in the body."""

    def __init__(self, sandbox: Sandbox) -> None:
        merchant = sandbox.new_merchant()
        public, private = merchant.public_token, merchant.private_token
        key = {"Authorization": f"Api-Key {private}"}
        self.tokens = {"app_token": public, "app_secret": private}
        self.headers = {
            "appTokens": {"Authorization": f"Bearer {public}:{private}"},
            "businessKey": key,
            "walletToken": {"Authorization": f"Bearer {wallet_token(sandbox, key)}"},
            "appPublic": {"apppublic": public},
            "appSecret": {"appsecret": private},
        }

    def headers_of(self, case: schemathesis.Case) -> dict[str, str]:
        security = case.operation.definition.raw.get("security", [])
        return {name: value for way in security[:1] for scheme in way for name, value in self.headers[scheme].items()}

    def sign(self, case: schemathesis.Case) -> None:
        if isinstance(case.body, dict) and self.tokens.keys() <= case.body.keys():
            case.body |= self.tokens


def wallet_token(sandbox: Sandbox, key: dict[str, str]) -> str:
    """What a partner asks a linked wallet's balance with."""
    phone = sandbox.new_phone()
    with httpx.Client(base_url=sandbox.base_url, headers=key) as partner:
        asked = {"phone_number": phone.number}
        session = partner.post("/partners/accounts/initiate_link_account", json=asked).json()["session_id"]
        code = re.findall(r"\b\d{6}\b", phone.messages(wait=15)[0]["text"])[0]
        link = partner.post(
            "/partners/accounts/confirm_link_account", json={"session_id": session, "code": code}
        ).json()
        link = {name: link[name] for name in ("tracking_id", "phone_number")}
        return str(partner.post("/api/accounts/authenticate", json=link).json()["token"])


def published(sandbox: Sandbox) -> dict[str, Any]:
    """The document, of which only the published API is called."""
    document: dict[str, Any] = sandbox.transport.send("GET", "/api/openapi.json", b"", {}).json()
    paths = {spelled(route).partition(" ")[2] for route in list_emulated(sandbox)}
    document["paths"] = {
        path: methods for path, methods in document["paths"].items() if re.sub(r"{\w+}", "{}", path) in paths
    }
    assert len(document["paths"]) == len(paths)
    return without(document, {"destination", "after", "binding_id"})


def without(part: Any, names: set[str]) -> Any:
    """What no schema can say is not made up: that shares are at most the whole, a cursor is one of the page before, and a card was kept."""
    if isinstance(part, dict):
        return {name: without(value, names) for name, value in part.items() if name not in names}
    return (
        [without(each, names) for each in part if not (isinstance(each, dict) and each.get("name") in names)]
        if isinstance(part, list)
        else part
    )


def failures_of(document: dict[str, Any], base_url: str, callers: Callers, profile: str, phase: str) -> Iterator[str]:
    """What schemathesis finds in one phase of its run, each with the call that shows it."""
    phases = {each: {"enabled": each == phase} for each in ("examples", "coverage", "fuzzing", "stateful")}
    phases["examples"]["enabled"] = phase == "coverage"
    project = {
        "base-url": base_url,
        "seed": 1,
        "phases": phases,
        "generation": {"max-examples": EXAMPLES[phase], "deterministic": True, "database": "none", "allow-x00": False},
        "checks": {check: {"enabled": False} for check in LEFT_OUT[profile]}
        | {"positive_data_acceptance": {"expected-statuses": ACCEPTED}},
    }
    schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(project))

    @schema.auth(refresh_interval=None)
    class _Proof:
        def get(self, case: schemathesis.Case, _context: Any) -> dict[str, str]:
            return callers.headers_of(case)

        def set(self, case: schemathesis.Case, data: dict[str, str], _context: Any) -> None:
            case.headers = {**(case.headers or {}), **data}
            callers.sign(case)

    calls = 0
    for event in from_schema(schema).execute():
        if isinstance(event, NonFatalError | FatalError):
            yield str(getattr(event, "info", event))
        if isinstance(event, ScenarioFinished):
            calls += len(event.recorder.interactions)
            yield from _told(event.recorder)
    if calls < len(document["paths"]):
        yield f"only {calls} calls were made"


def _told(recorder: ScenarioRecorder) -> Iterator[str]:
    for case_id, checks in recorder.checks.items():
        answer = recorder.find_response(case_id=case_id)
        for check in checks:
            if check.failure_info is not None:
                yield f"{check.name}: {check.failure_info.failure}\n{answer and answer.text}\n{check.failure_info.code_sample}"


@pytest.mark.parametrize("phase", sorted(EXAMPLES))
def test_the_published_api_answers_as_its_document_says(phase: str) -> None:
    """In a world of its own: what is made up is asked to call webhooks that nobody answers."""
    with Sandbox.start() as real:
        assert list(failures_of(published(real), real.base_url, Callers(real), "real", phase)) == []


def test_a_careful_api_tells_missing_keys_with_401() -> None:
    with Sandbox.start(quirks_profile="ideal") as careful:
        failures = failures_of(published(careful), careful.base_url, Callers(careful), "ideal", "coverage")
        assert list(failures) == []
