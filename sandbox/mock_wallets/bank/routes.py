"""HTTP for bank accounts; only the sandbox's own services may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from sandbox.contracts.bank import LinkBank, OpenBankAccount
from sandbox.contracts.wallets import AuthorizeBank
from sandbox.kit.web import read_body, service_only
from sandbox.kit.web.app import created
from sandbox.mock_wallets.bank.partners import PARTNERS

if TYPE_CHECKING:
    from sandbox.mock_wallets.bank.service import BankService


def bank_routes(service: BankService) -> Blueprint:
    routes = Blueprint("bank", __name__, url_prefix="/api")

    @routes.get("/banks")
    @service_only
    def list_banks() -> dict[str, Any]:
        return {"banks": [bank.model_dump() for bank in PARTNERS]}

    @routes.get("/wallets/<wallet_id>/bank")
    @service_only
    def show(wallet_id: str) -> dict[str, Any]:
        return service.get(wallet_id).model_dump()

    @routes.post("/wallets/<wallet_id>/bank")
    @service_only
    def link(wallet_id: str) -> tuple[Response, int]:
        return created(service.link(wallet_id, read_body(LinkBank)).model_dump())

    @routes.post("/wallets/<wallet_id>/bank/open")
    @service_only
    def open_account(wallet_id: str) -> tuple[Response, int]:
        return created(service.open(wallet_id, read_body(OpenBankAccount)).model_dump())

    @routes.delete("/wallets/<wallet_id>/bank")
    @service_only
    def unlink(wallet_id: str) -> dict[str, Any]:
        return service.unlink(wallet_id).model_dump()

    @routes.post("/authorize/bank")
    @service_only
    def authorize() -> dict[str, Any]:
        return service.authorize(read_body(AuthorizeBank)).model_dump()

    return routes
