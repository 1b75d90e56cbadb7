"""HTTP for balances, top-ups and the ledger's proof; only the sandbox's own services may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint

from sandbox.contracts.payments import TopUp
from sandbox.kit.web import read_body, service_only

if TYPE_CHECKING:
    from sandbox.mock_payments.ledger.service import LedgerService


def ledger_routes(service: LedgerService) -> Blueprint:
    routes = Blueprint("ledger", __name__, url_prefix="/api")

    @routes.post("/top-ups")
    @service_only
    def top_up() -> dict[str, Any]:
        return service.top_up(read_body(TopUp)).model_dump()

    @routes.get("/balances/<wallet_id>")
    @service_only
    def balance(wallet_id: str) -> dict[str, Any]:
        return service.get_balance(wallet_id).model_dump()

    @routes.get("/ledger/verify")
    @service_only
    def verify() -> dict[str, Any]:
        return service.verify().model_dump()

    return routes
