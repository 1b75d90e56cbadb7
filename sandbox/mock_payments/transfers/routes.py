"""HTTP for transfers; only the sandbox's own services may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from sandbox.contracts.transfers import SendMoney
from sandbox.kit.shapes import PhoneNumber, Shape
from sandbox.kit.web import read_body, service_only
from sandbox.kit.web.app import created

if TYPE_CHECKING:
    from sandbox.mock_payments.transfers.service import TransferService


class _Whom(Shape):
    phone_number: PhoneNumber


def transfer_routes(service: TransferService) -> Blueprint:
    routes = Blueprint("transfers", __name__, url_prefix="/api")

    @routes.get("/payees/<phone_number>")
    @service_only
    def find_payee(phone_number: str) -> dict[str, Any]:
        return service.find_payee(_Whom.parse({"phone_number": phone_number}).phone_number).model_dump()

    @routes.post("/transfers")
    @service_only
    def send() -> tuple[Response, int]:
        return created(service.send(read_body(SendMoney)).model_dump())

    @routes.get("/transfers/<transfer_id>")
    @service_only
    def show(transfer_id: str) -> dict[str, Any]:
        return service.get_transfer(transfer_id).model_dump()

    return routes
