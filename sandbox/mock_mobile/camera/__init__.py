"""What a phone's camera sees of a picture: seeded, so that the same call always gives the same photograph.

    photograph(screenshot, seed=7, turn=12, tilt=30, blur=1.5, noise=8, jpeg=60)

Things happen in the order of the light: what is photographed (dark mode, print, something in front of it), from where
(scale, tilt, turn, room), in which light (shadow, glare, moire), through which lens (blur, motion), on which sensor (fade,
noise), into which file (jpeg). Everything is off unless it is asked for.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from sandbox.kit.ids import Ids
from sandbox.mock_mobile.camera.optics import expose, focus, light
from sandbox.mock_mobile.camera.scene import place, show_surface
from sandbox.mock_mobile.camera.shot import Shot

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Shot", "photograph"]


def photograph(picture: bytes | Image, shot: Shot | None = None, *, seed: int = 0, **strengths: Any) -> bytes:
    """The file that the phone's camera makes of ``picture`` (a picture file's bytes, or an image of Pillow's).

    ``strengths`` are fields of Shot, and go before those of ``shot``. Raises ValueError for a strength out of its range,
    TypeError for one that does not exist.
    """
    from PIL import Image as Pillow

    shot = replace(shot or Shot(), **strengths)
    image = Pillow.open(BytesIO(picture)) if isinstance(picture, bytes) else picture
    chance = Ids(seed, "camera")
    seen = _flat(image)
    for change in (show_surface, place, light, focus, expose):
        seen = change(seen, shot, chance)
    file = BytesIO()
    if shot.jpeg is None:
        seen.save(file, "PNG", compress_level=1)
    else:
        seen.save(file, "JPEG", quality=shot.jpeg)
    return file.getvalue()


def _flat(image: Image) -> Image:
    from PIL import Image as Pillow

    white = Pillow.new("RGBA", image.size, "white")
    return Pillow.alpha_composite(white, image.convert("RGBA")).convert("RGB")
