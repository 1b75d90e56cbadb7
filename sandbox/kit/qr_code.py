"""Draws QR codes as this sandbox shows them: error correction M and a quiet zone of four modules."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_QUIET_ZONE = 4


def draw(text: str, *, module_pixels: int) -> Image:
    """Black and white."""
    import qrcode

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=module_pixels, border=_QUIET_ZONE)
    code.add_data(text)
    drawn: Image = code.make_image().get_image()
    return drawn


def to_png(picture: Image) -> bytes:
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
