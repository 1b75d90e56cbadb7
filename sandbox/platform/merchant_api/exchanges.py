"""An example exchange for each operation of the published API, as data: the docs show them, and a test plays them in this order.

A text in angle brackets is filled in: ``<public>`` and ``<private>`` are an app's tokens, ``<page>`` the page that was generated last,
``<binding>`` a card that was kept, ``<phone>`` a phone's number. In answers ``…`` stands for what differs from run to run. ``before`` is what the shopper does first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.platform.merchant_api.coverage import Mark

ANY = "…"
_BEARER = {"Authorization": "Bearer <public>:<private>"}
_API_KEY = {"Authorization": "Api-Key <private>"}
_LINKS = {"success_link": "https://shop.example/paid", "fail_link": "https://shop.example/failed"}
_PAGE = {"amount": 12500, **_LINKS}
_V2 = {"name": "developers", "code": 0, "version": "v2"}
_VERIFY = {"name": "developers", "code": 0, "version": "2.0.0"}


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """``route`` is that of the program, as on the page of what is emulated; ``mark`` tells how sure its answer is."""

    route: str
    path: str
    mark: Mark
    answer: Mapping[str, Any]
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_form: bool = False
    status: int = 200
    before: Literal["", "pay", "pay by card", "read code"] = ""

    @property
    def title(self) -> str:
        return self.route

    @property
    def told(self) -> str:
        """The answer as the docs show it."""
        shown = json.dumps(self.answer, indent=2, ensure_ascii=False)
        return shown if self.status == 200 else f"// HTTP {self.status}\n{shown}"

    @property
    def call(self) -> str:
        """As it goes over the wire."""
        method = self.route.partition(" ")[0]
        lines = [f"{method} {self.path}", *(f"{name}: {value}" for name, value in self.headers.items())]
        if self.body is None:
            return "\n".join(lines)
        if self.is_form:
            sent = "&".join(f"{name}={value}" for name, value in self.body.items())
            return "\n".join([*lines, "Content-Type: application/x-www-form-urlencoded", "", sent])
        return "\n".join([*lines, "Content-Type: application/json", "", json.dumps(self.body, indent=2)])


def _generated(version: str) -> dict[str, Any]:
    result = {"success": True, "payment_id": ANY, "link": ANY, "developer_tracking_id": None}
    return {"result": result, "name": "developers", "code": 0, "version": version}


def _paid(version: str) -> dict[str, Any]:
    details = dict.fromkeys(("order_number", "name", "approval_code", "phone_number"), ANY)
    result = {"type": "wallet", "amount": 12500, "status": "SUCCESS", "developer_tracking_id": None}
    result |= {"details": details | {"email": None, "destination": []}, "settlement_status": "AVAILABLE"}
    return {"success": True, "result": result, "status_code": 200, "name": "developers", "code": 0, "version": version}


def _done(**result: Any) -> dict[str, Any]:
    return {"result": {"payment_id": ANY, **result}, "status": "success", "code": 0}


_ID = {"payment_id": "<page>"}
_CARD = {"binding_id": ANY, "client_id": "C17", "card_last_four": "1119", "card_brand": "VISA", "status": "active"}
_CARD |= {"created_at": ANY}
EXCHANGES = (
    Exchange(
        route="POST /api/v2/generate_payment",
        path="/api/v2/generate_payment",
        mark="doc",
        headers=_BEARER,
        body=_PAGE,
        answer=_generated("v2"),
    ),
    Exchange(
        route="GET /api/v2/verify_payment/<payment_id>",
        path="/api/v2/verify_payment/<page>",
        mark="doc",
        headers=_BEARER,
        answer=_paid("2.0.0"),
        before="pay",
    ),
    Exchange(
        route="POST /api/v2/refund_payment",
        path="/api/v2/refund_payment",
        mark="doc",
        headers=_BEARER,
        body=_ID,
        answer=_done(refund_id=ANY, amount="12500", status="success", refunded_at=ANY),
    ),
    Exchange(
        route="POST /api/v2/refund_payment",
        path="/api/v2/refund_payment",
        mark="clients",
        headers=_BEARER,
        body=_ID,
        answer={"status": "error", "message": "Payment cannot be refunded", "code": "REFUND_NOT_ALLOWED"},
    ),
    Exchange(
        route="POST /api/v2/generate_payment",
        path="/api/v2/generate_payment",
        mark="doc",
        headers=_BEARER,
        body=_PAGE | {"pre_authorization": True},
        answer=_generated("v2"),
    ),
    Exchange(
        route="POST /api/v2/confirm_payment",
        path="/api/v2/confirm_payment",
        mark="doc",
        headers=_BEARER,
        body=_ID | {"amount": 8500},
        answer=_done(status="confirmed", amount="8500", confirmed_at=ANY),
        before="pay",
    ),
    Exchange(
        route="POST /api/v2/generate_payment",
        path="/api/v2/generate_payment",
        mark="doc",
        headers=_BEARER,
        body=_PAGE | {"pre_authorization": True},
        answer=_generated("v2"),
    ),
    Exchange(
        route="POST /api/v2/cancel_payment",
        path="/api/v2/cancel_payment",
        mark="doc",
        headers=_BEARER,
        body=_ID,
        answer=_done(status="cancelled", cancelled_at=ANY),
        before="pay",
    ),
    Exchange(
        route="GET /api/v2/verify_payment/<payment_id>",
        path="/api/v2/verify_payment/unknown",
        mark="doc",
        headers=_BEARER,
        status=404,
        answer={
            "success": False,
            "result": {"status": 404, "message": "Payment not found"},
            "status_code": 404,
            **_VERIFY,
            "code": 1,
        },
    ),
    Exchange(
        route="POST /api/v2/generate_payment",
        path="/api/v2/generate_payment",
        mark="doc",
        headers=_BEARER,
        body=_LINKS,
        status=400,
        answer={"result": {"success": False, "status": 400, "message": ANY}, **_V2, "code": 1},
    ),
    Exchange(
        route="POST /api/v2/generate_payment",
        path="/api/v2/generate_payment",
        mark="doc",
        headers=_BEARER,
        body=_PAGE | {"accept_card": True, "client_id": "C17"},
        answer=_generated("v2"),
    ),
    Exchange(
        route="GET /api/v2/bindings/list",
        path="/api/v2/bindings/list?client_id=C17",
        mark="doc",
        headers=_BEARER,
        answer={"result": {"success": True, "bindings": [_CARD]}, "status": "success", "code": 0},
        before="pay by card",
    ),
    Exchange(
        route="POST /api/v2/generate_payment",
        path="/api/v2/generate_payment",
        mark="ours",
        headers=_BEARER,
        body=_PAGE | {"binding_id": "<binding>", "client_id": "C17", "cvc": "748"},
        answer=_generated("v2"),
    ),
    Exchange(
        route="POST /api/v2/generate_payment",
        path="/api/v2/generate_payment",
        mark="ours",
        headers=_BEARER,
        body=_PAGE | {"binding_id": "<binding>", "client_id": "C17", "cvc": "000"},
        status=412,
        answer={"result": {"success": False, "error": "SMT operation failed.", "details": ANY}, **_V2, "code": 1},
    ),
    Exchange(
        route="GET /api/developers/history",
        path="/api/developers/history?merchant_id=<public>&type=online&operation_status=SUCCESS&limit=1",
        mark="ours",
        headers=_BEARER,
        answer={
            "success": True,
            "result": {
                "transactions": [
                    {
                        "payment_id": ANY,
                        "type": "online",
                        "amount": 12500,
                        "refunded_amount": 0,
                        "status": "SUCCESS",
                        "developer_tracking_id": None,
                        "app_token": ANY,
                        "terminal_id": None,
                        "created_at": ANY,
                        "paid_at": ANY,
                    }
                ],
                "next_cursor": ANY,
            },
            "status_code": 200,
            **_VERIFY,
        },
    ),
    Exchange(
        route="POST /api/generate_payment",
        path="/api/generate_payment",
        mark="doc",
        body={"app_token": "<public>", "app_secret": "<private>", **_PAGE},
        answer=_generated("v1"),
    ),
    Exchange(
        route="POST /api/generate_payment/wordpress",
        path="/api/generate_payment/wordpress",
        mark="clients",
        is_form=True,
        body={"app_token": "<public>", "app_secret": "<private>", **_PAGE},
        answer=_generated("v1"),
    ),
    Exchange(
        route="GET /api/verify_payment/<payment_id>",
        path="/api/verify_payment/<page>",
        mark="doc",
        headers={"apppublic": "<public>", "appsecret": "<private>"},
        answer=_paid("v1"),
        before="pay",
    ),
    Exchange(
        route="POST /api/transactions/init_pos_transaction",
        path="/api/transactions/init_pos_transaction",
        mark="doc",
        headers=_BEARER,
        body={
            "id_terminal": "T1",
            "serial_number": "SN1",
            "amount_in_millimes": 12500,
            "payment_method": "WALLET",
            "developer_tracking_id": "POS1",
        },
        status=201,
        answer={"success": True, "terminal_id": "T1", "status_code": 201},
    ),
    Exchange(
        route="GET /api/transactions/get_pos_transaction_status",
        path="/api/transactions/get_pos_transaction_status?developer_tracking_id=POS1",
        mark="doc",
        headers=_BEARER,
        answer={
            "success": True,
            "transactions": [
                {
                    "developer_tracking_id": "POS1",
                    "payment_status": "PP",
                    "transaction_id": ANY,
                    "settlement_status": "NOT_APPLICABLE",
                }
            ],
            "status_code": 200,
        },
    ),
    Exchange(
        route="GET /api/business/generate_custom_qr_code",
        path="/api/business/generate_custom_qr_code?amount_in_millimes=12500&merchant_id=<public>&operation_uuid=OP1",
        mark="doc",
        headers=_API_KEY,
        answer={"success": True, "code": 200, "qr_code": ANY, "operation_uuid": "OP1"},
    ),
    Exchange(
        route="GET /api/business/custom_transaction/status",
        path="/api/business/custom_transaction/status?operation_uuid=OP1",
        mark="doc",
        headers=_API_KEY,
        answer={"success": True, "code": 200, "transactions": []},
    ),
    Exchange(
        route="POST /partners/accounts/initiate_link_account",
        path="/partners/accounts/initiate_link_account",
        mark="doc",
        headers=_API_KEY,
        body={"phone_number": "<phone>"},
        answer={"success": True, "session_id": ANY, "name": ANY, "phone_number": ANY, "message": ANY},
    ),
    Exchange(
        route="POST /partners/accounts/confirm_link_account",
        path="/partners/accounts/confirm_link_account",
        mark="ours",
        headers=_API_KEY,
        body={"session_id": "<session_id>", "code": "<code>"},
        answer={"success": True, "tracking_id": ANY, "phone_number": ANY},
        before="read code",
    ),
    Exchange(
        route="POST /api/accounts/authenticate",
        path="/api/accounts/authenticate",
        mark="doc",
        headers=_API_KEY,
        body={"tracking_id": "<tracking_id>", "phone_number": "<phone>"},
        answer={"success": True, "token": ANY, "expires_in": 300, "refresh_token": ANY},
    ),
    Exchange(
        route="GET /partners/v1/transactions/balance",
        path="/partners/v1/transactions/balance?phone_number=<phone>&tracking_id=<tracking_id>",
        mark="doc",
        headers={"Authorization": "Bearer <token>"},
        answer={"success": True, "wallet_id": ANY, "balance_in_millimes": ANY},
    ),
    Exchange(
        route="POST /api/accounts/authenticate/refresh",
        path="/api/accounts/authenticate/refresh",
        mark="doc",
        headers=_API_KEY,
        body={"refresh_token": "<refresh_token>"},
        answer={"success": True, "token": ANY, "expires_in": 300, "refresh_token": ANY},
    ),
)
