"""The photographs that the readers are compared on."""

from __future__ import annotations

import json
from dataclasses import fields

from bench.damage import DAMAGE, READERS, Read, measure, summarize, take_photos
from bench.options import Options
from bench.report import make_report
from sandbox.mock_mobile.camera import Shot


def test_each_kind_of_damage_is_made_of_circumstances_of_the_camera() -> None:
    known = {field.name for field in fields(Shot)}
    assert {name for kind in DAMAGE.values() for name in kind} <= known


def test_photographs_are_the_same_every_time() -> None:
    some = {kind: DAMAGE[kind] for kind in ("none", "tilted", "moire")}
    assert list(take_photos(1, some)) == list(take_photos(1, some))


def test_readers_are_compared_by_kind_and_wrong_texts_are_counted() -> None:
    found = dict.fromkeys(READERS, True)
    reads = [
        Read("blurred", found, 10, is_first=True, wrong=0),
        Read("blurred", found | {"zxing": False}, 200, is_first=False, wrong=1),
    ]
    figures = summarize(reads)
    assert figures["read_blurred_zxing_percent"] == figures["read_all_zxing_percent"] == 50
    assert figures["read_blurred_ours_percent"] == 100
    assert (figures["read_first_step_milliseconds"], figures["read_wrong_texts"]) == (10, 1)
    met = {target["promise"]: target["met"] for target in make_report(figures, [], machine={})["targets"]}
    assert met["texts read that no code holds"] is False
    assert met["photographs read: times those that pyzbar or zxing-cpp read"] is True


def test_the_readers_are_measured(monkeypatch) -> None:
    monkeypatch.setattr("bench.damage.DAMAGE", {"none": {}, "blurred": {"blur": (1, 1)}})
    figures = measure(Options(turns=1))
    assert figures["read_none_ours_percent"] == figures["read_blurred_ours_percent"] == 100
    assert figures["read_wrong_texts"] == 0
    assert json.dumps(figures)
