"""The web server: its own refusals, and a stop that neither cuts off an answer nor writes where it should not."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.http_server import HttpServer

_PATIENCE_SECONDS = 20


class Served:
    """A server whose app answers when it is told to."""

    def __init__(self) -> None:
        self.entered, self.may_answer = threading.Event(), threading.Event()
        self.answer: Callable[[], Iterable[bytes]] = lambda: [b"whole"]
        listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        others = set(threading.enumerate())
        self.server = HttpServer(self.app, listening, threads=4)
        self.threads = set(threading.enumerate()) - others
        self.server.start()

    def app(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/slow":
            self.entered.set()
            self.may_answer.wait(_PATIENCE_SECONDS)
        if environ["PATH_INFO"] == "/crash":
            raise RuntimeError("beyond every error handler")
        start_response("200 OK", [("Content-Type", "text/plain")])
        return self.answer()


@pytest.fixture
def served() -> Iterator[Served]:
    made = Served()
    yield made
    made.may_answer.set()
    if made.server._thread.is_alive():
        made.server.stop()


def in_background(call: Callable[[], Any]) -> Callable[[], Any]:
    """Start the call now; the returned function waits for what it gives."""
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(call()))
    thread.start()

    def wait() -> Any:
        thread.join(_PATIENCE_SECONDS)
        return results[0]

    return wait


def test_an_answer_under_way_is_sent_whole_before_the_server_stops(served: Served) -> None:
    served.answer = lambda: [b"x" * 1_000_000] * 8
    answer = in_background(lambda: httpx.get(f"{served.url}/slow", timeout=_PATIENCE_SECONDS, trust_env=False))
    assert served.entered.wait(_PATIENCE_SECONDS)
    stopped = in_background(served.server.stop)
    served.may_answer.set()
    assert len(answer().content) == 8_000_000
    stopped()
    assert not served.server._thread.is_alive()


def test_while_it_stops_it_takes_no_new_connection(served: Served) -> None:
    answer = in_background(lambda: httpx.get(f"{served.url}/slow", timeout=_PATIENCE_SECONDS, trust_env=False))
    assert served.entered.wait(_PATIENCE_SECONDS)
    stopped = in_background(served.server.stop)
    refused = threading.Event()
    for _ in range(200):
        try:
            httpx.get(served.url, timeout=1, trust_env=False)
        except httpx.HTTPError:
            refused.set()
            break
    assert refused.is_set()
    served.may_answer.set()
    assert answer().status_code == 200
    stopped()


def test_connections_that_were_kept_alive_are_closed(served: Served) -> None:
    with httpx.Client(base_url=served.url, trust_env=False) as client:
        assert client.get("/").text == "whole"
        served.server.stop()
        with pytest.raises(httpx.HTTPError):
            client.get("/")
    assert not served.server._thread.is_alive()


def test_a_request_that_outlives_the_stop_writes_into_no_file_that_was_opened_since(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wake-up pipe's number is given to the next file that is opened: a late byte would land in it."""
    monkeypatch.setattr("sandbox.http_server._FINISH_SECONDS", 0.05)
    monkeypatch.setattr("sandbox.http_server._FLUSH_SECONDS", 0.5)

    def ask() -> object:
        try:
            return httpx.get(f"{served.url}/slow", timeout=_PATIENCE_SECONDS, trust_env=False)
        except httpx.HTTPError as error:
            return error

    asked = in_background(ask)
    assert served.entered.wait(_PATIENCE_SECONDS)
    served.server.stop()
    assert isinstance(asked(), httpx.HTTPError)
    files = [os.open(tmp_path / f"{number}", os.O_CREAT | os.O_RDWR) for number in range(30)]
    served.may_answer.set()
    for thread in served.threads:
        thread.join(_PATIENCE_SECONDS)
    assert [file.read_bytes() for file in tmp_path.iterdir() if file.stat().st_size] == []
    for file in files:
        os.close(file)


def test_starting_and_stopping_again_and_again_leaks_no_file(served: Served) -> None:
    def count() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = count()
    for _ in range(10):
        again = Served()
        assert httpx.get(again.url, trust_env=False).text == "whole"
        again.server.stop()
    assert count() <= before + 1


def test_an_app_that_crashes_beyond_its_own_errors_is_answered_as_json(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    answer = httpx.get(f"{served.url}/crash", trust_env=False)
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "INTERNAL")
    assert "beyond every error handler" not in answer.text
    assert "beyond every error handler" in caplog.text
