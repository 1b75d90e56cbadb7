"""Static texts are sent packed to who understands it, and can still be asked for anew cheaply."""

from __future__ import annotations

import gzip

import httpx
import pytest

from sandbox.testing import Sandbox

FILES = (
    "/_ui/ui.js",
    "/mobile/static/phone.js",
    "/mobile/static/phone.css",
    "/inbox/static/inbox.css",
    "/_ui/mark.svg",
)


def raw(sandbox: Sandbox, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    with httpx.stream("GET", sandbox.base_url + path, headers=headers, trust_env=False) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_packed_and_the_same_when_unpacked(sandbox: Sandbox, path: str) -> None:
    plain, text = raw(sandbox, path, **{"Accept-Encoding": "identity"})
    answer, body = raw(sandbox, path, **{"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(body) == text
    assert int(answer.headers["content-length"]) == len(body)
    assert "Accept-Encoding" in answer.headers["vary"]
    again, nothing = raw(sandbox, path, **{"Accept-Encoding": "gzip", "If-None-Match": answer.headers["etag"]})
    assert (again.status_code, nothing) == (304, b"")


def test_a_page_is_not_packed(sandbox: Sandbox) -> None:
    """It holds the secret of its forms: packed beside what a stranger typed, its length would tell of it."""
    answer, _ = raw(sandbox, "/login", **{"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers
