"""API keys as a developer's programs make and use them."""

from __future__ import annotations

from typing import Any

import httpx

from sandbox.testing import Sandbox


def make_key(sandbox: Sandbox, token: str, **fields: Any) -> dict[str, Any]:
    answer = call(sandbox, "POST", "/api/api-keys", token, {"name": "CI", "access": "write"} | fields)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def call(
    sandbox: Sandbox, method: str, path: str, token: str, body: dict[str, Any] | None = None, **more: Any
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.request(method, sandbox.base_url + path, json=body, headers=headers, trust_env=False, **more)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]
