"""Origins of web pages, as browsers name them: scheme, host, and the port where it is not the scheme's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ORIGINS = 20
_LONGEST = 200
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")
_SEPARATORS = re.compile(r"[\s,]+")


def parse_origin(text: str) -> str:
    """``https://Shop.example:443/`` as ``https://shop.example``. Raises ValueError when it is no origin."""
    wrong = ValueError(
        f"{text[:60]!r} is not an origin. Write scheme, host and port only, such as https://shop.example."
    )
    try:
        parts = urlsplit(text.strip())
        port, host = parts.port, parts.hostname or ""
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError:
        raise wrong from None
    host = f"[{host}]" if ":" in host else host
    has_more = parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in _DEFAULT_PORTS or has_more or len(text) > _LONGEST or not _HOST.fullmatch(host):
        raise wrong
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in {None, _DEFAULT_PORTS[parts.scheme]} else "")


def may_open_forms(origin: str | None, allowed: Sequence[str]) -> bool:
    """Whether a page of ``origin`` may; without a list every page may.

    No Origin header means that no browser is calling from another site: programs could send any header they like, so the list
    guards shoppers against other shops' pages, and is no password.
    """
    return not allowed or origin is None or origin.lower() in allowed


def _read_origins(value: object) -> object:
    """A list, or a text with one origin a line."""
    parts = _SEPARATORS.split(value.strip()) if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise ValueError("This must be a list of origins.")  # noqa: TRY004  pydantic reports ValueError by field
    if not all(isinstance(part, str) for part in parts):
        raise ValueError("Each origin must be a text.")
    return list(dict.fromkeys(parse_origin(part) for part in parts if part.strip()))


Origins = Annotated[list[str], BeforeValidator(_read_origins), Field(max_length=MOST_ORIGINS)]
