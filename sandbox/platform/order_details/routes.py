"""The page of one order, the same as JSON, and giving its money back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for

from sandbox.contracts.errors import (
    AlreadyRefunded,
    InsufficientFunds,
    NotRefundable,
    OrderNotFound,
    RefundChanged,
    RefundTooLarge,
    Refusal,
)
from sandbox.kit.errors import IdempotencyMismatch, InvalidInput, SandboxError
from sandbox.kit.tracing import join_trace
from sandbox.kit.web import Page, read_body
from sandbox.kit.web.operations import describes
from sandbox.platform.order_details.schemas import OrderStory, story_json
from sandbox.platform.orders.schemas import order_row
from sandbox.platform.refunds.schemas import NewRefund, Refund, RefundForm, refund_json

if TYPE_CHECKING:
    from sandbox.platform.access import Access
    from sandbox.platform.order_details.service import OrderDetails
    from sandbox.platform.refunds.service import RefundService

_LONGEST_KEY = 100


def order_detail_pages(service: OrderDetails, refunds: RefundService, access: Access) -> Blueprint:
    routes = Blueprint("order_details", __name__, url_prefix="/orders")

    @routes.get("/<order_id>")
    @access.developers_only
    def show_order(order_id: str) -> Page:
        return draw(order_id)

    @routes.post("/<order_id>/refunds")
    @access.developers_only
    def refund_order(order_id: str) -> Page:
        developer_id = access.current().id
        service.get(developer_id, order_id)
        try:
            access.check_form()
            form = RefundForm.parse(request.form)
            done = refunds.refund(developer_id, order_id, form, form.key, committed=form.committed)
        except IdempotencyMismatch:
            return draw(order_id, RefundChanged())
        except (InvalidInput, Refusal) as problem:
            return draw(order_id, problem)
        if done.state == "succeeded":
            flash("The money went back to the payer.", "success")
        else:
            flash("The refund is under way: it goes on by itself as soon as the Payments API answers.", "info")
        return redirect(url_for("order_details.show_order", order_id=order_id))

    def draw(order_id: str, problem: SandboxError | None = None) -> Page:
        story = service.get(access.current().id, order_id)
        join_trace(order_id)
        page = render_template(
            "orders/order.html",
            order=order_row(story.order),
            app=story.app,
            story=story,
            key=refunds.new_key(),
            form=request.form,
            problem=problem,
        )
        return (page, problem.status) if problem else page

    return routes


def order_detail_api(service: OrderDetails, refunds: RefundService, access: Access) -> Blueprint:
    routes = Blueprint("order_details_api", __name__, url_prefix="/api/orders")

    @routes.get("/<order_id>")
    @describes("Show an order with its steps and refunds.", tag="Orders", answer=OrderStory, errors=(OrderNotFound,))
    @access.developers_only
    def show_order(order_id: str) -> dict[str, Any]:
        return story_json(service.get(access.current().id, order_id))

    @routes.post("/<order_id>/refunds")
    @describes(
        "Give the money of an order back, all that is left or a part; 'pending' goes on by itself.",
        tag="Orders",
        body=NewRefund,
        answer=Refund,
        status=201,
        errors=(
            OrderNotFound,
            NotRefundable,
            AlreadyRefunded,
            RefundTooLarge,
            InsufficientFunds,
            IdempotencyMismatch,
        ),
        headers={
            "Idempotency-Key": "Required: a call that is repeated with the same key gets the first outcome again."
        },
    )
    @access.developers_only
    def refund_order(order_id: str) -> tuple[Response, int]:
        wanted, key = read_body(NewRefund), _idempotency_key()
        refund = refunds.refund(access.current().id, order_id, wanted, key)
        return jsonify(refund_json(refund)), 201

    return routes


def _idempotency_key() -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key or len(key) > _LONGEST_KEY or not key.isprintable():
        raise InvalidInput(
            f"The header 'Idempotency-Key' is needed, with 1 to {_LONGEST_KEY} characters.",
            field="Idempotency-Key",
            hint="Send a new key for each refund, and the same one when you repeat the call: it never refunds twice.",
        )
    return key
