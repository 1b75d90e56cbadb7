"""Pages and JSON of one wallet, for admins: its state, level and ceilings, and blocking it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, url_for

from sandbox.contracts.errors import WalletClosed, WalletNotFound, WalletPending
from sandbox.contracts.wallets import Standing
from sandbox.kit.errors import InvalidInput, SandboxError
from sandbox.kit.web.operations import describes

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.kit.web import Page
    from sandbox.platform.access import Access
    from sandbox.platform.wallet_reviews.service import WalletReviews

_ = str  # marks a text for the catalogs; it is translated where it is shown


def wallet_holder_pages(service: WalletReviews, access: Access) -> Blueprint:
    routes = Blueprint("wallet_holders", __name__, url_prefix="/admin/wallets/holders")

    @routes.get("/<wallet_id>")
    @access.admins_only
    def show_wallet(wallet_id: str) -> Page:
        return _wallet_page(service, wallet_id)

    @routes.post("/<wallet_id>/block")
    @access.admins_only
    def block(wallet_id: str) -> Page:
        return change(wallet_id, service.block, _("The wallet is blocked: it neither pays nor is paid."))

    @routes.post("/<wallet_id>/unblock")
    @access.admins_only
    def unblock(wallet_id: str) -> Page:
        return change(wallet_id, service.unblock, _("The wallet pays and is paid again."))

    def change(wallet_id: str, how: Callable[[str], object], told: str) -> Page:
        try:
            access.check_form()
            how(wallet_id)
        except (InvalidInput, WalletPending, WalletClosed) as problem:
            return _wallet_page(service, wallet_id, problem)
        flash(told, "success")
        return redirect(url_for("wallet_holders.show_wallet", wallet_id=wallet_id))

    return routes


def _wallet_page(service: WalletReviews, wallet_id: str, problem: SandboxError | None = None) -> tuple[str, int]:
    page = render_template("wallet_reviews/wallet.html", standing=service.get_standing(wallet_id), problem=problem)
    return page, problem.status if problem else 200


def wallet_holder_api(service: WalletReviews, access: Access) -> Blueprint:
    routes = Blueprint("wallet_holder_api", __name__, url_prefix="/api/admin/wallets/holders")

    @routes.get("/<wallet_id>")
    @describes(
        "Show a wallet: who holds it, its state, level and ceilings.",
        tag="Admin",
        answer=Standing,
        errors=(WalletNotFound,),
    )
    @access.admins_only
    def show_wallet(wallet_id: str) -> dict[str, Any]:
        return service.get_standing(wallet_id).model_dump()

    @routes.post("/<wallet_id>/block")
    @describes(
        "Block a wallet: it neither pays nor is paid until it is unblocked.",
        tag="Admin",
        answer=Standing,
        errors=(WalletNotFound, WalletPending, WalletClosed),
    )
    @access.admins_only
    def block(wallet_id: str) -> dict[str, Any]:
        return service.block(wallet_id).model_dump()

    @routes.post("/<wallet_id>/unblock")
    @describes(
        "Unblock a wallet.",
        tag="Admin",
        answer=Standing,
        errors=(WalletNotFound, WalletPending, WalletClosed),
    )
    @access.admins_only
    def unblock(wallet_id: str) -> dict[str, Any]:
        return service.unblock(wallet_id).model_dump()

    return routes
