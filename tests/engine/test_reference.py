"""What a window, a condition and a rule mean: each sentence of the definition, by example.

Times are small numbers of microseconds, so that an edge can be seen.
"""

from fractions import Fraction

import pytest
from tests.engine.examples import at_times, costing, ended, fires, values
from tests.engine.policies import always, let, policy, rule, window

from fairtone.engine.reference import ReferenceEngine
from fairtone.events import Event, Unit
from fairtone.policy.model import (
    And,
    Arithmetic,
    Compare,
    FieldValue,
    Flag,
    IsKnown,
    IsText,
    Literal,
    Not,
    Or,
    WindowValue,
)

# --- time ----------------------------------------------------------------------------------------


def test_a_window_reaches_from_t_minus_its_length_to_t_both_included() -> None:
    counted = window("count", per="account", over=10)
    assert at_times(counted, 100, 110, 121) == [1, 2, 1]


def test_the_current_event_is_in_its_own_windows() -> None:
    assert at_times(window("count", per="account", over=1), 100) == [1]


def test_times_are_made_unique_in_the_order_of_arrival() -> None:
    engine = ReferenceEngine(
        policy(rule("r", [let("w", window("count", per="account", over=1))], always("w")))
    )
    assert [engine.judge(ended(at))[0] for at in (100, 100, 100, 101, 200)] == [
        100,
        101,
        102,
        103,
        200,
    ]


def test_of_two_events_of_one_time_only_the_later_sees_the_other() -> None:
    assert at_times(window("count", per="account", over=10), 100, 100) == [1, 2]


def test_the_microsecond_that_makes_a_time_unique_counts_at_the_edge() -> None:
    """The second event stands at 101: an event at 111 still sees it, and no longer the first."""
    assert at_times(window("count", per="account", over=10), 100, 100, 111) == [1, 2, 2]


def test_a_late_event_is_judged_now_and_rewrites_nothing() -> None:
    counted = window("count", per="account", over=10)
    assert at_times(counted, 100, 50, 105, 111) == [1, 2, 3, 3]


def test_engine_time_begins_at_1_whatever_the_first_event_claims() -> None:
    engine = ReferenceEngine(
        policy(rule("r", [let("w", window("count", per="account", over=1))], always("w")))
    )
    assert [engine.judge(ended(at))[0] for at in (-5, 0, 2, 4)] == [1, 2, 3, 4]


def test_a_window_with_a_step_begins_where_the_step_begins() -> None:
    """At 29 the step began at 20, so the window begins at 0; at 30 it begins at 10."""
    stepped = window("count", per="account", over=20, by=10)
    assert at_times(stepped, 5, 10, 29, 30, 31) == [1, 2, 3, 3, 4]


def test_a_stepped_window_begins_on_its_first_tick() -> None:
    stepped = window("count", per="account", over=20, by=10)
    assert at_times(stepped, 100, 120, 129) == [1, 2, 3]
    assert at_times(stepped, 99, 120, 129) == [1, 1, 2]


# --- keys ----------------------------------------------------------------------------------------


def test_a_window_is_kept_per_key() -> None:
    counted = window("count", per="account", over=100)
    accounts = [ended(at, account=who) for at, who in enumerate("aabab", 1)]
    assert values(counted, *accounts) == [1, 2, 1, 3, 2]


def test_a_key_of_two_fields_is_both_of_them() -> None:
    counted = window("count", per=("account", "callee"), over=100)
    pairs = [("a", 1), ("a", 2), ("b", 1), ("a", 1)]
    assert values(counted, *(ended(9, account=a, callee=n) for a, n in pairs)) == [1, 1, 1, 2]


def test_an_event_without_a_part_of_the_key_is_in_no_window_and_sees_none() -> None:
    counted = window("count", per=("account", "callee"), over=100)
    events = [ended(9, account="a"), ended(9, callee=1), ended(9, account="a", callee=1)]
    assert values(counted, *events) == [None, None, 1]


@pytest.mark.parametrize("aggregate", ["count", "sum", "distinct", "new"])
def test_what_counts_is_unknown_only_without_a_key(aggregate: str) -> None:
    field = {"count": None, "sum": "cost", "distinct": "callee", "new": "callee"}[aggregate]
    counted = window(aggregate, field, per="account", over=10, within=10)  # type: ignore[arg-type]
    expected: list[object] = [1, None] if aggregate == "count" else [0, None]
    assert values(counted, ended(1, account="a"), ended(2)) == expected


def test_accounts_are_compared_exactly_and_texts_without_regard_to_case() -> None:
    per_account = window("count", per="account", over=100)
    per_agent = window("count", per="user_agent", over=100)
    events = [ended(1, account=who, user_agent=who) for who in ("Bob", "bob", "BOB")]
    assert values(per_account, *events) == [1, 1, 1]
    assert values(per_agent, *events) == [1, 2, 3]


def test_only_ascii_letters_have_two_cases() -> None:
    per_agent = window("count", per="user_agent", over=100)
    agents = ("é", "É", "kelvin", "\N{KELVIN SIGN}elvin", "ſ", "s")
    assert values(per_agent, *(ended(1, user_agent=agent) for agent in agents)) == [1] * 6


def test_an_address_is_the_same_in_every_spelling() -> None:
    per_address = window("count", per="source.address", over=100)
    spellings = ("2001:db8::1", "2001:DB8:0:0:0:0:0:1", "10.0.0.1", "::ffff:10.0.0.1")
    assert values(per_address, *(ended(1, source__address=one) for one in spellings)) == [
        1,
        2,
        1,
        2,
    ]


def test_what_is_not_an_address_is_unknown() -> None:
    per_address = window("count", per="source.address", over=100)
    wrong = ("10.0.0", "10.0.0.256", "010.0.0.1", "host.example.org", "")
    assert values(per_address, *(ended(1, source__address=one) for one in wrong)) == [None] * 5


def test_a_window_can_watch_another_kind_and_be_looked_up_by_another_field() -> None:
    """How often the called number itself has called: `per caller`, looked up by `callee`."""
    calls = window("count", kind="call.attempt", per="caller", over=100)
    one = let("w", calls, by="callee")
    events = [
        Event("call.attempt", 1, {"caller": 7}),
        ended(2, caller=8, callee=7),
        ended(3, caller=7, callee=8),
    ]
    assert values(one, *events)[1:] == [1, 0]


def test_an_empty_text_is_a_value() -> None:
    assert values(window("count", per="account", over=9), ended(1, account=""), ended(2, account="")) == [1, 2]  # fmt: skip


# --- rules ---------------------------------------------------------------------------------------

CALLS = let("calls", window("count", per="account", over=100))
AT_LEAST_TWO = Compare(">=", WindowValue("calls"), Literal(Fraction(2), Unit.COUNT))


def test_a_rule_fires_when_its_condition_is_true() -> None:
    made = policy(rule("r", [CALLS], AT_LEAST_TWO))
    assert fires(made, *(ended(at, account="a") for at in (1, 2, 200))) == [False, True, False]


def test_a_rule_looks_only_at_its_own_kind() -> None:
    made = policy(rule("r", [CALLS], AT_LEAST_TWO))
    other = Event("call.attempt", 3, {"account": "a"})
    assert fires(made, ended(1, account="a"), ended(2, account="a"), other) == [False, True, False]


def test_what_is_unknown_never_fires_and_is_counted() -> None:
    made = policy(rule("r", [CALLS], And((AT_LEAST_TWO, Flag("answered")))))
    engine = ReferenceEngine(made)
    fired = [bool(engine.judge(ended(at, account="a"))[1]) for at in (1, 2, 3)]
    assert fired == [False, False, False]
    assert engine.unknown == {"r": 2}  # the first was false: one call is not two


def test_a_condition_that_needs_no_unknown_value_is_known() -> None:
    either = policy(rule("r", [CALLS], Or((Flag("answered"), AT_LEAST_TWO))))
    assert fires(either, ended(1, account="a"), ended(2, account="a")) == [False, True]


def test_nothing_is_found_on_an_unknown_subject() -> None:
    per_edge = let("calls", window("count", per="edge", over=100))
    engine = ReferenceEngine(policy(rule("r", [per_edge], AT_LEAST_TWO)))
    assert [bool(engine.judge(ended(at, edge="e"))[1]) for at in (1, 2)] == [False, False]
    assert engine.unknown == {"r": 1}  # the first was false, whoever it was


def test_a_division_by_nothing_is_unknown() -> None:
    costs = let("costs", window("sum", "cost", per="account", over=100))
    ratio = Compare(
        ">=",
        Arithmetic("/", WindowValue("costs"), WindowValue("costs")),
        Literal(Fraction(0), Unit.SHARE),
    )
    made = policy(rule("r", [costs], ratio))
    engine = ReferenceEngine(made)
    assert [bool(engine.judge(costing(1, cost))[1]) for cost in (None, 3)] == [False, True]
    assert engine.unknown == {"r": 1}


def test_only_a_known_exemption_exempts() -> None:
    exempt = IsText("account.tier", ("Emergency-Services",))
    made = policy(rule("r", [CALLS], always("calls"), unless=exempt))
    tiers = (None, "residential", "emergency-services")
    events = [
        ended(1, account="a", **({} if tier is None else {"account__tier": tier})) for tier in tiers
    ]
    assert fires(made, *events) == [True, True, False]


def test_whether_something_is_known_is_always_known() -> None:
    made = policy(rule("r", [CALLS], Not(IsKnown(FieldValue("source.address")))))
    events = [ended(1, account="a"), ended(2, account="a", source__address="::1"), ended(3, account="a", source__address="?")]  # fmt: skip
    assert fires(made, *events) == [True, False, True]


def test_a_subject_is_left_alone_while_its_finding_is_younger_than_once() -> None:
    made = policy(rule("r", [CALLS], always("calls"), once=10))
    events = [ended(at, account=who) for at, who in [(1, "a"), (5, "b"), (10, "a"), (11, "a"), (12, "a"), (21, "a")]]  # fmt: skip
    assert fires(made, *events) == [True, True, False, True, False, True]


def test_a_suppressed_finding_does_not_prolong_the_silence() -> None:
    made = policy(rule("r", [CALLS], always("calls"), once=10))
    assert fires(made, *(ended(at, account="a") for at in (1, 9, 11))) == [True, False, True]


def test_an_exempt_event_starts_no_silence() -> None:
    made = policy(rule("r", [CALLS], always("calls"), unless=Flag("answered"), once=10))
    events = [ended(1, account="a", answered=True), ended(2, account="a")]
    assert fires(made, *events) == [False, True]


def test_rules_that_use_the_same_window_share_it() -> None:
    again = let("other", window("count", per="account", over=100))
    made = policy(rule("r", [CALLS], always("calls")), rule("s", [again], always("other")))
    assert len(list(made.windows())) == 1


def test_a_value_shown_in_a_finding_is_the_value_judged() -> None:
    engine = ReferenceEngine(policy(rule("r", [CALLS], AT_LEAST_TWO)))
    engine.judge(ended(1, account="a"))
    _, (fired,) = engine.judge(ended(1, account="a"))
    assert fired.values == (2,)
    assert fired.subject == ("a",)
