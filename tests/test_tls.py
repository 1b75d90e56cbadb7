"""``up --tls``: everything over HTTPS, and no client that is slow, silent or mistaken holds the others up."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from sandbox.kit.addresses import AddressRule
from sandbox.kit.errors import AddressNotTrusted
from sandbox.kit.outgoing import OutgoingHttp
from sandbox.testing import Sandbox
from sandbox.tls_relay import TlsRelay

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

_PATIENCE_SECONDS = 30


@pytest.fixture(scope="module")
def secured() -> Iterator[Sandbox]:
    with Sandbox.start(seed=5, tls=True) as running:
        yield running


@pytest.fixture
def client(secured: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=secured.base_url, verify=trust(secured), trust_env=False, timeout=30) as opened:
        yield opened


def trust(sandbox: Sandbox) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=sandbox.details["ca_file"])


def address_of(sandbox: Sandbox) -> tuple[str, int]:
    parts = urlsplit(sandbox.base_url)
    return parts.hostname or "", parts.port or 0


def connect(sandbox: Sandbox) -> socket.socket:
    return socket.create_connection(address_of(sandbox), timeout=_PATIENCE_SECONDS)


def connect_tls(sandbox: Sandbox) -> ssl.SSLSocket:
    return trust(sandbox).wrap_socket(connect(sandbox), server_hostname="127.0.0.1")


def read_all(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65_536), b""))


def test_who_trusts_the_authority_is_served_and_nobody_else(secured: Sandbox, client: httpx.Client) -> None:
    assert client.get("/").status_code == 200
    port = address_of(secured)[1]
    assert client.get(f"https://localhost:{port}/_sandbox/ready").json()["ready"] is True
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(secured.base_url, trust_env=False)


def test_a_shop_is_paid_over_https(secured: Sandbox) -> None:
    from sandbox.contracts.platform import OpenSession
    from sandbox.contracts.qr_payload import CheckoutCode, to_text

    app, phone = secured.new_merchant(), secured.new_phone()
    session = secured.platform.open_session(OpenSession(app=app.public_token, amount=3_000))["session"]
    phone.scan_text(to_text(CheckoutCode(app=app.public_token, amount=3_000, session=session)))
    paid = phone.pay()
    assert secured.accept(app, paid.payment_id or "", paid.code or "")["status"] == "SUCCESS"
    assert app.balance == 3_000


def test_every_link_says_https(secured: Sandbox, client: httpx.Client) -> None:
    links = {name: value for name, value in secured.details.items() if name.endswith("url")}
    assert len(links) == 5
    assert all(link.startswith(f"{secured.base_url}") for link in links.values())
    (mailed,) = secured.inbox.wait_for(to=secured.new_merchant().email).links
    assert mailed.startswith(secured.base_url)
    for path in ("/", "/docs", "/shop/", "/login"):
        assert f"http://127.0.0.1:{urlsplit(secured.base_url).port}" not in client.get(path).text, path


def test_cookies_are_for_https_alone(client: httpx.Client) -> None:
    form = client.get("/login?lang=fr")
    cookies = form.headers.get_list("set-cookie")
    assert {cookie.split("=")[0] for cookie in cookies} >= {"sandbox_session", "lang"}
    assert [cookie for cookie in cookies if "; Secure" not in cookie] == []


def test_without_tls_cookies_are_sent_over_http(sandbox: Sandbox) -> None:
    answer = httpx.get(f"{sandbox.base_url}/login?lang=fr", trust_env=False)
    assert "Secure" not in "".join(answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_plain_http_is_told_to_use_https(secured: Sandbox, method: str) -> None:
    content = b"x" * 30_000 if method == "POST" else b""
    answer = httpx.request(method, secured.base_url.replace("https", "http"), content=content, trust_env=False)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "HTTPS_NEEDED")
    assert f"{secured.base_url}/" in error["hint"]


def test_requests_and_answers_of_any_size_pass_whole(secured: Sandbox, client: httpx.Client) -> None:
    assert client.post("/api/login", json={"email": "x" * 900_000, "password": "y"}).status_code in {400, 401}
    assert client.post("/mobile/phones/20000001/scan", files={"image": b"z" * 11_000_000}).status_code == 422
    sizes = {len(client.get("/static/main.js").content) for _ in range(20)}
    assert len(sizes) == 1
    with closing(connect_tls(secured)) as slow:
        slow.sendall(b"GET /static/main.js HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        threading.Event().wait(0.1)
        assert len(read_all(slow).partition(b"\r\n\r\n")[2]) == sizes.pop()


def test_clients_that_say_nothing_hold_nobody_up(secured: Sandbox, client: httpx.Client) -> None:
    """Neither before TLS, nor half way into it, nor with half a request."""
    with ExitStack() as held:
        for _ in range(50):
            held.enter_context(connect(secured))
            held.enter_context(connect(secured)).sendall(b"\x16\x03\x01")
        for _ in range(20):
            held.enter_context(connect_tls(secured)).sendall(b"GET / HTTP/1.1\r\nHost:")
            held.enter_context(connect(secured)).sendall(b"GET / HT")
        started = time.monotonic()
        assert client.get("/_sandbox/ready").status_code == 200
        assert time.monotonic() - started < 9  # seconds: one second before it lets them go


def test_hundreds_of_clients_at_once_are_all_answered(secured: Sandbox) -> None:
    async def ask_all() -> list[int]:
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=0)
        async with httpx.AsyncClient(verify=trust(secured), trust_env=False, timeout=60, limits=limits) as client:
            answers = await asyncio.gather(*(client.get(f"{secured.base_url}/_sandbox/ready") for _ in range(200)))
            return [answer.status_code for answer in answers]

    with ThreadPoolExecutor(1) as another:  # this thread may have Playwright's loop already
        assert another.submit(lambda: asyncio.run(ask_all())).result() == [200] * 200


@pytest.mark.parametrize(
    "noise", [b"\x16" + b"\xff" * 500, b"\x00" * 10, b"SSH-2.0-x\r\n\r\n", b"\xff\r\n\r\n", b"\x16"]
)
def test_noise_is_hung_up_on(secured: Sandbox, client: httpx.Client, noise: bytes) -> None:
    with closing(connect(secured)) as connection:
        connection.sendall(noise)
        connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            read_all(connection)
    assert client.get("/_sandbox/ready").status_code == 200


def test_the_plain_server_inside_talks_to_the_relay_alone(secured: Sandbox) -> None:
    port = secured._running._http._server.effective_port
    answer = httpx.get(f"http://127.0.0.1:{port}/_sandbox/ready", trust_env=False)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_INPUT")


def test_the_app_is_told_who_really_calls(secured: Sandbox) -> None:
    seen: list[tuple[str, str]] = []

    def app(environ, start_response):
        seen.append((environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]))
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    secured._running.world.mount("/seen", app, "seen")
    source = ("127.0.0.5", 0)
    plain = socket.create_connection(address_of(secured), _PATIENCE_SECONDS, source)
    with closing(trust(secured).wrap_socket(plain, server_hostname="localhost")) as connection:
        connection.sendall(b"GET /seen HTTP/1.0\r\n\r\n")
        assert b" 200 " in read_all(connection)
    assert seen == [("127.0.0.5", "https")]


def test_connections_that_ended_leave_nothing_behind(secured: Sandbox, client: httpx.Client) -> None:
    for _ in range(20):
        with closing(connect_tls(secured)) as connection:
            connection.sendall(b"GET /_sandbox/ready HTTP/1.0\r\n\r\n")
            read_all(connection)
    relay = secured._running._relay
    until = time.monotonic() + _PATIENCE_SECONDS
    while len(relay._callers) > 4 and time.monotonic() < until:  # those of kept-alive clients may be there
        client.get("/_sandbox/ready")
    assert len(relay._callers) <= 4
    assert len(relay._tasks) <= 10


def test_it_stops_in_good_order_with_connections_open() -> None:
    running = Sandbox.start(tls=True)
    with ExitStack() as held:
        idle = held.enter_context(closing(connect_tls(running)))
        idle.sendall(b"GET /_sandbox/ready HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(12) == b"HTTP/1.1 200"
        held.enter_context(closing(connect(running)))
        held.enter_context(closing(connect(running))).sendall(b"\x16\x03")
        started = time.monotonic()
        running.stop()
        assert time.monotonic() - started < 15
        with pytest.raises(OSError, match="refused"):
            connect(running)
    assert not [
        thread for thread in threading.enumerate() if thread.name == "tls" and thread is running._running._relay._thread
    ]


def test_it_stops_though_neither_side_says_goodbye(secured: Sandbox) -> None:
    """The plain server holds on to its connection, and the client does not answer the end of TLS."""
    certificates = secured._running._certificates
    with socket.create_server(("127.0.0.1", 0)) as inner, socket.create_server(("127.0.0.1", 0)) as listening:
        relay = TlsRelay(listening, inner.getsockname()[:2], certificates.server, secured.base_url)
        relay.start()
        plain = socket.create_connection(listening.getsockname()[:2], _PATIENCE_SECONDS)
        with closing(trust(secured).wrap_socket(plain, server_hostname="127.0.0.1")) as client:
            client.sendall(b"GET / HTTP/1.1\r\n")
            with closing(inner.accept()[0]) as held:
                assert held.recv(4) == b"GET "
                relay.take_no_more()
                relay.stop()
            assert not relay._thread.is_alive()
            assert not relay._tasks
            with suppress(ConnectionResetError):
                assert read_all(client) == b""


def test_a_webhook_to_the_sandbox_itself_trusts_its_authority(secured: Sandbox) -> None:
    url, given = f"{secured.base_url}/_sandbox/ready", {"timeout": 20.0, "max_answer_bytes": 1000}
    with_authority = secured._running.world._outgoing()
    assert json.loads(with_authority.send("GET", url, {}, **given).body)["ready"] is True
    with pytest.raises(AddressNotTrusted) as refused:
        OutgoingHttp(AddressRule(), "x").send("GET", url, {}, **given)
    assert "certificate" in refused.value.message


@pytest.mark.browser
def test_a_browser_opens_the_pages_and_keeps_the_cookie_for_https(secured: Sandbox, browser: Browser) -> None:
    with closing(browser.new_context(ignore_https_errors=True, locale="en-GB")) as context:
        page = context.new_page()
        refused: list[str] = []
        page.on("requestfailed", lambda request: refused.append(request.url))
        page.goto(f"{secured.base_url}/login")
        page.get_by_label(re.compile("mail")).fill(secured.details["developer"]["email"])
        page.locator("input[type=password]").fill(secured.details["developer"]["password"])
        page.locator("main form [type=submit]").first.click()
        page.wait_for_url("**/dashboard**")
        (cookie,) = [each for each in context.cookies() if each["name"] == "sandbox_session"]
        assert cookie["secure"] is True
        page.goto(f"{secured.base_url}/shop/")
        page.locator("[data-part=button]").first.click()
        page.locator("[data-part=dialog][data-state=waiting]").wait_for()
        assert refused == []


def test_the_same_data_folder_keeps_its_authority(tmp_path: Path) -> None:
    texts = []
    for tls in (True, False, True):
        with Sandbox.start(data_dir=tmp_path / "data", tls=tls) as running:
            assert running.base_url.startswith("https:" if tls else "http:")
            assert ("ca_file" in running.details) == tls
            texts.append((tmp_path / "data" / "tls" / "ca.pem").read_text())
    assert len(set(texts)) == 1
