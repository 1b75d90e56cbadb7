"""HTTP for SMS; only the sandbox's own services may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from flask import Blueprint

from sandbox.contracts.wallets import SmsOrders
from sandbox.kit.shapes import Optional, OptionalText, PhoneNumber, Shape
from sandbox.kit.web import read_body, read_query, service_only

if TYPE_CHECKING:
    from sandbox.mock_wallets.sms.service import SmsService


class SmsFilter(Shape):
    phone_number: Annotated[PhoneNumber | None, Optional] = None
    contains: OptionalText = None


def sms_routes(service: SmsService) -> Blueprint:
    routes = Blueprint("sms", __name__, url_prefix="/api/sms")

    @routes.post("")
    @service_only
    def send() -> dict[str, Any]:
        service.send(read_body(SmsOrders).messages)
        return {"accepted": True}

    @routes.get("")
    @service_only
    def list_newest() -> dict[str, Any]:
        wanted = read_query(SmsFilter)
        found = service.list_newest(phone_number=wanted.phone_number, contains=wanted.contains)
        return {"messages": [message.model_dump() for message in found]}

    return routes
