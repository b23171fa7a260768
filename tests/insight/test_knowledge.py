"""Several insights as one, and that the battery finds an insight that breaks the contract."""

from dataclasses import dataclass, field

import pyarrow as pa
import pytest

from fairtone.events import Batch, Event, batch_of
from fairtone.insight import (
    INSIGHTS,
    Clocks,
    Insight,
    Networks,
    Numbering,
    Rate,
    Tariff,
    check_insight,
)

BATCH = batch_of(
    [
        Event(
            "call.attempt", 5, {"callee.dialled": "+442079460000", "source.address": "192.0.2.1"}
        ),
        Event("call.ended", 3, {"callee.dialled": "+442079460000", "duration": 60_000}),
        Event("registration", 4, {"account": "1001", "clock": 7}),
    ]
)


def test_a_later_insight_sees_what_an_earlier_one_added() -> None:
    insight = Insight.of(Numbering(), Tariff([Rate(44, 10_000)]))
    assert insight.add(BATCH).column("price").to_pylist() == [10_000, 10_000, None]
    assert insight.add(BATCH).column("cost").to_pylist() == [None, 10_000, None]


def test_together_they_keep_the_contract() -> None:
    check_insight(Insight.of(Numbering(), Clocks(), Networks(), Tariff([Rate(44, 1)])), BATCH)


def test_every_insight_is_in_the_registry_and_named_by_its_fields() -> None:
    assert [insight.name for insight in INSIGHTS] == [
        "numbering",
        "clocks",
        "networks",
        "accounts",
        "tariff",
    ]


@dataclass
class Broken:
    """An insight that breaks its contract in one way."""

    how: str
    fields: tuple[str, ...] = ("clock",)
    _times: list[int] = field(default_factory=lambda: [0])

    def add(self, batch: Batch) -> Batch:
        good = Clocks().add(batch)
        self._times[0] += 1
        place = good.schema.get_field_index("clock")
        twelve = pa.array([12] * batch.num_rows, pa.int64())
        match self.how:
            case "loses a row":
                return good.slice(1)
            case "turns the order":
                return good.take(pa.array(range(good.num_rows - 1, -1, -1), pa.int64()))
            case "overwrites":
                return good.set_column(place, "clock", twelve).drop_columns(["weekend"])
            case "adds more":
                return good
            case "changes its mind":
                column = pa.array([self._times[0]] * batch.num_rows, pa.int64())
                return (
                    batch if "clock" in batch.schema.names else batch.append_column("clock", column)
                )
            case _:
                return good.set_column(place, "clock", twelve.cast(pa.float64()))


@pytest.mark.parametrize(
    "how",
    ["loses a row", "turns the order", "overwrites", "adds more", "changes its mind", "wrong type"],
)
def test_the_battery_finds_a_broken_insight(how: str) -> None:
    batch = batch_of([Event("call.attempt", n, {"call": f"{n}"}) for n in range(3)])
    if how == "overwrites":
        batch = batch.append_column("clock", pa.array([1, None, 3], pa.int64()))
    with pytest.raises((AssertionError, ValueError)):
        check_insight(Broken(how), batch)


def test_the_battery_passes_a_sound_insight() -> None:
    check_insight(Clocks(), batch_of([Event("call.attempt", n, {"call": "x"}) for n in range(3)]))
