"""In which light, through which lens and on which sensor."""

from __future__ import annotations

from math import cos, pi, radians, sin
from typing import TYPE_CHECKING

from sandbox.mock_mobile.camera.grain import DEVIATION, make_grain

if TYPE_CHECKING:
    from PIL.Image import Image

    from sandbox.kit.ids import Ids
    from sandbox.mock_mobile.camera.shot import Shot


def light(image: Image, shot: Shot, chance: Ids) -> Image:
    from PIL import Image as Pillow
    from PIL import ImageChops

    if shot.shadow:
        ramp = Pillow.linear_gradient("L").rotate(chance.number(4) * 90).resize(image.size)
        fall = ramp.point(lambda value: round(255 - shot.shadow * value))
        image = ImageChops.multiply(image, fall.convert("RGB"))
    if shot.moire:
        image = _dots(image, shot.moire, chance)
    if shot.glare:
        lamp = Pillow.radial_gradient("L").point(lambda value: round(max(0, 400 - 2.6 * value) * shot.glare))
        wide = round(max(image.size) * (0.3 + chance.number(30) / 100))
        at = tuple(chance.number(side) - wide // 2 for side in image.size)
        shine = Pillow.new("L", image.size)
        shine.paste(lamp.resize((wide, wide)), (at[0], at[1]))
        image = ImageChops.add(image, shine.convert("RGB"))
    return image


def _dots(image: Image, strength: float, chance: Ids) -> Image:
    """Two waves across each other, each colour's a little beside the others'."""
    from PIL import Image as Pillow
    from PIL import ImageChops

    side = round((image.width**2 + image.height**2) ** 0.5) + 2
    period, angle = 2.2 + chance.number(40) / 10, chance.number(90)
    channels = []
    for number, channel in enumerate(image.split()):
        wave = bytes(round(255 - strength * 90 * (1 + cos(2 * pi * (x / period + number / 3)))) for x in range(side))
        stripes = Pillow.frombytes("L", (side, 1), wave).resize((side, side))
        for turn in (angle, angle + 90):
            channel = ImageChops.multiply(channel, _middle(stripes.rotate(turn), image.size))  # noqa: PLW2901
        channels.append(channel)
    return Pillow.merge("RGB", channels)


def _middle(image: Image, size: tuple[int, int]) -> Image:
    left, top = (image.width - size[0]) // 2, (image.height - size[1]) // 2
    return image.crop((left, top, left + size[0], top + size[1]))


def focus(image: Image, shot: Shot, chance: Ids) -> Image:
    from PIL import Image as Pillow
    from PIL import ImageChops, ImageFilter

    if shot.blur:
        image = image.filter(ImageFilter.GaussianBlur(shot.blur))
    if shot.motion:
        angle, moved = radians(chance.number(180)), image
        steps = max(2, round(shot.motion))
        for step in range(1, steps):
            there = (step - steps / 2, cos(angle), sin(angle))
            shifted = ImageChops.offset(image, round(there[0] * there[1]), round(there[0] * there[2]))
            moved = Pillow.blend(moved, shifted, 1 / (step + 1))
        image = moved
    return image


def expose(image: Image, shot: Shot, chance: Ids) -> Image:
    from PIL import Image as Pillow
    from PIL import ImageChops

    if shot.fade:
        grey = Pillow.new("RGB", image.size, (90 + chance.number(80),) * 3)
        image = Pillow.blend(image, grey, shot.fade)
    if shot.noise:
        strength = shot.noise / DEVIATION
        grain = make_grain(image.size, chance).point(lambda value: round(128 + (value - 127.5) * strength))
        image = ImageChops.add(image, grain.convert("RGB"), 1, -128)
    return image
