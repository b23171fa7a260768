"""The examples of a policy: what holds, and what is said of what does not."""

from pathlib import Path

import pytest
from tests.policy.specimens import policy as policy_text

from fairtone.events import Batch, batch_of, events_of
from fairtone.history.proving import Failure, Proof, expected_text, prove
from fairtone.policy import Policy, load, parse
from fairtone.policy.model import Expect

CLAUSES = """\
# No spam {#A1}

```rule many
on       call.ended
let      calls = count per account over 1m
when     calls >= 5
then     throttle account to 1 call per 10s for 1h
because  "{calls} calls"
once per 1h
mode     enforce
```

```rule pairs
on       call.ended
subject  caller, callee
when     duration > 1h
then     open case
because  "a long talk"
```

"""


def policy_of(*tests: str) -> Policy:
    blocks = [f"```test t{number}\n{test}\n```" for number, test in enumerate(tests, start=1)]
    return parse(policy_text(CLAUSES + "\n\n".join(blocks)))


def proof_of(test: str) -> Proof:
    (proof,) = prove(policy_of(test))
    return proof


def failures_of(test: str) -> tuple[Failure, ...]:
    return proof_of(test).failures


FAST = 'given 8 call.ended every 2s with account "fast"\n'
SLOW = 'given 8 call.ended every 1m with account "slow"\n'


@pytest.mark.parametrize(
    "expect",
    [
        "expect finding",
        "expect finding of many",
        'expect finding of many on account "fast"',
        'expect finding on account "fast" before event 6',
        'expect finding on account "fast" before call 6',
        'expect finding on account "fast" within 8s',
        'expect no finding on account "slow"',
        "expect no finding of pairs",
        'expect no finding on account "fast" before event 5',
        'expect no finding on account "fast" within 7s',
    ],
)
def test_what_comes_as_expected_holds(expect: str) -> None:
    proof = proof_of(FAST + SLOW + expect)
    assert proof.failures == ()
    assert proof.holds
    assert (proof.events, proof.findings) == (16, 1)


@pytest.mark.parametrize(
    ("expect", "came"),
    [
        ("expect no finding", "many on `fast` at event 6, after 8s"),
        ('expect no finding on account "fast"', "many on `fast` at event 5, after 8s"),
        ('expect finding on account "fast" before event 5', "many on `fast` at event 5, after 8s"),
        ('expect finding on account "fast" within 7s', "many on `fast` at event 5, after 8s"),
        ('expect finding on account "slow"', "nothing was found in 8 events"),
        ('expect finding of pairs on account "fast"', "only others: many on `fast` at event 5, after 8s"),
        ('expect finding on account "fsat"', "no event of this test carries account `fsat`"),
        ('expect no finding on account "fsat"', "no event of this test carries account `fsat`"),
    ],
)  # fmt: skip
def test_what_does_not_is_told_with_what_came_instead(expect: str, came: str) -> None:
    (failure,) = failures_of(FAST + SLOW + expect)
    assert failure.came == came
    assert failure.expected == expect.removeprefix("expect ").replace("call", "event")


def test_events_are_counted_per_subject_and_from_its_first() -> None:
    # The other account's hundred events before do not count for this one.
    given = 'given 100 call.ended every 1s with account "other" rising\n'
    late = 'given 8 call.ended from 2m every 2s with account "fast"\n'
    assert failures_of(given + late + 'expect finding on account "fast" before event 6') == ()
    assert failures_of(given + late + 'expect finding on account "fast" within 8s') == ()


def test_a_pair_is_named_by_both_its_parts() -> None:
    given = "given 1 call.ended with caller +12025550100, callee +33123450000, duration 2h\n"
    for arrow in ("→", "->"):
        expect = f'expect finding of pairs on caller, callee "+12025550100 {arrow} +33123450000"'
        assert failures_of(given + expect) == ()
    assert failures_of(given + 'expect no finding on caller "+12025550100"') == ()


def test_a_finding_is_about_the_field_that_is_named() -> None:
    given = 'given 8 call.ended every 2s with account "a", account.payer "a"\n'
    assert failures_of(given + 'expect finding of many on account "a"') == ()
    (failure,) = failures_of(given + 'expect finding of many on account.payer "a"')
    assert failure.came == "only others: many on `a` at event 5, after 8s"


def test_a_failure_says_how_far_the_rule_was() -> None:
    given = 'given 4 call.ended every 2s with account "fast"\n'
    (failure,) = failures_of(given + 'expect finding of many on account "fast"')
    assert failure.near == (
        "at the last event the rule is `near`",
        "calls >= 5: does not hold, the value is 4",
    )


def test_a_failure_says_that_the_rule_watches_something_else() -> None:
    given = 'given 4 registration every 2s with account "fast"\n'
    (failure,) = failures_of(given + 'expect finding of many on account "fast"')
    assert failure.near == ("the rule watches `call.ended`, and there is none",)


def test_a_failure_says_where_its_expectation_stands() -> None:
    test = FAST + "expect finding\nexpect no finding"
    policy = policy_of(test)
    (proof,) = prove(policy)
    (failure,) = proof.failures
    text = policy_text(CLAUSES + f"```test t1\n{test}\n```").split("\n")
    assert text[failure.line - 1] == "expect no finding"


def test_nothing_of_one_test_is_known_in_another() -> None:
    half = 'given 4 call.ended every 1s with account "fast"\nexpect no finding'
    assert all(proof.holds for proof in prove(policy_of(half, half)))


def test_a_test_without_events_fails_whatever_it_expects() -> None:
    for expect in ("expect finding", "expect no finding"):
        (failure,) = failures_of(expect)
        assert failure.came == "no event of this test"


def test_only_the_tests_about_a_rule_or_clause_are_run() -> None:
    policy = policy_of(FAST + "expect finding of many", FAST + "expect no finding of pairs")
    assert [proof.test.name for proof in prove(policy, only="pairs")] == ["t2"]
    assert [proof.test.name for proof in prove(policy, only="t1")] == ["t1"]
    assert [proof.test.name for proof in prove(policy, only="A1")] == ["t1", "t2"]
    assert list(prove(policy, only="nothing")) == []


def test_what_is_known_is_added_before_the_events_are_judged() -> None:
    def know(batch: Batch) -> Batch:
        return batch_of(
            type(event)(event.kind, event.at, {**event.values, "duration": 7_200_000})
            for event in events_of(batch)
        )

    given = "given 1 call.ended with caller +12025550100, callee +33123450000\nexpect no finding"
    policy = policy_of(given)
    assert [proof.holds for proof in prove(policy)] == [True]
    assert [proof.holds for proof in prove(policy, know)] == [False]


def test_events_of_a_file_are_judged_like_those_of_a_line(tmp_path: Path) -> None:
    test = '```test day\ngiven calls from "day.csv"\nexpect finding on account "1001" before call 6\n```'
    (tmp_path / "policy.md").write_text(policy_text(CLAUSES + test), encoding="utf-8")
    rows = [f"call.ended,{second}s,1001" for second in range(6)]
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "day.csv").write_text("kind,at,account\n" + "\n".join(rows), "utf-8")
    (proof,) = prove(load(tmp_path))
    assert proof.holds
    assert proof.events == 6


def test_an_expectation_is_told_in_the_words_of_the_language() -> None:
    full = Expect(True, "many", "caller callee", "+1 → +2", before=7, within=90_000_000)
    assert expected_text(full) == (
        'finding of many on caller, callee "+1 → +2" before event 7 within 90s'
    )
    assert expected_text(Expect(False)) == "no finding"
