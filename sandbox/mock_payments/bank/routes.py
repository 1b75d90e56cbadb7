"""HTTP for movements to and from the bank, and for closing wallets; only the sandbox's own services may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from sandbox.contracts.bank import BankMove
from sandbox.contracts.wallets import CloseWallet
from sandbox.kit.web import read_body, service_only
from sandbox.kit.web.app import created

if TYPE_CHECKING:
    from sandbox.mock_payments.bank.closing import ClosingService
    from sandbox.mock_payments.bank.service import BankMoveService


def bank_routes(service: BankMoveService, closing: ClosingService) -> Blueprint:
    routes = Blueprint("bank", __name__, url_prefix="/api")

    @routes.post("/bank/top-ups")
    @service_only
    def top_up() -> tuple[Response, int]:
        return created(service.top_up(read_body(BankMove)).model_dump())

    @routes.post("/bank/withdrawals")
    @service_only
    def withdraw() -> tuple[Response, int]:
        return created(service.withdraw(read_body(BankMove)).model_dump())

    @routes.post("/closings")
    @service_only
    def close() -> dict[str, Any]:
        return closing.close(read_body(CloseWallet)).model_dump()

    return routes
