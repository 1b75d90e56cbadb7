"""HTTP for balances, top-ups, statements, the ledger's proof and its export; only the sandbox's own services may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from sandbox.contracts.payments import TopUp
from sandbox.kit.web import read_body, read_query, service_only
from sandbox.mock_payments.ledger.schemas import ExportQuery, Period, StatementQuery

if TYPE_CHECKING:
    from sandbox.mock_payments.ledger.service import LedgerService
    from sandbox.mock_payments.ledger.statements import StatementService


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


def statement_routes(service: StatementService) -> Blueprint:
    routes = Blueprint("statements", __name__, url_prefix="/api")

    @routes.get("/wallets/<wallet_id>/statement")
    @service_only
    def statement(wallet_id: str) -> dict[str, Any]:
        return service.read_statement(wallet_id, read_query(StatementQuery)).model_dump()

    @routes.get("/wallets/<wallet_id>/statement.csv")
    @service_only
    def statement_as_csv(wallet_id: str) -> Response:
        return Response(service.statement_as_csv(wallet_id, read_query(Period)), mimetype="text/csv")

    @routes.get("/ledger/export")
    @service_only
    def export() -> dict[str, Any]:
        return service.export(read_query(ExportQuery)).model_dump()

    return routes
