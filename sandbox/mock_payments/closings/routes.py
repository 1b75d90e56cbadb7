"""HTTP for closing wallets; only the sandbox's own services may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint

from sandbox.contracts.wallets import CloseWallet
from sandbox.kit.web import read_body, service_only

if TYPE_CHECKING:
    from sandbox.mock_payments.closings.service import ClosingService


def closing_routes(service: ClosingService) -> Blueprint:
    routes = Blueprint("closings", __name__, url_prefix="/api/closings")

    @routes.post("")
    @service_only
    def close() -> dict[str, Any]:
        return service.close(read_body(CloseWallet)).model_dump()

    return routes
