"""HTTP of generation 1: accept for the merchant's back end, and the form's check of codes in test mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request

from sandbox.contracts.errors import (
    BadCredentials,
    CodeExpired,
    CodeLocked,
    NotPrepared,
    PassiveVerification,
    PaymentNotFound,
    SessionExpired,
    SessionNotFound,
    WrongCode,
)
from sandbox.contracts.payments import Verified, VerifyCode
from sandbox.kit.errors import InvalidInput, SandboxError, ServiceUnavailable
from sandbox.kit.web import read_fields
from sandbox.kit.web.cors import open_to_any_site
from sandbox.kit.web.operations import describes
from sandbox.platform.merchant_api.coverage import published
from sandbox.platform.merchant_api.credentials import TOKEN_HEADERS
from sandbox.platform.merchant_api.generation_1.schemas import (
    ACCEPT_ERRORS,
    Accept,
    Accepted,
    CodeTyped,
    NotVerified,
    Refused,
    VerifiedPayment,
    failure,
    hint_of,
    not_verified,
    read_accept,
)

if TYPE_CHECKING:
    from sandbox.platform.merchant_api.generation_1.magic_codes import MagicCodes
    from sandbox.platform.merchant_api.generation_1.service import AcceptService
    from sandbox.platform.merchant_api.generation_1.verification import VerificationService

_LONGEST_KEY = 100


def accept_api(service: AcceptService) -> Blueprint:
    routes = Blueprint("accept", __name__, url_prefix="/api")

    @routes.post("/accept")
    @describes(
        "Ask for the money of a payment that the shopper has confirmed.",
        tag="Payments",
        body=Accept,
        answer=Accepted,
        refusal=Refused,
        errors=ACCEPT_ERRORS,
        headers={"Idempotency-Key": "A call that is repeated with the same key gets the first answer again."},
    )
    @published("full", "clients")
    def accept() -> Response:
        payment_id: Any = None
        try:
            fields = read_fields()
            payment_id = fields.get("payment_id", fields.get("id"))
            status, body = service.accept(read_accept(fields), _idempotency_key())
        except SandboxError as error:
            status, body = failure(error, payment_id if isinstance(payment_id, str) else None)
            return _answer(status, body, error.hint)
        return _answer(status, body, hint_of(body))

    return routes


def verification_api(service: VerificationService) -> Blueprint:
    routes = Blueprint("verification", __name__, url_prefix="/api")

    @routes.get("/verify_payment/<payment_id>")
    @describes(
        "Tell how a payment ended, by its id.",
        tag="Payments",
        answer=VerifiedPayment,
        refusal=NotVerified,
        errors=(BadCredentials, PassiveVerification, PaymentNotFound, ServiceUnavailable),
        headers=TOKEN_HEADERS,
    )
    @published("full", "doc")
    def verify_payment(payment_id: str) -> Response:
        sent = request.headers
        try:
            body = service.verify(sent.get("apppublic", ""), sent.get("appsecret", ""), payment_id)
        except SandboxError as error:
            return _answer(error.status, not_verified(error), error.hint)
        return _answer(200, body, None)

    return routes


def magic_code_api(service: MagicCodes) -> Blueprint:
    routes = Blueprint("magic_codes", __name__, url_prefix="/api/checkout/sessions")
    open_to_any_site(routes)

    @routes.post("/<session>/verify")
    @describes(
        "Check the six digits that the shopper typed; for a TEST APP also its test codes.",
        tag="Payment form",
        body=CodeTyped,
        answer=Verified,
        errors=(WrongCode, CodeLocked, CodeExpired, NotPrepared, SessionNotFound, SessionExpired, ServiceUnavailable),
    )
    def verify(session: str) -> dict[str, Any]:
        return service.verify(VerifyCode.parse({**read_fields(), "session": session})).model_dump()

    return routes


def _idempotency_key() -> str | None:
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > _LONGEST_KEY or not key.isascii():
        raise InvalidInput(
            f"The Idempotency-Key is longer than {_LONGEST_KEY} characters or not ASCII.", field="Idempotency-Key"
        )
    return key or None


def _answer(status: int, body: dict[str, Any], hint: str | None) -> Response:
    answer = jsonify(body)
    answer.status_code = status
    if hint:
        answer.headers["Sandbox-Hint"] = " ".join(hint.encode("ascii", "replace").decode().split())
    return answer
