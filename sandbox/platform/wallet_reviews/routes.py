"""Pages and JSON of the applications for wallets, for admins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from sandbox.contracts.applications import Application, Rejection
from sandbox.contracts.errors import (
    ApplicationNotFound,
    ApplicationStep,
    CinTaken,
    Refusal,
    WalletNotFound,
)
from sandbox.kit.errors import InvalidInput, SandboxError
from sandbox.kit.web import Page, read_body, read_query
from sandbox.kit.web.operations import describes
from sandbox.platform.wallet_reviews.schemas import STATES, ReviewedApplication, ReviewQuery

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.platform.access import Access
    from sandbox.platform.wallet_reviews.service import WalletReviews

_ = str  # marks a text for the catalogs; it is translated where it is shown


def wallet_review_pages(service: WalletReviews, access: Access) -> Blueprint:
    routes = Blueprint("wallet_reviews", __name__, url_prefix="/admin/wallets")

    @routes.get("")
    @access.admins_only
    def list_applications() -> Page:
        problem: SandboxError | None = None
        wanted = ReviewQuery()
        try:
            wanted = read_query(ReviewQuery)
            if wanted.phone_number is not None:
                return redirect(
                    url_for("wallet_holders.show_wallet", wallet_id=service.find_wallet(wanted.phone_number))
                )
        except (InvalidInput, WalletNotFound) as wrong:
            problem = wrong
        shown = {"page": service.list_applications(wanted), "state": wanted.state, "states": STATES}
        page = render_template("wallet_reviews/applications.html", **shown, problem=problem)
        return page, problem.status if problem else 200

    @routes.get("/<application_id>")
    @access.admins_only
    def show_application(application_id: str) -> Page:
        return _page(service, application_id)

    @routes.post("/<application_id>/approve")
    @access.admins_only
    def approve(application_id: str) -> Page:
        told = _("The application is approved; its holder is told by SMS.")
        return decide(application_id, lambda: service.approve(application_id), told)

    @routes.post("/<application_id>/reject")
    @access.admins_only
    def reject(application_id: str) -> Page:
        told = _("The application is rejected; its holder is told by SMS.")
        return decide(
            application_id, lambda: service.reject(application_id, Rejection.parse(request.form).reason), told
        )

    def decide(application_id: str, decision: Callable[[], object], told: str) -> Page:
        try:
            access.check_form()
            decision()
        except (InvalidInput, Refusal) as problem:
            return _page(service, application_id, problem)
        flash(told, "success")
        return redirect(url_for("wallet_reviews.list_applications"))

    return routes


def _page(service: WalletReviews, application_id: str, problem: SandboxError | None = None) -> tuple[str, int]:
    application = service.get(application_id)
    page = render_template(
        "wallet_reviews/application.html", application=application, problem=problem, form=request.form
    )
    return page, problem.status if problem else 200


def wallet_review_api(service: WalletReviews, access: Access) -> Blueprint:
    routes = Blueprint("wallet_review_api", __name__, url_prefix="/api/admin/wallets")

    @routes.get("")
    @describes(
        "List the applications for wallets, newest first.",
        tag="Admin",
        query=ReviewQuery,
        answer=Application,
        pages=True,
        errors=(InvalidInput,),
    )
    @access.admins_only
    def list_applications() -> dict[str, Any]:
        return service.list_applications(read_query(ReviewQuery)).map(lambda each: each.model_dump()).to_json()

    @routes.get("/<application_id>")
    @describes(
        "Show an application with the picture of the identity card.",
        tag="Admin",
        answer=ReviewedApplication,
        errors=(ApplicationNotFound,),
    )
    @access.admins_only
    def show_application(application_id: str) -> dict[str, Any]:
        return service.get(application_id).model_dump()

    @routes.post("/<application_id>/approve")
    @describes(
        "Approve an application: the wallet gets its level, a business's becomes active.",
        tag="Admin",
        answer=Application,
        errors=(ApplicationNotFound, ApplicationStep, CinTaken),
    )
    @access.admins_only
    def approve(application_id: str) -> dict[str, Any]:
        return service.approve(application_id).model_dump()

    @routes.post("/<application_id>/reject")
    @describes(
        "Reject an application with a reason; it may be tried again.",
        tag="Admin",
        body=Rejection,
        answer=Application,
        errors=(ApplicationNotFound, ApplicationStep),
    )
    @access.admins_only
    def reject(application_id: str) -> dict[str, Any]:
        return service.reject(application_id, read_body(Rejection).reason).model_dump()

    return routes
