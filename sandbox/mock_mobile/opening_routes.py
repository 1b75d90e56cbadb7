"""HTTP of opening a wallet on the phone: the steps of an application, by the phone's number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from sandbox.contracts.applications import BusinessDetails, ConfirmPhone, Identity, Selfie
from sandbox.contracts.mobile import OpenHere
from sandbox.kit.web import read_body
from sandbox.kit.web.app import created
from sandbox.mock_mobile.requests import allow_pictures, bare, read_picture

if TYPE_CHECKING:
    from sandbox.mock_mobile.opening import OpeningService


def opening_api(opening: OpeningService) -> Blueprint:
    routes = Blueprint("opening", __name__, url_prefix="/phones/<number>/application")
    routes.before_request(allow_pictures)

    @routes.post("")
    def start(number: str) -> tuple[Response, int]:
        return created(opening.start(bare(number), read_body(OpenHere)).model_dump())

    @routes.get("")
    def show(number: str) -> dict[str, Any]:
        return opening.get(bare(number)).model_dump()

    @routes.post("/phone")
    def confirm_phone(number: str) -> dict[str, Any]:
        return opening.confirm_phone(bare(number), read_body(ConfirmPhone)).model_dump()

    @routes.post("/identity")
    def tell_identity(number: str) -> dict[str, Any]:
        return opening.tell_identity(bare(number), read_body(Identity)).model_dump()

    @routes.post("/business")
    def tell_business(number: str) -> dict[str, Any]:
        return opening.tell_business(bare(number), read_body(BusinessDetails)).model_dump()

    @routes.post("/card")
    def send_card(number: str) -> dict[str, Any]:
        return opening.send_card(bare(number), read_picture()).model_dump()

    @routes.post("/selfie")
    def take_selfie(number: str) -> dict[str, Any]:
        return opening.take_selfie(bare(number), read_body(Selfie)).model_dump()

    return routes
