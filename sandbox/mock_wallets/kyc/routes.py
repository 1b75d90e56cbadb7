"""HTTP for applications and their review; only the sandbox's own services may call it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from sandbox.contracts.applications import (
    ApplicationState,
    BusinessDetails,
    CardPicture,
    ConfirmPhone,
    Identity,
    Rejection,
    Selfie,
    StartApplication,
)
from sandbox.kit.paging import PageQuery
from sandbox.kit.web import read_body, read_query, service_only
from sandbox.kit.web.app import created
from sandbox.mock_wallets.kyc.pictures import MAX_BYTES

if TYPE_CHECKING:
    from sandbox.mock_wallets.kyc.review import ReviewService
    from sandbox.mock_wallets.kyc.service import ApplicationService

_MAX_REQUEST_BYTES = MAX_BYTES * 4 // 3 + 100_000


class ApplicationQuery(PageQuery):
    state: ApplicationState = "review"


def application_routes(service: ApplicationService, reviews: ReviewService) -> Blueprint:
    routes = Blueprint("applications", __name__, url_prefix="/api/applications")

    @routes.before_request
    def _allow_pictures() -> None:
        if request.endpoint == "applications.send_card":
            request.max_content_length = request.max_form_memory_size = _MAX_REQUEST_BYTES

    _add_steps(routes, service)
    _add_reviews(routes, reviews)
    return routes


def _add_steps(routes: Blueprint, service: ApplicationService) -> None:
    @routes.post("")
    @service_only
    def start() -> tuple[Response, int]:
        return created(service.start(read_body(StartApplication)).model_dump())

    @routes.get("/<application_id>")
    @service_only
    def show(application_id: str) -> dict[str, Any]:
        return service.get(application_id).model_dump()

    @routes.post("/<application_id>/phone")
    @service_only
    def confirm_phone(application_id: str) -> dict[str, Any]:
        return service.confirm_phone(application_id, read_body(ConfirmPhone)).model_dump()

    @routes.post("/<application_id>/identity")
    @service_only
    def tell_identity(application_id: str) -> dict[str, Any]:
        return service.tell_identity(application_id, read_body(Identity)).model_dump()

    @routes.post("/<application_id>/business")
    @service_only
    def tell_business(application_id: str) -> dict[str, Any]:
        return service.tell_business(application_id, read_body(BusinessDetails)).model_dump()

    @routes.post("/<application_id>/card")
    @service_only
    def send_card(application_id: str) -> dict[str, Any]:
        return service.send_card(application_id, read_body(CardPicture).image_base64).model_dump()

    @routes.post("/<application_id>/selfie")
    @service_only
    def take_selfie(application_id: str) -> dict[str, Any]:
        return service.take_selfie(application_id, read_body(Selfie)).model_dump()


def _add_reviews(routes: Blueprint, reviews: ReviewService) -> None:
    @routes.get("")
    @service_only
    def list_by_state() -> dict[str, Any]:
        wanted = read_query(ApplicationQuery)
        return reviews.list_by_state(wanted.state, wanted).map(lambda each: each.model_dump()).to_json()

    @routes.get("/<application_id>/picture")
    @service_only
    def show_card(application_id: str) -> dict[str, Any]:
        return {"image_base64": base64.b64encode(reviews.get_card(application_id)).decode()}

    @routes.post("/<application_id>/approve")
    @service_only
    def approve(application_id: str) -> dict[str, Any]:
        return reviews.approve(application_id).model_dump()

    @routes.post("/<application_id>/reject")
    @service_only
    def reject(application_id: str) -> dict[str, Any]:
        return reviews.reject(application_id, read_body(Rejection).reason).model_dump()
