"""Secrets are masked before the journal is written."""

from __future__ import annotations

import re

_SECRETS = (
    "pin|password|code|flouci_otp|app_secret|appSecret|private_token|token|csrf_token|key|api_key|qr_text|image_base64"
)
_JSON = re.compile(rf'("(?:{_SECRETS})"\s*:\s*)(?:"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*)')
_FORM = re.compile(rf"(^|&)({_SECRETS})=[^&]*")
_PATH = re.compile(r"(/activate/)[^/?]+")
_CODE_NAMES = re.compile(r'"code"\s*:\s*"[A-Z_]+"')
MASK = "•••"


def mask_body(text: str) -> str:
    """A JSON or form body without its secrets; error codes, which are words, stay."""
    kept = _JSON.sub(_mask_json, text)
    return _FORM.sub(rf"\1\2={MASK}", kept) if "=" in kept and not kept.startswith("{") else kept


def mask_path(path: str) -> str:
    return _PATH.sub(rf"\1{MASK}", path)


def _mask_json(match: re.Match[str]) -> str:
    return match.group(0) if _CODE_NAMES.fullmatch(match.group(0)) else f'{match.group(1)}"{MASK}"'
