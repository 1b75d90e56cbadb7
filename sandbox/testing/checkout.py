"""The steps of a code payment without a browser: for tests of a back end, and for measuring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.contracts.payments import PaymentsClient
from sandbox.contracts.platform import OpenSession
from sandbox.contracts.qr_payload import CheckoutCode, to_text

if TYPE_CHECKING:
    from sandbox.testing.drivers import MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox


def prepare(
    sandbox: Sandbox, app: MerchantApp, phone: PhoneDriver, *, amount: int, reference: str = "TX1"
) -> tuple[str, str]:
    """Open a form, scan its code's text and pay; the session and the six-digit code. ``amount`` in millimes."""
    session = sandbox.platform.open_session(OpenSession(app=app.public_token, amount=amount, id=reference))["session"]
    code = CheckoutCode(app=app.public_token, amount=amount, session=session, id=reference, name=None, description=None)
    phone.scan_text(to_text(code))
    return session, phone.pay().code or ""


def prepare_and_verify(
    sandbox: Sandbox, app: MerchantApp, phone: PhoneDriver, *, amount: int, reference: str = "TX1"
) -> dict[str, str]:
    """What the form submits to the merchant's back end: ``payment_id`` and ``flouci_otp``."""
    session, code = prepare(sandbox, app, phone, amount=amount, reference=reference)
    verified = PaymentsClient(sandbox.transport).verify(session, code)
    return {"payment_id": verified.payment_id, "flouci_otp": code}
