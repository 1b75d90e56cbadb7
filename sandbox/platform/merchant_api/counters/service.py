"""A terminal's payment, and a code's, is a payment page whose code a phone scans at the counter."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import PaymentNotFound
from sandbox.kit.clock import to_iso
from sandbox.platform.apps.service import require_owned_token
from sandbox.platform.hosted.codes import draw_code_of
from sandbox.platform.hosted.schemas import NewPage
from sandbox.platform.orders.states import SOLD

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.platform.hosted.service import HostedPages
    from sandbox.platform.merchant_api.counters.schemas import CustomCode, InitPos
    from sandbox.platform.merchant_api.settlement import Settlement

POS, CODE = "pos", "qr"
_OPEN_SECONDS = 24 * 3600
_STATUS = {"REFUSED": "PF", "EXPIRED": "PF"} | dict.fromkeys(SOLD, "PS")


class Counters:
    def __init__(
        self, database: Database, ids: Ids, pages: HostedPages, *, settlement: Settlement, base_url: str
    ) -> None:
        self._database = database
        self._ids = ids
        self._pages = pages
        self._settlement = settlement
        self._base_url = base_url

    def start(self, app: Row[Any], request: InitPos) -> tuple[dict[str, Any], str]:
        """The answer, and a sentence that says where the terminal's code is. Raises AppDisabled."""
        new = self._new(POS, request.amount_in_millimes, request.developer_tracking_id)
        page = self._pages.open(app, replace(new, webhook_url=request.webhook, terminal_id=request.id_terminal))
        body = {"success": True, "terminal_id": request.id_terminal, "status_code": 201}
        return body, f"The terminal shows the code of {self._base_url}/pay/{page.id}: pay it with a phone."

    def show_started(self, app: Row[Any], reference: str) -> dict[str, Any]:
        """Raises PaymentNotFound."""
        found = self._pages.list_by_reference(app.id, POS, reference)
        if not found:
            raise PaymentNotFound(field="developer_tracking_id")
        rows = [
            {
                "developer_tracking_id": page.reference,
                "payment_status": _STATUS.get(page.status, "PP"),
                "transaction_id": page.id,
                "settlement_status": self._settlement.status_of(page),
            }
            for page in found
        ]
        return {"success": True, "transactions": rows, "status_code": 200}

    def draw(self, developer_id: str, request: CustomCode) -> dict[str, Any]:
        """Raises AppNotFound for a merchant that is not the key's, AppDisabled."""
        with self._database.read() as connection:
            app = require_owned_token(connection, developer_id, request.merchant_id)
        operation = request.operation_uuid or self._ids.uuid()
        page = self._pages.open(app, self._new(CODE, request.amount_in_millimes, operation))
        picture = b64encode(draw_code_of(page.id)).decode()
        return {"success": True, "code": 200, "qr_code": picture, "operation_uuid": operation}

    def show_drawn(self, developer_id: str, operation: str) -> dict[str, Any]:
        """What was paid of an operation; nothing of one that is not this developer's."""
        found = self._pages.list_by_developer(developer_id, CODE, operation)
        rows = [
            {"transaction_unique_id": page.id, "time": to_iso(page.paid_at), "amount": page.amount, "channel": "Flouci"}
            for page in found
            if page.paid_at is not None
        ]
        return {"success": True, "code": 200, "transactions": rows}

    def _new(self, kind: str, amount: int, reference: str) -> NewPage:
        return NewPage(
            generation=kind,
            amount=amount,
            success_url=self._base_url,
            failure_url=self._base_url,
            reference=reference,
            seconds=_OPEN_SECONDS,
        )
