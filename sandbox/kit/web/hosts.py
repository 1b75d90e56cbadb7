"""Refuses requests that name a host which is not ours.

A page on the Internet can point a name of its own at 127.0.0.1 and then read and write here as if it were one of our pages
(DNS rebinding). What gives it away is the Host header, which the browser fills in with that name.
"""

from __future__ import annotations

import json
import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from sandbox.kit.errors import HostNotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication

_ALWAYS = ("127.0.0.1", "localhost", "::1")
_EVERY = "*"
_HOST = re.compile(r"(?:\[(?P<ipv6>[0-9a-f:.]+)\]|(?P<name>[a-z0-9_.-]+))(?::[0-9]*)?", re.IGNORECASE)
_MOST_KNOWN = 1000


class HostCheck:
    """Lets requests through to ``app`` whose Host is 127.0.0.1, localhost, [::1] or one of ``allowed``, with any port.

    A request without a Host passes: browsers, whom this is about, always send it. That of a request target in absolute
    form decides nothing here, so it is not looked at.
    """

    def __init__(self, app: WSGIApplication, allowed: Iterable[str]) -> None:
        names = {*_ALWAYS, *allowed}
        self._app = app
        self._takes_every = _EVERY in names
        self._allowed = {_normal(name.strip("[]")) for name in names}
        self._known: set[str | None] = {None, ""}
        """Host headers that were found good, so that one look tells the next time."""

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST")
        if host in self._known or self._is_good(host or ""):
            return self._app(environ, start_response)
        body = json.dumps(HostNotAllowed().to_json()).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(f"{HostNotAllowed.status} Forbidden", headers)
        return [body]

    def _is_good(self, host: str) -> bool:
        parts = _HOST.fullmatch(host.strip())
        is_good = self._takes_every or (parts is not None and _normal(parts["ipv6"] or parts["name"]) in self._allowed)
        if is_good and len(self._known) < _MOST_KNOWN:
            self._known.add(host)
        return is_good


def _normal(name: str) -> str:
    """``LOCALHOST.`` is ``localhost``, and ``0:0:0:0:0:0:0:1`` is ``::1``."""
    name = name.lower().removesuffix(".")
    try:
        return str(ip_address(name))
    except ValueError:
        return name
