"""HTTP for histories; only the sandbox's own services may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint

from sandbox.kit.web import read_query, service_only
from sandbox.mock_payments.history.schemas import HistoryQuery

if TYPE_CHECKING:
    from sandbox.mock_payments.history.service import HistoryService


def history_routes(service: HistoryService) -> Blueprint:
    routes = Blueprint("history", __name__, url_prefix="/api/wallets/<wallet_id>")

    @routes.get("/history")
    @service_only
    def list_history(wallet_id: str) -> dict[str, Any]:
        page = service.list_history(wallet_id, read_query(HistoryQuery))
        return page.map(lambda item: item.model_dump()).to_json()

    return routes
