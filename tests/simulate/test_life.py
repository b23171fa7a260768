"""Benign life has the proportions that telephony has."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.simulate.conftest import Simulation


@pytest.fixture(scope="module")
def ended(simulation: Simulation) -> pa.Table:
    """The ended calls of accounts that no label names."""
    named = pa.array(sorted({row["subject"] for row in simulation.rows("labels.csv")}))
    calls = simulation.of("call.ended")
    known = pc.and_(
        pc.is_valid(calls["account.tier"]), pc.invert(pc.is_in(calls["account"], named))
    )
    return calls.filter(known)


def mean(column: pa.ChunkedArray) -> float:
    return float(pc.mean(column).as_py())


def test_two_of_three_calls_are_answered(ended: pa.Table) -> None:
    assert 0.60 < mean(ended["answered"]) < 0.70


def test_calls_that_are_not_answered_end_in_all_the_usual_ways(ended: pa.Table) -> None:
    missed = ended.filter(pc.invert(ended["answered"]))
    counted = {row["values"]: row["counts"] / len(missed) for row in missed["status"].combine_chunks().value_counts().to_pylist()}  # fmt: skip
    assert set(counted) == {404, 480, 486, 487, 503, 603}
    assert counted[487] > counted[486] > counted[404] > counted[503]


def test_talk_is_log_normal(ended: pa.Table) -> None:
    talk = np.log(ended.filter(ended["answered"])["duration"].to_numpy() / 1000)
    assert 50 < np.exp(np.median(talk)) < 110
    skew = ((talk - talk.mean()) ** 3).mean() / talk.std() ** 3
    assert abs(skew) < 0.3


def test_people_call_by_day(ended: pa.Table) -> None:
    hour = pc.divide(ended["clock"], 3_600_000).to_numpy()
    by_hour = np.bincount(hour, minlength=24)
    assert 9 <= by_hour.argmax() <= 20
    assert by_hour[1:5].sum() < 0.04 * by_hour.sum()


def test_a_few_call_far_more_than_most(ended: pa.Table) -> None:
    counts = sorted((row["counts"] for row in ended["account"].combine_chunks().value_counts().to_pylist()), reverse=True)  # fmt: skip
    top = sum(counts[: len(counts) // 10])
    assert top > 0.25 * sum(counts)


def test_the_same_people_are_called_again(ended: pa.Table) -> None:
    pairs = set(zip(ended["account"].to_pylist(), ended["callee"].to_pylist(), strict=True))
    assert len(pairs) < 0.75 * len(ended)


def test_few_calls_go_abroad_and_fewer_are_dear(ended: pa.Table) -> None:
    assert 0.01 < mean(ended["callee.international"]) < 0.12
    assert mean(pc.greater_equal(ended["price"], 300_000)) < 0.005


def test_emergency_calls_happen_and_have_no_number(simulation: Simulation) -> None:
    calls = simulation.of("call.attempt")
    urgent = calls.filter(calls["callee.emergency"])
    assert len(urgent) > 0
    assert urgent["callee"].null_count == len(urgent)
    assert set(urgent["callee.dialled"].to_pylist()) == {"911"}


def test_lines_with_two_channels_hold_one_call_of_their_own_at_a_time(ended: pa.Table) -> None:
    homes = ended.filter(pc.equal(ended["account.tier"], "residential"))
    at = homes["at"].cast(pa.int64()).to_numpy()
    begun = at - (homes["ring"].to_numpy() + homes["duration"].to_numpy()) * 1000
    order = np.lexsort((begun, homes["account"].to_numpy(zero_copy_only=False).astype(str)))
    account = homes["account"].to_numpy(zero_copy_only=False)[order]
    same = account[1:] == account[:-1]
    assert (begun[order][1:][same] >= at[order][:-1][same]).all()


def test_registrations_are_renewed_every_five_to_sixty_minutes(simulation: Simulation) -> None:
    named = {row["subject"] for row in simulation.rows("labels.csv")}
    seen = simulation.of("registration")
    fine = seen.filter(pc.and_(pc.is_valid(seen["account.tier"]), pc.equal(seen["status"], 200)))
    account = fine["account"].to_numpy(zero_copy_only=False).astype(str)
    at = fine["at"].cast(pa.int64()).to_numpy()
    order = np.lexsort((at, account))
    account, at = account[order], at[order]
    gaps = np.diff(at)[(account[1:] == account[:-1]) & ~np.isin(account[1:], list(named))] / 60e6
    assert gaps.min() > 4.9
    assert gaps.max() < 61


def test_who_is_challenged_answers_with_the_password(simulation: Simulation) -> None:
    seen = simulation.of("registration")
    greeting = seen.filter(
        pc.and_(pc.invert(seen["credentials"]), pc.is_valid(seen["account.tier"]))
    )
    assert set(greeting["status"].to_pylist()) == {401}
    success = seen.filter(pc.equal(seen["status"], 200))
    assert pc.all(success["credentials"]).as_py()
