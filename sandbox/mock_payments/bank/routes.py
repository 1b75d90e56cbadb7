"""HTTP for movements to and from the bank; only the sandbox's own services may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from sandbox.contracts.bank import BankMove
from sandbox.kit.web import read_body, service_only
from sandbox.kit.web.app import created

if TYPE_CHECKING:
    from sandbox.mock_payments.bank.service import BankMoveService


def bank_routes(service: BankMoveService) -> Blueprint:
    routes = Blueprint("bank", __name__, url_prefix="/api/bank")

    @routes.post("/top-ups")
    @service_only
    def top_up() -> tuple[Response, int]:
        return created(service.top_up(read_body(BankMove)).model_dump())

    @routes.post("/withdrawals")
    @service_only
    def withdraw() -> tuple[Response, int]:
        return created(service.withdraw(read_body(BankMove)).model_dump())

    return routes
