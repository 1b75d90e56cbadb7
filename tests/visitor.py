"""A person with a browser of their own, without the browser: cookies, pages and the forms in them."""

from __future__ import annotations

import re
from types import TracebackType
from typing import Any, Self

import httpx

_CSRF = re.compile(r'name="csrf_token" value="([^"]*)"')
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Visitor:
    def __init__(self, base_url: str) -> None:
        self.http = httpx.Client(base_url=base_url, headers=PAGE, trust_env=False, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def csrf_token(self, page: str = "/register") -> str:
        """The hidden value that this visitor's forms carry."""
        return _CSRF.findall(self.http.get(page).text)[0]

    def open(self, path: str) -> httpx.Response:
        return self.http.get(path)

    def submit(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form with this visitor's own hidden value, unless another is given."""
        return self.http.post(path, data={"csrf_token": self.csrf_token(), **fields})

    def log_in(self, email: str, password: str) -> httpx.Response:
        return self.submit("/login", email=email, password=password)

    @property
    def cookie(self) -> str:
        """The session cookie as it stands."""
        return self.http.cookies.get("sandbox_session", "")
