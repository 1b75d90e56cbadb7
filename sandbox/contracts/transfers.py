"""The part of the Payments API that persons use: sending money, paying at a counter, asking for money, the wallet's history."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from sandbox.contracts.transport import ServiceClient, path_part
from sandbox.kit.shapes import Amount, Moment, Optional, OptionalText, PhoneNumber, Pin, Shape

IdempotencyKey = Annotated[str, Field(min_length=1, max_length=100)]
TransferKind = Literal["person", "counter"]
RequestState = Literal["pending", "approved", "refused", "cancelled", "expired"]
HistoryKind = Literal["payment", "transfer", "counter", "refund", "top_up", "withdrawal", "other"]


class Payee(Shape):
    """Who would be paid: a person's name is shortened, a merchant's trade name is whole. ``can_be_paid`` is false of blocked ones."""

    phone_number: str
    name: str
    kind: str
    can_be_paid: bool


class SendMoney(Shape):
    """``amount`` in millimes, of which the merchant at a counter gets what the fee leaves. ``note`` is shown to both sides."""

    idempotency_key: IdempotencyKey
    kind: TransferKind = "person"
    payer_phone: PhoneNumber
    pin: Pin
    payee_phone: PhoneNumber
    amount: Amount
    note: OptionalText = None
    currency: Annotated[str | None, Optional] = None


class Transfer(Shape):
    """Money that went from one wallet to another. The names are as the other side sees them; ``fee`` was taken from the payee's side."""

    id: str
    kind: TransferKind
    payer_phone: str
    payer_name: str
    payer_wallet_id: str
    payee_phone: str
    payee_name: str
    payee_wallet_id: str
    amount: int
    fee: int = 0
    note: str | None = None
    request_id: str | None = None
    created_at: Moment


class AskForMoney(Shape):
    """The payee asks: ``amount`` millimes are to go from the payer to the payee."""

    idempotency_key: IdempotencyKey
    payee_phone: PhoneNumber
    payer_phone: PhoneNumber
    amount: Amount
    note: OptionalText = None
    currency: Annotated[str | None, Optional] = None


class MoneyRequest(Shape):
    """``transfer_id`` is there once the payer has approved. The names are as the other side sees them."""

    id: str
    state: RequestState
    payee_phone: str
    payee_name: str
    payer_phone: str
    payer_name: str
    amount: int
    note: str | None = None
    transfer_id: str | None = None
    created_at: Moment
    expires_at: Moment


class ApproveRequest(Shape):
    """What the payer's phone sends; ``payer_phone`` must be the one that was asked."""

    idempotency_key: IdempotencyKey
    payer_phone: PhoneNumber
    pin: Pin


class EndRequest(Shape):
    """The payer refuses, or the payee takes the request back: ``phone_number`` is who says so."""

    phone_number: PhoneNumber


class HistoryItem(Shape):
    """One line of a wallet's history. ``state`` is the payment's; one that expired or was refused gave its money back.

    ``direction`` is seen from the wallet; ``fee`` was kept from an amount that came in. ``id`` orders the lines, ``reference_id``
    is the payment or transfer that moved the money.
    """

    id: int
    kind: HistoryKind
    direction: Literal["in", "out"]
    amount: int
    fee: int = 0
    state: str
    counterparty: str | None = None
    counterparty_phone: str | None = None
    note: str | None = None
    reference: str | None = None
    reference_id: str
    at: Moment


class TransferCalls(ServiceClient):
    """Calls of the Payments API about transfers, requests and the history; :class:`PaymentsClient` has them all."""

    def find_payee(self, phone_number: str) -> Payee:
        """Who stands behind a number, before money is sent there. Raises WalletNotFound."""
        return Payee.parse(self._call("GET", f"/payments/api/payees/{path_part(phone_number)}"))

    def send_money(self, request: SendMoney) -> Transfer:
        """Move the money at once. Raises WrongPin, WalletNotFound, WalletBlocked, SelfTransfer, InsufficientFunds.

        With ``kind`` counter also NotABusinessWallet.
        """
        return Transfer.parse(self._call("POST", "/payments/api/transfers", request.model_dump()))

    def get_transfer(self, transfer_id: str) -> Transfer:
        """Raises TransferNotFound."""
        return Transfer.parse(self._call("GET", f"/payments/api/transfers/{path_part(transfer_id)}"))

    def ask_for_money(self, request: AskForMoney) -> MoneyRequest:
        """Ask another wallet, whose owner gets an SMS. Raises WalletNotFound, WalletBlocked, SelfTransfer."""
        return MoneyRequest.parse(self._call("POST", "/payments/api/requests", request.model_dump()))

    def get_request(self, request_id: str) -> MoneyRequest:
        """Raises MoneyRequestNotFound."""
        return MoneyRequest.parse(self._call("GET", f"/payments/api/requests/{path_part(request_id)}"))

    def list_requests(
        self,
        phone_number: str,
        *,
        state: RequestState | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> tuple[list[MoneyRequest], str | None]:
        """Newest first, those that this number made and those that it got; and the cursor of the next page."""
        query = {"phone_number": phone_number, "state": state, "limit": limit, "after": after}
        page = self._call("GET", "/payments/api/requests", query=query)
        return [MoneyRequest.parse(row) for row in page["data"]], page["next_cursor"]

    def approve_request(self, request_id: str, approval: ApproveRequest) -> Transfer:
        """Pay it, once. Raises what send_money raises, RequestExpired and RequestEnded (state)."""
        path = f"/payments/api/requests/{path_part(request_id)}/approve"
        return Transfer.parse(self._call("POST", path, approval.model_dump()))

    def refuse_request(self, request_id: str, phone_number: str) -> MoneyRequest:
        """The payer says no; a repetition is answered alike. Raises RequestExpired, RequestEnded (state)."""
        return self._end_request(request_id, "refuse", phone_number)

    def cancel_request(self, request_id: str, phone_number: str) -> MoneyRequest:
        """The payee takes it back; a repetition is answered alike. Raises RequestExpired, RequestEnded (state)."""
        return self._end_request(request_id, "cancel", phone_number)

    def list_history(
        self, wallet_id: str, *, search: str | None = None, limit: int | None = None, after: str | None = None
    ) -> tuple[list[HistoryItem], str | None]:
        """Newest first: payments, transfers, refunds, top-ups, in both directions; and the cursor of the next page."""
        query = {"search": search, "limit": limit, "after": after}
        page = self._call("GET", f"/payments/api/wallets/{path_part(wallet_id)}/history", query=query)
        return [HistoryItem.parse(row) for row in page["data"]], page["next_cursor"]

    def _end_request(self, request_id: str, how: str, phone_number: str) -> MoneyRequest:
        path = f"/payments/api/requests/{path_part(request_id)}/{how}"
        answer: dict[str, Any] = self._call("POST", path, {"phone_number": phone_number})
        return MoneyRequest.parse(answer)
