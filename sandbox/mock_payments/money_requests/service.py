"""Asking for money, and what the other side answers; an approval moves the money in the same transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import MoneyRequestNotFound, RequestEnded, RequestExpired, WalletBlocked
from sandbox.contracts.transfers import MoneyRequest
from sandbox.kit.clock import to_iso
from sandbox.kit.fingerprints import fingerprint_of
from sandbox.kit.money import format_number
from sandbox.kit.phone_numbers import format_phone_number
from sandbox.kit.tracing import join_trace
from sandbox.mock_payments.currency import require_dinars
from sandbox.mock_payments.money_requests import store
from sandbox.mock_payments.money_requests.states import MONEY_REQUEST
from sandbox.mock_payments.once import do_once, require_same
from sandbox.mock_payments.transfers import store as transfer_store
from sandbox.mock_payments.transfers.moving import to_transfer
from sandbox.mock_payments.transfers.sides import name_for_others, payee_is_blocked

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from sandbox.contracts.transfers import ApproveRequest, AskForMoney, Transfer
    from sandbox.contracts.wallets import Authorization, Wallet
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.kit.outbox import Outbox
    from sandbox.kit.paging import Page
    from sandbox.mock_payments.money_requests.schemas import RequestFilter
    from sandbox.mock_payments.settings import PaymentsSettings
    from sandbox.mock_payments.transfers.moving import Moving
    from sandbox.mock_payments.transfers.sides import Sides

_EXPIRY_BATCH = 100


class MoneyRequestService:
    def __init__(
        self,
        database: Database,
        sides: Sides,
        moving: Moving,
        *,
        ids: Ids,
        outbox: Outbox,
        settings: PaymentsSettings,
    ) -> None:
        self._database = database
        self._clock = moving.clock
        self._ids = ids
        self._outbox = outbox
        self._settings = settings
        self._sides = sides
        self._moving = moving

    def ask(self, request: AskForMoney) -> MoneyRequest:
        require_dinars(request.currency)
        self._sides.require_two(request.payer_phone, request.payee_phone)
        payee = self._sides.find(request.payee_phone, "payee_phone")
        payer = self._sides.find(request.payer_phone, "payer_phone")
        if payee.status != "active":
            raise payee_is_blocked()
        if payer.status != "active":
            raise WalletBlocked("The other side's wallet may not pay.", field="payer_phone")
        fingerprint = fingerprint_of(request.model_dump(exclude={"idempotency_key", "currency"}))
        done = do_once(
            self._database,
            fingerprint,
            find=lambda connection: store.find_by_key(connection, request.idempotency_key),
            act=lambda connection: self._add(connection, request, payer, payee, fingerprint),
        )
        return to_request(done, self._clock.now())

    def get_request(self, request_id: str) -> MoneyRequest:
        join_trace(request_id)
        with self._database.read() as connection:
            return to_request(store.get(connection, request_id), self._clock.now())

    def list_requests(self, wanted: RequestFilter) -> Page[MoneyRequest]:
        with self._database.read() as connection:
            page = store.read_list(connection, wanted.phone_number, wanted.state, wanted)
        return page.map(lambda row: to_request(row, self._clock.now()))

    def approve(self, request_id: str, approval: ApproveRequest) -> Transfer:
        """The same key gets the first answer again; another one is told that the request has ended."""
        join_trace(request_id)
        key, fingerprint = approval.idempotency_key, fingerprint_of(["approve", request_id, approval.payer_phone])
        with self._database.read() as connection:
            earlier, asked = transfer_store.find_by_key(connection, key), store.get(connection, request_id)
        if earlier is not None:
            return to_transfer(require_same(earlier, fingerprint))
        _require_side(asked.payer_phone, approval.payer_phone)
        _require_open(asked, self._clock.now())
        sides = self._sides.authorize(asked.payer_phone, approval.pin, asked.payee_phone, "person", key)
        done = do_once(
            self._database,
            fingerprint,
            lock=lambda connection: store.get(connection, request_id, lock=True),
            find=lambda connection: transfer_store.find_by_key(connection, key),
            act=lambda connection: self._pay(
                connection, request_id, sides, {"idempotency_key": key, "fingerprint": fingerprint}
            ),
        )
        return to_transfer(done)

    def refuse(self, request_id: str, phone_number: str) -> MoneyRequest:
        return self._end(request_id, phone_number, "refused")

    def cancel(self, request_id: str, phone_number: str) -> MoneyRequest:
        return self._end(request_id, phone_number, "cancelled")

    def expire_due(self) -> int:
        """End the requests whose time is over; returns how many."""
        with self._database.read() as connection:
            due = store.list_due(connection, self._clock.now(), _EXPIRY_BATCH)
        return sum(self._expire(request_id) for request_id in due)

    def _expire(self, request_id: str) -> int:
        with self._database.write() as connection:
            row = store.get(connection, request_id, lock=True)
            if row.state != "pending":
                return 0
            store.change(connection, request_id, state="expired")
            return 1

    def _add(
        self, connection: Connection, request: AskForMoney, payer: Wallet, payee: Wallet, fingerprint: str
    ) -> Row[Any]:
        request_id, now = self._ids.token22(), self._clock.now()
        join_trace(request_id)
        values = request.model_dump(exclude={"currency"}) | {
            "id": request_id,
            "fingerprint": fingerprint,
            "state": MONEY_REQUEST.initial,
            "payee_name": name_for_others(payee),
            "payer_name": name_for_others(payer),
            "transfer_id": None,
            "created_at": now,
            "expires_at": now + timedelta(seconds=self._settings.request_seconds),
        }
        store.add(connection, values)
        row = store.get(connection, request_id)
        asking = f"{row.payee_name} ({format_phone_number(row.payee_phone)})"
        self._tell(connection, row, row.payer_phone, "money_requested", asking)
        return row

    def _pay(self, connection: Connection, request_id: str, sides: Authorization, asked: dict[str, Any]) -> Row[Any]:
        row = store.get(connection, request_id)
        _require_open(row, self._clock.now())
        asked |= {"kind": "person", "amount": row.amount, "note": row.note, "request_id": row.id}
        transfer = self._moving.move(connection, sides, asked)
        MONEY_REQUEST.require(row.state, "approved")
        store.change(connection, request_id, state="approved", transfer_id=transfer.id)
        return transfer

    def _end(self, request_id: str, phone_number: str, state: str) -> MoneyRequest:
        """Saying it twice is fine."""
        join_trace(request_id)
        with self._database.write() as connection:
            row, now = store.get(connection, request_id, lock=True), self._clock.now()
            _require_side(row.payer_phone if state == "refused" else row.payee_phone, phone_number)
            if row.state != state:
                _require_open(row, now)
                MONEY_REQUEST.require(row.state, state)
                store.change(connection, request_id, state=state)
                row = store.get(connection, request_id)
                if state == "refused":
                    self._tell(connection, row, row.payee_phone, "request_refused", row.payer_name)
        return to_request(row, now)

    def _tell(self, connection: Connection, row: Row[Any], phone: str, template: str, name: str) -> None:
        values = {"amount": format_number(row.amount), "name": name}
        message = {"key": f"{row.id}:{template}", "phone_number": phone, "template": template, "values": values}
        self._outbox.add(connection, "sms", message)


def _require_side(wanted: str, phone_number: str) -> None:
    """To others the request does not exist."""
    if wanted != phone_number:
        raise MoneyRequestNotFound(field="request_id")


def _require_open(row: Row[Any], now: datetime) -> None:
    state = _state(row, now)
    if state == "expired":
        raise RequestExpired(field="request_id")
    if state != "pending":
        raise RequestEnded(field="request_id", state=state)


def _state(row: Row[Any], now: datetime) -> str:
    """What is over counts as expired at once, before the row says so."""
    return "expired" if row.state == "pending" and now >= row.expires_at else row.state


def to_request(row: Row[Any], now: datetime) -> MoneyRequest:
    moments = {"created_at": to_iso(row.created_at), "expires_at": to_iso(row.expires_at)}
    return MoneyRequest.model_validate({**row._mapping, **moments, "state": _state(row, now)})
