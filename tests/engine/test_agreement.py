"""Every way of running a policy gives the same answer: the definition, SQL, and the fast engine.

Compiling a kernel takes seconds, so few policies are compiled here; many more run on the same
generated text, interpreted. `bench/conformance.py` does the same with millions of events.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.agreement import (
    Outcome,
    agree,
    differences,
    fast,
    outcome,
    outcome_of_asking,
    reference,
)
from tests.engine.duckdb_oracle import sql_outcome
from tests.engine.interpreted import CHUNK_BITS, uncompiled
from tests.engine.policies import AGGREGATES, random_policy
from tests.engine.streams import batches, cut, full_batch, random_events, slices, small_streams

from fairtone.engine import Engine, recount
from fairtone.events import Batch, Event
from fairtone.policy.model import Policy

COMPILED = (0, 2)
"""The seeds of the policies whose kernels are compiled: ordinary windows, and tiny ones."""


def case(seed: int, count: int = 500, wide: int = 0) -> tuple[Policy, list[Event]]:
    policy = random_policy(seed)
    return policy, random_events(policy, seed, count, wide=wide)


@lru_cache
def compiled_case(seed: int) -> tuple[Policy, list[Event], Outcome]:
    """A stream for a policy that is compiled, and what the definition says about it."""
    policy = random_policy(seed, shown=3, judged=1)
    events = random_events(policy, seed, 1500, wide=300)
    return policy, events, outcome(reference(policy), batches(events, 512))


def seeds(first: int, last: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("seed", range(first, last))


# --- the definition and SQL ----------------------------------------------------------------------


@seeds(0, 12)
def test_sql_agrees_with_the_definition(seed: int) -> None:
    policy, events = case(seed)
    fed = batches(events, 512)
    assert differences(outcome(reference(policy), fed), sql_outcome(policy, fed)) == []


def test_sql_sees_columns_that_come_and_go() -> None:
    policy, events = case(3)
    assert differences(
        sql_outcome(policy, batches(events, 5)), sql_outcome(policy, [full_batch(events)])
    ) == []  # fmt: skip


# --- the definition and the generated kernel -----------------------------------------------------


@seeds(0, 40)
def test_the_generated_kernel_agrees_with_the_definition(seed: int) -> None:
    policy, events = case(seed, 400)
    assert agree(policy, batches(events, 100), uncompiled, reference) == []


@seeds(40, 46)
def test_it_agrees_with_many_keys_that_come_and_go(seed: int) -> None:
    """Enough for tables to grow, and gaps enough for keys to be forgotten."""
    policy, events = case(seed, 3000, wide=1500)
    assert agree(policy, batches(events, 256), uncompiled, reference) == []


@pytest.mark.parametrize("seed", [2, 5, 8, 11])
def test_it_agrees_when_the_room_for_records_is_used_over_and_over(seed: int) -> None:
    """Windows of at most 60 µs hold at most 61 events: 128 records are enough for any number."""
    policy, events = case(seed, 1000)
    small_room = partial(uncompiled, capacity=128)
    assert agree(policy, batches(events, 300), small_room, reference) == []


SMALL = [random_policy(seed) for seed in (5, 11, 15)]


@given(st.data())
@settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_they_agree_on_small_streams_that_can_be_shrunk(data: st.DataObject) -> None:
    policy = data.draw(st.sampled_from(SMALL), label="policy")
    events = data.draw(small_streams(policy), label="events")
    fed = batches(events, 7)
    assert agree(policy, fed, uncompiled, reference) == []


# --- the compiled kernel -------------------------------------------------------------------------


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


# --- what is explained is what is found ----------------------------------------------------------


@pytest.mark.parametrize("maker", [reference, uncompiled])
@seeds(0, 9)
def test_an_explanation_says_what_the_event_then_does(
    seed: int, maker: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount, "CHUNK", 1 << CHUNK_BITS)
    policy, events = case(seed, 120)
    assert callable(maker)
    engine: Engine = maker(policy)
    for event in events:
        foretold = engine.explain(event)
        unknown = dict(engine.statistics()["unknown"])
        found = {finding.rule: finding for finding in engine.ask(event).findings}
        came_unknown = engine.statistics()["unknown"]
        for view in foretold.rules:
            assert (view.outcome == "found") == (view.rule in found), view
            assert (view.outcome == "unknown") == (came_unknown[view.rule] > unknown[view.rule])
            if view.outcome == "found":
                finding = found[view.rule]
                assert (view.values, view.subject) == (finding.values, finding.subject)
                assert foretold.at == finding.at


# --- the comparison itself -----------------------------------------------------------------------


def test_the_policies_have_every_aggregate_exact_and_stepped_compiled_and_not() -> None:
    def said(policies: Iterable[Policy]) -> set[tuple[str, bool]]:
        return {(w.aggregate, w.step > 0) for policy in policies for w in policy.windows()}

    everything = {(aggregate, stepped) for aggregate in AGGREGATES for stepped in (False, True)}
    assert said(random_policy(seed) for seed in range(40)) == everything
    compiled = said(compiled_case(seed)[0] for seed in COMPILED)
    assert {aggregate for aggregate, _ in compiled} == set(AGGREGATES)


def test_an_outcome_differs_from_none() -> None:
    policy, events = case(0, 100)
    whole = outcome(reference(policy), batches(events, 512))
    assert differences(whole, Outcome((), whole.unknown)) != []
    assert differences(whole, Outcome(whole.found[:-1], whole.unknown)) != []
    assert differences(whole, Outcome(whole.found[::-1], whole.unknown)) != []
    assert differences(whole, Outcome(whole.found, whole.unknown | {"r": 1})) != []
