"""From the bytes of a picture file to pixels: what a hostile file can do is bounded here, or refused."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

MAX_PIXELS = 25_000_000
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
_MOST_FRAMES = 8
_COLOURED = {"RGB", "RGBA", "P", "PA", "YCbCr", "CMYK", "LAB", "HSV"}


class UnreadableError(Exception):
    """The bytes are no picture, or only a part of one."""


class TooLargeError(Exception):
    """The picture has more than MAX_PIXELS."""


class Picture:
    """An opened picture. ``grey`` is its first frame as the phone sees it: upright, on white where it is transparent.

    Raises UnreadableError or TooLargeError.
    """

    def __init__(self, file: bytes) -> None:
        self._file = file
        with warnings.catch_warnings():  # Pillow warns of what is refused below, or does not matter
            warnings.simplefilter("ignore")
            self._opened = _open(file)
            self._is_coloured = self._opened.mode in _COLOURED
            try:
                self._opened.draft("L", self._opened.size)  # a JPEG's colours are not computed for nothing
                self.grey = _to_grey(self._opened)
            except Exception as problem:  # Pillow raises anything on hostile bytes: struct.error, KeyError …
                raise UnreadableError from problem

    def colours(self) -> Image | None:
        """The first frame in colours; None where it has none."""
        if not self._is_coloured:
            return None
        return _upright(_flatten(_open(self._file), 255).convert("RGB"))

    def grey_on_black(self) -> Image | None:
        """White modules on a transparent page are seen on black only; None where nothing is transparent."""
        if not self._opened.has_transparency_data:
            return None
        return _upright(_flatten(self._opened, 0).convert("L"))

    def more_frames(self) -> Iterator[Image]:
        """The next frames of an animation, seven at most."""
        for number in range(1, min(getattr(self._opened, "n_frames", 1), _MOST_FRAMES)):
            try:
                self._opened.seek(number)
                yield _to_grey(self._opened)
            except Exception:  # noqa: BLE001  as above; the first frame was whole
                return


def _open(file: bytes) -> ImageFile:
    """Read the header only. Plug-ins are imported by name, or Pillow would import its forty others to find one."""
    from PIL import Image, WebPImagePlugin

    formats = tuple(name for name in _FORMATS if name != "WEBP" or WebPImagePlugin.SUPPORTED)
    try:
        opened = Image.open(BytesIO(file), formats=formats)
    except Image.DecompressionBombError as problem:
        raise TooLargeError from problem
    except Exception as problem:
        raise UnreadableError from problem
    if opened.width * opened.height > MAX_PIXELS:
        raise TooLargeError
    return opened


def _to_grey(image: Image) -> Image:
    if image.mode.startswith("I"):
        return _upright(image.point(lambda value: value * (1 / 256)).convert("L"))
    return _upright(_flatten(image, 255).convert("L"))


def _flatten(image: Image, page: int) -> Image:
    from PIL import Image as Pillow

    if not image.has_transparency_data:
        return image
    coloured = image.convert("RGBA")
    below = Pillow.new("RGB", image.size, (page, page, page))
    below.paste(coloured, mask=coloured.getchannel("A"))
    return below


def _upright(image: Image) -> Image:
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001  a damaged EXIF block leaves the pixels readable, and both readers read any side up
        return image
