"""Which rule refused a call: read off its answer, in each of the shapes in which a refusal is told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.kit.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Refused:
    """``code`` is one of ours, or empty where the answer has none; ``field`` is what was wrong."""

    code: str
    message: str
    hint: str = ""
    field: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the documentation has a row for it."""
        return self.code in SandboxError.by_code


def refusal_of(exchange: Mapping[str, Any]) -> Refused | None:
    """None where nothing was refused, or the journal does not have all of the answer."""
    try:
        answer = json.loads(exchange["answer"])
    except ValueError:
        return None
    if not isinstance(answer, dict):
        return None
    for read in (_ours, _of_result, _of_status):
        found = read(answer)
        if found is not None:
            return found
    return None


def _ours(answer: Mapping[str, Any]) -> Refused | None:
    """``{"error": {"code", "message", "hint", "field"}}``."""
    error = answer.get("error")
    if not isinstance(error, dict) or "code" not in error:
        return None
    return Refused(*(str(error.get(name) or "") for name in ("code", "message", "hint", "field")))


def _of_result(answer: Mapping[str, Any]) -> Refused | None:
    """The merchant API: ``result.error`` with a code or a sentence, or ``result.message`` with an HTTP status."""
    result = answer.get("result")
    if not isinstance(result, dict):
        return None
    told = result.get("error") or (result.get("message") if "status" in result else None)
    if not isinstance(told, str) or not told:
        return None
    details = result.get("details")
    return _known(told, str(details) if details else "")


def _of_status(answer: Mapping[str, Any]) -> Refused | None:
    """``{"status": "error", "message", "code"}``, and ``{"success": false, "message"}``."""
    if answer.get("status") != "error" and answer.get("success") is not False:
        return None
    code, message = answer.get("code"), answer.get("message") or answer.get("error")
    if isinstance(code, str):
        return Refused(code, str(message or ""))
    return _known(message, "") if isinstance(message, str) else None


def _known(told: str, details: str) -> Refused:
    """A code of ours has a sentence and a hint of its own."""
    error = SandboxError.by_code.get(told)
    return Refused(told, error.message, error.hint) if error else Refused("", told, details)
