"""Refusals of the Payments API: codes, holds and money."""

from __future__ import annotations

from sandbox.contracts.errors.base import Refusal


class InsufficientFunds(Refusal):
    code = "INSUFFICIENT_FUNDS"
    message = "The wallet has not enough money."
    hint = "Top the wallet up, or pay with another phone."


class PaymentNotFound(Refusal):
    code = "PAYMENT_NOT_FOUND"
    status = 404
    message = "There is no such payment."
    hint = "Send the payment_id that the payment form put into your form."


class NotPrepared(Refusal):
    code = "NOT_PREPARED"
    status = 404
    message = "No phone has paid in this form yet."
    hint = "Scan the QR code with the phone and enter the PIN; the phone then shows the code."


class AlreadyPrepared(Refusal):
    code = "ALREADY_PREPARED"
    status = 409
    message = "Another payment is already under way for this order."
    hint = "Finish it, or wait until its code expires."


class WrongCode(Refusal):
    code = "WRONG_CODE"
    message = "The code is wrong."
    hint = "Type the six digits that the phone shows."


class CodeLocked(Refusal):
    code = "CODE_LOCKED"
    message = "Three wrong codes: this payment is over, and no money was taken."
    hint = "Scan the QR code again to get a new code."


class CodeExpired(Refusal):
    code = "CODE_EXPIRED"
    status = 410
    message = "The code has expired, and no money was taken."
    hint = "Scan the QR code again to get a new code."


class PaymentExpired(Refusal):
    code = "PAYMENT_EXPIRED"
    status = 410
    message = "The payment has expired, and no money was taken."
    hint = "Let the shopper pay again, and accept within two minutes."


class PaymentClosed(Refusal):
    code = "PAYMENT_CLOSED"
    status = 409
    message = "The payment has ended already."
    hint = "Let the shopper pay again."


class AmountMismatch(Refusal):
    code = "AMOUNT_MISMATCH"
    message = "The shopper paid another amount than the one that was sent."
    hint = "Send the amount of the order, in millimes."


class AlreadyAccepted(Refusal):
    code = "ALREADY_ACCEPTED"
    status = 409
    message = "This payment was accepted before; the money has moved once."
    hint = "Send an Idempotency-Key header to get the first answer again when you repeat a call."


class CardDeclined(Refusal):
    code = "CARD_DECLINED"
    message = "The bank refused this card."
    hint = "Use another card, or pay with the app; the documentation tells which test cards are refused."


class CardsNotAccepted(Refusal):
    code = "CARDS_NOT_ACCEPTED"
    message = "This payment cannot be made by card."
    hint = "Pay with the app; the merchant's server asks for cards with accept_card."


class MethodNotFound(Refusal):
    code = "METHOD_NOT_FOUND"
    status = 404
    message = "There is no such way to pay."
    hint = "The details of this error name those that there are."


class LoginLocked(Refusal):
    code = "LOGIN_LOCKED"
    status = 429
    message = "Too many attempts to log in with this payment form."
    hint = "Pay by scanning the QR code, or open the payment form anew."


class NotRefundable(Refusal):
    code = "NOT_REFUNDABLE"
    status = 409
    message = "This payment was never executed, so there is nothing to refund."
    hint = "Refund a payment whose money has moved; one that is only prepared ends by itself."


class AlreadyRefunded(Refusal):
    code = "ALREADY_REFUNDED"
    status = 409
    message = "All of this payment was refunded already."
    hint = "Look at the refunds of the payment; nothing is left to give back."


class RefundTooLarge(Refusal):
    code = "REFUND_TOO_LARGE"
    message = "This is more than what is left of the payment."
    hint = "Refund at most the amount in 'refundable', in millimes."


class RefundNotFound(Refusal):
    code = "REFUND_NOT_FOUND"
    status = 404
    message = "This payment has no such refund."
    hint = "List the refunds of the payment to see their ids."


class LimitExceeded(Refusal):
    """A ceiling of a wallet's level: ``limit`` is daily_outflow (``used_today``, ``resets_at``) or balance; ``ceiling`` in millimes."""

    code = "LIMIT_EXCEEDED"
    message = "The amount is over the limit."
    hint = "Ask for a smaller amount."


class SelfTransfer(Refusal):
    code = "SELF_TRANSFER"
    message = "Nobody can pay oneself."
    hint = "Send the phone number of the other side."


class TransferNotFound(Refusal):
    code = "TRANSFER_NOT_FOUND"
    status = 404
    message = "There is no such transfer."
    hint = "Send the id that the transfer was answered with; the wallet's history lists it."


class MoneyRequestNotFound(Refusal):
    code = "REQUEST_NOT_FOUND"
    status = 404
    message = "There is no such request for money."
    hint = "List the requests of your phone number to see their ids."


class RequestExpired(Refusal):
    code = "REQUEST_EXPIRED"
    status = 410
    message = "This request for money has expired, and no money was taken."
    hint = "Let the other side ask again; the setting request_seconds says how long a request waits."


class RequestEnded(Refusal):
    code = "REQUEST_ENDED"
    status = 409
    message = "This request for money was answered or taken back already."
    hint = "Look at its 'state'; ask again, or send the money without a request."


class CurrencyNotSupported(Refusal):
    code = "CURRENCY_NOT_SUPPORTED"
    message = "Only Tunisian dinars can be paid."
    hint = "Leave 'currency' out, or send TND; amounts are in millimes, 1 TND = 1000."


class SplitTooLarge(Refusal):
    code = "SPLIT_TOO_LARGE"
    message = "The shares are more than the payment."
    hint = "Send shares that together are at most the amount, each wallet once; the merchant gets the rest."
