"""HTTP for refunds; only the sandbox's own services may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from sandbox.contracts.payments import RefundPayment
from sandbox.kit.web import read_body, service_only
from sandbox.kit.web.app import created

if TYPE_CHECKING:
    from sandbox.mock_payments.refunds.service import RefundService


def refund_routes(service: RefundService) -> Blueprint:
    routes = Blueprint("refunds", __name__, url_prefix="/api/payments/<payment_id>/refunds")

    @routes.post("")
    @service_only
    def refund(payment_id: str) -> tuple[Response, int]:
        return created(service.refund(payment_id, read_body(RefundPayment)).model_dump())

    @routes.get("")
    @service_only
    def list_refunds(payment_id: str) -> dict[str, Any]:
        return {"refunds": [refund.model_dump() for refund in service.list_refunds(payment_id)]}

    @routes.get("/<refund_id>")
    @service_only
    def show(payment_id: str, refund_id: str) -> dict[str, Any]:
        return service.get_refund(payment_id, refund_id).model_dump()

    return routes
