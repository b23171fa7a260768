"""Drawings: steps that hold, gaps where nothing is known, every finding visible."""

from fairtone.events import Unit
from fairtone.history import Panel
from fairtone.history.chart import HEIGHT, WIDTH, chart_of, lane_of


def panel(left: list[float | None], right: float | None = 50.0) -> Panel:
    moments = tuple(range(0, 100 * len(left), 100))
    return Panel("x > 50", ">", Unit.COUNT, moments, tuple(left), (right,) * len(left))


def test_a_value_holds_until_the_next() -> None:
    chart = chart_of(panel([0, 100]), 100)
    assert chart.line.startswith(f"M0.0 {float(HEIGHT)}H{float(WIDTH)}V")


def test_the_unknown_leaves_a_gap() -> None:
    chart = chart_of(panel([1, None, 1]), 100)
    assert chart.line.count("M") == 2
    assert chart_of(panel([None, None], None), 100).line == ""


def test_the_threshold_and_the_finding_lie_where_they_are() -> None:
    chart = chart_of(panel([0, 100, 100]), 100)
    assert chart.mark == 50
    assert abs(chart.level - (100 - 50 / 112 * 100)) < 0.1


def test_nothing_but_zeros_can_be_drawn() -> None:
    assert chart_of(panel([0, 0], 0.0), 0).level == 100


def test_a_single_finding_beside_many_is_still_seen() -> None:
    lane = lane_of("A1", {3: 1, 60: 10_000})
    assert [height > 30 for _, height in lane.bars] == [True, True]
