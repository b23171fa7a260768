"""From a rule that fired to a finding that a person can read and anyone can find again."""

import pytest
from tests.engine.policies import always, let, policy, rule, window

from fairtone.engine import Evidence, Finding, Measured, begins, testimony
from fairtone.engine.testimony import Moment, answer_of, subject_kind, verdict_of
from fairtone.events import Unit, Value
from fairtone.policy.model import (
    Action,
    Block,
    Challenge,
    Hold,
    Notify,
    OpenCase,
    Refuse,
    Rule,
    Throttle,
)

CALLS = let("calls", window("count", per="account", over=60))
TO_HIM = let("calls", window("count", per="caller", over=100, by=10), by="callee")


def finding(made: Rule, **fields: Value) -> Finding:
    """What a rule finds at 1234 with the window value 7."""
    known = {name.replace("__", "."): value for name, value in fields.items()}
    return testimony.Testimony(policy(made)).finding(made, Moment(1234, 1200, 9), known.get, (7,))


def found(*actions: Action, mode: str = "enforce") -> Finding:
    return finding(rule("r", [CALLS], always("calls"), actions=actions, mode=mode), account="a")  # type: ignore[arg-type]


def test_a_finding_names_its_text_its_rule_and_its_policy() -> None:
    made = rule("short-calls", [CALLS], always("calls"), mode="review")
    whole = policy(made)
    one = testimony.Testimony(whole).finding(
        made, Moment(1234, 1200, 9), {"account": "a"}.get, (7,)
    )
    assert (one.rule, one.rule_hash) == ("short-calls", made.hash)
    assert (one.clause, one.clause_hash) == ("C1", "c1c1")
    assert (one.policy_version, one.policy_hash) == ("1.0", whole.hash)
    assert (one.mode, one.severity, one.event) == ("review", "high", "call.ended")
    assert (one.at, one.event_at, one.sequence) == (1234, 1200, 9)
    assert one.key == (1234, "short-calls", "a")


def test_it_carries_every_value_of_the_condition() -> None:
    assert found().values == (Measured("calls", 7, Unit.COUNT),)


def test_it_says_which_events_made_it_so() -> None:
    assert found().evidence == (
        Evidence(CALLS.window.hash, "calls", "call.ended", ("account",), ("a",), 1174, 1234),
    )


def test_evidence_of_another_key_is_found_by_the_values_that_looked_it_up() -> None:
    one = finding(rule("r", [TO_HIM], always("calls"), subject="callee"), callee=33, caller=44)
    assert one.evidence == (
        Evidence(TO_HIM.window.hash, "calls", "call.ended", ("caller",), (33,), 1130, 1234),
    )


def test_a_stepped_window_begins_with_its_step() -> None:
    stepped = window("count", per="account", over=100, by=10)
    assert [begins(stepped, at) for at in (1229, 1230, 1239, 1240)] == [1120, 1130, 1130, 1140]
    assert begins(CALLS.window, 1234) == 1174


def test_its_sentence_has_values_in_words() -> None:
    made = rule(
        "r",
        [CALLS],
        always("calls"),
        because="{calls} calls to {callee} from {source.address}, {cost} and {nothing}.",
    )
    said = finding(made, account="a", callee=33123, cost=2_500_000).because
    assert said == "7 calls to +33123 from unknown, 2.50 USD and {nothing}."


@pytest.mark.parametrize(
    ("subject", "kind", "words"),
    [
        ("account", "account", "a"),
        ("callee", "number", "+33"),
        ("source.address", "address", "::1"),
        ("user_agent", "text", "Zoiper"),
        (("account", "callee"), "pair", "a → +33"),
    ],
)
def test_whom_it_is_about(subject: str, kind: str, words: str) -> None:
    made = rule("r", [CALLS], always("calls"), subject=subject)
    one = finding(made, account="a", callee=33, source__address="::1", user_agent="Zoiper")
    assert (one.subject_kind, one.subject) == (kind, words)
    assert subject_kind(made) == kind


def test_it_remembers_the_facts_that_its_actions_and_its_sentence_need() -> None:
    made = rule(
        "r",
        [TO_HIM],
        always("calls"),
        actions=(Block(("source.address",), 5), Throttle(("caller",), 1, 2, 3)),
        because="{user_agent}",
    )
    one = finding(
        made, account="a", callee=1, caller=2, source__address="::1", user_agent="x", cost=5
    )
    names = [name for name, _ in one.facts]
    assert names == ["account", "callee", "caller", "source.address", "user_agent"]


def test_what_is_not_known_is_no_fact() -> None:
    assert finding(rule("r", [TO_HIM], always("calls")), account="a").facts == (("account", "a"),)


# --- the verdict ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "answer"),
    [
        (Refuse(), ("refuse", 603, 0)),
        (Refuse(403), ("refuse", 403, 0)),
        (Block(("account",), 50), ("refuse", 603, 50)),
        (Challenge(), ("challenge", 0, 0)),
        (Hold(("account",), 60), ("challenge", 0, 60)),
        (Throttle(("account",), 1, 10, 70), ("throttle", 0, 70)),
        (Notify("compliance"), ("allow", 0, 0)),
        (OpenCase("high"), ("allow", 0, 0)),
    ],
)
def test_what_an_action_says_to_the_event_at_hand(
    action: Action, answer: tuple[str, int, int]
) -> None:
    assert answer_of(action) == answer


def test_without_an_objection_it_passes() -> None:
    assert verdict_of([]).answer == "allow"
    assert verdict_of([found(OpenCase("low"), Notify("engineer"))]).answer == "allow"


@pytest.mark.parametrize("mode", ["shadow", "review"])
def test_only_what_is_enforced_objects(mode: str) -> None:
    verdict = verdict_of([found(Refuse(), mode=mode)])
    assert verdict.answer == "allow"
    assert len(verdict.findings) == 1


def test_the_strictest_answer_counts_whatever_comes_first() -> None:
    throttle, refuse = found(Throttle(("account",), 1, 2, 3)), found(Challenge(), Refuse(486))
    for findings in ([throttle, refuse], [refuse, throttle]):
        verdict = verdict_of(findings)
        assert (verdict.answer, verdict.code) == ("refuse", 486)
        assert (verdict.reason, verdict.clause) == (refuse.because, "C1")
        assert verdict.findings == tuple(findings)


def test_a_verdict_that_lasts_says_until_when() -> None:
    assert verdict_of([found(Block(("account",), 50))]).until == 1234 + 50
    assert verdict_of([found(Refuse())]).until == 0
