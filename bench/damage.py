"""How many photographs of QR codes are read, by kind of damage: pyzbar alone, zxing-cpp alone, either of them, and ours."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from io import BytesIO
from time import perf_counter
from typing import TYPE_CHECKING

from bench.report import Figures, median, percentile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.options import Options

_PICTURES_PER_TURN = 4
_MODULE_PIXELS = (3, 4, 6, 8)
_FIRST_STEPS = ("zxing-cpp", "zxing-cpp, reduced")
READERS = ("pyzbar", "zxing", "either", "ours")
DAMAGE: dict[str, dict[str, tuple[float, float]]] = {
    "none": {},
    "turned": {"turn": (0, 360)},
    "tilted": {"tilt": (25, 65), "turn": (0, 360)},
    "shrunk": {"scale": (0.25, 0.6), "turn": (0, 360)},
    "small_in_large": {"room": (3, 6), "scale": (0.4, 0.8), "turn": (0, 360)},
    "blurred": {"blur": (1, 4)},
    "moved": {"motion": (3, 12)},
    "grainy": {"noise": (25, 90)},
    "pale": {"fade": (0.8, 0.97), "noise": (0, 3)},
    "shadowed": {"shadow": (0.6, 0.95), "turn": (-20, 20)},
    "glaring": {"glare": (0.3, 1)},
    "moire": {"moire": (0.5, 1), "turn": (-10, 10)},
    "printed": {"printed": (0.4, 1), "tilt": (5, 30), "room": (1.2, 2), "jpeg": (40, 80)},
    "covered": {"covered": (0.01, 0.07)},
    "jpeg": {"jpeg": (4, 25)},
    "dark_mode": {"dark_mode": (1, 1), "turn": (0, 360), "blur": (0, 1)},
    "together": {"tilt": (10, 35), "turn": (0, 360), "shadow": (0, 0.6), "blur": (0.4, 1.4), "noise": (4, 20)},
}
"""Each circumstance (a field of camera.Shot) with the least and the most that is drawn."""


@dataclass(frozen=True)
class Photo:
    kind: str
    text: str
    file: bytes


@dataclass(frozen=True)
class Read:
    """Which of READERS found the text; how long ours took, whether its first step was enough, and its other texts."""

    kind: str
    found: dict[str, bool]
    milliseconds: float
    is_first: bool
    wrong: int


def measure(options: Options) -> Figures:
    """Percentages for each kind and for all, and the time of ours where the first reader succeeds."""
    from sandbox.mock_mobile import qr

    qr.warm_up()
    reads = [read(photo) for photo in take_photos(options.turns * _PICTURES_PER_TURN)]
    return summarize(reads)


def take_photos(number: int, kinds: dict[str, dict[str, tuple[float, float]]] | None = None) -> Iterator[Photo]:
    """``number`` photographs of each kind; the same ones every time."""
    from sandbox.mock_mobile.camera import photograph

    for kind, circumstances in (DAMAGE if kinds is None else kinds).items():
        dice = random.Random(kind)
        for seed in range(number):
            text = _draw_text(dice)
            strengths = {name: _strength(name, dice.uniform(*limits)) for name, limits in circumstances.items()}
            code = _draw_code(text, _MODULE_PIXELS[seed % len(_MODULE_PIXELS)])
            yield Photo(kind, text, photograph(code, seed=seed, **strengths))


def summarize(reads: list[Read]) -> Figures:
    figures: Figures = {}
    by_kind: dict[str, list[Read]] = defaultdict(list)
    for read in reads:
        by_kind[read.kind].append(read)
    for kind, some in [("all", reads), *by_kind.items()]:
        for reader in READERS:
            figures[f"read_{kind}_{reader}_percent"] = 100 * sum(read.found[reader] for read in some) / len(some)
    quick = [read.milliseconds for read in reads if read.is_first]
    if quick:
        figures["read_first_step_milliseconds"] = median(quick)
    figures["read_p99_milliseconds"] = percentile([read.milliseconds for read in reads], 99)
    figures["read_wrong_texts"] = sum(read.wrong for read in reads)
    return figures


def read(photo: Photo) -> Read:
    from PIL import Image

    from sandbox.mock_mobile import qr

    started = perf_counter()
    ours = qr.read_all(photo.file)
    took = (perf_counter() - started) * 1000
    image = Image.open(BytesIO(photo.file))
    found = {"pyzbar": photo.text in _with_pyzbar(image), "zxing": photo.text in _with_zxing(image)}
    found["either"] = any(found.values())
    found["ours"] = any(reading.text == photo.text for reading in ours)
    wrong = sum(reading.text != photo.text for reading in ours)
    return Read(photo.kind, found, took, bool(ours) and ours[0].reader in _FIRST_STEPS, wrong)


def _with_pyzbar(image: object) -> list[str]:
    from pyzbar import pyzbar

    return [code.data.decode() for code in pyzbar.decode(image, [pyzbar.ZBarSymbol.QRCODE])]


def _with_zxing(image: object) -> list[str]:
    import zxingcpp

    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in zxingcpp.read_barcodes(image, formats=formats)]


def _strength(name: str, value: float) -> float | bool:
    if name == "dark_mode":
        return bool(value)
    return int(value) if name == "jpeg" else value


def _draw_text(dice: random.Random) -> str:
    """A payment form's code, or another's text."""
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGH0123456789_-"
    session = "".join(dice.choices(letters, k=22))
    ours = f"flouci-sandbox://pay?v=1&app=6f1c1f0e-7d0a-4c39-9a9e-0b7c6a2f5d11&amount={dice.randint(1, 99999)}&session={session}"
    person = f"flouci-sandbox://wallet?v=1&phone=2{dice.randint(1000000, 9999999)}"
    foreign = f"https://example.com/{''.join(dice.choices(letters, k=dice.randint(3, 60)))}"
    return dice.choices((ours, person, foreign), (4, 1, 1))[0]


def _draw_code(text: str, pixels: int) -> bytes:
    import qrcode

    code = qrcode.QRCode(box_size=pixels, border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    file = BytesIO()
    code.make_image().get_image().convert("L").save(file, "PNG", compress_level=1)
    return file.getvalue()
