"""HTTP of the phone: the API that tests drive (CONTRACT.md section 5) and the phone as a web page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from flask import Blueprint, Response, make_response, render_template, request
from pydantic import Field

from sandbox.contracts.mobile import NewPhone, PayScan, RefuseScan
from sandbox.kit.errors import InvalidInput, SandboxError
from sandbox.kit.paging import PageQuery
from sandbox.kit.shapes import Amount, Optional, OptionalText, Shape, Text
from sandbox.kit.turns import step_aside
from sandbox.kit.waiting import poll
from sandbox.kit.web import read_body, read_fields, read_query
from sandbox.kit.web.app import created
from sandbox.kit.web.packing import pack
from sandbox.mock_mobile import codes, qr
from sandbox.mock_mobile.manifest import describe_app
from sandbox.mock_mobile.methods.method import list_scripts
from sandbox.mock_mobile.requests import allow_pictures, bare, find_picture

if TYPE_CHECKING:
    from sandbox.mock_mobile.paying import PayingService
    from sandbox.mock_mobile.phones import PhoneService
    from sandbox.mock_mobile.records import RecordService
    from sandbox.mock_mobile.scanning import ScanService

_LONGEST_WAIT_SECONDS = 30
_NOT_ON_PHONES = ("sandbox.contracts.errors.authorities", "sandbox.cli", "sandbox.testing")
"""Errors of other programs, whose texts the page need not know."""


class MessageFilter(Shape):
    contains: OptionalText = None
    wait: Annotated[float, Field(ge=0, le=_LONGEST_WAIT_SECONDS)] = 0


class HistoryQuery(PageQuery):
    search: Annotated[Text | None, Optional] = None


class CodeQuery(Shape):
    amount: Annotated[Amount | None, Optional] = None


def phone_api(phones: PhoneService, records: RecordService) -> Blueprint:
    routes = Blueprint("phones", __name__, url_prefix="/phones")

    @routes.post("")
    def add() -> tuple[Response, int]:
        return created(phones.add(read_body(NewPhone)).model_dump())

    @routes.get("")
    def list_all() -> dict[str, Any]:
        return {"phones": [phone.model_dump() for phone in phones.list_all()]}

    @routes.get("/<number>")
    def show(number: str) -> dict[str, Any]:
        return phones.get(bare(number)).model_dump()

    @routes.get("/<number>/messages")
    def messages(number: str) -> dict[str, Any]:
        wanted, plain = read_query(MessageFilter), bare(number)
        found = poll(lambda: records.list_messages(plain, wanted.contains), seconds=wanted.wait)
        return {"messages": [message.model_dump() for message in found]}

    @routes.get("/<number>/history")
    def history(number: str) -> dict[str, Any]:
        wanted, plain = read_query(HistoryQuery), bare(number)
        lines, cursor = records.list_history(plain, search=wanted.search, limit=wanted.limit, after=wanted.after)
        shown = {"data": [line.model_dump() for line in lines], "next_cursor": cursor}
        is_first = wanted.search is None and wanted.after is None
        return shown | ({"payments": records.list_payments(plain)} if is_first else {})

    @routes.get("/<number>/notifications")
    def notifications(number: str) -> dict[str, Any]:
        found = records.list_notifications(bare(number))
        return {"data": [one.model_dump(exclude_none=True) for one in found]}

    @routes.get("/<number>/qr.png")
    def qr_picture(number: str) -> Response:
        wanted = read_query(CodeQuery)
        text = codes.text_of(phones.get(bare(number)), wanted.amount)
        return Response(codes.draw(text), mimetype="image/png", headers={"QR-Text": text, "Cache-Control": "no-cache"})

    @routes.post("/<number>/block")
    def block(number: str) -> dict[str, Any]:
        return phones.block(bare(number)).model_dump()

    @routes.post("/<number>/unblock")
    def unblock(number: str) -> dict[str, Any]:
        return phones.unblock(bare(number)).model_dump()

    return routes


def paying_api(scanning: ScanService, paying: PayingService) -> Blueprint:
    routes = Blueprint("paying", __name__, url_prefix="/phones")

    routes.before_request(allow_pictures)

    @routes.post("/<number>/scan")
    def scan(number: str) -> dict[str, Any]:
        is_live = request.args.get("live") == "1"
        seconds = qr.LIVE_SECONDS if is_live else qr.SECONDS
        return scanning.scan(bare(number), lambda: _qr_text(seconds), is_live=is_live).model_dump()

    @routes.post("/<number>/pay")
    def pay(number: str) -> dict[str, Any]:
        return paying.pay(bare(number), read_body(PayScan)).model_dump(exclude_none=True)

    @routes.post("/<number>/refuse")
    def refuse(number: str) -> dict[str, Any]:
        return paying.refuse(bare(number), read_body(RefuseScan).scan_id).model_dump(exclude_none=True)

    return routes


def phone_pages() -> Blueprint:
    routes = Blueprint("pages", __name__)

    @routes.get("/")
    def phone() -> Response:
        """The same for everybody: what a phone shows is asked for by its scripts."""
        page = render_template("phone.html", sentences=_sentences_of_errors(), scripts=list_scripts())
        return pack(make_response(page))

    @routes.get("/manifest.webmanifest")
    def manifest() -> Response:
        """Makes the page installable. There is no service worker: without its sandbox the phone has nothing to show."""
        return Response(json.dumps(describe_app()), mimetype="application/manifest+json")

    return routes


def _sentences_of_errors() -> list[str]:
    """Messages and hints that may come as an answer, for the page to show in the reader's language."""
    errors = [error for error in SandboxError.by_code.values() if not error.__module__.startswith(_NOT_ON_PHONES)]
    return list(dict.fromkeys(text for error in errors for text in (error.message, error.hint)))


def _qr_text(seconds: float) -> str:
    """The code's text from a picture (``image`` or ``image_base64``), or given as ``qr_text``."""
    picture = find_picture()
    if picture is not None:
        step_aside()
        return qr.read(picture, seconds=seconds).text
    text = read_fields().get("qr_text")
    if not isinstance(text, str) or not text.strip():
        raise InvalidInput(
            "There is no picture.",
            field="image",
            hint="Send a picture as the multipart field 'image' or as 'image_base64', or the code's text as 'qr_text'.",
        )
    return text.strip()
