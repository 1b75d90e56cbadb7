"""The phone's own QR code as a picture: a person's to be sent money with, a merchant's for the counter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.contracts.qr_payload import MerchantCode, PersonCode, to_text
from sandbox.kit import qr_code
from sandbox.kit.errors import InvalidInput

if TYPE_CHECKING:
    from sandbox.contracts.mobile import Phone

_MODULE_PIXELS, _CAPTION_PIXELS = 10, 34
_CAPTION = "SANDBOX"


def text_of(phone: Phone, amount: int | None) -> str:
    """``amount`` in millimes; only a merchant's code can ask for one."""
    if phone.trade_name:
        return to_text(MerchantCode(phone.phone_number, amount))
    if amount is not None:
        raise InvalidInput(
            "A person's code carries no amount.",
            field="amount",
            hint="Leave it out, or ask with POST /mobile/phones/<number>/requests.",
        )
    return to_text(PersonCode(phone.phone_number))


def draw(text: str) -> bytes:
    """A PNG; below the code the word SANDBOX."""
    from PIL import Image, ImageDraw, ImageFont

    drawn = qr_code.draw(text, module_pixels=_MODULE_PIXELS).convert("L")
    sheet = Image.new("L", (drawn.width, drawn.height + _CAPTION_PIXELS), 255)
    sheet.paste(drawn, (0, 0))
    font = ImageFont.load_default(size=_CAPTION_PIXELS - 10)
    ImageDraw.Draw(sheet).text((drawn.width / 2, drawn.height), _CAPTION, fill=0, font=font, anchor="ma")
    return qr_code.to_png(sheet)
