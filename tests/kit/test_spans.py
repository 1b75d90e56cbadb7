"""Spans of time as people write them."""

from __future__ import annotations

import pytest

from sandbox.kit.spans import parse_span


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("20m", 1200),
        ("1h30m", 5400),
        ("1 hour 30 min", 5400),
        ("2w", 1_209_600),
        (" 1.5 H ", 5400),
        ("-5m", -300),
        ("0", 0),
    ],
)
def test_a_span_is_so_many_seconds(text: str, seconds: float) -> None:
    assert parse_span(text) == seconds


@pytest.mark.parametrize("text", ["", "-", "soon", "5 parsecs", "h", "1h30", "m5", "1" * 100 + "h"])
def test_what_is_no_span_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="is no span of time: give seconds, or 20m, 1h30m, 7d"):
        parse_span(text)
