"""The picture of an identity card: looked at, bounded, and stored small; what else its file carried is left behind."""

from __future__ import annotations

import threading
import warnings
from dataclasses import dataclass
from io import BytesIO

from sandbox.contracts.errors import PictureTooLarge, UnreadablePicture
from sandbox.kit.errors import translatable

MAX_BYTES = 12_000_000
_MAX_PIXELS = 25_000_000
_LEAST_SIDE = 120
_STORED_SIDE = 640
_QUALITY = 70
# One picture is decoded at a time: warnings.catch_warnings changes the whole process, and memory stays bounded.
_DECODING = threading.Lock()


@dataclass(frozen=True)
class Card:
    """``content`` is a JPEG; ``contrast`` the standard deviation of its greys."""

    content: bytes
    contrast: float


def read_card(picture: bytes) -> Card:
    """Raises UnreadablePicture, PictureTooLarge."""
    from PIL import Image, ImageOps, ImageStat

    if len(picture) > MAX_BYTES:
        raise PictureTooLarge(field="image_base64")
    with _DECODING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            opened = Image.open(BytesIO(picture), formats=("PNG", "JPEG", "WEBP"))
            size = opened.size
        except Exception as problem:  # Pillow raises anything on hostile bytes
            raise UnreadablePicture(field="image_base64") from problem
        if size[0] * size[1] > _MAX_PIXELS:
            raise PictureTooLarge(field="image_base64")
        if min(size) < _LEAST_SIDE:
            raise UnreadablePicture(
                translatable("This picture is too small to read a card on it."),
                hint=translatable("Send a picture of at least 120 pixels on each side."),
                field="image_base64",
            )
        try:
            opened.draft("RGB", (_STORED_SIDE, _STORED_SIDE))
            small = ImageOps.exif_transpose(opened).convert("RGB")
            small.thumbnail((_STORED_SIDE, _STORED_SIDE))
        except Exception as problem:
            raise UnreadablePicture(field="image_base64") from problem
        kept = BytesIO()
        small.save(kept, "JPEG", quality=_QUALITY)
        return Card(kept.getvalue(), ImageStat.Stat(small.convert("L")).stddev[0])
