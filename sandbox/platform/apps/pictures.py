"""An app's picture: whatever comes is decoded, made small and written anew, so that nothing but pixels is kept of it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO
from threading import Semaphore
from typing import TYPE_CHECKING

from sandbox.contracts.errors import PictureTooLarge, UnreadablePicture
from sandbox.kit.errors import BodyTooLarge, translatable

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

MOST_BYTES = 5_000_000
_MOST_PIXELS = 25_000_000
_SIDE = 256
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
_DECODING = Semaphore(2)
"""A picture of 25 megapixels takes 100 MB while it is decoded."""


@dataclass(frozen=True)
class Picture:
    content: bytes
    media_type: str = "image/png"


def read_picture(content: bytes) -> Picture:
    """At most 256×256, a PNG without metadata. Raises BodyTooLarge, PictureTooLarge, UnreadablePicture; SVG is refused,
    since it may hold programs.
    """
    if len(content) > MOST_BYTES:
        raise too_many_bytes()
    with _DECODING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        opened = _open(content)
        if opened.width * opened.height > _MOST_PIXELS:
            raise PictureTooLarge(field="image")
        try:
            return Picture(_encode(_shrink(opened)))
        except Exception as problem:  # Pillow raises anything on hostile bytes: struct.error, KeyError …
            raise unreadable() from problem


def too_many_bytes() -> BodyTooLarge:
    return BodyTooLarge(
        translatable("This picture is larger than 5 MB."), hint=translatable("Send a smaller one."), field="image"
    )


def unreadable() -> UnreadablePicture:
    return UnreadablePicture(hint=translatable("Send a PNG, JPEG, WebP, GIF or BMP file that is whole."), field="image")


def _open(content: bytes) -> ImageFile:
    """Reads the header only."""
    from PIL import Image

    try:
        return Image.open(BytesIO(content), formats=_FORMATS)
    except Image.DecompressionBombError as problem:
        raise PictureTooLarge(field="image") from problem
    except Exception as problem:  # as above
        raise unreadable() from problem


def _shrink(opened: ImageFile) -> Image:
    """Upright, in colours, the first of an animation's pictures."""
    from PIL import ImageOps

    opened.draft("RGB", (2 * _SIDE, 2 * _SIDE))
    upright = ImageOps.exif_transpose(opened)
    coloured = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    coloured.thumbnail((_SIDE, _SIDE))
    return coloured


def _encode(image: Image) -> bytes:
    """Only the pixels go into the file: ``info`` may hold texts and colour profiles of the original."""
    image.info.clear()
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
