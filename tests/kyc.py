"""Pictures of identity cards for tests."""

from __future__ import annotations

from io import BytesIO


def card_picture(width: int = 400, height: int = 250, *, blank: bool = False, kind: str = "PNG") -> bytes:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (width, height), "white")
    if not blank:
        draw = ImageDraw.Draw(picture)
        draw.rectangle((10, 10, width // 3, height - 10), fill="grey")
        draw.text((width // 2, height // 3), "CIN 01234567", fill="black")
        draw.rectangle((width // 2, height // 2, width - 10, height - 20), fill="black")
    file = BytesIO()
    picture.save(file, kind)
    return file.getvalue()
