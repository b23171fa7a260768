"""Events leave in the order of time; what comes too late is passed on at once and counted."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest

from fairtone.events import Batch, Event, batch_of, events_of
from fairtone.sources import Order, Unreadable, in_order
from fairtone.sources.order import MOST, Jump, merged, ordered

SECOND = 1_000_000


@dataclass
class Given:
    """A source whose batches are written down."""

    name: str
    given: list[Batch]
    lateness: int = 0
    unreadable: Unreadable = field(default_factory=Unreadable)
    counts: Counter[str] = field(default_factory=Counter)

    def batches(self) -> Iterator[Batch]:
        yield from self.given

    def progress(self) -> tuple[int, int]:
        return 0, 0


def batch(*events: tuple[str, int, str]) -> Batch:
    return batch_of(Event(f"call.{kind}", at, {"call": call}) for kind, at, call in events)


def names(batches: Iterable[Batch]) -> list[str]:
    return [str(event.values["call"]) for one in batches for event in events_of(one)]


def times(batches: Iterable[Batch]) -> list[int]:
    return [event.at for one in batches for event in events_of(one)]


def test_records_written_at_their_end_give_attempts_in_order() -> None:
    order = Order()
    long = batch(("attempt", 30, "b"), ("ended", 40, "b"))
    late = batch(("attempt", 5, "a"), ("ended", 50, "a"))
    source = Given("cdr.csv", [long, late], lateness=100)
    assert times(in_order([source], order)) == [5, 30, 40, 50]
    assert order == Order(events=4)


def test_equal_times_stay_in_the_order_of_arrival() -> None:
    first = batch(("attempt", 7, "a"), ("answered", 7, "b"), ("ended", 7, "c"))
    second = batch(("attempt", 7, "d"), ("attempt", 6, "e"))
    assert names(in_order([Given("x", [first, second], lateness=10)])) == list("eabcd")


def test_many_equal_times_stay_in_the_order_of_arrival() -> None:
    pick = random.Random(1)
    moments = sorted(pick.choices(range(20), k=2_000), reverse=True)
    events = [("attempt", moment, f"{place:04}") for place, moment in enumerate(moments)]
    batches = [batch(*events[:700]), batch(*events[700:])]
    found = names(in_order([Given("x", batches, lateness=100)]))
    assert found == [call for _, _, call in sorted(events, key=lambda event: event[1])]


def rows(start: int, count: int, kind: str = "attempt") -> Batch:
    return batch(*((kind, start + n, f"{start + n}") for n in range(count)))


def test_a_late_event_is_passed_on_at_once_and_counted() -> None:
    order = Order()
    first, second = (
        rows(1_000_000, MOST),
        batch(("attempt", 5, "late"), ("attempt", 1_070_000, "z")),
    )
    source = Given("cdr.csv", [first, second], lateness=1_000)
    found = names(in_order([source], order))
    assert order.late == {"cdr.csv": 1}
    assert found[-1] == "z"
    place = found.index("late")
    assert 0 < place < len(found) - 1_000, "it does not wait for what is held"
    assert len(found) == MOST + 2


def test_a_clock_that_jumps_back_is_counted_with_place_and_size() -> None:
    order = Order()
    first = batch(("attempt", 5_000 * SECOND, "a"), ("attempt", 1_400 * SECOND, "b"))
    second = batch(("attempt", 1_401 * SECOND, "c"), ("attempt", 5_001 * SECOND, "d"))
    third = batch(("attempt", 1 * SECOND, "e"))
    source = Given("cdr.csv", [first, second, third], lateness=60 * SECOND)
    list(in_order([source], order))
    assert order.jump_count == 2
    assert order.jumps[0] == Jump("cdr.csv", 1, 3_600 * SECOND)
    assert str(order.jumps[0]) == "cdr.csv: after 1 events the clock went back 3600.0 s"


def test_the_end_of_a_long_call_makes_nothing_late() -> None:
    order = Order()
    long = batch(("attempt", 0, "a"), ("ended", 20_000 * SECOND, "a"))
    rest = [
        batch(*(("attempt", second * SECOND, f"{second}") for second in range(1, 5_000)))
        for _ in range(8)
    ]
    found = times(in_order([Given("cdr.csv", [long, *rest], lateness=7_200 * SECOND)], order))
    assert found == sorted(found)
    assert order.late == {}


def test_batches_are_bounded_and_empty_ones_are_taken() -> None:
    source = Given("x", [rows(0, 0 + 1), batch(), rows(1, MOST), rows(MOST + 1, MOST)], lateness=3)
    sizes = [one.num_rows for one in in_order([source])]
    assert sum(sizes) == 2 * MOST + 1
    assert max(sizes) <= MOST


def test_columns_that_differ_from_batch_to_batch_fit_together() -> None:
    first = batch_of([Event("call.attempt", 2, {"call": "a", "account": "1001"})])
    second = batch_of([Event("registration", 1, {"device": "d"})])
    second = second.set_column(2, "device", second.column("device").dictionary_encode())
    found = [
        event
        for one in in_order([Given("x", [first, second], lateness=5)])
        for event in events_of(one)
    ]
    assert found == [
        Event("registration", 1, {"device": "d"}),
        Event("call.attempt", 2, {"account": "1001", "call": "a"}),
    ]


def test_what_is_held_is_bounded_by_the_lateness() -> None:
    """A stream of a million events, of which never more than the last thousand may be held."""
    given = 0

    def stream() -> Iterator[Batch]:
        nonlocal given
        for start in range(0, 200_000, 4_000):
            given = start + 4_000
            yield rows(start, 4_000)

    behind = []
    taken = 0
    for one in ordered("x", stream(), 1_000):
        taken += one.num_rows
        behind.append(given - taken)
    assert taken == 200_000
    assert max(behind) <= 1_000 + MOST


@pytest.mark.parametrize("seed", range(6))
def test_any_stream_within_its_lateness_comes_out_sorted_and_whole(seed: int) -> None:
    pick = random.Random(seed)
    sources = []
    every: list[int] = []
    for place in range(pick.randint(1, 4)):
        lateness = pick.choice([0, 1, 50, 5_000])
        moment, batches = 0, []
        for _ in range(pick.randint(0, 12)):
            events = []
            for _ in range(pick.randint(0, 9_000)):
                moment += pick.choice([0, 0, 1, 3])
                at = max(moment - pick.randint(0, lateness), 0)
                events.append(("attempt" if pick.random() < 0.6 else "ended", at, f"{place}"))
                every.append(at)
            batches.append(batch(*events))
        sources.append(Given(f"s{place}", batches, lateness))
    order = Order()
    found = times(in_order(sources, order))
    assert found == sorted(every)
    assert order.late.total() == 0


def test_streams_are_merged_by_time() -> None:
    one = [batch(("attempt", 1, "a"), ("attempt", 5, "d")), batch(("attempt", 9, "f"))]
    two = [batch(("attempt", 2, "b"), ("attempt", 4, "c")), batch(("attempt", 7, "e"))]
    assert names(merged([iter(one), iter(two), iter([])])) == list("abcdef")


def test_a_late_batch_in_one_stream_holds_up_no_other() -> None:
    one = [batch(("attempt", 10, "a")), batch(("attempt", 2, "late")), batch(("attempt", 20, "c"))]
    two = [batch(("attempt", 15, "b"))]
    assert sorted(names(merged([iter(one), iter(two)]))) == ["a", "b", "c", "late"]
