"""HTTP of v2."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, Response

from sandbox.contracts.errors import (
    AppDisabled,
    AppNotFound,
    BadCredentials,
    CardProcessorRefused,
    PaymentNotFound,
    SplitTooLarge,
)
from sandbox.kit.web import read_fields, read_query
from sandbox.kit.web.operations import describes
from sandbox.platform.merchant_api.answers import answer
from sandbox.platform.merchant_api.coverage import published
from sandbox.platform.merchant_api.credentials import BEARER_HEADER
from sandbox.platform.merchant_api.generating import PAYMENT_ID, Generated, Refused, hint_of_amount, refused
from sandbox.platform.merchant_api.inputs import nest
from sandbox.platform.merchant_api.v2.operations import (
    ConfirmPayment,
    OfPayment,
    OperationDone,
    OperationRefused,
    not_done,
)
from sandbox.platform.merchant_api.v2.records import BindingQuery, Bindings, History, HistoryQuery
from sandbox.platform.merchant_api.v2.schemas import VERIFY_VERSION, VERSION, GeneratePayment
from sandbox.platform.merchant_api.verifying import NotVerified, Verified, not_verified

if TYPE_CHECKING:
    from sandbox.platform.merchant_api.reception import Reception
    from sandbox.platform.merchant_api.v2.operations import PaymentOperations
    from sandbox.platform.merchant_api.v2.records import Records
    from sandbox.platform.merchant_api.v2.service import SecondService

_ = str  # marks a text for the catalogs; it is translated where it is shown
TAG = "Payments v2"
_WHOLE_REFUND = (
    "refund_payment has no amount: all that was left has gone back. A part can be given back at the order's page."
)


def record_api(reception: Reception, records: Records) -> Blueprint:
    routes = Blueprint("records", __name__, url_prefix="/api")

    @routes.get("/developers/history")
    @describes(
        "List what was paid, newest first.",
        tag=TAG,
        query=HistoryQuery,
        answer=History,
        refusal=NotVerified,
        headers=BEARER_HEADER,
        errors=(BadCredentials, AppNotFound),
    )
    @published(
        "full",
        "doc",
        _("The shape of a row is our choice; merchant_id is an app's public token."),
    )
    @reception.refusing_with(partial(not_verified, version=VERIFY_VERSION))
    def history() -> Response:
        return answer(records.list_history(reception.bearer(), read_query(HistoryQuery)))

    @routes.get("/v2/bindings/list")
    @describes(
        "List the cards that a shopper has kept.",
        tag=TAG,
        query=BindingQuery,
        answer=Bindings,
        refusal=OperationRefused,
        headers=BEARER_HEADER,
        errors=(BadCredentials,),
    )
    @published("full", "doc")
    @reception.refusing_with(not_done)
    def list_bindings() -> Response:
        return answer(records.list_bindings(reception.bearer(), read_query(BindingQuery).client_id))

    return routes


def second_api(reception: Reception, service: SecondService, operations: PaymentOperations) -> Blueprint:
    routes = Blueprint("v2", __name__, url_prefix="/api/v2")

    @routes.post("/generate_payment")
    @describes(
        "Ask for a payment page and its link.",
        tag=TAG,
        body=GeneratePayment,
        answer=Generated,
        refusal=Refused,
        headers=BEARER_HEADER,
        errors=(BadCredentials, AppDisabled, SplitTooLarge, CardProcessorRefused),
        gives=PAYMENT_ID,
    )
    @published(
        "partly",
        "doc",
        _(
            "How a kept card pays is our choice: binding_id, client_id and cvc, at once. So is whom a destination names: an app or a phone."
        ),
    )
    @reception.refusing_with(partial(refused, version=VERSION))
    def generate_payment() -> Response:
        app = reception.bearer()
        request = GeneratePayment.parse(nest(read_fields()))
        return answer(service.generate(app, request, reception.quirks), hint=hint_of_amount(request.amount))

    @routes.get("/verify_payment/<payment_id>")
    @describes(
        "Tell how a payment stands, by its id.",
        tag=TAG,
        answer=Verified,
        refusal=NotVerified,
        headers=BEARER_HEADER,
        errors=(BadCredentials, PaymentNotFound),
    )
    @published(
        "partly",
        "doc",
        _(
            "Our choice: mpayment is a phone number typed on the page, wallet a code scanned in the app; the stages of settlement_status take as long as the setting settlement_seconds says."
        ),
    )
    @reception.refusing_with(partial(not_verified, version=VERIFY_VERSION))
    def verify_payment(payment_id: str) -> Response:
        return answer(service.verify(reception.bearer(), payment_id, reception.quirks))

    @routes.post("/refund_payment")
    @describes(
        "Give all that is left of a payment back.",
        tag=TAG,
        body=OfPayment,
        answer=OperationDone,
        refusal=OperationRefused,
        headers=BEARER_HEADER,
        errors=(BadCredentials, PaymentNotFound),
    )
    @published("full", "doc")
    @reception.refusing_with(not_done)
    def refund_payment() -> Response:
        app, fields = reception.bearer(), read_fields()
        body = operations.refund(app, OfPayment.parse(fields).payment_id)
        return answer(body, hint=_WHOLE_REFUND if fields.get("amount") else None)

    @routes.post("/confirm_payment")
    @describes(
        "Take the money of a pre-authorization, or a part of it.",
        tag=TAG,
        body=ConfirmPayment,
        answer=OperationDone,
        refusal=OperationRefused,
        headers=BEARER_HEADER,
        errors=(BadCredentials, PaymentNotFound),
    )
    @published("full", "doc")
    @reception.refusing_with(not_done)
    def confirm_payment() -> Response:
        return answer(operations.confirm(reception.bearer(), ConfirmPayment.parse(read_fields())))

    @routes.post("/cancel_payment")
    @describes(
        "Give a pre-authorization up: what is held goes back.",
        tag=TAG,
        body=OfPayment,
        answer=OperationDone,
        refusal=OperationRefused,
        headers=BEARER_HEADER,
        errors=(BadCredentials, PaymentNotFound),
    )
    @published("full", "doc", _("A page that nobody has paid yet can be cancelled too: our choice."))
    @reception.refusing_with(not_done)
    def cancel_payment() -> Response:
        return answer(operations.cancel(reception.bearer(), OfPayment.parse(read_fields()).payment_id))

    return routes
