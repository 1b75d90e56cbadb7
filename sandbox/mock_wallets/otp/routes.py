"""HTTP for one-time codes; only the sandbox's own services may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from sandbox.contracts.wallets import StartChallenge, VerifyChallenge
from sandbox.kit.web import read_body, service_only
from sandbox.kit.web.app import created

if TYPE_CHECKING:
    from sandbox.mock_wallets.otp.service import OtpService


def otp_routes(service: OtpService) -> Blueprint:
    routes = Blueprint("otp", __name__, url_prefix="/api/challenges")

    @routes.post("")
    @service_only
    def start() -> tuple[Response, int]:
        asked = read_body(StartChallenge)
        return created(service.start(asked.phone_number, asked.purpose).model_dump())

    @routes.get("/<challenge_id>")
    @service_only
    def show(challenge_id: str) -> dict[str, Any]:
        return service.get(challenge_id).model_dump()

    @routes.post("/<challenge_id>/resend")
    @service_only
    def resend(challenge_id: str) -> dict[str, Any]:
        return service.resend(challenge_id).model_dump()

    @routes.post("/<challenge_id>/verify")
    @service_only
    def verify(challenge_id: str) -> dict[str, Any]:
        return service.verify(challenge_id, read_body(VerifyChallenge).code).model_dump()

    return routes
