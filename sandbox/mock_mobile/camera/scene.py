"""What is photographed, and from where."""

from __future__ import annotations

from math import cos, pi, radians, sin
from typing import TYPE_CHECKING

from sandbox.mock_mobile.camera.grain import make_grain
from sandbox.mock_mobile.perspective import Corners, Point, find_perspective

if TYPE_CHECKING:
    from PIL.Image import Image

    from sandbox.kit.ids import Ids
    from sandbox.mock_mobile.camera.shot import Shot

_EYE = 1.8
"""The camera is this many widths of the picture away from it."""
_SKIN = (196, 150, 122)


def show_surface(image: Image, shot: Shot, chance: Ids) -> Image:
    from PIL import ImageOps

    if shot.dark_mode:
        image = ImageOps.invert(image)
    if shot.printed:
        image = _print(image, shot.printed, chance)
    return _cover(image, shot.covered, chance) if shot.covered else image


def _print(image: Image, strength: float, chance: Ids) -> Image:
    from PIL import ImageChops, ImageFilter

    run = image.filter(ImageFilter.GaussianBlur(0.4 + 0.8 * strength))
    inked = run.point(lambda value: 255 * (value > 128)).filter(ImageFilter.GaussianBlur(0.6))
    paper = inked.point(lambda value: round(30 * strength + value * (1 - 0.3 * strength)))
    fibres = make_grain(image.size, chance, coarse=2).point(lambda value: round(255 - strength * value / 3))
    return ImageChops.multiply(paper, fibres.convert("RGB"))


def _cover(image: Image, share: float, chance: Ids) -> Image:
    from PIL import ImageDraw

    covered, width, height = image.copy(), *image.size
    pen, fingers = ImageDraw.Draw(covered), 3
    radius = (share * width * height / fingers / pi) ** 0.5
    for _ in range(fingers):
        x, y = (side * (30 + chance.number(46)) / 100 for side in (width, height))
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_SKIN)
    return covered


def place(image: Image, shot: Shot, chance: Ids) -> Image:
    from PIL import Image as Pillow

    if shot.scale != 1:
        size = tuple(max(1, round(side * shot.scale)) for side in image.size)
        image = image.resize((size[0], size[1]), Pillow.Resampling.LANCZOS)
    if not (shot.tilt or shot.turn or shot.room > 1):
        return image
    side = radians(chance.number(360))
    corners = [_project(point, image, shot, side) for point in _corners_of(image)]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    width, height = max(x for x, _ in corners) - left, max(y for _, y in corners) - top
    photo = (round(max(width, image.width * shot.room)), round(max(height, image.height * shot.room)))
    away = tuple(
        chance.number(max(1, round(whole - part) + 1)) for whole, part in zip(photo, (width, height), strict=True)
    )
    return _lay(image, photo, [(x - left + away[0], y - top + away[1]) for x, y in corners], chance)


def _corners_of(image: Image) -> Corners:
    return [(0, 0), (image.width, 0), (image.width, image.height), (0, image.height)]


def _project(point: Point, image: Image, shot: Shot, side: float) -> Point:
    """Where a point of the picture appears when the camera looks at it from ``side``, tilted and turned."""
    x, y = point[0] - image.width / 2, point[1] - image.height / 2
    across, along = x * cos(side) + y * sin(side), y * cos(side) - x * sin(side)
    eye = _EYE * max(image.size)
    nearer = eye / (eye + across * sin(radians(shot.tilt)))
    across, along = across * cos(radians(shot.tilt)) * nearer, along * nearer
    angle = side + radians(shot.turn)
    return across * cos(angle) - along * sin(angle), across * sin(angle) + along * cos(angle)


def _lay(image: Image, photo: tuple[int, int], corners: Corners, chance: Ids) -> Image:
    from PIL import Image as Pillow

    table = make_grain(photo, chance, coarse=60).point(lambda value: 70 + value // 3).convert("RGB")
    numbers = find_perspective(corners, _corners_of(image))
    how = (photo, Pillow.Transform.PERSPECTIVE, numbers, Pillow.Resampling.BICUBIC)
    table.paste(image.transform(*how), mask=Pillow.new("L", image.size, 255).transform(*how))
    return table
