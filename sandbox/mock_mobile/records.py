"""What the phone lists: its SMS, its history, and notifications, which bring both together with requests for money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.mobile import Notification
from sandbox.mock_mobile import store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.contracts.payments import PaymentsClient
    from sandbox.contracts.transfers import HistoryItem, MoneyRequest
    from sandbox.contracts.wallets import SmsMessage, WalletsClient
    from sandbox.kit.db import Database

_MOST_NOTIFICATIONS = 30


class RecordService:
    def __init__(self, database: Database, wallets: WalletsClient, payments: PaymentsClient) -> None:
        self._database = database
        self._wallets = wallets
        self._payments = payments

    def list_messages(self, number: str, contains: str | None) -> list[SmsMessage]:
        self._wallet_of(number)
        return self._wallets.list_sms(phone_number=number, contains=contains)

    def list_history(
        self, number: str, *, search: str | None, limit: int, after: str | None
    ) -> tuple[list[HistoryItem], str | None]:
        """What came in and went out, newest first; ``search`` looks in names, numbers, notes and references."""
        wallet_id = self._wallet_of(number)
        if wallet_id is None:
            return [], None
        return self._payments.list_history(wallet_id, search=search, limit=limit, after=after)

    def list_payments(self, number: str) -> list[dict[str, Any]]:
        """The form payments that this phone tried, also those that came to nothing, newest first, at most 50."""
        return [payment.model_dump(exclude={"code"}) for payment in self._payments.list_payments(number)]

    def list_notifications(self, number: str) -> list[Notification]:
        """Newest first, at most 30."""
        wallet_id = self._wallet_of(number)
        found = [*map(_of_message, self._wallets.list_sms(phone_number=number)), *self._waiting(number)]
        if wallet_id is not None:
            lines, _ = self._payments.list_history(wallet_id, limit=_MOST_NOTIFICATIONS)
            found += map(_of_line, lines)
        return sorted(found, key=lambda one: one.at, reverse=True)[:_MOST_NOTIFICATIONS]

    def _waiting(self, number: str) -> Iterator[Notification]:
        """Requests that this phone has still to answer."""
        requests, _ = self._payments.list_requests(number, state="pending", limit=_MOST_NOTIFICATIONS)
        return (_of_request(request) for request in requests if request.payer_phone == number)

    def _wallet_of(self, number: str) -> str | None:
        with self._database.read() as connection:
            phone = store.get_phone(connection, number)
        return str(phone.wallet_id) if phone.wallet_id else None


def _of_message(message: SmsMessage) -> Notification:
    return Notification(id=f"sms:{message.id}", kind="sms", at=message.sent_at, text=message.text)


def _of_request(request: MoneyRequest) -> Notification:
    return Notification(
        id=f"request:{request.id}",
        kind="request",
        at=request.created_at,
        name=request.payee_name,
        amount=request.amount,
        text=request.note,
        state=request.state,
    )


def _of_line(line: HistoryItem) -> Notification:
    return Notification(
        id=f"payment:{line.id}",
        kind="payment",
        at=line.at,
        name=line.counterparty,
        amount=line.amount,
        direction=line.direction,
        state=line.state,
    )
