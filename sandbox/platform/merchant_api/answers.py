"""Answers of the merchant API: the body is the provider's, help goes beside it in a header (DESIGN rule 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import jsonify

if TYPE_CHECKING:
    from flask import Response


def answer(body: dict[str, Any], status: int = 200, hint: str | None = None) -> Response:
    made = jsonify(body)
    made.status_code = status
    if hint:
        made.headers["Sandbox-Hint"] = as_header(hint)
    return made


def as_header(text: str) -> str:
    """Headers carry ASCII, and one line."""
    return " ".join(text.encode("ascii", "replace").decode().split())
