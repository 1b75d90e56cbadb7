"""HTTP for PINs; only the sandbox's own services may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from sandbox.contracts.wallets import ChangePin, UnlockPin
from sandbox.kit.web import read_body, service_only
from sandbox.kit.web.app import created

if TYPE_CHECKING:
    from sandbox.mock_wallets.pins.service import PinService


def pin_routes(service: PinService) -> Blueprint:
    routes = Blueprint("pins", __name__, url_prefix="/api")

    @routes.post("/wallets/<wallet_id>/pin")
    @service_only
    def change(wallet_id: str) -> dict[str, Any]:
        return service.change(wallet_id, read_body(ChangePin)).model_dump()

    @routes.post("/wallets/<wallet_id>/unlock")
    @service_only
    def start_unlock(wallet_id: str) -> tuple[Response, int]:
        return created(service.start_unlock(wallet_id).model_dump())

    @routes.post("/challenges/<challenge_id>/unlock")
    @service_only
    def unlock(challenge_id: str) -> dict[str, Any]:
        return service.unlock(challenge_id, read_body(UnlockPin)).model_dump()

    return routes
