"""Calls to addresses that users typed in, against real servers that behave badly."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address

import pytest

from sandbox.kit.addresses import AddressRule, IpAddress
from sandbox.kit.errors import (
    AddressNotAllowed,
    AddressTimedOut,
    AddressUnreachable,
    InvalidInput,
    SandboxError,
)
from sandbox.kit.outgoing import OutgoingAnswer, OutgoingHttp, resolve_host

_PATIENCE_SECONDS = 20
_HEAD = b"HTTP/1.1 200 OK\r\n"
Behaviour = Callable[[socket.socket], None]


class Server:
    """Takes connections and does with each what it is told; keeps the requests that it saw."""

    def __init__(self, behaviour: Behaviour, family: socket.AddressFamily, host: str) -> None:
        self.requests: list[bytes] = []
        self._behaviour = behaviour
        self._listening = socket.create_server((host, 0), family=family)
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(_PATIENCE_SECONDS)
                try:
                    self.requests.append(_read_request(connection))
                    self._behaviour(connection)
                except OSError:
                    continue

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(_PATIENCE_SECONDS)


def _read_request(connection: socket.socket) -> bytes:
    """Head and, where it is a small one, body, which may come in parts."""
    got = connection.recv(65_536)
    while b"Content-Length: 2\r\n" in got and not got.endswith(b"\r\n\r\n{}"):
        got += connection.recv(65_536)
    return got


@contextmanager
def serving(
    behaviour: Behaviour | bytes, *, family: socket.AddressFamily = socket.AF_INET, host: str = "127.0.0.1"
) -> Iterator[Server]:
    does = (lambda connection: connection.sendall(behaviour)) if isinstance(behaviour, bytes) else behaviour
    server = Server(does, family, host)
    yield server
    server.close()


def ok(body: bytes = b"ok", *headers: bytes) -> bytes:
    lines = (b"Content-Length: %d" % len(body), *headers)
    return _HEAD + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


def http(rule: AddressRule | None = None, **known: str) -> OutgoingHttp:
    """``known`` are names with their addresses; other names are looked up as always."""
    names = {name.replace("_", "."): [ip_address(each) for each in text.split()] for name, text in known.items()}
    return OutgoingHttp(
        rule or AddressRule(),
        "Flouci-Sandbox/test",
        resolve=lambda host, port: names[host] if host in names else resolve_host(host, port),
    )


def get(url: str, *, timeout: float = 10, most: int = 1000, client: OutgoingHttp | None = None) -> OutgoingAnswer:
    return (client or http()).send("GET", url, {}, timeout=timeout, max_answer_bytes=most)


def test_a_call_sends_what_it_was_given_and_tells_what_came_back() -> None:
    with serving(ok(b'{"a": 1}', b"Content-Type: application/json", b"Set-Cookie: a", b"Set-Cookie: b")) as server:
        answer = http().send(
            "POST",
            f"http://127.0.0.1:{server.port}/webhook?a=b#c",
            {"Sandbox-Signature": "s1", "host": "evil.test", "Connection": "keep-alive"},
            b"{}",
            timeout=10,
            max_answer_bytes=1000,
        )
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        assert lines[0] == "POST /webhook?a=b HTTP/1.1"
        assert {
            f"Host: 127.0.0.1:{server.port}",
            "User-Agent: Flouci-Sandbox/test",
            "Sandbox-Signature: s1",
            "Connection: close",
            "Content-Length: 2",
        } <= set(lines)
        assert "evil.test" not in head.decode()
        assert body == b"{}"
    assert (answer.status, answer.body, answer.is_truncated) == (200, b'{"a": 1}', False)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["set-cookie"] == "a, b"
    assert 0 <= answer.milliseconds < 10_000


def test_a_name_is_called_at_the_address_that_was_checked_and_keeps_its_host_header() -> None:
    """However often the name is asked for, and whatever it stands for a moment later."""
    answers = iter([[ip_address("127.0.0.1")], [ip_address("169.254.169.254")]])
    with serving(ok()) as server:
        client = OutgoingHttp(AddressRule(), "x", resolve=lambda _host, _port: next(answers))
        assert get(f"http://rebinding.test:{server.port}/", client=client).status == 200
        assert f"Host: rebinding.test:{server.port}".encode() in server.requests[0]
    assert next(answers) == [ip_address("169.254.169.254")]


def test_when_one_address_of_a_name_is_dead_the_next_one_is_called() -> None:
    with serving(ok()) as server:
        client = http(shop_test="127.0.0.9 127.0.0.1")
        assert get(f"http://shop.test:{server.port}/", client=client).status == 200


@pytest.mark.parametrize(
    ("rule", "url"),
    [
        (AddressRule(), "http://169.254.169.254/latest/meta-data"),
        (AddressRule(), "http://[::ffff:169.254.169.254]/"),
        (AddressRule(), "http://0.0.0.0:{port}/"),
        (AddressRule(), "http://[::]:{port}/"),
        (AddressRule(), "http://8.8.8.8/"),
        (AddressRule(), "http://mixed.test:{port}/"),
        (AddressRule(allow_local=False), "http://127.0.0.1:{port}/"),
        (AddressRule(allow_local=False), "http://localhost.:{port}/"),
        (AddressRule(allow_local=False, allow_outside=True), "http://[::ffff:127.0.0.1]:{port}/"),
    ],
)
def test_a_refused_address_is_not_even_connected_to(rule: AddressRule, url: str) -> None:
    with serving(ok()) as server:
        client = http(rule, mixed_test="127.0.0.1 169.254.169.254")
        for call in (lambda u: get(u, client=client), client.check):
            with pytest.raises(AddressNotAllowed):
                call(url.format(port=server.port))
        assert server.requests == []


def test_a_redirect_is_an_answer_like_any_other() -> None:
    away = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    with serving(away) as server:
        answer = get(f"http://127.0.0.1:{server.port}/")
        assert (answer.status, answer.headers["location"]) == (302, "http://169.254.169.254/")
        assert len(server.requests) == 1


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(ok(b"direct")) as server, serving(ok(b"proxy")) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert get(f"http://127.0.0.1:{server.port}/").body == b"direct"
        assert proxy.requests == []


def test_an_answer_that_is_too_large_is_cut_and_says_so() -> None:
    def pour(connection: socket.socket) -> None:
        connection.sendall(_HEAD + b"\r\n")
        while True:
            connection.sendall(b"x" * 65_536)

    with serving(pour) as server:
        answer = get(f"http://127.0.0.1:{server.port}/", most=5000)
    assert (len(answer.body), answer.is_truncated) == (5000, True)


def test_an_answer_of_just_the_largest_size_is_whole() -> None:
    with serving(ok(b"x" * 5000)) as server:
        answer = get(f"http://127.0.0.1:{server.port}/", most=5000)
    assert (len(answer.body), answer.is_truncated) == (5000, False)


def _drip(connection: socket.socket, *, head: bytes, byte: bytes) -> None:
    connection.sendall(head)
    for _ in range(1000):
        connection.sendall(byte)
        threading.Event().wait(0.05)


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(lambda connection: connection.recv(1), id="silent"),
        pytest.param(lambda connection: _drip(connection, head=_HEAD + b"\r\n", byte=b"x"), id="drips its body"),
        pytest.param(lambda connection: _drip(connection, head=_HEAD + b"X: ", byte=b"x"), id="drips its head"),
        pytest.param(
            lambda connection: _drip(connection, head=b"", byte=b"HTTP/1.1 100 C\r\n\r\n"), id="continues for ever"
        ),
    ],
)
def test_a_server_has_the_time_that_was_given_in_all(behaviour: Behaviour) -> None:
    with serving(behaviour) as server:
        started = time.monotonic()
        with pytest.raises(AddressTimedOut) as late:
            get(f"http://127.0.0.1:{server.port}/", timeout=0.4)
        assert 0.3 < time.monotonic() - started < _PATIENCE_SECONDS / 2
    assert "0.4 seconds" in late.value.details["reason"]


def test_a_large_body_that_nobody_reads_is_given_up_in_time() -> None:
    held = threading.Event()
    with serving(lambda _connection: held.wait(_PATIENCE_SECONDS) and None) as server:
        with pytest.raises(AddressTimedOut):
            http().send(
                "POST", f"http://127.0.0.1:{server.port}/", {}, b"x" * 20_000_000, timeout=0.4, max_answer_bytes=10
            )
        held.set()


def test_a_resolver_that_hangs_is_left_alone() -> None:
    held = threading.Event()

    def hang(_host: str, _port: int) -> list[IpAddress]:
        held.wait(_PATIENCE_SECONDS)
        return []

    client = OutgoingHttp(AddressRule(), "x", resolve=hang)
    with pytest.raises(AddressTimedOut):
        get("http://slow.test/", timeout=0.2, client=client)
    with pytest.raises(AddressTimedOut) as late:
        client.check("http://slow.test/", timeout=0.2, field="image")
    assert late.value.field == "image"
    held.set()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "not valid HTTP"),
        (b"SSH-2.0-OpenSSH_9\r\n", "not valid HTTP"),
        (b"HTTP/1.1 abc\r\n\r\n", "not valid HTTP"),
        (_HEAD + b"X: " + b"x" * 70_000 + b"\r\n\r\n", "not valid HTTP"),
        (_HEAD + b"X: x\r\n" * 200 + b"\r\n", "not valid HTTP"),
        (_HEAD + b"Content-Length: 100\r\n\r\nshort", "broke off"),
        (_HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "not valid HTTP"),
    ],
)
def test_what_is_not_a_whole_http_answer_is_told_as_such(answer: bytes, reason: str) -> None:
    with serving(answer) as server, pytest.raises(AddressUnreachable) as told:
        get(f"http://127.0.0.1:{server.port}/")
    assert reason in told.value.details["reason"]


def test_a_port_where_nothing_listens_is_told_as_such() -> None:
    with serving(ok()) as server:
        port = server.port
    with pytest.raises(AddressUnreachable) as told:
        get(f"http://127.0.0.1:{port}/")
    assert "refused" in told.value.details["reason"]


def test_an_unknown_name_is_told_as_such_with_the_field() -> None:
    client = OutgoingHttp(AddressRule(), "x", resolve=lambda _host, _port: [])
    with pytest.raises(AddressUnreachable) as told:
        client.check("http://no-such-host.test/", field="webhook_url")
    assert told.value.field == "webhook_url"
    assert resolve_host("no-such-host.invalid", 80) == []


def test_plain_http_where_tls_was_expected_is_told_as_such() -> None:
    with serving(b"HTTP/1.1 400 Bad Request\r\n\r\n") as server, pytest.raises(AddressUnreachable) as told:
        get(f"https://127.0.0.1:{server.port}/")
    assert "no TLS there" in told.value.details["reason"]


@pytest.mark.parametrize("headers", [{"X": "a\r\nY: b"}, {"X\r\nY": "b"}, {"X": "\u0639"}])
def test_a_header_that_would_break_the_request_is_refused(headers: dict[str, str]) -> None:
    with serving(ok()) as server:
        with pytest.raises(InvalidInput):
            http().send("GET", f"http://127.0.0.1:{server.port}/", headers, timeout=5, max_answer_bytes=10)
        assert all(request == b"" for request in server.requests)


def test_an_ipv6_address_is_called_with_brackets_in_its_host_header() -> None:
    try:
        with serving(ok(), family=socket.AF_INET6, host="::1") as server:
            assert get(f"http://[::1]:{server.port}/").status == 200
            assert f"Host: [::1]:{server.port}".encode() in server.requests[0]
    except OSError as error:
        pytest.skip(f"no IPv6 here: {error}")


def test_every_refusal_is_an_error_of_ours_that_may_be_shown() -> None:
    for url in ("nonsense", "http://[::1", "http://169.254.169.254/", "https://127.0.0.1:1/"):
        with pytest.raises(SandboxError) as refused:
            get(url, timeout=2)
        assert refused.value.status in {400, 422}


def test_a_name_that_was_not_known_a_moment_ago_is_not_looked_up_again() -> None:
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[IpAddress]:
        asked.append(host)
        return []

    client = OutgoingHttp(AddressRule(), "tests", resolve=resolve)
    for host in ("no-such-host.test", "no-such-host.test", "another.test"):
        with pytest.raises(AddressUnreachable):
            client.send("GET", f"http://{host}/", {}, timeout=5, max_answer_bytes=10)
    assert asked == ["no-such-host.test", "another.test"]
