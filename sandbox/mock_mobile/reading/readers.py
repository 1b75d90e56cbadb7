"""The two libraries that find QR codes in grey pixels, and the text that their bytes really are.

Both are held to the bytes in the code: zbar guesses charsets, and takes short UTF-8 texts for Big5 or Shift-JIS.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

    from sandbox.mock_mobile.perspective import Corners

_ZBAR_BINARY = 4
"""ZBAR_CFG_BINARY, which pyzbar does not name: the bytes of the code instead of a guessed text; since zbar 0.23.1."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Texts that were read, and where codes were seen that could not be read: corners from the upper left, clockwise."""

    texts: tuple[str, ...] = ()
    unread: tuple[Corners, ...] = ()


def read_with_zxing(image: Image, *, is_global: bool = False) -> Seen:
    """``is_global`` compares all pixels with one threshold instead of with their surroundings."""
    try:
        found = _find(image, "Plain", is_global=is_global)
        texts = [code.text for code in found if code.valid]
        if any(map(_is_katakana, texts)):
            declared = {code.text for code in _find(image, "HexECI", is_global=is_global)}
            texts = [_in_latin(code, declared) for code in found if code.valid]
        return Seen(tuple(dict.fromkeys(texts)), tuple(_corners(code.position) for code in found if not code.valid))
    except Exception:  # noqa: BLE001  a reader may fail on any picture in any way; the next one is tried
        return Seen()


def _find(image: Image, mode: str, *, is_global: bool) -> list[Any]:
    """Codes that were read, and those that were seen only. Full QR codes: Micro QR and rMQR have so little to check that
    noise was read as one, and no payment fits in.
    """
    import zxingcpp

    found = zxingcpp.read_barcodes(
        image,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        text_mode=getattr(zxingcpp.TextMode, mode),
        binarizer=zxingcpp.Binarizer.GlobalHistogram if is_global else zxingcpp.Binarizer.LocalAverage,
        return_errors=True,
    )
    full = {getattr(zxingcpp.BarcodeFormat, name, None) for name in ("QRCode", "QRCodeModel1", "QRCodeModel2")}
    return [code for code in found if code.format in full]


def _is_katakana(text: str) -> bool:
    """Half-width katakana, which zxing-cpp prefers to letters of Latin-1 when a code does not say what it is written in."""
    return not text.isascii() and all(ord(letter) < 128 or "\uff61" <= letter <= "\uff9f" for letter in text)


def _in_latin(code: Any, declared: set[str]) -> str:
    """``N° 12`` from ``Nｰ 12``, unless the code declares its charset: then its text begins with "]Q2", here in hexadecimal."""
    raw = bytes(code.bytes)
    if raw == code.text.encode() or not _is_katakana(code.text):
        return str(code.text)
    says_so = any(text.startswith("5D 51 32") and text.endswith(raw.hex(" ").upper()) for text in declared)
    return code.text if says_so else raw.decode("latin-1")


def _corners(position: Any) -> Corners:
    names = ("top_left", "top_right", "bottom_right", "bottom_left")
    return tuple((point.x, point.y) for point in (getattr(position, name) for name in names))


def read_with_zbar(image: Image) -> Seen:
    zbar = find_zbar()
    if zbar is None:
        return Seen()
    try:
        guesses = _scan(zbar, image, is_binary=False)
        if all(guess.isascii() for guess in guesses):
            texts = [guess.decode() for guess in guesses]
        else:
            raw = _scan(zbar, image, is_binary=True)
            checked = [_text_of(bytes_, guess.decode()) for bytes_, guess in zip(raw, guesses, strict=True)]
            texts = [text for text in checked if text is not None]
        return Seen(tuple(dict.fromkeys(texts)))
    except Exception:  # noqa: BLE001  as above
        return Seen()


@functools.cache
def find_zbar() -> Any:
    """The module ``pyzbar.pyzbar``; None where pyzbar or the library libzbar is missing."""
    try:
        from pyzbar import pyzbar
    except ImportError:
        return None
    return pyzbar


def _scan(zbar: Any, image: Image, *, is_binary: bool) -> list[bytes]:
    from pyzbar import wrapper

    pixels = image.tobytes()
    with zbar._image_scanner() as scanner, zbar._image() as page:  # noqa: SLF001  pyzbar.decode takes no such setting
        configure = wrapper.zbar_image_scanner_set_config
        configure(scanner, 0, wrapper.ZBarConfig.CFG_ENABLE, 0)
        configure(scanner, wrapper.ZBarSymbol.QRCODE, wrapper.ZBarConfig.CFG_ENABLE, 1)
        configure(scanner, wrapper.ZBarSymbol.QRCODE, _ZBAR_BINARY, int(is_binary))
        wrapper.zbar_image_set_format(page, int.from_bytes(b"Y800", "little"))
        wrapper.zbar_image_set_size(page, *image.size)
        wrapper.zbar_image_set_data(page, pixels, len(pixels), None)
        if wrapper.zbar_scan_image(scanner, page) < 0:
            return []
        return list(_symbols(wrapper, page))


def _symbols(wrapper: Any, page: Any) -> Iterator[bytes]:
    import ctypes

    symbol = wrapper.zbar_image_first_symbol(page)
    while symbol:
        if symbol.contents.type == wrapper.ZBarSymbol.QRCODE:
            data = wrapper.zbar_symbol_get_data(symbol)
            yield ctypes.string_at(data, wrapper.zbar_symbol_get_data_length(symbol))
        symbol = wrapper.zbar_symbol_next(symbol)


def _text_of(raw: bytes, guess: str) -> str | None:
    """UTF-8 where the bytes are; else zbar's guess, where it is what Latin-1 (the standard's own) or Shift-JIS says.

    None where they disagree: no text is better than a wrong one, and zxing-cpp has its turns too.
    """
    try:
        return raw.decode()
    except UnicodeDecodeError:
        is_japanese = any(0x80 <= byte < 0xA0 for byte in raw)  # never in texts of Latin-1
        return guess if raw == guess.encode("shift_jis" if is_japanese else "latin-1", "replace") else None
