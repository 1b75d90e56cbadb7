"""The Payments API: the three steps of a code payment (prepare, verify, execute), balances and the ledger's proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sandbox.contracts.bank import BankMoveCalls
from sandbox.contracts.cards import CardFacts
from sandbox.contracts.ledger import LedgerCalls
from sandbox.contracts.transfers import TransferCalls
from sandbox.contracts.transport import path_part
from sandbox.contracts.wallets import CloseWallet, Wallet
from sandbox.kit.errors import ServiceUnavailable
from sandbox.kit.shapes import (
    Amount,
    Code,
    Identifier,
    Moment,
    Name,
    NotBoolean,
    Optional,
    OptionalText,
    PhoneNumber,
    Pin,
    Reference,
    Shape,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

CODE_SECONDS = 120
"""How long the six digits are good for."""


class Destination(Shape):
    """A share of a payment that another wallet gets."""

    wallet_id: Identifier
    amount: Amount


class PreparePayment(Shape):
    """What the phone sends once the shopper has entered the PIN. ``amount`` in millimes; a code may be asked to live shorter.

    ``destinations`` get their shares of it, together at most the amount, and the merchant the rest.
    """

    idempotency_key: Annotated[str, Field(min_length=1, max_length=100)]
    session: Identifier
    app_id: Identifier
    payer_phone: PhoneNumber
    pin: Pin
    payee_wallet_id: Identifier
    amount: Amount
    reference: Annotated[Reference | None, Optional] = None
    merchant_name: Name
    form_expires_at: Annotated[Moment | None, Optional] = None
    code_seconds: Annotated[int, NotBoolean, Field(ge=1, le=CODE_SECONDS)] = CODE_SECONDS
    destinations: Annotated[list[Destination], Field(max_length=20)] = Field(default_factory=list)
    currency: Annotated[str | None, Optional] = None
    method: Annotated[str, Field(max_length=20)] = "qr"


STEP_FIELDS = "fields."
"""What stands before the name of a field of :class:`MethodStep` that is wrong."""


class FormOrder(Shape):
    """What a payment form is about, as the platform knows it. ``amount`` in millimes; ``destinations`` get their shares of it."""

    session: Identifier
    app_id: Identifier
    payee_wallet_id: Identifier
    merchant_name: Name
    amount: Amount
    reference: Annotated[Reference | None, Optional] = None
    form_expires_at: Annotated[Moment | None, Optional] = None
    destinations: Annotated[list[Destination], Field(max_length=20)] = Field(default_factory=list)


class MethodStep(Shape):
    """A step of a way to pay, taken in the payment form; ``fields`` are what the shopper filled in."""

    order: FormOrder
    fields: dict[str, Any]


class VerifyCode(Shape):
    session: Identifier
    code: Code


class ExecutePayment(Shape):
    """What the platform sends when the merchant accepts. A repetition with the same ``execution_key`` is answered alike.

    With ``captures_part`` the ``amount`` may be less than what is held: the rest goes back to the payer.
    """

    app_id: Identifier
    code: Code
    amount: Amount
    payee_wallet_id: Identifier
    execution_key: Annotated[str, Field(min_length=1, max_length=200)]
    captures_part: bool = False
    currency: Annotated[str | None, Optional] = None


class KeepHold(Shape):
    """The code is right, and the money stays held until the merchant confirms or gives up: a pre-authorization."""

    app_id: Identifier
    code: Code
    payee_wallet_id: Identifier
    until: Moment


class RefundPayment(Shape):
    """What the platform sends when the merchant gives money back: ``amount`` in millimes, all or part of what is left.

    A repetition with the same ``refund_key`` is answered alike.
    """

    refund_key: Annotated[str, Field(min_length=1, max_length=100)]
    amount: Amount
    app_id: Identifier
    payee_wallet_id: Identifier
    reason: OptionalText = None
    currency: Annotated[str | None, Optional] = None


class Refund(Shape):
    """Money that went back to the payer. ``refunded_total`` and ``state`` are the payment's, just after this refund."""

    id: str
    payment_id: str
    amount: int
    refunded_total: int
    state: str
    reason: str | None = None
    created_at: Moment


class TopUp(Shape):
    wallet_id: Identifier
    amount: Amount
    idempotency_key: Annotated[str, Field(min_length=1, max_length=100)]
    currency: Annotated[str | None, Optional] = None


class Payment(Shape):
    """One attempt to pay an order; of its ``amount``, ``refunded`` went back, the merchant paid ``fee``, and other
    wallets get ``shared``. Moments are ISO 8601 in UTC; ``code`` only in the answer to the phone.

    Of a payment by card ``payer_phone`` is empty, and ``card`` tells which it was.
    """

    id: str
    state: str
    reason: str | None = None
    session: str
    app_id: str
    payer_phone: str
    payer_name: str
    payee_wallet_id: str
    merchant_name: str
    amount: int
    reference: str | None = None
    created_at: Moment
    expires_at: Moment
    executed_at: Moment | None = None
    refunded: int = 0
    fee: int = 0
    shared: int = 0
    method: str = "qr"
    card: CardFacts | None = None
    code: str | None = None


class Verified(Shape):
    payment_id: str
    status: str = "VERIFIED"


class Balance(Shape):
    """``available`` can be spent; ``held`` waits for payments that are prepared. Millimes."""

    wallet_id: str
    available: int
    held: int


class LedgerReport(Shape):
    """``problems`` is empty when every rule holds."""

    ok: bool
    accounts: int
    journal_entries: int
    postings: int
    live_payments: int
    problems: list[str]


class PaymentsClient(TransferCalls, LedgerCalls, BankMoveCalls):
    def prepare(self, request: PreparePayment) -> Payment:
        """Hold the money and make the six-digit code. Raises WrongPin, WalletBlocked, InsufficientFunds, AlreadyPrepared."""
        return Payment.parse(self._call("POST", "/payments/api/payments", request.model_dump()))

    def take_step(self, method: str, step: str, order: FormOrder, fields: Mapping[str, Any]) -> dict[str, Any]:
        """A step of a way to pay that the shopper takes in the form. Raises MethodNotFound, and what the step refuses."""
        path = f"/payments/api/methods/{path_part(method)}/{path_part(step)}"
        body: dict[str, Any] = self._call("POST", path, {"order": order.model_dump(), "fields": dict(fields)})
        return body

    def verify(self, session: str, code: str) -> Verified:
        """Raises WrongCode (tries_left), CodeLocked, CodeExpired, NotPrepared."""
        return Verified.parse(self._call("POST", "/payments/api/verify", {"session": session, "code": code}))

    def get_payment(self, payment_id: str) -> Payment:
        return Payment.parse(self._call("GET", f"/payments/api/payments/{path_part(payment_id)}"))

    def execute(self, payment_id: str, request: ExecutePayment) -> Payment:
        """Move the held money to the merchant, once. Raises AlreadyAccepted, WrongCode, PaymentExpired, AmountMismatch."""
        path = f"/payments/api/payments/{path_part(payment_id)}/execute"
        return Payment.parse(self._call("POST", path, request.model_dump()))

    def execute_surely(self, payment_id: str, request: ExecutePayment) -> Payment:
        """When the answer got lost on the way, asking again with the same key tells how it ended."""
        try:
            return self.execute(payment_id, request)
        except ServiceUnavailable:
            return self.execute(payment_id, request)

    def keep(self, payment_id: str, request: KeepHold) -> Payment:
        """Hold the money for longer than a shopper waits. Raises WrongCode, CodeExpired, PaymentClosed."""
        path = f"/payments/api/payments/{path_part(payment_id)}/keep"
        return Payment.parse(self._call("POST", path, request.model_dump()))

    def cancel(self, payment_id: str) -> Payment:
        """Give the held money back to the payer. Raises PaymentClosed when it has ended otherwise."""
        return Payment.parse(self._call("POST", f"/payments/api/payments/{path_part(payment_id)}/cancel", {}))

    def leave(self, payment_id: str) -> Payment:
        """The same, for a shopper who chooses another way to pay. Raises PaymentClosed once the code was right."""
        return Payment.parse(self._call("POST", f"/payments/api/payments/{path_part(payment_id)}/leave", {}))

    def refund(self, payment_id: str, request: RefundPayment) -> Refund:
        """Move money back from the merchant to the payer, once.

        Raises NotRefundable, RefundTooLarge (refundable), AlreadyRefunded, and InsufficientFunds of the merchant's wallet.
        """
        path = f"/payments/api/payments/{path_part(payment_id)}/refunds"
        return Refund.parse(self._call("POST", path, request.model_dump()))

    def get_refund(self, payment_id: str, refund_id: str) -> Refund:
        """Raises RefundNotFound."""
        path = f"/payments/api/payments/{path_part(payment_id)}/refunds/{path_part(refund_id)}"
        return Refund.parse(self._call("GET", path))

    def list_refunds(self, payment_id: str) -> list[Refund]:
        """All refunds of a payment, oldest first."""
        path = f"/payments/api/payments/{path_part(payment_id)}/refunds"
        rows: list[dict[str, Any]] = self._call("GET", path)["refunds"]
        return [Refund.parse(row) for row in rows]

    def refuse_form(self, session: str, payer_phone: str) -> bool:
        """The shopper refused: held money goes back to the payer, and nobody can pay this form any more.

        Another phone's payment under way goes on: False. Raises AlreadyAccepted when this phone's money has moved.
        """
        path = f"/payments/api/forms/{path_part(session)}/refuse"
        return bool(self._call("POST", path, {"payer_phone": payer_phone})["refused"])

    def top_up(self, request: TopUp) -> Balance:
        """Bring money in from the bank."""
        return Balance.parse(self._call("POST", "/payments/api/top-ups", request.model_dump()))

    def close_wallet(self, request: CloseWallet) -> Wallet:
        """Close a wallet that is empty, for good. Raises WalletNotEmpty, and what WalletsClient.begin_closing raises."""
        return Wallet.parse(self._call("POST", "/payments/api/closings", request.model_dump()))

    def get_balance(self, wallet_id: str) -> Balance:
        return Balance.parse(self._call("GET", f"/payments/api/balances/{path_part(wallet_id)}"))

    def list_payments(self, payer_phone: str) -> list[Payment]:
        """Newest first, at most 50."""
        rows: list[dict[str, Any]] = self._call("GET", "/payments/api/payments", query={"payer_phone": payer_phone})[
            "payments"
        ]
        return [Payment.parse(row) for row in rows]

    def verify_ledger(self) -> LedgerReport:
        return LedgerReport.parse(self._call("GET", "/payments/api/ledger/verify"))
