"""HTTP for the steps that a way to pay takes on the phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint

from sandbox.kit.web import read_fields
from sandbox.mock_mobile.methods.method import Hand, find_step
from sandbox.mock_mobile.requests import bare

if TYPE_CHECKING:
    from sandbox.contracts.mobile import Scan
    from sandbox.mock_mobile.scanning import ScanService


def method_api(scanning: ScanService) -> Blueprint:
    routes = Blueprint("methods", __name__, url_prefix="/phones/<number>/methods")

    @routes.post("/<phone_method>/<phone_step>")
    def take_step(number: str, phone_method: str, phone_step: str) -> dict[str, Any]:
        def scan(phone: str, text: str) -> Scan:
            return scanning.scan(phone, text.strip, method=phone_method)

        return find_step(phone_method, phone_step, Hand(scan))(bare(number), read_fields()).model_dump()

    return routes
