"""Two ways to reach a service, which its client cannot tell apart."""

from __future__ import annotations

import json
import socket
import string
from typing import TYPE_CHECKING, Any

import pytest
from flask import request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.contracts.errors import WrongOtp
from sandbox.contracts.transport import HttpTransport, InProcessTransport, ServiceClient, path_part
from sandbox.kit.errors import (
    BodyTooLarge,
    InvalidInput,
    MethodNotAllowed,
    NotAllowed,
    NotFound,
    ServiceUnavailable,
)
from sandbox.kit.tracing import TRACE_HEADER, trace
from sandbox.kit.web import ServiceApp, create_service_app, read_fields, service_only
from tests.services import KEY, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.contracts.transport import Transport

SECRET = "postgresql://user:secret@host/payments"


def _echo_app() -> ServiceApp:
    app = create_service_app("tests.contracts", service_key=KEY)

    @app.route("/echo/<part>", methods=["GET", "POST"])
    def echo(part: str) -> dict[str, Any]:
        headers = {name: request.headers.get(name) for name in (TRACE_HEADER, "Content-Type", "Host", "X-Odd")}
        return {"part": part, "query": request.args.to_dict(), "body": request.get_data(as_text=True), **headers}

    @app.post("/fields")
    def fields() -> dict[str, Any]:
        return read_fields()

    @app.post("/refuse")
    def refuse() -> None:
        raise WrongOtp("Le code n'est pas le bon: ١٢٣.", field="code", tries_left=2)

    @app.post("/crash")
    def crash() -> None:
        raise RuntimeError(f"cannot connect to {SECRET}")

    @app.post("/guarded")
    @service_only
    def guarded() -> dict[str, Any]:
        return {"in": True}

    @app.get("/page")
    def page() -> tuple[str, int, dict[str, str]]:
        return "<h1>not JSON</h1>", int(request.args["status"]), {"X-Name": "value"}

    return app


@pytest.fixture(scope="module", params=["in_process", "http"])
def transport(request: pytest.FixtureRequest) -> Iterator[Transport]:
    if request.param == "in_process":
        inside = InProcessTransport()
        inside.app = _echo_app()
        yield inside
        return
    with serve(_echo_app()) as url:
        outside = HttpTransport(url + "/")
        yield outside
        outside.close()


@pytest.fixture
def client(transport: Transport) -> ServiceClient:
    return ServiceClient(transport, service_key=KEY)


def test_a_refusal_arrives_as_the_same_class_with_its_texts_and_details(client: ServiceClient) -> None:
    with pytest.raises(WrongOtp) as refused:
        client._call("POST", "/refuse", {})
    assert refused.value.message == "Le code n'est pas le bon: ١٢٣."
    assert refused.value.hint == WrongOtp.hint
    assert (refused.value.field, refused.value.details) == ("code", {"tries_left": 2})


def test_a_service_that_was_given_no_key_lets_nobody_in() -> None:
    transport, app = InProcessTransport(), create_service_app("tests.contracts", service_key="")
    app.get("/guarded")(service_only(lambda: {"in": True}))
    transport.app = app
    for headers in ({}, {"Sandbox-Service-Key": ""}):
        assert transport.send("GET", "/guarded", b"", headers).status == 403


def test_a_crash_tells_the_caller_nothing_of_what_happened_inside(
    client: ServiceClient, transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ServiceUnavailable) as refused:
        client._call("POST", "/crash", {})
    answer = transport.send("POST", "/crash", b"{}", {})
    assert answer.status == 500
    assert answer.json()["error"]["code"] == "INTERNAL"
    for told in (str(refused.value), refused.value.hint, answer.content.decode()):
        assert "secret" not in told
        assert "RuntimeError" not in told
    assert SECRET in caplog.text, "the log is where the cause is told"


def test_a_stranger_without_the_service_key_is_refused(client: ServiceClient, transport: Transport) -> None:
    assert client._call("POST", "/guarded", {}) == {"in": True}
    for key in ("", KEY[:-1], KEY + "x", KEY.upper()):
        with pytest.raises(NotAllowed):
            ServiceClient(transport, service_key=key)._call("POST", "/guarded", {})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30))
def test_a_value_stays_one_segment_of_the_path_whatever_it_holds(client: ServiceClient, value: str) -> None:
    if "/" in value:
        return
    assert client._call("GET", f"/echo/{path_part(value)}")["part"] == value


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_a_segment_holds_nothing_that_means_something_in_an_address(value: str) -> None:
    assert set(path_part(value)) <= set(string.ascii_letters + string.digits + "%-_~")


@pytest.mark.parametrize("value", ["a/b", "../refuse", "a/../../refuse"])
def test_a_slash_in_a_value_cannot_lead_to_another_address(client: ServiceClient, value: str) -> None:
    with pytest.raises(NotFound):
        client._call("GET", f"/echo/{path_part(value)}")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.dictionaries(st.text("abc_", min_size=1), st.text(st.characters(exclude_categories=("Cs", "Cc"))), max_size=4)
)
def test_a_query_arrives_as_it_was_meant(client: ServiceClient, query: dict[str, str]) -> None:
    assert client._call("GET", "/echo/x", query=query | {"none": None})["query"] == query


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.text("abc", min_size=1),
        st.none() | st.integers() | st.text(st.characters(codec="utf-8", exclude_characters="\x00")),
    )
)
def test_a_body_arrives_as_it_was_sent(client: ServiceClient, body: dict[str, Any]) -> None:
    assert client._call("POST", "/fields", body) == body


def test_the_story_goes_along_with_a_call_and_with_no_other(client: ServiceClient) -> None:
    with trace("order-1"):
        assert client._call("GET", "/echo/x")[TRACE_HEADER] == "order-1"
    assert client._call("GET", "/echo/x")[TRACE_HEADER] is None


def test_headers_and_status_come_back_alike(transport: Transport) -> None:
    answer = transport.send("GET", "/page?status=207", b"", {"X-Odd": "1"})
    assert (answer.status, answer.content, answer.headers["x-name"]) == (207, b"<h1>not JSON</h1>", "value")
    assert answer.json() is None
    assert transport.send("GET", "/echo/x", b"", {"X-Odd": "1"}).json()["X-Odd"] == "1"


@pytest.mark.parametrize("status", [400, 404, 500, 502, 503])
def test_an_error_page_that_is_not_ours_counts_as_a_service_that_is_away(client: ServiceClient, status: int) -> None:
    with pytest.raises(ServiceUnavailable, match=str(status)):
        client._call("GET", "/page", query={"status": status})


def test_an_unknown_address_and_a_wrong_method_are_told_apart(client: ServiceClient) -> None:
    with pytest.raises(NotFound):
        client._call("GET", "/nowhere")
    with pytest.raises(MethodNotAllowed):
        client._call("GET", "/fields")


@pytest.mark.parametrize(
    "content",
    [b"{", b"[1]", b'"text"', b"5", b"null", b"\xff\xfe", b"[" * 100_000, b'{"a":' + b"9" * 5_000 + b"}"],
    ids=lambda content: repr(content[:8]),
)
def test_a_body_that_is_no_json_object_is_refused_by_name(transport: Transport, content: bytes) -> None:
    answer = transport.send("POST", "/fields", content, {"Content-Type": "application/json"})
    assert answer.status == 400
    assert (answer.json()["error"]["code"], answer.json()["error"]["field"]) == ("INVALID_INPUT", "body")
    assert "Traceback" not in answer.content.decode()


def test_a_huge_body_is_refused(client: ServiceClient) -> None:
    with pytest.raises(BodyTooLarge):
        client._call("POST", "/fields", {"a": "x" * 1_000_001})


def test_an_address_that_is_not_text_is_refused(transport: Transport) -> None:
    answer = transport.send("GET", "/echo/a%00b", b"", {})
    assert answer.json()["error"]["code"] == InvalidInput.code


def test_nobody_at_the_other_end_is_a_service_that_is_away() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = HttpTransport(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(ServiceUnavailable, match="does not answer"):
            nobody.send("GET", "/", b"", {})
        nobody.close()
    with pytest.raises(ServiceUnavailable, match="still starting"):
        InProcessTransport().send("GET", "/", b"", {})


def test_an_answer_of_the_in_process_way_is_closed_even_when_reading_it_fails() -> None:
    closed: list[bool] = []

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            raise OSError

        def close(self) -> None:
            closed.append(True)

    transport = InProcessTransport()
    transport.app = lambda _environ, start: start("200 OK", []) or Body()
    with pytest.raises(OSError):  # noqa: PT011  any would do
        transport.send("GET", "/", b"", {})
    assert closed == [True]


def test_what_is_sent_is_plain_json(transport: Transport) -> None:
    body = ServiceClient(transport)._call("POST", "/echo/x", {"name": "Café"})["body"]
    assert body.isascii()
    assert json.loads(body) == {"name": "Café"}
