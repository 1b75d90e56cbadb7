"""The QR code of a payment page, on the page itself and at a counter."""

from __future__ import annotations

from sandbox.contracts.qr_payload import HostedCode, to_text
from sandbox.kit.qr_code import draw, to_png

_MODULE_PIXELS = 8


def draw_code_of(page_id: str) -> bytes:
    """A PNG."""
    return to_png(draw(to_text(HostedCode(page_id)), module_pixels=_MODULE_PIXELS))
