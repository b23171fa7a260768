"""What a window holds and what it makes of it: `where`, and each aggregate, by example."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from tests.engine.examples import costing, ended, values
from tests.engine.policies import window

from fairtone.events import Unit
from fairtone.policy.model import Compare, FieldValue, Flag, Literal, Not

# --- what is let in ------------------------------------------------------------------------------


def test_only_what_satisfies_where_is_let_in() -> None:
    short = window("count", per="account", over=100, where=below("duration", 6000))
    calls = [ended(1, account="a", duration=length) for length in (5999, 6000, 0)]
    assert values(short, *calls) == [1, 1, 2]


def test_where_must_be_true_unknown_is_not_enough() -> None:
    short = window("count", per="account", over=100, where=below("duration", 6000))
    lasting = window("count", per="account", over=100, where=Not(below("duration", 6000)))
    assert values(short, ended(1, account="a")) == [0]
    assert values(lasting, ended(1, account="a")) == [0]


def below(field: str, bound: int, unit: Unit = Unit.DURATION) -> Compare:
    return Compare("<", FieldValue(field), Literal(Fraction(bound), unit))


# --- aggregates ----------------------------------------------------------------------------------

COSTS = (5, None, -2, 5)


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [
        ("count", [1, 2, 3, 4]),
        ("sum", [5, 5, 3, 8]),
        ("mean", [5, 5, Fraction(3, 2), Fraction(8, 3)]),
        ("min", [5, 5, -2, -2]),
        ("max", [5, 5, 5, 5]),
        ("last", [5, 5, -2, 5]),
        ("distinct", [1, 1, 2, 2]),
    ],
)
def test_entries_with_an_unknown_field_are_ignored(aggregate: str, expected: Sequence[int]) -> None:
    """All but count, which looks at no field."""
    field = None if aggregate == "count" else "cost"
    watched = window(aggregate, field, per="account", over=100)  # type: ignore[arg-type]
    assert values(watched, *(costing(1, cost) for cost in COSTS)) == expected


@pytest.mark.parametrize("aggregate", ["mean", "min", "max", "last"])
def test_over_nothing_known_they_are_unknown(aggregate: str) -> None:
    watched = window(aggregate, "cost", per="account", over=10)  # type: ignore[arg-type]
    assert values(watched, costing(1, None), costing(2, 7), costing(13, None)) == [None, 7, None]


def test_extremes_come_back_when_an_entry_leaves() -> None:
    highest = window("max", "cost", per="account", over=10)
    lowest = window("min", "cost", per="account", over=10)
    events = [costing(at, cost) for at, cost in [(1, 9), (5, 1), (9, 5), (11, 3), (12, 3), (16, 4)]]
    assert values(highest, *events) == [9, 9, 9, 9, 5, 5]
    assert values(lowest, *events) == [9, 1, 1, 1, 1, 3]


def test_last_is_the_last_known_value_by_engine_time() -> None:
    assert values(window("last", "cost", per="account", over=10), costing(9, 1), costing(3, 2)) == [1, 2]  # fmt: skip


def test_a_share_is_of_the_true_among_the_known() -> None:
    answered = window("share", of=Flag("answered"), per="account", over=100)
    events = [
        ended(1, account="a"),
        ended(2, account="a", answered=True),
        ended(3, account="a", answered=False),
        ended(4, account="a"),
    ]
    assert values(answered, *events) == [None, 1, Fraction(1, 2), Fraction(1, 2)]


def test_distinct_counts_a_value_until_its_last_entry_leaves() -> None:
    reached = window("distinct", "callee", per="account", over=10)
    calls = [(1, 7), (5, 7), (9, 8), (12, 9), (15, 9), (16, 9)]
    assert values(reached, *(ended(at, account="a", callee=n) for at, n in calls)) == [
        1,
        1,
        2,
        3,
        3,
        2,
    ]


def test_distinct_texts_fold_and_distinct_addresses_have_one_form() -> None:
    agents = window("distinct", "user_agent", per="account", over=100)
    sources = window("distinct", "source.address", per="account", over=100)
    events = [
        ended(1, account="a", user_agent="Zoiper", source__address="::1"),
        ended(2, account="a", user_agent="ZOIPER", source__address="0:0:0:0:0:0:0:1"),
        ended(3, account="a", user_agent="zöiper", source__address="nowhere"),
    ]
    assert values(agents, *events) == [1, 1, 2]
    assert values(sources, *events) == [1, 1, 1]


def test_new_is_what_the_key_did_not_have_in_the_time_before() -> None:
    """Seen at 10 and 15; `within 5` reaches from 15 back to 10, from 21 back to 16."""
    fresh = window("new", "callee", per="account", over=100, within=5)
    assert values(fresh, *(ended(at, account="a", callee=7) for at in (10, 15, 21))) == [1, 1, 2]


def test_new_is_decided_once_and_leaves_with_its_entry() -> None:
    fresh = window("new", "callee", per="account", over=10, within=1000)
    calls = [(1, 7), (5, 8), (11, 7), (12, 7), (16, 7)]
    assert values(fresh, *(ended(at, account="a", callee=n) for at, n in calls)) == [1, 2, 2, 1, 0]


def test_new_looks_only_at_what_satisfies_where() -> None:
    fresh = window("new", "callee", per="account", over=100, within=100, where=Flag("answered"))
    events = [ended(at, account="a", callee=7, answered=at > 1) for at in (1, 2, 3)]
    assert values(fresh, *events) == [0, 1, 1]


def test_new_for_one_key_may_be_old_for_another() -> None:
    fresh = window("new", "callee", per="account", over=100, within=100)
    assert values(fresh, *(ended(1, account=who, callee=7) for who in "aba")) == [1, 1, 1]
