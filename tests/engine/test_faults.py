"""The tests are tested: faults planted on either side of the comparison turn it red.

Each fault goes into the definition, or into the text of the fast engine's kernel, and the very
streams that the agreement is shown with must tell.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from tests.engine import faults_of_rules, faults_of_windows
from tests.engine.agreement import Outcome, differences, outcome, reference
from tests.engine.duckdb_oracle import sql_outcome
from tests.engine.faults import FAULTS
from tests.engine.faults_of_kernels import KERNEL_FAULTS, planted
from tests.engine.interpreted import EndlessError, uncompiled
from tests.engine.policies import random_policy
from tests.engine.streams import batches, random_events

from fairtone.events import Batch
from fairtone.policy.model import Policy

pytestmark = pytest.mark.usefixtures("small_rooms")

LISTED = (faults_of_windows, faults_of_rules)
"""Importing them puts their faults on the list."""


@dataclass(frozen=True)
class Case:
    policy: Policy
    batches: list[Batch]
    sql: Outcome
    fast: Outcome


@cache
def case(seed: int) -> Case:
    """A policy and a stream, with what SQL and the fast engine say."""
    policy = random_policy(seed)
    # The last one has so many keys that tables grow.
    events = random_events(policy, seed, 1500, wide=2000, skew=0.3) if seed == LAST else None
    fed = batches(events or random_events(policy, seed, 400), 100)
    return Case(policy, fed, sql_outcome(policy, fed), outcome(uncompiled(policy), fed))


LAST = 12


def cases() -> Iterator[Case]:
    return map(case, range(LAST + 1))


def test_without_a_fault_they_agree() -> None:
    for one in cases():
        assert differences(one.sql, one.fast) == []
        assert differences(outcome(reference(one.policy), one.batches), one.sql) == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_definition_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    good = list(cases())
    FAULTS[name](monkeypatch)
    seen = False
    for one in good:
        faulty = outcome(reference(one.policy), one.batches)
        # Whatever differs from the one differs from the other: two witnesses, one testimony.
        assert bool(differences(faulty, one.sql)) == bool(differences(faulty, one.fast))
        seen = bool(differences(faulty, one.sql))
        if seen:
            break
    assert seen, f"nothing changes if {name}"


@pytest.mark.parametrize("name", KERNEL_FAULTS)
def test_a_fault_in_the_kernel_is_seen(name: str) -> None:
    plant = planted(name)
    places = 0

    def counted(text: str) -> str:
        nonlocal places
        places += plant(text) != text
        return plant(text)

    def changed(one: Case) -> bool:
        try:
            return bool(differences(outcome(uncompiled(one.policy, counted), one.batches), one.sql))
        except EndlessError:
            return True

    seen = any(map(changed, cases()))
    assert places, f"the kernel's text has no place any more for: {name}"
    assert seen, f"nothing changes if {name}"


def test_enough_faults_are_planted() -> None:
    """Those that the issue asks for by name, and as many again."""
    assert len(FAULTS) + len(KERNEL_FAULTS) >= 40
