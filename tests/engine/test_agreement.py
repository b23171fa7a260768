"""Every way of running a policy gives the same answer: the definition, SQL, and the fast engine.

Compiling a kernel takes seconds, so here the generated text is interpreted, and many policies are
tried; `test_compiled` compiles two. `bench/conformance.py` does both with millions of events.
"""

from collections.abc import Iterable
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.agreement import (
    Outcome,
    agree,
    differences,
    outcome,
    reference,
)
from tests.engine.duckdb_oracle import sql_outcome
from tests.engine.interpreted import uncompiled
from tests.engine.policies import AGGREGATES, random_policy
from tests.engine.streams import batches, full_batch, random_events, small_streams

from fairtone.engine import Engine
from fairtone.events import Event
from fairtone.policy.model import Policy

pytestmark = pytest.mark.usefixtures("small_rooms")


def case(seed: int, count: int = 500, wide: int = 0) -> tuple[Policy, list[Event]]:
    policy = random_policy(seed)
    return policy, random_events(policy, seed, count, wide=wide)


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


# --- what is explained is what is found ----------------------------------------------------------


@pytest.mark.parametrize("maker", [reference, uncompiled])
@seeds(0, 9)
def test_an_explanation_says_what_the_event_then_does(seed: int, maker: object) -> None:
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


def test_the_policies_have_every_aggregate_exact_and_stepped() -> None:
    def said(policies: Iterable[Policy]) -> set[tuple[str, bool]]:
        return {(w.aggregate, w.step > 0) for policy in policies for w in policy.windows()}

    everything = {(aggregate, stepped) for aggregate in AGGREGATES for stepped in (False, True)}
    assert said(random_policy(seed) for seed in range(40)) == everything


def test_an_outcome_differs_from_none() -> None:
    policy, events = case(0, 100)
    whole = outcome(reference(policy), batches(events, 512))
    assert differences(whole, Outcome((), whole.unknown)) != []
    assert differences(whole, Outcome(whole.found[:-1], whole.unknown)) != []
    assert differences(whole, Outcome(whole.found[::-1], whole.unknown)) != []
    assert differences(whole, Outcome(whole.found, whole.unknown | {"r": 1})) != []
