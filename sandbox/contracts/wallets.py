"""The Wallets API: who stands behind a phone number, PINs, one-time codes and SMS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from sandbox.contracts.applications import ApplicationCalls
from sandbox.contracts.bank import BankAccount, BankLinkCalls
from sandbox.contracts.transport import path_part
from sandbox.kit.shapes import Code, Identifier, Name, NotBoolean, PhoneNumber, Pin, Shape, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

WalletKind = Literal["personal", "business"]
Language = Literal["fr", "ar", "en"]


class Wallet(Shape):
    """``status`` is one of ``mock_wallets/wallets/states.py``; ``sequence`` counts its changes. ``level`` is 1 to 3."""

    id: str
    kind: WalletKind
    phone_number: str
    holder_name: str
    trade_name: str | None
    status: str
    language: Language
    sequence: int = 0
    level: int = 3
    tax_number: str | None = None

    @property
    def display_name(self) -> str:
        """What the other side of a payment sees."""
        return self.trade_name or self.holder_name


class OpenWallet(Shape):
    kind: WalletKind = "personal"
    phone_number: PhoneNumber
    holder_name: Name
    trade_name: Name | None = None
    pin: Pin
    language: Language = "fr"
    status: Literal["active", "blocked", "pending"] = "active"
    level: Annotated[int, NotBoolean, Field(ge=1, le=3)] = 3


class WalletFilter(Shape):
    phone_number: PhoneNumber


class Authorize(Shape):
    """``destinations`` are the wallets that get a share of the payment. ``attempt`` is the key of the call that asks: a wrong
    PIN counts once for it.
    """

    payer_phone: PhoneNumber
    pin: Pin
    payee_wallet_id: Identifier
    destinations: Annotated[list[Identifier], Field(max_length=20)] = Field(default_factory=list)
    attempt: Annotated[str | None, Field(max_length=120)] = None


class Limits(Shape):
    """What a wallet may have at most, and pay in a day of Tunisia, in millimes; None: without a ceiling."""

    balance: int | None = None
    daily_outflow: int | None = None


class Level(Shape):
    """A level that a person's wallet may have, 1 to 3, and its ceilings; a business has none."""

    level: int
    limits: Limits


class Standing(Shape):
    """What a wallet may do at the moment: ``pin_tries_left`` is 0 once wrong PINs have blocked it.

    ``limits`` are this wallet's own, ``levels`` all there are. The figures are settings, and assumptions (BCT circular 2018-16).
    """

    wallet: Wallet
    limits: Limits
    levels: list[Level]
    pin_tries_left: int


class Authorization(Shape):
    payer: Wallet
    payee: Wallet
    payer_limits: Limits = Limits()
    payee_limits: Limits = Limits()
    destination_limits: list[Limits] = Field(default_factory=list)


class AuthorizeReceivers(Shape):
    """Who is to be paid with money that comes from no wallet; ``destinations`` get a share of it."""

    payee_wallet_id: Identifier
    destinations: Annotated[list[Identifier], Field(max_length=20)] = Field(default_factory=list)


class Receivers(Shape):
    """All of them may be paid; with the ceilings of each."""

    payee: Wallet
    payee_limits: Limits = Limits()
    destination_limits: list[Limits] = Field(default_factory=list)


class AuthorizeBank(Shape):
    phone_number: PhoneNumber
    pin: Pin
    attempt: Annotated[str | None, Field(max_length=120)] = None


class BankAuthorization(Shape):
    """The owner of ``wallet`` may move money between it and ``account``."""

    wallet: Wallet
    limits: Limits
    account: BankAccount


class CloseWallet(Shape):
    """Asked by the owner, with the PIN."""

    phone_number: PhoneNumber
    pin: Pin


class ChangePin(Shape):
    old_pin: Pin
    new_pin: Pin


class UnlockPin(Shape):
    """``code`` is the one that the wallet's owner got by SMS."""

    code: Code
    new_pin: Pin


class StartChallenge(Shape):
    """``purpose`` is to link an app to a business wallet, or a person's or a business's wallet to a partner's program."""

    phone_number: PhoneNumber
    purpose: Literal["link", "partner"] = "link"


class VerifyChallenge(Shape):
    code: Code


class Challenge(Shape):
    """A one-time code on its way to a phone, and from when on another may be asked for; ISO 8601 in UTC."""

    id: str
    phone_number: str
    state: str
    tries_left: int
    expires_at: str
    resend_at: str


class SmsOrder(Shape):
    """One SMS to send: ``key`` makes a repetition harmless, ``template`` names a text of the Wallets API, ``story`` a trace."""

    key: Text
    phone_number: PhoneNumber
    template: Literal[
        "payment_code",
        "payment_sent",
        "payment_received",
        "refund_sent",
        "refund_received",
        "transfer_sent",
        "transfer_received",
        "money_requested",
        "request_refused",
        "topped_up",
        "withdrawn",
    ]
    values: dict[str, str] = Field(default_factory=dict)
    story: Annotated[str, Field(max_length=64)] = ""


class SmsOrders(Shape):
    messages: list[SmsOrder] = Field(max_length=500)


class SmsMessage(Shape):
    id: int
    phone_number: str
    text: str
    sent_at: str


class WalletsClient(ApplicationCalls, BankLinkCalls):
    def open_wallet(self, wallet: OpenWallet) -> Wallet:
        """Raises WalletExists when the phone number has one already."""
        return Wallet.parse(self._call("POST", "/wallets/api/wallets", wallet.model_dump()))

    def find_wallet(self, phone_number: str) -> Wallet | None:
        found = self._call("GET", "/wallets/api/wallets", query={"phone_number": phone_number})["wallets"]
        return Wallet.parse(found[0]) if found else None

    def get_wallet(self, wallet_id: str) -> Wallet:
        """Raises WalletNotFound."""
        return Wallet.parse(self._call("GET", f"/wallets/api/wallets/{path_part(wallet_id)}"))

    def get_standing(self, wallet_id: str) -> Standing:
        """Raises WalletNotFound."""
        return Standing.parse(self._call("GET", f"/wallets/api/wallets/{path_part(wallet_id)}/standing"))

    def block(self, wallet_id: str) -> Wallet:
        """The wallet neither pays nor is paid from then on, and the platform is told. Raises WalletPending."""
        return Wallet.parse(self._call("POST", f"/wallets/api/wallets/{path_part(wallet_id)}/block", {}))

    def unblock(self, wallet_id: str) -> Wallet:
        return Wallet.parse(self._call("POST", f"/wallets/api/wallets/{path_part(wallet_id)}/unblock", {}))

    def begin_closing(self, request: CloseWallet) -> Wallet:
        """From now on it neither pays nor is paid; the Payments API looks whether it is empty, and finishes or cancels.

        Raises WrongPin (tries_left), PinBlocked, WalletPending, WalletBlocked, WalletClosed.
        """
        return Wallet.parse(self._call("POST", "/wallets/api/closings", request.model_dump()))

    def finish_closing(self, wallet_id: str) -> Wallet:
        return Wallet.parse(self._call("POST", f"/wallets/api/closings/{path_part(wallet_id)}/finish", {}))

    def cancel_closing(self, wallet_id: str) -> Wallet:
        return Wallet.parse(self._call("POST", f"/wallets/api/closings/{path_part(wallet_id)}/cancel", {}))

    def authorize(self, request: Authorize) -> Authorization:
        """Check PIN and state of the payer, and that all others may be paid; with the ceilings of each.

        Raises WrongPin (tries_left), PinBlocked, WalletBlocked, WalletNotFound.
        """
        return Authorization.parse(self._call("POST", "/wallets/api/authorize", request.model_dump()))

    def authorize_receivers(self, request: AuthorizeReceivers) -> Receivers:
        """Check that all of them may be paid. Raises WalletBlocked, WalletNotFound."""
        return Receivers.parse(self._call("POST", "/wallets/api/authorize/receivers", request.model_dump()))

    def authorize_bank(self, request: AuthorizeBank) -> BankAuthorization:
        """Check PIN and state for a movement to or from the bank. Raises WrongPin, PinBlocked, WalletBlocked, BankNotLinked."""
        return BankAuthorization.parse(self._call("POST", "/wallets/api/authorize/bank", request.model_dump()))

    def change_pin(self, wallet_id: str, change: ChangePin) -> Wallet:
        """Raises WrongPin (tries_left), PinBlocked, WalletBlocked."""
        return Wallet.parse(self._call("POST", f"/wallets/api/wallets/{path_part(wallet_id)}/pin", change.model_dump()))

    def start_unlock(self, wallet_id: str) -> Challenge:
        """Send a code to the wallet's owner, who may set a new PIN with it. Raises WalletBlocked, OtpTooMany."""
        return Challenge.parse(self._call("POST", f"/wallets/api/wallets/{path_part(wallet_id)}/unlock", {}))

    def unlock_pin(self, challenge_id: str, unlock: UnlockPin) -> Wallet:
        """The new PIN is good at once, and three tries with it. Raises WrongOtp (tries_left), OtpLocked, OtpExpired, OtpUsed."""
        path = f"/wallets/api/challenges/{path_part(challenge_id)}/unlock"
        return Wallet.parse(self._call("POST", path, unlock.model_dump()))

    def start_challenge(self, phone_number: str, purpose: str = "link") -> Challenge:
        """Send a code to an approved business wallet, or for a partner to any that is active.

        Raises NotABusinessWallet, WalletNotFound, WalletBlocked, OtpTooMany (retry_after_seconds).
        """
        body = {"phone_number": phone_number, "purpose": purpose}
        return Challenge.parse(self._call("POST", "/wallets/api/challenges", body))

    def get_challenge(self, challenge_id: str) -> Challenge:
        return Challenge.parse(self._call("GET", f"/wallets/api/challenges/{path_part(challenge_id)}"))

    def resend_challenge(self, challenge_id: str) -> Challenge:
        """Replace the code by a new one; the old one is worth nothing from then on.

        Raises OtpCooldown and OtpTooMany (retry_after_seconds), OtpLocked, OtpUsed.
        """
        return Challenge.parse(self._call("POST", f"/wallets/api/challenges/{path_part(challenge_id)}/resend", {}))

    def verify_challenge(self, challenge_id: str, code: str) -> Wallet:
        """The wallet whose owner knew the code. Raises WrongOtp (tries_left), OtpLocked, OtpExpired, OtpUsed."""
        path = f"/wallets/api/challenges/{path_part(challenge_id)}/verify"
        return Wallet.parse(self._call("POST", path, {"code": code}))

    def send_sms(self, messages: Sequence[SmsOrder]) -> None:
        self._call("POST", "/wallets/api/sms", {"messages": [message.model_dump() for message in messages]})

    def list_sms(self, *, phone_number: str | None = None, contains: str | None = None) -> list[SmsMessage]:
        """Newest first, at most 100."""
        query = {"phone_number": phone_number, "contains": contains}
        rows: list[dict[str, Any]] = self._call("GET", "/wallets/api/sms", query=query)["messages"]
        return [SmsMessage.parse(row) for row in rows]
