"""Secrets are masked before the journal is written."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECRETS = (
    "pin|old_pin|new_pin|password|new_password|code|flouci_otp|secret|app_secret|appSecret|private_token|former_private_token|token|refresh_token|csrf_token|key|api_key"
    "|qr_text|image_base64|cin|rib|iban|card_number|cvc"
)
# A body is kept up to a limit: a text, or a list, may end where it was cut off.
_VALUE = r'"(?:[^"\\]|\\.)*(?:"|\\?$)|-?[0-9][0-9.eE+-]*|\[[^\]]*(?:\]|$)'
_NAMES = frozenset({*_SECRETS.split("|"), "codes"})
"""Looking for each of these first takes a tenth of what an expression of all of them takes."""
_FORM = re.compile(rf"(^|[&?])({_SECRETS})=[^&]*")
_QUERY = re.compile(rf'([&?])({_SECRETS})=[^&"\\\s<>#]+')  # of an address that stands in JSON
_LINK_PATHS = ("/activate/", "/password/reset/", "/email/confirm/")
_LINK = re.compile(  # in a form or a query the slashes may be written %2F
    rf"({'|'.join(_LINK_PATHS)})".replace("/", "(?:/|%2[Ff])") + r"[^/?&%\"\\\s<>]+"
)
_CODE_NAMES = re.compile(r'"code"\s*:\s*("[A-Z_]+"|[01])')
_MESSAGE = re.compile(r'"text"\s*:\s*"(?:[^"\\]|\\.)*(?:"|\\?$)')
# Of API keys, what is longer than the beginning that lists show.
_MARKED = re.compile(r"(fsk_)[A-Za-z0-9_-]{7,}|(whsec_)[A-Za-z0-9+/=_-]+")
_SIX_DIGITS = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")
MASK = "•••"
_SECRET_HEADERS = frozenset({"authorization", "appsecret", "cookie", "sandbox-service-key"})
_KINDS = frozenset({"Bearer", "Api-Key", "Basic"})
_PAIR = re.compile(r"Bearer ([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}):")
"""An app's tokens, of which the first is public."""
_HEADER_LENGTH = 300


def mask_body(text: str) -> str:
    """A JSON or form body without its secrets; error codes, which are words, 0 or 1, stay.

    Mails and SMS keep their words, but lose the codes and activation links in them: the inbox has those.
    """
    kept = _mask_marked(text)
    if found := _NAMES.intersection(kept.split('"')):
        kept = _of_names(frozenset(found)).sub(_mask_json, kept)
    if '"text"' in kept:
        kept = _MESSAGE.sub(lambda match: _SIX_DIGITS.sub(MASK, match.group(0)), kept)
    if _may_hold_link(kept):
        kept = _LINK.sub(rf"\1{MASK}", kept)
    if "=" not in kept:
        return kept
    return (_QUERY if kept.startswith("{") else _FORM).sub(rf"\1\2={MASK}", kept)


def mask_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Of what proves who calls, only its kind is kept; of a public token all."""
    return {name: _mask_header(name, value) for name, value in headers.items()}


def _mask_header(name: str, value: str) -> str:
    if name not in _SECRET_HEADERS:
        return value[:_HEADER_LENGTH]
    if name == "authorization" and (pair := _PAIR.match(value)):
        return f"Bearer {pair[1]}:{MASK}"
    kind, space, _ = value.partition(" ")
    return f"{kind} {MASK}" if space and name == "authorization" and kind in _KINDS else MASK


def mask_path(path: str) -> str:
    """A path with its query."""
    kept = _mask_marked(path)
    if _may_hold_link(kept):
        kept = _LINK.sub(rf"\1{MASK}", kept)
    return _FORM.sub(rf"\1\2={MASK}", kept) if "=" in kept else kept


@lru_cache(maxsize=500)
def _of_names(names: frozenset[str]) -> re.Pattern[str]:
    """Of a few names, which are looked for ten times as fast as all of them."""
    wanted = "|".join(sorted(names))
    return re.compile(rf'("(?:{wanted})"\s*:\s*)(?:{_VALUE})')


def _may_hold_link(text: str) -> bool:
    """By the last word of each of the paths; spelled out, since this is asked three times of every exchange."""
    return "activate" in text or "reset" in text or "confirm" in text


def _mask_marked(text: str) -> str:
    """Secrets that say what they are."""
    if "fsk_" not in text and "whsec_" not in text:
        return text
    return _MARKED.sub(lambda match: f"{match[1] or match[2]}{MASK}", text)


def _mask_json(match: re.Match[str]) -> str:
    return match.group(0) if _CODE_NAMES.fullmatch(match.group(0)) else f'{match.group(1)}"{MASK}"'
