"""An order that a phone has scanned, whichever kind of code it was."""

from __future__ import annotations

from sandbox.kit.shapes import Shape


class ScannedOrder(Shape):
    """What the phone must know to show the order and to pay it. ``amount`` in millimes."""

    session: str
    app_id: str
    payee_wallet_id: str
    merchant: str
    description: str | None
    amount: int
    reference: str | None
    expires_at: str
