"""The circumstances of a photograph, each with a strength."""

from __future__ import annotations

from dataclasses import dataclass

_LONGEST_MOTION = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """Each strength has a range, and a default that changes nothing. Raises ValueError for one out of its range."""

    dark_mode: bool = False
    """Light and dark are exchanged."""
    printed: float = 0
    """0 to 1: ink that runs, on grainy paper that is not white."""
    covered: float = 0
    """The share of the picture, 0 to 1, that fingers lie on."""
    scale: float = 1
    """The size, 0 to 1 (above 1 enlarges), at which it arrives on the sensor."""
    tilt: float = 0
    """Degrees, 0 to 75, that the camera looks from aside; from which side, the seed decides."""
    turn: float = 0
    """Degrees, any, that the phone is held askew."""
    room: float = 1
    """How many times as wide and high the photograph is as what it shows; the rest is a table."""
    shadow: float = 0
    """0 to 1: how much less light falls on one side."""
    glare: float = 0
    """0 to 1: a lamp that is mirrored in the screen."""
    moire: float = 0
    """0 to 1: the screen's own dots against the sensor's."""
    blur: float = 0
    """Pixels (standard deviation) out of focus."""
    motion: float = 0
    """Pixels, up to 60, that the hand moved meanwhile."""
    fade: float = 0
    """0 to 1: how much of the contrast is gone."""
    noise: float = 0
    """Grey levels (standard deviation) of the sensor's grain."""
    jpeg: int | None = None
    """Quality, 1 to 95; without it the photograph is a PNG file."""

    def __post_init__(self) -> None:
        for name in ("printed", "covered", "shadow", "glare", "moire", "fade"):
            _require(name, getattr(self, name), 0, 1)
        _require("tilt", self.tilt, 0, 75)
        _require("scale", self.scale, 0.01, 10)
        _require("room", self.room, 1, 20)
        _require("blur", self.blur, 0, 100)
        _require("motion", self.motion, 0, _LONGEST_MOTION)
        _require("noise", self.noise, 0, 255)
        _require("jpeg", 95 if self.jpeg is None else self.jpeg, 1, 95)


def _require(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"'{name}' is {value}, and must be {low} to {high}.")
