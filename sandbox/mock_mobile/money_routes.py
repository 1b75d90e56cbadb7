"""HTTP of the phone for sending money to a number and for requests (CONTRACT.md section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from flask import Blueprint, Response

from sandbox.contracts.mobile import ApproveWithPin, AskFrom, SendTo
from sandbox.contracts.transfers import RequestState
from sandbox.kit.paging import PageQuery
from sandbox.kit.shapes import Optional
from sandbox.kit.web import read_body, read_query
from sandbox.kit.web.app import created
from sandbox.mock_mobile.requests import bare

if TYPE_CHECKING:
    from sandbox.mock_mobile.asking import AskingService
    from sandbox.mock_mobile.paying import PayingService


class RequestQuery(PageQuery):
    state: Annotated[RequestState | None, Optional] = None


def money_api(paying: PayingService, asking: AskingService) -> Blueprint:
    routes = Blueprint("money", __name__, url_prefix="/phones/<number>")

    @routes.post("/transfers")
    def send(number: str) -> tuple[Response, int]:
        return created(paying.send(bare(number), read_body(SendTo)).model_dump(exclude_none=True))

    @routes.post("/requests")
    def ask(number: str) -> tuple[Response, int]:
        return created(asking.ask(bare(number), read_body(AskFrom)).model_dump())

    @routes.get("/requests")
    def list_requests(number: str) -> dict[str, Any]:
        wanted = read_query(RequestQuery)
        found, cursor = asking.list_requests(bare(number), state=wanted.state, limit=wanted.limit, after=wanted.after)
        return {"data": [one.model_dump() for one in found], "next_cursor": cursor}

    @routes.post("/requests/<asked_of_phone>/approve")
    def approve(number: str, asked_of_phone: str) -> dict[str, Any]:
        pin = read_body(ApproveWithPin).pin
        return asking.approve(bare(number), asked_of_phone, pin).model_dump(exclude_none=True)

    @routes.post("/requests/<asked_of_phone>/refuse")
    def refuse(number: str, asked_of_phone: str) -> dict[str, Any]:
        return asking.refuse(bare(number), asked_of_phone).model_dump()

    @routes.post("/requests/<asked_by_phone>/cancel")
    def cancel(number: str, asked_by_phone: str) -> dict[str, Any]:
        return asking.cancel(bare(number), asked_by_phone).model_dump()

    return routes
