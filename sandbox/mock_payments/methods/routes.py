"""HTTP for the steps of ways to pay: the platform hands on what its payment forms ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint

from sandbox.contracts.payments import MethodStep
from sandbox.kit.web import read_body, service_only

if TYPE_CHECKING:
    from sandbox.mock_payments.methods.service import MethodService


def method_routes(service: MethodService) -> Blueprint:
    routes = Blueprint("methods", __name__, url_prefix="/api/methods")

    @routes.post("/<method>/<step>")
    @service_only
    def take_step(method: str, step: str) -> dict[str, Any]:
        return service.take_step(method, step, read_body(MethodStep))

    return routes
