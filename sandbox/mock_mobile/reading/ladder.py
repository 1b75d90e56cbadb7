"""The steps from a picture to its texts, cheapest first, until one of the sandbox's own codes is read or time is over.

The order was measured: gain per millisecond on pictures of 37 kinds of damage, made by other means than ``camera``. Of 444 that
had no part in choosing it, pyzbar reads 249, zxing-cpp 328, one of the two 347, and these steps 426, none of them wrongly (zxing-cpp
3.1, zbar 0.23.92). The first step reads 315, in 4 to 6 ms each, decoding the file included; a picture without a code costs 1 s.
``bench/damage.py`` measures such figures again.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from sandbox.contracts.qr_payload import is_ours
from sandbox.mock_mobile.reading import preparations as make
from sandbox.mock_mobile.reading.pixels import Picture
from sandbox.mock_mobile.reading.readers import Seen, read_with_zbar, read_with_zxing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL.Image import Image

    from sandbox.mock_mobile.perspective import Corners

_STRAIGHT_SIDES = (640, 320)
_MOST_UNREAD = 3


class Pixels:
    """What several steps need of one grey picture, made once."""

    def __init__(self, grey: Image) -> None:
        self.grey = grey

    @functools.cached_property
    def contrast(self) -> Image:
        return make.contrast(self.grey)

    @functools.cached_property
    def small(self) -> Image:
        return make.small(self.contrast)

    @functools.cached_property
    def halved(self) -> Image | None:
        return make.reduced(self.contrast, 2)


@dataclass(frozen=True, slots=True)
class Step:
    """One attempt. ``prepare`` gives None where it would change nothing that was not tried before."""

    name: str
    read: Callable[[Image], Seen]
    prepare: Callable[[Pixels], Image | None]


def climb(file: bytes, seconds: float) -> list[tuple[str, str]]:
    """Each different text with the name of the step that read it; no step begins after ``seconds``.

    A foreign code is enough, unless another code was seen that could not be read: it may be the sandbox's, and the cheap
    steps are tried for it.
    Raises UnreadableError or TooLargeError.
    """
    deadline = perf_counter() + seconds
    picture = Picture(file)
    found: dict[str, str] = {}
    unread: list[Corners] = []
    for name, seen in _attempts(picture, found, unread):
        for text in seen.texts:
            found.setdefault(text, name)
        unread.extend(seen.unread)
        if any(map(is_ours, found)) or (found and not unread) or perf_counter() > deadline:
            break
    return list(found.items())


def _attempts(picture: Picture, found: dict[str, str], unread: list[Corners]) -> Iterator[tuple[str, Seen]]:
    """``found`` and ``unread`` are what came of the attempts so far."""
    pixels = Pixels(picture.grey)
    yield from _try_steps(QUICK_STEPS, pixels)
    yield from _try_straightened(pixels, unread)
    if not found:
        yield from _try_other_sides(picture)
        yield from _try_steps(STEPS[len(QUICK_STEPS) :], pixels)


def _try_steps(steps: tuple[Step, ...], pixels: Pixels, note: str = "") -> Iterator[tuple[str, Seen]]:
    for step in steps:
        prepared = step.prepare(pixels)
        if prepared is not None:
            yield step.name + note, step.read(prepared)


def _try_straightened(pixels: Pixels, unread: list[Corners]) -> Iterator[tuple[str, Seen]]:
    """Codes that were seen and not read, each looked at from straight ahead."""
    for corners in list(dict.fromkeys(unread))[:_MOST_UNREAD]:
        for side in _STRAIGHT_SIDES:
            try:
                straight = make.straightened(pixels.grey, corners, side)
            except ZeroDivisionError:  # three corners on a line
                break
            yield "zxing-cpp, straightened", read_with_zxing(make.contrast(straight))


def _try_other_sides(picture: Picture) -> Iterator[tuple[str, Seen]]:
    """What the grey picture does not show: other frames, what is white on nothing, colours of the same lightness."""
    for frame in picture.more_frames():
        yield "zxing-cpp, later frame", read_with_zxing(frame)
    on_black = picture.grey_on_black()
    if on_black is not None:
        yield from _try_steps(QUICK_STEPS, Pixels(on_black), ", on black")
    coloured = picture.colours()
    if coloured is not None:
        for name, channel in zip(("red", "green", "blue"), make.workable(coloured).split(), strict=True):
            yield f"zxing-cpp, {name}", read_with_zxing(make.contrast(channel))


def _zxing_global(image: Image) -> Seen:
    return read_with_zxing(image, is_global=True)


def _reduced(pixels: Pixels) -> Image | None:
    smaller = make.workable(pixels.grey)
    return None if smaller is pixels.grey else smaller


def _contrast(then: Callable[[Image], Image | None]) -> Callable[[Pixels], Image | None]:
    return lambda pixels: then(pixels.contrast)


def _halved(then: Callable[[Image], Image]) -> Callable[[Pixels], Image | None]:
    return lambda pixels: None if pixels.halved is None else then(pixels.halved)


def _small(then: Callable[[Image], Image]) -> Callable[[Pixels], Image | None]:
    return lambda pixels: then(pixels.small)


def _enlarged(image: Image) -> Image:
    return make.enlarged(image, 2)


def _enlarged_and_sharp(image: Image) -> Image:
    return make.sharp(make.enlarged(image, 3))


QUICK_STEPS: tuple[Step, ...] = (
    Step("zxing-cpp, reduced", read_with_zxing, _reduced),
    Step("zxing-cpp", read_with_zxing, lambda pixels: pixels.grey),
    Step("zxing-cpp, contrast", read_with_zxing, lambda pixels: pixels.contrast),
    Step("zxing-cpp, one threshold", _zxing_global, lambda pixels: pixels.contrast),
    Step("zxing-cpp, smooth", read_with_zxing, _contrast(make.smooth)),
    Step("zxing-cpp, a quarter", read_with_zxing, _contrast(lambda image: make.reduced(image, 4))),
    Step("zxing-cpp, a third", read_with_zxing, _contrast(lambda image: make.reduced(image, 3))),
)
"""These cost a few milliseconds each."""

STEPS: tuple[Step, ...] = (
    *QUICK_STEPS,
    Step("pyzbar, contrast", read_with_zbar, lambda pixels: pixels.contrast),
    Step("zxing-cpp, soft", read_with_zxing, _small(make.soft)),
    Step("pyzbar, smooth", read_with_zbar, _contrast(make.smooth)),
    Step("zxing-cpp, evenly lit", read_with_zxing, _contrast(make.evenly_lit)),
    Step(
        "zxing-cpp, smooth and evenly lit",
        read_with_zxing,
        _contrast(lambda i: make.smooth(make.evenly_lit(make.smooth(i)))),
    ),
    Step("zxing-cpp, unblurred 2.5", read_with_zxing, _small(lambda image: make.unblurred(image, 2.5))),
    Step("zxing-cpp, unblurred 5.5", read_with_zxing, _small(lambda image: make.unblurred(image, 5.5))),
    Step("zxing-cpp, unblurred 4", read_with_zxing, _small(lambda image: make.unblurred(image, 4))),
    Step("zxing-cpp, enlarged", read_with_zxing, _contrast(_enlarged)),
    Step("pyzbar, enlarged and soft", read_with_zbar, _small(lambda image: make.soft(_enlarged(image), 2))),
    Step("zxing-cpp, unblurred 1.5", read_with_zxing, _small(lambda image: make.unblurred(image, 1.5))),
    Step("pyzbar, halved", read_with_zbar, _halved(lambda half: half)),
    Step("zxing-cpp, unbroken", read_with_zxing, _contrast(make.unbroken)),
    Step("zxing-cpp, thick", read_with_zxing, _contrast(lambda image: make.smooth(make.thick(image)))),
    Step("zxing-cpp, filled", read_with_zxing, _small(make.filled)),
    Step("zxing-cpp, enlarged and sharp", read_with_zxing, _contrast(_enlarged_and_sharp)),
    Step("zxing-cpp, halved and smooth", read_with_zxing, _halved(make.smooth)),
    Step("zxing-cpp, halved and sharp", read_with_zxing, _halved(_enlarged_and_sharp)),
    Step("zxing-cpp, median", read_with_zxing, _contrast(make.median)),
    Step("pyzbar, thick", read_with_zbar, _contrast(lambda image: make.smooth(make.thick(image)))),
    Step("pyzbar, enlarged and sharp", read_with_zbar, _contrast(_enlarged_and_sharp)),
    Step("pyzbar, enlarged and median", read_with_zbar, _contrast(lambda image: make.median(make.enlarged(image, 2)))),
    Step("zxing-cpp, long unblurred 7.5", read_with_zxing, _small(lambda image: make.unblurred(image, 7.5, 25))),
    Step("zxing-cpp, long unblurred 2.5", read_with_zxing, _small(lambda image: make.unblurred(image, 2.5, 25))),
    Step("zxing-cpp, long unblurred 4.5", read_with_zxing, _small(lambda image: make.unblurred(image, 4.5, 25))),
)
