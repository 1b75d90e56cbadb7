"""HTTP for requests for money; only the sandbox's own services may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from sandbox.contracts.transfers import ApproveRequest, AskForMoney, EndRequest
from sandbox.kit.web import read_body, read_query, service_only
from sandbox.kit.web.app import created
from sandbox.mock_payments.money_requests.schemas import RequestFilter

if TYPE_CHECKING:
    from sandbox.mock_payments.money_requests.service import MoneyRequestService


def money_request_routes(service: MoneyRequestService) -> Blueprint:
    routes = Blueprint("money_requests", __name__, url_prefix="/api/requests")

    @routes.post("")
    @service_only
    def ask() -> tuple[Response, int]:
        return created(service.ask(read_body(AskForMoney)).model_dump())

    @routes.get("")
    @service_only
    def list_requests() -> dict[str, Any]:
        return service.list_requests(read_query(RequestFilter)).map(lambda each: each.model_dump()).to_json()

    @routes.get("/<money_request_id>")
    @service_only
    def show(money_request_id: str) -> dict[str, Any]:
        return service.get_request(money_request_id).model_dump()

    @routes.post("/<money_request_id>/approve")
    @service_only
    def approve(money_request_id: str) -> dict[str, Any]:
        return service.approve(money_request_id, read_body(ApproveRequest)).model_dump()

    @routes.post("/<money_request_id>/refuse")
    @service_only
    def refuse(money_request_id: str) -> dict[str, Any]:
        return service.refuse(money_request_id, read_body(EndRequest).phone_number).model_dump()

    @routes.post("/<money_request_id>/cancel")
    @service_only
    def cancel(money_request_id: str) -> dict[str, Any]:
        return service.cancel(money_request_id, read_body(EndRequest).phone_number).model_dump()

    return routes
