"""Grey pixels by chance: the grain of sensors and paper, and the pattern of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

    from sandbox.kit.ids import Ids

DEVIATION = 52.0
"""Standard deviation of the grain, in grey levels."""


def make_grain(size: tuple[int, int], chance: Ids, coarse: int = 1) -> Image:
    """Grey pixels around 127, ``coarse`` pixels wide."""
    from PIL import Image as Pillow
    from PIL import ImageChops

    small = tuple(max(2, side // coarse) for side in size)
    count = small[0] * small[1]
    one, two = (Pillow.frombytes("L", (small[0], small[1]), chance.random_bytes(count)) for _ in range(2))
    return ImageChops.add(one, two, 2).resize(size, Pillow.Resampling.BICUBIC)
