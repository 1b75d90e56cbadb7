"""Of several codes in one picture the owner chooses: what each would pay, told without scanning any."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sandbox.contracts.mobile import Choice
from sandbox.contracts.qr_payload import CheckoutCode, HostedCode, MerchantCode, PersonCode, QrCode, parse
from sandbox.kit.errors import SandboxError

if TYPE_CHECKING:
    from sandbox.contracts.payments import PaymentsClient
    from sandbox.contracts.platform import PlatformClient


class Choices:
    def __init__(self, platform: PlatformClient, payments: PaymentsClient) -> None:
        self._platform = platform
        self._payments = payments

    def describe(self, texts: list[str]) -> list[Choice]:
        """Those that mean something, in the order in which they were found."""
        found = []
        for text in texts:
            with suppress(SandboxError):
                found.append(self._describe(text, parse(text)))
        return found

    def _describe(self, text: str, code: QrCode) -> Choice:
        match code:
            case CheckoutCode():
                return Choice(
                    qr_text=text,
                    kind="checkout",
                    merchant=self._seller(code),
                    amount=code.amount,
                    description=code.name,
                )
            case HostedCode():
                return Choice(qr_text=text, kind="hosted", merchant=None)
            case MerchantCode():
                return Choice(qr_text=text, kind="counter", merchant=self._payee(code), amount=code.amount)
            case PersonCode():
                return Choice(qr_text=text, kind="person", merchant=self._payee(code))

    def _seller(self, code: CheckoutCode) -> str | None:
        with suppress(SandboxError):
            return self._platform.get_public_app(code.app).merchant
        return None

    def _payee(self, code: MerchantCode | PersonCode) -> str | None:
        with suppress(SandboxError):
            return self._payments.find_payee(code.phone_number).name
        return None
