"""Reads the QR codes in a picture, as the phone's camera would.

The order of ``STEPS`` was measured (2 cores, zxing-cpp 3.1, zbar 0.23.92, Pillow 13). A 1280×800 screenshot takes 12 ms
from PNG bytes to text: 10 ms Pillow's decoding, 1.5 ms zxing-cpp; pyzbar would take 15 ms. A 12-megapixel JPEG photo takes 69 ms.
Alone on undamaged grey pixels, of 96 clean codes zxing-cpp read 96 and pyzbar 82, light on dark 24 and 0 of 24, photos 15 and 3
of 15; pyzbar is better at small codes askew and at codes without a border on a dark page.
Of 1,021 pictures, most of them damaged on purpose, the steps read, in this order: 15 (large ones only), 562, 51, 108, 27, 110, 9, 34,
5 and 5; the other 95 are mostly blurred by more than 0.6 of a module. A page without any code costs 0.5 s.
"""

from __future__ import annotations

import functools
import threading
import warnings
from dataclasses import dataclass
from io import BytesIO
from math import isqrt
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import NoQrFound, PictureTooLarge, SeveralQrFound, UnreadablePicture
from sandbox.contracts.qr_payload import is_ours

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

MAX_PIXELS = 25_000_000
_WORKABLE_PIXELS = 2_500_000
_ENLARGED_PIXELS = 4_200_000
# In this order zbar's guesses of a charset are undone: the real UTF-8 bytes come back from the wrong letters.
_ZBAR_GUESSES = ("big5", "cp950", "shift_jis", "cp932", "latin-1")
# One picture is decoded at a time: warnings.catch_warnings changes the whole process, and memory stays bounded.
_DECODING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of one QR code, and the step that read it, such as ``zxing-cpp`` or ``pyzbar, contrast``."""

    text: str
    reader: str


@dataclass(frozen=True, slots=True)
class Step:
    """One attempt. ``prepare`` gives None where it would change nothing that was not tried before."""

    name: str
    read: Callable[[Image], list[str]]
    prepare: Callable[[Image], Image | None]


def read(picture: bytes) -> Reading:
    """The one code that is meant: the sandbox's own where there is one, else the first of the others.

    ``picture`` is a PNG, JPEG or WebP file. Raises UnreadablePicture, PictureTooLarge, NoQrFound, or SeveralQrFound,
    whose ``details["texts"]`` are the sandbox's codes that may be meant.
    """
    readings = read_all(picture)
    if not readings:
        raise NoQrFound(field="image")
    ours = [reading for reading in readings if is_ours(reading.text)]
    if len(ours) > 1:
        raise SeveralQrFound(field="image", texts=[reading.text for reading in ours])
    return ours[0] if ours else readings[0]


def read_all(picture: bytes) -> tuple[Reading, ...]:
    """Every different text that the first successful step finds. Raises UnreadablePicture or PictureTooLarge."""
    grey = _decode(picture)
    for step in STEPS:
        prepared = step.prepare(grey)
        texts = step.read(prepared) if prepared is not None else []
        if texts:
            return tuple(Reading(text, step.name) for text in dict.fromkeys(texts))
    return ()


def zbar_problem() -> str | None:
    """None when libzbar can be loaded, else one sentence that says how to install it; reading works without it, less well."""
    import ctypes

    try:
        ctypes.CDLL("libzbar.so.0")
    except OSError:
        if _zbar() is None:
            return (
                "libzbar is missing: run 'apt-get install libzbar0' (Debian, Ubuntu) or 'brew install zbar' (macOS); "
                "until then damaged QR pictures are read with zxing-cpp alone."
            )
    return None


# From bytes to grey pixels


def _decode(picture: bytes) -> Image:
    with _DECODING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        opened = _open(picture)
        if opened.width * opened.height > MAX_PIXELS:
            raise PictureTooLarge(field="image")
        try:
            opened.draft("L", opened.size)
            grey = _to_grey(opened)
        except Exception as problem:  # Pillow raises anything on hostile bytes: struct.error, KeyError …
            raise UnreadablePicture(field="image") from problem
        return _upright(grey)


def _open(picture: bytes) -> ImageFile:
    """Read the header only. WebP's plug-in is imported by name, or Pillow would import its forty others to find it."""
    from PIL import Image, WebPImagePlugin

    formats = ("PNG", "JPEG", "WEBP") if WebPImagePlugin.SUPPORTED else ("PNG", "JPEG")
    try:
        return Image.open(BytesIO(picture), formats=formats)
    except Image.DecompressionBombError as problem:
        raise PictureTooLarge(field="image") from problem
    except Exception as problem:  # as above
        raise UnreadablePicture(field="image") from problem


def _to_grey(image: Image) -> Image:
    from PIL import Image as Pillow

    if image.mode.startswith("I"):
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if not image.has_transparency_data:
        return image.convert("L")
    coloured = image.convert("RGBA")
    white = Pillow.new("L", image.size, 255)
    white.paste(coloured.convert("L"), mask=coloured.getchannel("A"))
    return white


def _upright(grey: Image) -> Image:
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(grey)
    except Exception:  # noqa: BLE001  a damaged EXIF block leaves the pixels readable, and both readers read any side up
        return grey


# Readers


def _read_with_zxing(image: Image) -> list[str]:
    import zxingcpp

    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    try:
        found = zxingcpp.read_barcodes(image, formats=formats, text_mode=zxingcpp.TextMode.Plain)
        return [code.text for code in found]
    except Exception:  # noqa: BLE001  a reader may fail on any picture in any way; the next one is tried
        return []


def _read_with_zbar(image: Image) -> list[str]:
    zbar = _zbar()
    if zbar is None:
        return []
    try:
        return [_undo_guess(code.data.decode()) for code in zbar.decode(image, [zbar.ZBarSymbol.QRCODE])]
    except Exception:  # noqa: BLE001  a reader may fail on any picture in any way; the next one is tried
        return []


@functools.cache
def _zbar() -> Any:
    try:
        from pyzbar import pyzbar
    except ImportError:
        return None
    return pyzbar


def _undo_guess(text: str) -> str:
    """``Café`` from ``Caf矇``: zbar takes short UTF-8 texts for Big5, Shift-JIS or Latin-1. ASCII stays as it is."""
    for charset in _ZBAR_GUESSES:
        try:
            return text.encode(charset).decode()
        except UnicodeError:
            continue
    return text


# Preparations


def _as_it_is(grey: Image) -> Image:
    return grey


def _workable(grey: Image) -> Image:
    """At most 2.5 megapixels: the costly steps need no more."""
    factor = isqrt((grey.width * grey.height - 1) // _WORKABLE_PIXELS) + 1
    return grey if factor == 1 else grey.reduce(factor)


def _reduced(grey: Image) -> Image | None:
    smaller = _workable(grey)
    return None if smaller is grey else smaller


def _contrast(grey: Image) -> Image:
    from PIL import ImageOps

    return ImageOps.autocontrast(_workable(grey))


def _halved(grey: Image) -> Image:
    return _contrast(grey).reduce(2)


def _enlarged(image: Image, most: int) -> Image:
    from PIL.Image import Resampling

    factor = max(1, min(most, isqrt(_ENLARGED_PIXELS // (image.width * image.height))))
    return image.resize((image.width * factor, image.height * factor), Resampling.BICUBIC)


def _smooth(image: Image) -> Image:
    """Against the noise of a small sensor."""
    from PIL import ImageFilter

    return image.filter(ImageFilter.BoxBlur(1))


def _median(image: Image) -> Image:
    """Against single black and white pixels."""
    from PIL import ImageFilter

    return image.filter(ImageFilter.MedianFilter(3))


def _sharp(image: Image) -> Image:
    """Against blur."""
    from PIL import ImageFilter

    return image.filter(ImageFilter.UnsharpMask(radius=6, percent=300, threshold=0))


STEPS: tuple[Step, ...] = (
    Step("zxing-cpp, reduced", _read_with_zxing, _reduced),
    Step("zxing-cpp", _read_with_zxing, _as_it_is),
    Step("zxing-cpp, contrast", _read_with_zxing, _contrast),
    Step("zxing-cpp, smooth", _read_with_zxing, lambda grey: _smooth(_contrast(grey))),
    Step("pyzbar, contrast", _read_with_zbar, _contrast),
    Step("zxing-cpp, enlarged and sharp", _read_with_zxing, lambda grey: _sharp(_enlarged(_contrast(grey), 3))),
    Step("zxing-cpp, halved and smooth", _read_with_zxing, lambda grey: _smooth(_halved(grey))),
    Step("zxing-cpp, halved and sharp", _read_with_zxing, lambda grey: _sharp(_enlarged(_halved(grey), 3))),
    Step("zxing-cpp, median", _read_with_zxing, lambda grey: _median(_contrast(grey))),
    Step("pyzbar, enlarged and median", _read_with_zbar, lambda grey: _median(_enlarged(_contrast(grey), 2))),
)
