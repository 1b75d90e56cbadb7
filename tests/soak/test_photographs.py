"""Photographs of every kind of damage: ours reads all that a reader alone reads, and never a text that is not there.

One photograph of each kind in every test run, thirty with SANDBOX_SOAK=1.
"""

from __future__ import annotations

import os

import pytest

from bench.damage import DAMAGE, READERS, read, take_photos

PHOTOS = 30 if os.environ.get("SANDBOX_SOAK") == "1" else 1


@pytest.mark.parametrize("kind", DAMAGE)
def test_what_either_reader_reads_is_read(kind):
    for photo in take_photos(PHOTOS, {kind: DAMAGE[kind]}):
        done = read(photo)
        assert done.found.keys() == set(READERS)
        assert done.found["ours"] or not done.found["either"], photo.text
        assert done.wrong == 0, photo.text
