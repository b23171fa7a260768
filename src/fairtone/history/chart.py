"""Drawings of the report: a comparison over time, and findings over the whole time, as SVG paths.

Drawings are stretched to the width of the page, so all words stand beside them, as HTML.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fairtone.history.exhibit import Panel
from fairtone.history.summary import COLUMNS, Overview

WIDTH, HEIGHT = 600, 90


@dataclass(frozen=True, slots=True)
class Chart:
    """A panel as paths in a box of `WIDTH` by `HEIGHT`; `level` is where the threshold is said.

    `level` and `mark` are percentages from the top and from the left.
    """

    line: str
    area: str
    threshold: str
    level: float
    mark: float


def chart_of(panel: Panel, at: int) -> Chart:
    """A panel drawn, with the finding at `at` marked."""
    start, end = panel.moments[0], panel.moments[-1]
    known = [value for value in (*panel.left, *panel.right) if value is not None]
    top = max(known, default=0.0) * 1.12 or 1.0

    def x(moment: int) -> float:
        return round((moment - start) / max(end - start, 1) * WIDTH, 1)

    def y(value: float) -> float:
        return round(HEIGHT - value / top * HEIGHT, 1)

    lines = _runs(panel.moments, panel.left)
    bounds = _runs(panel.moments, panel.right)
    line = "".join(_steps([(x(when), y(value)) for when, value in run]) for run in lines)
    area = "".join(
        f"{_steps([(x(when), y(value)) for when, value in run])}V{HEIGHT}H{x(run[0][0])}z"
        for run in lines
    )
    threshold = "".join(_steps([(x(when), y(value)) for when, value in run]) for run in bounds)
    last = next((value for value in reversed(panel.right) if value is not None), 0.0)
    return Chart(line, area, threshold, y(last) / HEIGHT * 100, x(at) / WIDTH * 100)


@dataclass(frozen=True, slots=True)
class Lane:
    """Findings of one clause over the whole time: bars as (left in the box, height in percent)."""

    clause: str
    bars: tuple[tuple[float, float], ...]


def volume_of(overview: Overview) -> str:
    """All events over time as one area in a box of `WIDTH` by `HEIGHT`."""
    top = max(overview.volume, default=0) or 1
    wide = WIDTH / COLUMNS
    points = [(0.0, float(HEIGHT))]
    for place, count in enumerate(overview.volume):
        level = round(HEIGHT - count / top * (HEIGHT - 2), 1)
        points += [(round(place * wide, 1), level), (round((place + 1) * wide, 1), level)]
    return _path([*points, (float(WIDTH), float(HEIGHT))]) + "z"


def lane_of(clause: str, marks: dict[int, int]) -> Lane:
    """The findings of a clause as bars; even a single finding is seen, many stand taller."""
    top = max(marks.values(), default=1)
    return Lane(
        clause,
        tuple(
            (round(place / COLUMNS * WIDTH, 1), round(35 + 65 * (count / top) ** 0.5, 1))
            for place, count in sorted(marks.items())
        ),
    )


def _runs(moments: Sequence[int], values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """The stretches in which a value is known."""
    runs: list[list[tuple[int, float]]] = []
    open_run: list[tuple[int, float]] | None = None
    for moment, value in zip(moments, values, strict=True):
        if value is None:
            open_run = None
        elif open_run is None:
            open_run = [(moment, value)]
            runs.append(open_run)
        else:
            open_run.append((moment, value))
    return runs


def _steps(points: Sequence[tuple[float, float]]) -> str:
    """A path that stays at a value until the next is known: windows jump, they do not glide."""
    (x, y), rest = points[0], points[1:]
    path = f"M{x} {y}"
    for across, down in rest:
        path += f"H{across}" if down == y else f"H{across}V{down}"
        y = down
    return path


def _path(points: Sequence[tuple[float, float]]) -> str:
    (x, y), rest = points[0], points[1:]
    return f"M{x} {y}" + "".join(f"L{a} {b}" for a, b in rest)
