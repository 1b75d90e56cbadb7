"""An exchange of the journal once more: as a curl command with placeholders for its secrets, or sent again."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from sandbox.control.journal import BODY_BYTES
from sandbox.control.masking import MASK
from sandbox.kit.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.contracts.transport import Answer, Transport

_ELSEWHERE = {"webhooks": "webhooks are sent again on the app's webhook page", "mail": "a mail", "sms": "an SMS"}
_JSON_SECRET = re.compile(rf'"(\w+)"(\s*:\s*)"{MASK}"')
_FORM_SECRET = re.compile(rf"(^|[?&\"])([\w]+)={MASK}")
_MADE_ANEW = {"content-length", "origin"}
_TITLES = {"appsecret": "appsecret", "apppublic": "apppublic"}


def as_curl(exchange: Mapping[str, Any], base_url: str) -> str:
    """Secrets are not kept, so ``<PIN>`` and the like stand where they were."""
    if exchange["service"] in _ELSEWHERE and exchange["service"] != "webhooks":
        return ""
    method, body = exchange["method"], exchange["request"]
    url = _with_placeholders(address_of(exchange, base_url))
    parts = ["curl", "-I" if method == "HEAD" else "-i"]
    if method not in ({"GET", "HEAD"} if not body else {"HEAD"}):
        parts += ["-X", method]
    if set("[]{}") & set(url):
        parts.append("--globoff")
    parts.append(shlex.quote(url))
    for name, value in exchange["headers"].items():
        if name not in _MADE_ANEW and name != "user-agent":
            parts += ["-H", shlex.quote(f"{_title(name)}: {value.replace(MASK, _placeholder(name))}")]
    if body.startswith("{") and "content-type" not in exchange["headers"]:
        parts += ["-H", "'Content-Type: application/json'"]  # of a webhook only the body is kept
    if not _has_whole_body(exchange):
        parts += ["--data-binary", "'@<BODY>'"]
    elif body:
        parts += ["--data-raw", shlex.quote(_with_placeholders(body))]
    return " ".join(parts)


def address_of(exchange: Mapping[str, Any], base_url: str) -> str:
    """Where it went, percent-encoded: of a call to the sandbox the journal keeps the path as it reads."""
    return str(exchange["path"]) if "://" in exchange["path"] else base_url + _encoded(exchange["path"])


def missing_secrets(exchange: Mapping[str, Any]) -> list[str]:
    """The names of what was masked: a repetition needs them."""
    text = f"{exchange['request']}\n{exchange['path']}"
    names = [match[1] for match in _JSON_SECRET.finditer(text)] + [match[2] for match in _FORM_SECRET.finditer(text)]
    return list(dict.fromkeys([*names, *(name for name, value in exchange["headers"].items() if MASK in value)]))


def replay(exchange: Mapping[str, Any], transport: Transport, secrets: Mapping[str, str]) -> Answer:
    """Send it again, with ``secrets`` in the places where the journal has none; its Idempotency-Key goes with it.

    Raises InvalidInput, which says why it cannot be sent again.
    """
    _require_repeatable(exchange)
    missing = [name for name in missing_secrets(exchange) if name not in secrets]
    if missing:
        raise InvalidInput(
            f"The journal keeps no secrets, so this call cannot be sent again without: {', '.join(missing)}.",
            field="secrets",
            hint=f"Send them along: {json.dumps({'secrets': dict.fromkeys(missing, '…')}, ensure_ascii=False)}",
        )
    path, body = _filled(_encoded(exchange["path"]), secrets), _filled(exchange["request"], secrets)
    if MASK in path + body:
        raise InvalidInput("A secret stood in the middle of this call; the journal cannot put it back.")
    headers = {
        _title(name): _proof(value, secrets.get(name, ""))
        for name, value in exchange["headers"].items()
        if name not in _MADE_ANEW
    }
    return transport.send(exchange["method"], path, body.encode(), headers)


def can_be_sent(exchange: Mapping[str, Any]) -> bool:
    """Whether :func:`replay` could, given the secrets."""
    try:
        _require_repeatable(exchange)
    except InvalidInput:
        return False
    return True


def _require_repeatable(exchange: Mapping[str, Any]) -> None:
    service = exchange["service"]
    if service in _ELSEWHERE:
        raise InvalidInput(f"This is no call to the sandbox ({_ELSEWHERE[service]}), so it cannot be sent again here.")
    if not _has_whole_body(exchange):
        raise InvalidInput("The journal has not all of this call's body, so it cannot be sent again.")


def _has_whole_body(exchange: Mapping[str, Any]) -> bool:
    """The journal keeps no pictures, and of long texts the beginning, of which what it masks leaves less."""
    length, kept = str(exchange["headers"].get("content-length", "")), exchange["request"]
    if not length.isdigit():
        return len(kept.encode()) < BODY_BYTES
    return int(length) <= BODY_BYTES and (bool(kept) or int(length) == 0)


def _encoded(path: str) -> str:
    """But for what stands where a secret was."""
    plain, mark, query = path.partition("?")
    return MASK.join(quote(part, safe="/:@!$&'()*+,;=~-._") for part in plain.split(MASK)) + mark + query


def _filled(text: str, secrets: Mapping[str, str]) -> str:
    def in_json(match: re.Match[str]) -> str:
        return f'"{match[1]}"{match[2]}{json.dumps(secrets.get(match[1], MASK), ensure_ascii=False)}'

    def in_form(match: re.Match[str]) -> str:
        return f"{match[1]}{match[2]}={quote_plus(secrets[match[2]]) if match[2] in secrets else MASK}"

    return _FORM_SECRET.sub(in_form, _JSON_SECRET.sub(in_json, text))


def _proof(masked: str, secret: str) -> str:
    """A header with its secret in place, of which a part that is public may have been given again."""
    known = masked.partition(MASK)[0]
    return masked.replace(MASK, secret.removeprefix(known).removeprefix(known.partition(" ")[2]))


def _with_placeholders(text: str) -> str:
    named = _JSON_SECRET.sub(lambda match: f'"{match[1]}"{match[2]}"{_placeholder(match[1])}"', text)
    named = _FORM_SECRET.sub(lambda match: f"{match[1]}{match[2]}={_placeholder(match[2])}", named)
    return named.replace(MASK, "<SECRET>")


def _placeholder(name: str) -> str:
    return f"<{name.upper().replace('-', '_')}>"


def _title(name: str) -> str:
    return _TITLES.get(name, "-".join(word.capitalize() for word in name.split("-")))
