"""The simulated camera: the same seed gives the same photograph, each strength does what it says, and ours are read."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from sandbox.mock_mobile import qr
from sandbox.mock_mobile.camera import Shot, photograph
from sandbox.mock_mobile.perspective import find_perspective
from tests.mock_mobile.pictures import OURS, draw, to_bytes

LONG = 60
READ = {
    "dark_mode": True,
    "printed": 1.0,
    "covered": 0.04,
    "scale": 0.5,
    "tilt": 45,
    "turn": 33,
    "room": 3,
    "shadow": 0.8,
    "glare": 0.6,
    "moire": 0.8,
    "blur": 2.0,
    "motion": 5,
    "fade": 0.9,
    "noise": 40,
    "jpeg": 10,
}
MEANWHILE = {"printed": 0.5, "tilt": 25, "turn": 200, "room": 1.5, "shadow": 0.4, "blur": 0.8, "noise": 8, "jpeg": 60}


def opened(photo: bytes) -> Image.Image:
    return Image.open(BytesIO(photo)).convert("L")


def brightness(photo: bytes) -> float:
    return ImageStat.Stat(opened(photo)).mean[0]


def test_nothing_asked_for_changes_nothing():
    assert ImageChops.difference(opened(photograph(draw())), draw()).getbbox() is None


def test_each_strength_has_a_photograph_that_is_read():
    assert READ.keys() == {field.name for field in fields(Shot)}


@pytest.mark.parametrize("name", READ)
def test_a_strength_changes_the_photograph_which_is_still_read(name):
    photo = photograph(draw(), seed=3, **{name: READ[name]})
    assert photo != photograph(draw(), seed=3, jpeg=95 if name == "jpeg" else None)
    assert qr.read(photo, seconds=LONG).text == OURS


@pytest.mark.parametrize("seed", range(4))
def test_many_circumstances_together_are_read(seed):
    assert qr.read(photograph(to_bytes(draw(box=6)), Shot(**MEANWHILE), seed=seed), seconds=LONG).text == OURS


def test_the_same_seed_gives_the_same_photograph_and_another_seed_another():
    once, again, other = (photograph(draw(), Shot(**MEANWHILE), seed=seed) for seed in (5, 5, 6))
    assert once == again != other


def test_strengths_by_name_go_before_those_of_the_shot():
    assert photograph(draw(), Shot(turn=90, blur=3), blur=0) == photograph(draw(), turn=90)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_right_angles_turn_the_picture_exactly(degrees):
    turned = opened(photograph(draw(), turn=degrees))
    difference = ImageChops.difference(turned, draw().rotate(-degrees))
    assert ImageStat.Stat(difference).mean[0] < 3


def test_more_blur_and_less_scale_leave_less_to_read():
    assert qr.read_all(photograph(draw(), blur=8)) == ()
    assert qr.read_all(photograph(draw(), scale=0.1)) == ()
    assert opened(photograph(draw(), scale=0.1)).width == round(draw().width * 0.1)


def test_room_lays_the_picture_on_a_larger_one():
    assert opened(photograph(draw(), room=3)).size == (draw().width * 3,) * 2


def test_shadow_darkens_and_glare_brightens():
    plain = brightness(photograph(draw()))
    assert brightness(photograph(draw(), shadow=0.5)) < plain < brightness(photograph(draw(), glare=1))


def test_transparent_pictures_lie_on_white():
    nothing = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    assert opened(photograph(nothing)).getextrema() == (255, 255)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tilt", 76),
        ("tilt", -1),
        ("scale", 0),
        ("fade", 1.1),
        ("covered", 2),
        ("room", 0.5),
        ("jpeg", 0),
        ("motion", 61),
    ],
)
def test_a_strength_out_of_range_is_named(name, value):
    with pytest.raises(ValueError, match=f"'{name}' is {value}, and must be"):
        photograph(draw(), **{name: value})


def test_a_circumstance_that_does_not_exist_is_an_error():
    with pytest.raises(TypeError, match="rain"):
        photograph(draw(), rain=1)


def test_importing_the_camera_loads_no_heavy_library():
    code = "import sys, sandbox.mock_mobile.camera; print('PIL' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_perspective_takes_corners_to_corners():
    at, seen = [(0, 0), (100, 0), (100, 100), (0, 100)], ((10, 20), (90, 5), (120, 110), (4, 80))
    a, b, c, d, e, f, g, h = find_perspective(at, seen)
    for (x, y), corner in zip(at, seen, strict=True):
        below = g * x + h * y + 1
        assert ((a * x + b * y + c) / below, (d * x + e * y + f) / below) == pytest.approx(corner)
