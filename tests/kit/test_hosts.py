"""Only requests that call the sandbox by a name of its own get in."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from sandbox.http_server import HttpServer
from sandbox.kit.web.hosts import HostCheck
from sandbox.testing import Sandbox


def app(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Length", "2")])
    return [b"in"]


def call(host: str | None, *allowed: str, check: HostCheck | None = None) -> tuple[int, bytes]:
    answered: list[str] = []
    environ = {} if host is None else {"HTTP_HOST": host}
    body = (check or HostCheck(app, allowed))(environ, lambda status, _headers: answered.append(status))
    return int(answered[0][:3]), b"".join(body)


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "127.0.0.1",
        "127.0.0.1:8216",
        "localhost",
        "LOCALHOST:80",
        "localhost.",
        "localhost.:8216",
        "[::1]",
        "[::1]:8216",
        "[0:0:0:0:0:0:0:1]:1",
        " localhost ",
    ],
)
def test_the_names_of_this_machine_are_always_let_in(host: str | None) -> None:
    assert call(host) == (200, b"in")


@pytest.mark.parametrize(
    "host",
    [
        "evil.test",
        "evil.test:8216",
        "127.0.0.1.evil.test",
        "localhost.evil.test",
        "evil.test:127.0.0.1",
        "127.0.0.1, evil.test",
        "evil.test, 127.0.0.1",
        "evil.test@127.0.0.1",
        "127.0.0.1@evil.test",
        "127.0.0.1:80:80",
        "localhost..",
        "::1",
        "[::2]",
        "[::1",
        "0.0.0.0:8216",
        "2130706433",
        "*",
        "127.0.0.1/",
        "lo calhost",
        "\u0127ocalhost",
        ".",
    ],
)
def test_any_other_name_is_refused_in_the_shape_of_our_errors(host: str) -> None:
    status, body = call(host, "shop.test")
    error = json.loads(body)["error"]
    assert (status, error["code"]) == (403, "HOST_NOT_ALLOWED")
    assert "FLOUCI_SANDBOX_ALLOWED_HOSTS" in error["hint"]


def test_a_name_that_was_added_is_let_in_however_it_is_spelled() -> None:
    check = HostCheck(app, ["Sandbox.Test.", "[FD00::2]", "fd00::3"])
    for host in ("sandbox.test", "SANDBOX.TEST:8216", "sandbox.test.", "[fd00::2]:80", "[fd00:0::3]"):
        assert call(host, check=check)[0] == 200, host
        assert call(host, check=check)[0] == 200, host
    assert call("other.test", check=check)[0] == 403


def test_a_star_lets_everybody_in() -> None:
    assert call("anything, at all", "*") == (200, b"in")


def test_what_is_remembered_has_an_end() -> None:
    check = HostCheck(app, [])
    for port in range(3000):
        assert call(f"localhost:{port}", check=check)[0] == 200
    assert len(check._known) <= 1000
    assert call("localhost:2999", check=check)[0] == 200


@pytest.fixture(scope="module")
def port() -> Any:
    listening = socket.create_server(("127.0.0.1", 0))
    server = HttpServer(HostCheck(app, []), listening, threads=2)
    server.start()
    yield listening.getsockname()[1]
    server.stop()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.0\r\n\r\n", 200),
        (b"GET / HTTP/1.0\r\nHost: evil.test\r\n\r\n", 403),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 200),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\nConnection: close\r\n\r\n", 403),
        (b"GET / HTTP/1.1\r\nHost: evil.test\r\nHost: localhost\r\nConnection: close\r\n\r\n", 403),
        (b"GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 200),
        (b"GET http://localhost/ HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n", 403),
        (b"GET / HTTP/1.1\r\nHost: evil.test\r\nX-Forwarded-Host: localhost\r\nConnection: close\r\n\r\n", 403),
        (b"GET / HTTP/1.1\r\nHost: evil.test\r\nForwarded: host=localhost\r\nConnection: close\r\n\r\n", 403),
    ],
)
def test_on_the_wire(port: int, request_: bytes, status: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request_)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert int(answer.split()[1]) == status


@pytest.mark.parametrize("path", ["/", "/wallets/api/wallets", "/_sandbox/health", "/shop/", "/static/main.js"])
def test_every_part_of_the_sandbox_is_behind_the_check(sandbox: Sandbox, path: str) -> None:
    answer = sandbox.transport.send("GET", path, b"", {"Host": "evil.test"})
    assert (answer.status, answer.json()["error"]["code"]) == (403, "HOST_NOT_ALLOWED")
    assert sandbox.transport.send("GET", path, b"", {"Host": "localhost"}).status != 403 or path.startswith("/wallets")
