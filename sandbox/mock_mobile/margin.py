"""How much a QR code survives: one circumstance of a photograph after the other, stronger until it is no longer read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.mock_mobile import qr
from sandbox.mock_mobile.camera import Shot, photograph

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEEDS = (1, 2)


@dataclass(frozen=True, slots=True)
class Trial:
    """A field of camera.Shot, its strengths in the order of harm, and the one that a code in a shop should survive (ours)."""

    name: str
    unit: str
    strengths: tuple[float, ...]
    wanted: float


@dataclass(frozen=True, slots=True)
class Margin:
    """``survives`` is the last strength before the first that was not read; None when already the weakest was not."""

    trial: Trial
    survives: float | None

    @property
    def is_enough(self) -> bool:
        order = self.trial.strengths
        return self.survives is not None and order.index(self.survives) >= order.index(self.trial.wanted)

    @property
    def is_all(self) -> bool:
        """Nothing that was tried was too much."""
        return self.survives == self.trial.strengths[-1]


TRIALS = (
    Trial("blur", "pixels out of focus", (0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8), 1),
    Trial("motion", "pixels moved", (2, 3, 4, 5, 6, 8, 10, 14, 20), 3),
    Trial("tilt", "degrees from the side", (10, 20, 30, 40, 50, 60, 70), 30),
    Trial("turn", "degrees askew", (7, 45, 90, 133, 180, 222, 315), 315),
    Trial("scale", "times as large", (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1), 0.6),
    Trial("fade", "of the contrast gone", (0.3, 0.5, 0.7, 0.8, 0.9, 0.95), 0.5),
    Trial("noise", "grey levels of grain", (10, 20, 30, 45, 60, 80, 100), 20),
    Trial("covered", "of the picture covered", (0.01, 0.02, 0.03, 0.05, 0.08, 0.12), 0.02),
    Trial("shadow", "less light on one side", (0.3, 0.5, 0.7, 0.8, 0.9), 0.5),
    Trial("glare", "of a lamp mirrored", (0.2, 0.4, 0.6, 0.8, 1), 0.2),
    Trial("moire", "of a screen's dots", (0.3, 0.5, 0.8, 1), 0.3),
    Trial("printed", "of bad printing", (0.3, 0.6, 1), 0.3),
    Trial("jpeg", "quality of the file", (80, 60, 40, 30, 20, 10, 5), 40),
    Trial("dark_mode", "light and dark exchanged", (1,), 1),
)


def measure(picture: bytes, text: str) -> Iterator[Margin]:
    """Each of TRIALS for the code with ``text`` in ``picture``, a file's bytes."""
    for trial in TRIALS:
        yield Margin(trial, _survives(picture, text, trial))


def _survives(picture: bytes, text: str, trial: Trial) -> float | None:
    last = None
    for strength in trial.strengths:
        if not all(_is_read(picture, text, trial.name, strength, seed) for seed in _SEEDS):
            break
        last = strength
    return last


def _is_read(picture: bytes, text: str, name: str, strength: float, seed: int) -> bool:
    strengths: dict[str, Any] = {name: bool(strength) if name == "dark_mode" else strength}
    photo = photograph(picture, Shot(**strengths), seed=seed)
    return any(reading.text == text for reading in qr.read_all(photo))
