"""HTTP for payments. ``verify`` is called by the payment form in the shopper's browser, the rest by services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from sandbox.contracts.payments import ExecutePayment, KeepHold, PreparePayment, VerifyCode
from sandbox.kit.shapes import PhoneNumber, Shape
from sandbox.kit.web import read_body, read_query, service_only
from sandbox.kit.web.app import created
from sandbox.kit.web.cors import open_to_any_site

if TYPE_CHECKING:
    from sandbox.mock_payments.payments.prepare import PrepareService
    from sandbox.mock_payments.payments.service import PaymentService


class PaymentFilter(Shape):
    payer_phone: PhoneNumber


def payment_routes(preparing: PrepareService, service: PaymentService) -> Blueprint:
    routes = Blueprint("payments", __name__, url_prefix="/api")

    @routes.post("/payments")
    @service_only
    def prepare() -> tuple[Response, int]:
        return created(preparing.prepare(read_body(PreparePayment)).model_dump())

    @routes.get("/payments")
    @service_only
    def list_payments() -> dict[str, Any]:
        found = service.list_by_payer(read_query(PaymentFilter).payer_phone)
        return {"payments": [payment.model_dump() for payment in found]}

    @routes.get("/payments/<payment_id>")
    @service_only
    def show(payment_id: str) -> dict[str, Any]:
        return service.get_payment(payment_id).model_dump()

    @routes.post("/payments/<payment_id>/execute")
    @service_only
    def execute(payment_id: str) -> dict[str, Any]:
        return service.execute(payment_id, read_body(ExecutePayment)).model_dump()

    @routes.post("/payments/<payment_id>/keep")
    @service_only
    def keep(payment_id: str) -> dict[str, Any]:
        return service.keep(payment_id, read_body(KeepHold)).model_dump()

    @routes.post("/payments/<payment_id>/cancel")
    @service_only
    def cancel(payment_id: str) -> dict[str, Any]:
        return service.cancel(payment_id).model_dump()

    @routes.post("/payments/<payment_id>/leave")
    @service_only
    def leave(payment_id: str) -> dict[str, Any]:
        return service.leave(payment_id).model_dump()

    @routes.post("/forms/<session>/refuse")
    @service_only
    def refuse_form(session: str) -> dict[str, Any]:
        return {"refused": service.refuse_form(session, read_body(PaymentFilter).payer_phone)}

    return routes


def form_routes(service: PaymentService) -> Blueprint:
    """What the payment form calls from the merchant's page, on another site: open to any origin, without cookies."""
    routes = Blueprint("form", __name__, url_prefix="/api")
    open_to_any_site(routes)

    @routes.post("/verify")
    def verify() -> dict[str, Any]:
        return service.verify(read_body(VerifyCode)).model_dump()

    return routes
