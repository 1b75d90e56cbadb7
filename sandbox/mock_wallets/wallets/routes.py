"""HTTP for wallets; only the sandbox's own services may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from sandbox.contracts.wallets import Authorize, AuthorizeReceivers, CloseWallet, OpenWallet, WalletFilter
from sandbox.kit.web import read_body, read_query, service_only
from sandbox.kit.web.app import created

if TYPE_CHECKING:
    from sandbox.mock_wallets.wallets.service import WalletService


def wallet_routes(service: WalletService) -> Blueprint:
    routes = Blueprint("wallets", __name__, url_prefix="/api")

    @routes.post("/wallets")
    @service_only
    def open_wallet() -> tuple[Response, int]:
        return created(service.open_wallet(read_body(OpenWallet)).model_dump())

    @routes.get("/wallets")
    @service_only
    def find_wallets() -> dict[str, Any]:
        wallet = service.find_wallet(read_query(WalletFilter).phone_number)
        return {"wallets": [wallet.model_dump()] if wallet else []}

    @routes.get("/wallets/<wallet_id>")
    @service_only
    def show(wallet_id: str) -> dict[str, Any]:
        return service.get_wallet(wallet_id).model_dump()

    @routes.get("/wallets/<wallet_id>/standing")
    @service_only
    def show_standing(wallet_id: str) -> dict[str, Any]:
        return service.get_standing(wallet_id).model_dump()

    @routes.post("/wallets/<wallet_id>/block")
    @service_only
    def block(wallet_id: str) -> dict[str, Any]:
        return service.block(wallet_id).model_dump()

    @routes.post("/wallets/<wallet_id>/unblock")
    @service_only
    def unblock(wallet_id: str) -> dict[str, Any]:
        return service.unblock(wallet_id).model_dump()

    @routes.post("/authorize")
    @service_only
    def authorize() -> dict[str, Any]:
        return service.authorize(read_body(Authorize)).model_dump()

    @routes.post("/authorize/receivers")
    @service_only
    def authorize_receivers() -> dict[str, Any]:
        return service.authorize_receivers(read_body(AuthorizeReceivers)).model_dump()

    _add_closing(routes, service)
    return routes


def _add_closing(routes: Blueprint, service: WalletService) -> None:
    @routes.post("/closings")
    @service_only
    def begin_closing() -> dict[str, Any]:
        return service.begin_closing(read_body(CloseWallet)).model_dump()

    @routes.post("/closings/<wallet_id>/finish")
    @service_only
    def finish_closing(wallet_id: str) -> dict[str, Any]:
        return service.finish_closing(wallet_id).model_dump()

    @routes.post("/closings/<wallet_id>/cancel")
    @service_only
    def cancel_closing(wallet_id: str) -> dict[str, Any]:
        return service.cancel_closing(wallet_id).model_dump()
