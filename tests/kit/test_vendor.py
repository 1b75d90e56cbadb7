"""Files of others are as they were published, and say whose they are."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import sandbox.kit.web

VENDOR = Path(sandbox.kit.web.__file__).parent / "ui" / "static" / "vendor"
DIGESTS = {
    "uPlot.iife.min.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
    "uPlot.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    "uPlot.LICENSE": "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
}


@pytest.mark.parametrize("name", DIGESTS)
def test_a_vendored_file_is_untouched(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == DIGESTS[name]


def test_every_vendored_file_is_told_of() -> None:
    told = (VENDOR / "README.md").read_text("utf-8")
    assert {path.name for path in VENDOR.iterdir()} == {*DIGESTS, "README.md"}
    assert all(name in told for name in DIGESTS)
    assert "MIT" in (VENDOR / "uPlot.LICENSE").read_text("utf-8")
