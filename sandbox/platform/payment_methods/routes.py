"""HTTP of the steps that a way to pay takes in the payment form, called by the script from merchants' pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint

from sandbox.contracts.errors import (
    InsufficientFunds,
    LoginLocked,
    MethodNotFound,
    OtpCooldown,
    SessionEnded,
    SessionExpired,
    SessionNotFound,
    WalletBlocked,
    WrongPin,
)
from sandbox.kit.errors import ServiceUnavailable
from sandbox.kit.web.bodies import read_fields
from sandbox.kit.web.cors import open_to_any_site
from sandbox.kit.web.operations import describes
from sandbox.platform.payment_methods.schemas import StepFields, StepTaken

if TYPE_CHECKING:
    from sandbox.platform.payment_methods.service import MethodSteps


def method_api(service: MethodSteps) -> Blueprint:
    routes = Blueprint("payment_methods", __name__, url_prefix="/api/checkout/sessions")
    open_to_any_site(routes)

    @routes.post("/<session>/methods/<method>/<step>")
    @describes(
        "Take a step of a way to pay in the form: 'login' has 'start' (phone number and PIN; a code comes by SMS) and 'resend'.",
        tag="Payment form",
        body=StepFields,
        answer=StepTaken,
        errors=(
            MethodNotFound,
            WrongPin,
            LoginLocked,
            OtpCooldown,
            WalletBlocked,
            InsufficientFunds,
            SessionNotFound,
            SessionExpired,
            SessionEnded,
            ServiceUnavailable,
        ),
    )
    def take_step(session: str, method: str, step: str) -> dict[str, Any]:
        return service.take(session, method, step, read_fields())

    return routes
