"""Bytes on the socket that no HTTP library would send: old clients, wrong lengths, pieces, and what is no HTTP at all."""

from __future__ import annotations

import json
import socket
from typing import Any
from urllib.parse import urlsplit

from tests.calls import FIELDS
from tests.stage import Stage


def talk(stage: Stage, *pieces: bytes, seconds: float = 5, finished: bool = True) -> bytes:
    """Send the pieces, one after the other, and read until the server closes."""
    where = urlsplit(stage.base_url)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=seconds) as connection:
        for piece in pieces:
            connection.sendall(piece)
        if finished:
            connection.shutdown(socket.SHUT_WR)
        received = b""
        try:
            while chunk := connection.recv(65_536):
                received += chunk
        except ConnectionResetError:
            pass
        return received


def parse(answer: bytes) -> tuple[int, Any]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/json" in head.lower(), answer[:500]
    return int(head.split()[1]), json.loads(body)


def request(head: str, body: bytes = b"", *, length: object = None) -> bytes:
    said = len(body) if length is None else length
    return f"{head}\r\nHost: localhost\r\nContent-Length: {said}\r\nConnection: close\r\n\r\n".encode() + body


def test_an_http_1_0_client_is_served(stage: Stage) -> None:
    status, app = parse(talk(stage, f"GET /api/apps/{stage.owner.public_token} HTTP/1.0\r\n\r\n".encode()))
    assert (status, app["name"]) == (200, stage.owner.name)
    body = json.dumps(FIELDS["POST /api/accept"](stage)).encode()
    head = b"POST /api/accept HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    status, accepted = parse(talk(stage, head + body))
    assert (status, accepted["status"]) == (200, "SUCCESS")


def test_a_body_in_chunks_is_read_whole(stage: Stage) -> None:
    body = json.dumps(FIELDS["POST /api/accept"](stage)).encode()
    head = b"POST /api/accept HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    chunks = [b"%x\r\n%s\r\n" % (len(body[at : at + 20]), body[at : at + 20]) for at in range(0, len(body), 20)]
    status, accepted = parse(talk(stage, head, *chunks, b"0\r\n\r\n"))
    assert (status, accepted["status"]) == (200, "SUCCESS")


def test_chunks_that_lie_are_refused_and_change_nothing(stage: Stage) -> None:
    body = json.dumps(FIELDS["POST /api/accept"](stage)).encode()
    with stage.unchanged():
        head = b"POST /api/accept HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        for chunks in (b"zz\r\n" + body, b"-1\r\n\r\n", b"5\r\n" + body + b"\r\n0\r\n\r\n", b"%x\r\n" % 10**20 + body):
            answer = talk(stage, head + chunks)
            assert not answer or parse(answer)[0] in {400, 413}, chunks[:40]


def test_a_content_length_that_promises_more_than_comes_does_nothing(stage: Stage) -> None:
    body = json.dumps(FIELDS["POST /api/accept"](stage)).encode()
    with stage.unchanged():
        answer = talk(stage, request("POST /api/accept HTTP/1.1", body, length=len(body) + 10))
        assert answer == b""


def test_a_content_length_that_promises_less_cuts_the_body_and_is_refused(stage: Stage) -> None:
    body = json.dumps(FIELDS["POST /api/accept"](stage)).encode()
    with stage.unchanged():
        status, answered = parse(talk(stage, request("POST /api/accept HTTP/1.1", body, length=len(body) - 5)))
        assert (status, answered["result"]["field"]) == (400, "body")


def test_a_content_length_that_is_none_is_refused_as_json(stage: Stage) -> None:
    for length in (-1, "abc", "1, 2", "0x10", "1.5", "\u0662", "1" * 50, ""):
        answer = talk(stage, request("POST /api/developers HTTP/1.1", b"{}", length=length))
        status, body = parse(answer)
        assert status in {400, 413}, (length, answer)
        assert set(body["error"]) >= {"code", "message", "hint"}


def test_a_body_that_is_announced_as_huge_is_413_as_json_before_it_is_sent(stage: Stage) -> None:
    for length in (2_000_000, 65_000_000, 10**12):
        head = request("POST /api/developers HTTP/1.1", length=length).replace(b"\r\n\r\n", b"\r\nExpect: x\r\n\r\n")
        if length < 64_000_000:
            head += b"a" * length
        status, body = parse(talk(stage, head, finished=False))
        assert (status, body["error"]["code"]) == (413, "BODY_TOO_LARGE"), length


def test_a_head_that_is_too_large_is_refused_as_json(stage: Stage) -> None:
    for head in (
        b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: s\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: s\r\nX: " + b"a" * 300_000 + b"\r\n\r\n",
    ):
        status, body = parse(talk(stage, head))
        assert status in {400, 431}
        assert body["error"]["code"] == "INVALID_INPUT"


def test_what_is_no_http_is_refused_or_closed_and_never_a_crash(stage: Stage) -> None:
    for noise in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
        b"\x00" * 100 + b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"get / http/1.1\r\n\r\n",
        b"GET http:// HTTP/1.1\r\n\r\n",
        b"GET //[ HTTP/1.1\r\nHost: [\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon here\r\n\r\n",
        b"GET / HTTP/1.1\r\nCookie: sandbox_session=\xff; lang=\x01\r\n\r\n",
        b"GET / HTTP/1.1\r\nAuthorization: Bearer \xff\xfe\r\n\r\n",
        b"POST /api/accept HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /api/accept HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"GET /%00%ff?%00=%ff#x HTTP/1.1\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: s\r\n\r\n",
    ):
        answer = talk(stage, noise)
        if answer:
            status = int(answer.split()[1])
            assert status < 500 or status == 501, (noise[:60], answer[:300])
    assert stage.http.get("/_sandbox/health").json()["ok"] is True


def test_strange_headers_are_no_crash(stage: Stage) -> None:
    for name, value in (
        ("Idempotency-Key", b"\xff" * 10),
        ("Idempotency-Key", b"k" * 101),
        ("Sandbox-Trace", b"\xff" * 10),
        ("Sandbox-Trace", b"t" * 5_000),
        ("Sandbox-Service-Key", b"\xff"),
        ("Cookie", b"sandbox_session=" + b"a.b." * 1_000),
        ("Cookie", b"lang=" + b"x" * 5_000),
        ("Accept", b"text/html;q=nan, */*;q=1e400"),
        ("Content-Type", b"multipart/form-data; boundary=\xff"),
        ("Content-Type", b"application/json; charset=utf-99"),
        ("Content-Encoding", b"gzip"),
        ("If-None-Match", b'"' * 500),
        ("Range", b"bytes=-1-"),
        ("Host", b"evil.example:99999"),
    ):
        for path in ("/api/accept", "/static/main.js", "/", "/_ui/ui.css", "/inbox/"):
            method = "POST" if path == "/api/accept" else "GET"
            answer = stage.http.request(method, path, content=b"{}", headers=[(name.encode(), value)])
            assert answer.status_code < 500, (name, value[:30], path, answer.text[:300])
