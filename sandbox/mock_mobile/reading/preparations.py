"""What is done to grey pixels before they are read again: each against one kind of damage, with Pillow alone.

numpy and OpenCV were tried: wheels of 17 and 61 MB, for no picture that the filters here leave unread at the same cost.
"""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

from sandbox.mock_mobile.perspective import find_perspective

if TYPE_CHECKING:
    from PIL.Image import Image

    from sandbox.mock_mobile.perspective import Corners

_WORKABLE_PIXELS = 2_500_000
_SMALL_PIXELS = 700_000
_ENLARGED_PIXELS = 4_200_000
_SMALLEST_SIDE = 21


def workable(grey: Image) -> Image:
    """At most 2.5 megapixels: the costly steps need no more."""
    return _at_most(grey, _WORKABLE_PIXELS)


def small(grey: Image) -> Image:
    """At most 0.7 megapixels, for what costs most."""
    return _at_most(grey, _SMALL_PIXELS)


def _at_most(grey: Image, pixels: int) -> Image:
    factor = isqrt((grey.width * grey.height - 1) // pixels) + 1
    return grey if factor == 1 else grey.reduce(factor)


def contrast(grey: Image) -> Image:
    from PIL import ImageOps

    return ImageOps.autocontrast(workable(grey))


def reduced(image: Image, factor: int) -> Image | None:
    """None where no code could be left in what remains."""
    return image.reduce(factor) if min(image.size) >= factor * _SMALLEST_SIDE else None


def enlarged(image: Image, most: int) -> Image:
    """``most`` times as large, or less where that would be more than 4.2 megapixels."""
    from PIL.Image import Resampling

    factor = max(1, min(most, isqrt(_ENLARGED_PIXELS // (image.width * image.height))))
    return image.resize((image.width * factor, image.height * factor), Resampling.BICUBIC)


def smooth(image: Image) -> Image:
    """Against the noise of a small sensor."""
    from PIL import ImageFilter

    return image.filter(ImageFilter.BoxBlur(1))


def soft(image: Image, radius: int = 3) -> Image:
    """Against much noise, dithering and the pixels of a screen, where modules are large."""
    from PIL import ImageFilter

    return image.filter(ImageFilter.GaussianBlur(radius))


def median(image: Image) -> Image:
    """Against single black and white pixels."""
    from PIL import ImageFilter

    return image.filter(ImageFilter.MedianFilter(3))


def sharp(image: Image, radius: int = 6, percent: int = 300) -> Image:
    """Against blur; ``radius`` in pixels is about a module."""
    from PIL import ImageFilter

    return image.filter(ImageFilter.UnsharpMask(radius=radius, percent=percent, threshold=0))


def unblurred(image: Image, radius: float, times: int = 8) -> Image:
    """The picture that, blurred by ``radius``, would look like this one: what blurring takes away is given back, many times.

    Van Cittert's iteration, held between black and white. Eight times read blur of up to three quarters of a module, and
    twenty-five a little more.
    """
    from PIL import ImageChops, ImageFilter

    blur, guess = ImageFilter.GaussianBlur(radius), image
    for _ in range(times):
        missing = ImageChops.subtract(image, guess.filter(blur), 0.5, 128)
        guess = ImageChops.add(guess, missing, 1, -128)
    return guess


def evenly_lit(image: Image, radius: int = 20) -> Image:
    """Each pixel against the mean of its surroundings: shadows and glare go, black and white stay."""
    from PIL import ImageChops, ImageFilter

    return ImageChops.subtract(image, image.filter(ImageFilter.BoxBlur(radius)), 1 / 3, 128)


def thick(image: Image) -> Image:
    """What is dark grows by a pixel: dots join, thin lines through a finder pattern stay."""
    from PIL import ImageFilter

    return image.filter(ImageFilter.MinFilter(3))


def unbroken(image: Image) -> Image:
    """Thin dark lines vanish, and what is dark keeps its size."""
    from PIL import ImageFilter

    return image.filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.MinFilter(3))


def filled(image: Image) -> Image:
    """Scratches, light lines through what is dark, vanish; what is dark keeps its size."""
    from PIL import ImageFilter

    return image.filter(ImageFilter.MinFilter(5)).filter(ImageFilter.MaxFilter(5))


def straightened(image: Image, corners: Corners, side: int) -> Image:
    """The code at ``corners`` as a square of ``side`` pixels, with a border of an eighth of it on each side."""
    from PIL.Image import Resampling, Transform

    border = side // 8
    inner = side - 2 * border
    at = [(border, border), (border + inner, border), (border + inner, border + inner), (border, border + inner)]
    return image.transform((side, side), Transform.PERSPECTIVE, find_perspective(at, corners), Resampling.BICUBIC)
