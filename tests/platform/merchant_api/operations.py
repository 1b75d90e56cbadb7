"""Every operation of the published API, with fields with which it succeeds: what tests of all operations walk over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from sandbox.kit.web.operations import find_operation
from sandbox.platform.merchant_api.coverage import list_published
from sandbox.testing import Sandbox
from tests.platform.merchant_api.shop import AMOUNT, LINKS, Shop
from tests.stage import apps_of

_UNKNOWN = "A" * 22
PAGE = {"amount": AMOUNT, **LINKS}
POS = {"id_terminal": "T1", "serial_number": "SN1", "amount_in_millimes": AMOUNT, "payment_method": "WALLET"}
LINKED = {"tracking_id": "nobody", "phone_number": "20123456"}
FIELDS: dict[str, dict[str, Any]] = {
    "POST /api/accept": {"payment_id": _UNKNOWN, "flouci_otp": "123456"},
    "POST /api/generate_payment": PAGE,
    "POST /api/generate_payment/wordpress": PAGE,
    "POST /api/v2/generate_payment": PAGE,
    "POST /api/v2/refund_payment": {"payment_id": _UNKNOWN},
    "POST /api/v2/confirm_payment": {"payment_id": _UNKNOWN},
    "POST /api/v2/cancel_payment": {"payment_id": _UNKNOWN},
    "GET /api/v2/bindings/list": {"client_id": "C1"},
    "GET /api/developers/history": {"merchant_id": "<public>"},
    "POST /api/transactions/init_pos_transaction": POS | {"developer_tracking_id": "POS1"},
    "GET /api/transactions/get_pos_transaction_status": {"developer_tracking_id": "POS1"},
    "GET /api/business/generate_custom_qr_code": {"amount_in_millimes": AMOUNT, "merchant_id": "<public>"},
    "GET /api/business/custom_transaction/status": {"operation_uuid": "OP1"},
    "POST /partners/accounts/initiate_link_account": {"phone_number": "20123456"},
    "POST /partners/accounts/confirm_link_account": {"session_id": "nothing", "code": "123456"},
    "POST /api/accounts/authenticate": LINKED,
    "POST /api/accounts/authenticate/refresh": {"refresh_token": "nothing"},
    "GET /partners/v1/transactions/balance": LINKED,
}
"""What must be there, and no more; a payment or link that is asked for is unknown, which is looked at after the fields."""
IN_BODY = ("POST /api/accept", "POST /api/generate_payment", "POST /api/generate_payment/wordpress")
_BY_KEY = ("/partners/accounts", "/api/accounts", "/api/business")


@dataclass(frozen=True)
class Call:
    route: str
    shape: type[BaseModel]

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.route.partition(" ")[2]

    def headers(self, shop: Shop) -> dict[str, str]:
        by_key = self.path.startswith(_BY_KEY)
        return {"Authorization": f"Api-Key {shop.app.private_token}"} if by_key else shop.bearer

    def fields(self, shop: Shop) -> dict[str, Any]:
        tokens = shop.tokens if self.route in IN_BODY else {}
        plain = {
            name: shop.app.public_token if value == "<public>" else value for name, value in FIELDS[self.route].items()
        }
        return tokens | plain


def list_emulated(sandbox: Sandbox) -> list[str]:
    """The routes of the published operations that there are, in order."""
    return [each.route for each in list_published(apps_of(sandbox)[""]) if each.level != "not"]


def list_calls(shop: Shop) -> Iterator[Call]:
    """All that read fields; the shapes are those of the routes, so that a new field is walked over too."""
    app = apps_of(shop.sandbox)[""]
    views = {
        f"{method} {rule.rule}": app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    for route in list_emulated(shop.sandbox):
        operation = find_operation(views[route])
        shape = operation and (operation.body or operation.query)
        if shape is not None:
            yield Call(route, shape)
