"""What every refusal must look like."""

from __future__ import annotations

import json
from typing import Any

import httpx

JSON = {"Content-Type": "application/json"}


def require_error(answer: httpx.Response, *, statuses: tuple[int, ...], what: object = "") -> dict[str, Any]:
    """The error of a refusal that has one of these statuses and says in JSON what was wrong; the Flouci shape for accept."""
    said = f"{what!r:.200} → {answer.status_code} {answer.text[:500]}"
    assert answer.status_code in statuses, said
    assert answer.headers["Content-Type"].startswith("application/json"), said
    body = answer.json()
    if answer.request.url.path.endswith("/api/accept") and answer.status_code not in {404, 405}:
        assert body["status"] == "FAILED", said
        assert body["code"] == 1, said
        result = body["result"]
        assert result["status"] == "FAILED", said
        assert answer.headers["Sandbox-Hint"], said
        return {"code": result["error"], "message": result["message"], "field": result.get("field")}
    error: dict[str, Any] = body["error"]
    assert set(error) >= {"code", "message", "hint", "request_id"}, said
    assert error["message"], said
    assert error["hint"], said
    if not answer.request.url.path.startswith("/_sandbox/"):
        assert error["request_id"] == answer.headers["Sandbox-Request-Id"], said
    return error


def dump(body: object) -> bytes:
    """JSON as a client can write it: lone surrogates escaped, NaN and Infinity as they are."""
    return json.dumps(body).encode()
