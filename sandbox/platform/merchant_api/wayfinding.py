"""Whoever calls what is not there is told the right call, in a header: invented endpoints, near misses, POST where GET belongs."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from flask import request

from sandbox.platform.merchant_api.answers import as_header

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask, Response

HISTORY = "GET /api/developers/history"
GENERATE, VERIFY = "POST /api/v2/generate_payment", "GET /api/v2/verify_payment/<payment_id>"
_VERBS = (
    (re.compile(r"verif|status|check(?!out)", re.IGNORECASE), VERIFY),
    (re.compile(r"refund", re.IGNORECASE), "POST /api/v2/refund_payment"),
    (re.compile(r"capture|confirm", re.IGNORECASE), "POST /api/v2/confirm_payment"),
    (re.compile(r"cancel|void", re.IGNORECASE), "POST /api/v2/cancel_payment"),
    (re.compile(r"accept", re.IGNORECASE), "POST /api/accept"),
)
_INVENTED = (
    (re.compile(r"/list|history", re.IGNORECASE), HISTORY),
    (re.compile(r"pay|checkout|generate|create|order|transaction", re.IGNORECASE), GENERATE),
)
"""Seen in client programs: /v1/payments, /payment/generate, /api/v1/…, generatePayment. What a path speaks of, and the call for it."""
_NOUN = "(payments?|orders?|transactions?|invoices?|checkouts?|charges?)"
_READ = (
    (re.compile(rf"{_NOUN}(/(list|all|history))?/?$|/(list|history)/?$", re.IGNORECASE), HISTORY),
    (re.compile(rf"{_NOUN}/[^/]+/?$", re.IGNORECASE), VERIFY),
)
"""What a GET of a resource means where things are resources: one payment, or all of them."""
_MERCHANT = re.compile(
    r"/(api/v2|api/generate|api/verify|api/accept|api/developers/history|api/transactions|api/business/)"
)
_LOOKS_LIKE_ONE = re.compile(
    r"^/(api|v[0-9]+|payments?|checkout|partners|generate\w*|verify\w*|refund\w*)\b", re.IGNORECASE
)
_NO_SUCH_HEADER = "There is no header x-flouci-signature: webhooks are unsigned, so ask verify_payment."


def show_the_way(app: Flask) -> None:
    """Have each answer for an address that is not there name the right call."""

    @app.after_request
    def _hint(answer: Response) -> Response:
        if "Sandbox-Hint" in answer.headers or answer.status_code not in {404, 405}:
            return answer
        if answer.status_code == 405:
            sentence = _of_method(answer.headers.get("Allow", ""))
        else:
            sentence = "" if request.url_rule is not None else _of_path(app)
        if sentence:
            answer.headers["Sandbox-Hint"] = as_header(sentence)
        return answer


def _of_method(allowed: str) -> str:
    methods = [each.strip() for each in allowed.split(",") if each.strip() not in {"", "HEAD", "OPTIONS"}]
    if not methods or not request.path.startswith(("/api/", "/partners/")):
        return ""
    return f"Send {' or '.join(sorted(methods))} to {request.path[:80]}, not {request.method}."


def _of_path(app: Flask) -> str:
    path = request.path[:200]
    if not _LOOKS_LIKE_ONE.match(path):
        return ""
    calls: dict[str, str] = {}
    for rule, call in _calls(app):
        calls.setdefault(_plain(rule), call)
    near = get_close_matches(_plain(path), calls, n=1, cutoff=0.85)
    right = calls[near[0]] if near else _meant(path)
    more = f" {_NO_SUCH_HEADER}" if "x-flouci-signature" in request.headers else ""
    return f"There is no {path[:80]} in the published API: the right call is {right}.{more}"


def _meant(path: str) -> str:
    """What it speaks of; a GET that speaks of nothing done reads one payment or lists them."""
    table = (*_VERBS, *_READ, *_INVENTED) if request.method == "GET" else (*_VERBS, *_INVENTED)
    return next((call for spoken, call in table if spoken.search(path)), GENERATE)


def _calls(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        if _MERCHANT.match(rule.rule) or rule.rule.startswith("/partners"):
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield rule.rule, f"{method} {rule.rule}"


def _plain(path: str) -> str:
    """Without what differs from call to call: ids, case, dashes, the slash at the end."""
    plain = re.sub(r"/<[^>]+>", "", path).lower().replace("-", "_").rstrip("/")
    return plain.replace("/api/v1/", "/api/")
