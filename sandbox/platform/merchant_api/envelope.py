"""What every answer of the published API has beside its result (CONTRACT.md sections 2 and 3)."""

from __future__ import annotations

from typing import Any


def common(version: str, *, code: int = 0) -> dict[str, Any]:
    """``code`` is 0 when all is well, else 1."""
    return {"name": "developers", "code": code, "version": version}
