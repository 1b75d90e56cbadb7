"""Four points seen from another side: the arithmetic of looking at a square askew."""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[float, float]
Corners = Sequence[Point]
"""Upper left, upper right, lower right, lower left."""


def find_perspective(targets: Corners, sources: Corners) -> list[float]:
    """The eight numbers for Pillow that take four points of the new picture to four points of the old one. Raises ZeroDivisionError."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(targets, sources, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    return _solve(rows)


def _solve(rows: list[list[float]]) -> list[float]:
    """Gauss and Jordan; each row is an equation, its last number the right side. Raises ZeroDivisionError."""
    size = len(rows)
    for column in range(size):
        best = max(range(column, size), key=lambda row: abs(rows[row][column]))
        rows[column], rows[best] = rows[best], rows[column]
        lead = rows[column][column]
        rows[column] = [number / lead for number in rows[column]]
        for row in range(size):
            if row != column:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [row[-1] for row in rows]
