"""HTTP of terminals and of a business's own codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from sandbox.contracts.errors import AppDisabled, AppNotFound, BadCredentials, PaymentNotFound
from sandbox.kit.web import read_fields, read_query
from sandbox.kit.web.operations import describes
from sandbox.platform.merchant_api.answers import answer
from sandbox.platform.merchant_api.counters.schemas import (
    CodeDrawn,
    CodeStatus,
    CounterRefused,
    CustomCode,
    CustomCodeQuery,
    InitPos,
    PosQuery,
    PosStarted,
    PosStatus,
    refused,
)
from sandbox.platform.merchant_api.coverage import published
from sandbox.platform.merchant_api.credentials import BEARER_HEADER, KEY_HEADER

if TYPE_CHECKING:
    from sandbox.platform.merchant_api.counters.service import Counters
    from sandbox.platform.merchant_api.reception import Reception

_ = str  # marks a text for the catalogs; it is translated where it is shown
TAG = "Counter payments"


def terminal_api(reception: Reception, service: Counters) -> Blueprint:
    routes = Blueprint("terminals", __name__, url_prefix="/api/transactions")

    @routes.post("/init_pos_transaction")
    @describes(
        "Start a payment at a terminal.",
        tag=TAG,
        body=InitPos,
        answer=PosStarted,
        status=201,
        refusal=CounterRefused,
        headers=BEARER_HEADER,
        errors=(BadCredentials, AppDisabled),
    )
    @published("partly", "doc", _("Whatever the payment method, a phone pays the code that the answer's hint names."))
    @reception.refusing_with(refused)
    def init_pos_transaction() -> Response:
        body, hint = service.start(reception.bearer(), InitPos.parse(read_fields()))
        return answer(body, 201, hint)

    @routes.get("/get_pos_transaction_status")
    @describes(
        "Tell how payments at a terminal stand.",
        tag=TAG,
        query=PosQuery,
        answer=PosStatus,
        refusal=CounterRefused,
        headers=BEARER_HEADER,
        errors=(BadCredentials, PaymentNotFound),
    )
    @published("full", "doc", _("PP and PF, for waiting and failed, are our choice."))
    @reception.refusing_with(refused)
    def get_pos_transaction_status() -> Response:
        app = reception.bearer()
        return answer(service.show_started(app, read_query(PosQuery).developer_tracking_id))

    return routes


def code_api(reception: Reception, service: Counters) -> Blueprint:
    routes = Blueprint("counter_codes", __name__, url_prefix="/api/business")

    @routes.get("/generate_custom_qr_code")
    @describes(
        "Draw a code that a customer pays at the counter.",
        tag=TAG,
        query=CustomCode,
        answer=CodeDrawn,
        refusal=CounterRefused,
        headers=KEY_HEADER,
        errors=(BadCredentials, AppNotFound, AppDisabled),
    )
    @published("partly", "doc", _("A barcode is taken and not drawn; each code is paid once, within a day."))
    @reception.refusing_with(refused)
    def generate_custom_qr_code() -> Response:
        developer_id = reception.api_key()
        return answer(service.draw(developer_id, read_query(CustomCode)))

    @routes.get("/custom_transaction/status")
    @describes(
        "Tell what was paid of a code.",
        tag=TAG,
        query=CustomCodeQuery,
        answer=CodeStatus,
        refusal=CounterRefused,
        headers=KEY_HEADER,
        errors=(BadCredentials,),
    )
    @published("full", "doc")
    @reception.refusing_with(refused)
    def custom_transaction_status() -> Response:
        developer_id = reception.api_key()
        return answer(service.show_drawn(developer_id, read_query(CustomCodeQuery).operation_uuid))

    return routes
