"""The compiled kernel says what the definition says, in whatever pieces the events come."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pytest
from tests.engine.agreement import (
    Outcome,
    differences,
    fast,
    outcome,
    outcome_of_asking,
    reference,
)
from tests.engine.duckdb_oracle import sql_outcome
from tests.engine.policies import AGGREGATES, random_policy
from tests.engine.streams import batches, cut, full_batch, random_events, slices

from fairtone.events import Batch, Event
from fairtone.policy.model import Policy

COMPILED = (1, 2)
"""The seeds of the policies that are compiled: one with ordinary windows, one with tiny ones."""


@lru_cache
def compiled_case(seed: int) -> tuple[Policy, list[Event], Outcome]:
    """A policy and a stream, and what the definition says about it."""
    policy = random_policy(seed, shown=2, judged=1)
    events = random_events(policy, seed, 1500, wide=300)
    return policy, events, outcome(reference(policy), batches(events, 512))


def test_every_aggregate_is_compiled() -> None:
    windows = [window for seed in COMPILED for window in compiled_case(seed)[0].windows()]
    assert {window.aggregate for window in windows} == set(AGGREGATES)
    assert {window.step > 0 for window in windows} == {False, True}


@pytest.mark.parametrize("seed", COMPILED)
def test_the_compiled_kernel_agrees_with_the_definition(seed: int) -> None:
    policy, events, expected = compiled_case(seed)
    assert differences(outcome(fast(policy), batches(events, 512)), expected) == []


@pytest.mark.parametrize("seed", COMPILED)
def test_it_agrees_with_sql(seed: int) -> None:
    policy, events, _ = compiled_case(seed)
    fed = batches(events, 512)
    assert differences(outcome(fast(policy), fed), sql_outcome(policy, fed)) == []


@pytest.mark.parametrize("size", [1, 7, 512, 4096])
@pytest.mark.parametrize("seed", COMPILED)
def test_the_size_of_batches_makes_no_difference(seed: int, size: int) -> None:
    policy, events, expected = compiled_case(seed)
    assert differences(outcome(fast(policy), batches(events, size)), expected) == []


def in_random_sizes(events: Sequence[Event]) -> list[Batch]:
    return list(cut(events, seed=1))


def as_slices(events: Sequence[Event]) -> list[Batch]:
    return slices(events, 101)


def encoded(events: Sequence[Event]) -> list[Batch]:
    return [full_batch(events, encoded=True)]


def encoded_slices(events: Sequence[Event]) -> list[Batch]:
    whole = full_batch(events, encoded=True)
    return [whole.slice(row, 77) for row in range(0, len(events), 77)]


@pytest.mark.parametrize("form", [in_random_sizes, as_slices, encoded, encoded_slices])
def test_the_form_of_batches_makes_no_difference(form: object) -> None:
    policy, events, expected = compiled_case(COMPILED[0])
    assert callable(form)
    assert differences(outcome(fast(policy), form(events)), expected) == []


@pytest.mark.parametrize("seed", COMPILED)
def test_asking_about_each_event_is_the_same_as_feeding_them(seed: int) -> None:
    policy, events, expected = compiled_case(seed)
    assert differences(outcome_of_asking(fast(policy), events), expected) == []


@pytest.mark.parametrize("seed", COMPILED)
@pytest.mark.parametrize("part", [0.01, 0.5, 0.9])
def test_a_snapshot_goes_on_where_it_was_taken(seed: int, part: float, tmp_path: Path) -> None:
    policy, events, expected = compiled_case(seed)
    middle = int(len(events) * part)
    before, after = fast(policy), fast(policy)
    first = outcome(before, batches(events[:middle], 64))
    before.snapshot(tmp_path / "state")
    # What the first engine does afterwards must not matter.
    before.feed(full_batch(events[middle:]))
    after.restore(tmp_path / "state")
    rest = outcome(after, batches(events[middle:], 64))
    assert differences(Outcome(first.found + rest.found, rest.unknown), expected) == []


@pytest.mark.parametrize("seed", COMPILED)
def test_explaining_changes_nothing(seed: int) -> None:
    policy, events, _ = compiled_case(seed)
    asked, left_alone = fast(policy), fast(policy)
    events = events[:300]
    for event, next_event in zip(events, [*events[1:], events[0]], strict=True):
        asked.explain(next_event)
        asked.feed(full_batch([event]))
        asked.explain(event)
    left_alone.feed(full_batch(events))
    assert asked.statistics()["unknown"] == left_alone.statistics()["unknown"]
    rest = batches(compiled_case(seed)[1][300:800], 100)
    assert differences(outcome(asked, rest), outcome(left_alone, rest)) == []


@pytest.mark.parametrize("seed", COMPILED)
def test_time_may_pass_without_events(seed: int) -> None:
    """A tick that stays behind the next event takes out only what that event would."""
    policy, events, expected = compiled_case(seed)
    engine = fast(policy)
    found = []
    for batch in batches(events, 10):
        found += outcome(engine, [batch]).found
        engine.tick(engine.now, budget=3)
    assert differences(Outcome(tuple(found), expected.unknown), expected) == []
