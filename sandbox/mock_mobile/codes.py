"""The phone's own QR code as a picture: a person's to be sent money with, a merchant's for the counter."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from sandbox.contracts.qr_payload import MerchantCode, PersonCode, to_text
from sandbox.kit.errors import InvalidInput

if TYPE_CHECKING:
    from sandbox.contracts.mobile import Phone

_MODULE_PIXELS, _QUIET_ZONE, _CAPTION_PIXELS = 10, 4, 34
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
    """A PNG with error correction M and a quiet zone of four modules; below it the word SANDBOX."""
    import qrcode
    from PIL import Image, ImageDraw, ImageFont

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=_MODULE_PIXELS, border=_QUIET_ZONE)
    code.add_data(text)
    drawn = code.make_image().get_image().convert("L")
    sheet = Image.new("L", (drawn.width, drawn.height + _CAPTION_PIXELS), 255)
    sheet.paste(drawn, (0, 0))
    font = ImageFont.load_default(size=_CAPTION_PIXELS - 10)
    ImageDraw.Draw(sheet).text((drawn.width / 2, drawn.height), _CAPTION, fill=0, font=font, anchor="ma")
    picture = BytesIO()
    sheet.save(picture, "PNG")
    return picture.getvalue()
