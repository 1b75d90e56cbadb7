"""Levers are pulled from pages of the sandbox itself and by programs, never by a page of somebody else's."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from sandbox.kit.errors import NotAllowed

_SAFE = {"GET", "HEAD", "OPTIONS"}
_FOREIGN = {"cross-site", "same-site"}


def refuse_foreign_pages() -> None:
    """Browsers say where a change comes from (``Origin``, ``Sec-Fetch-Site``); programs say neither. Raises NotAllowed."""
    if request.method in _SAFE:
        return
    origin = request.headers.get("Origin")
    is_foreign = origin is not None and urlsplit(origin).netloc != request.host
    if is_foreign or request.headers.get("Sec-Fetch-Site") in _FOREIGN:
        raise NotAllowed(
            "A page of another site may not pull the sandbox's levers.",
            hint="Use the console under /_sandbox/, the command line, or a program.",
        )
