"""Reads the QR codes in a picture, as the phone's camera would, and tells which of them is meant.

Pictures are read in processes of their own (``reading/pool.py``), so that no picture keeps a core, or the sandbox, busy for
longer than ``SECONDS`` and one more, and none can make it crash. The first picture waits for that process to start, about 0.2 s.
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.contracts.errors import NoQrFound, PictureTooLarge, SeveralQrFound, UnreadablePicture
from sandbox.contracts.qr_payload import is_ours

SECONDS = 4.0
LIVE_SECONDS = 0.6
"""For one of a camera's many frames: the next one comes soon."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of one QR code, and the step that read it, such as ``zxing-cpp`` or ``pyzbar, contrast``."""

    text: str
    reader: str


def read(picture: bytes, *, seconds: float = SECONDS) -> Reading:
    """The one code that is meant: the sandbox's own where there is one, else the first of the others.

    ``picture`` is a PNG, JPEG, WebP, GIF or BMP file. Raises UnreadablePicture, PictureTooLarge, NoQrFound, or
    SeveralQrFound, whose ``details["texts"]`` are the sandbox's codes that may be meant.
    """
    readings = read_all(picture, seconds=seconds)
    if not readings:
        raise NoQrFound(field="image")
    ours = [reading for reading in readings if is_ours(reading.text)]
    if len(ours) > 1:
        raise SeveralQrFound(field="image", texts=[reading.text for reading in ours])
    return ours[0] if ours else readings[0]


def read_all(picture: bytes, *, seconds: float = SECONDS) -> tuple[Reading, ...]:
    """Every different text that is found until the sandbox's code is among them, or no more codes are seen.

    After ``seconds`` no further attempt begins, and one that is still busy a second later is ended: what was not read by
    then counts as not there. Raises UnreadablePicture or PictureTooLarge.
    """
    from sandbox.mock_mobile.reading.pool import POOL, GaveUpError

    try:
        answer = POOL.ask(picture, seconds)
    except GaveUpError:
        return ()
    match answer.get("problem"):
        case "unreadable":
            raise UnreadablePicture(field="image")
        case "too large":
            raise PictureTooLarge(field="image")
    return tuple(Reading(text, reader) for text, reader in answer["readings"])


def warm_up() -> None:
    """Load the readers before the first picture comes."""
    from sandbox.mock_mobile.reading.pool import POOL

    POOL.warm_up()


def zbar_problem() -> str | None:
    """None when libzbar can be loaded, else one sentence that says how to install it; reading works without it, less well."""
    import ctypes

    from sandbox.mock_mobile.reading.readers import find_zbar

    try:
        ctypes.CDLL("libzbar.so.0")
    except OSError:
        if find_zbar() is None:
            return (
                "libzbar is missing: run 'apt-get install libzbar0' (Debian, Ubuntu) or 'brew install zbar' (macOS); "
                "until then damaged QR pictures are read with zxing-cpp alone."
            )
    return None
