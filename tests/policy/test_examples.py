"""Test blocks as they are read: what is given, what is expected, and what cannot be."""

import pytest
from tests.policy.specimens import policy, rule_block

from fairtone.policy import model
from fairtone.policy.loading import check_text
from fairtone.policy.model import Expect, Given

RULE = f"# No spam {{#A1}}\n\n{rule_block('')}"


def read(lines: str) -> model.Test:
    report = check_text(policy(f"{RULE}\n\n```test blast\n{lines}\n```"))
    assert report.policy is not None, report.issues
    return report.policy.tests[0]


def ids(lines: str) -> list[str]:
    report = check_text(policy(f"{RULE}\n\n```test blast\n{lines}\n```"))
    return [issue.id for issue in report.issues]


def given(line: str) -> Given:
    return read(f"given {line}\nexpect no finding").given[0]


def expected(line: str) -> Expect:
    return read(f"given 1 call.ended\nexpect {line}").expect[0]


def test_a_line_says_how_many_of_what_and_when() -> None:
    assert given("3 call.ended from 1m every 10s") == Given(
        "call.ended", 3, start=60_000_000, every=10_000_000
    )
    assert given("3 call.ended") == Given("call.ended", 3, every=1_000_000)
    assert given("3 call.ended from 0s every 0s") == Given("call.ended", 3)
    assert given('calls from "day.csv"') == Given(file="day.csv")


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ('account "1001"', ("account", "is", "1001")),
        ("callee +33 1 23 45 67 89", ("callee", "is", "33123456789")),
        ("callee +33123456789 rising", ("callee", "rising", "33123456789")),
        ("duration 6s", ("duration", "is", "6000")),
        ("cost 0.65 USD", ("cost", "is", "650000")),
        ("clock 08:30", ("clock", "is", "30600000")),
        ("status 486", ("status", "is", "486")),
        ("callee.tail 123456789", ("callee.tail", "is", "123456789")),
        ("caller.presented +33123", ("caller.presented", "is", "+33123")),
        ("answered", ("answered", "is", "true")),
        ("not answered", ("answered", "is", "false")),
        ('account "a" cycling 3', ("account", "cycling", "a\na1\na2")),
        ("account cycling 2", ("account", "cycling", "account-1\naccount-2")),
        ('callee.country cycling ("FR", "DE")', ("callee.country", "cycling", "FR\nDE")),
    ],
)
def test_a_value_is_kept_in_the_smallest_part_of_its_unit(
    said: str, value: tuple[str, str, str]
) -> None:
    assert given(f"5 call.ended with {said}").values == (value,)


def test_an_expectation_may_say_everything_or_nothing() -> None:
    assert expected("finding") == Expect(True)
    assert expected("no finding") == Expect(False)
    assert expected('finding of blast on account "1" before event 7 within 1m') == Expect(
        True, "blast", "account", "1", before=7, within=60_000_000
    )
    assert expected('finding on caller, callee "+1 → +2" before call 7') == Expect(
        True, "", "caller callee", "+1 → +2", before=7
    )


def test_an_expectation_knows_its_line() -> None:
    test = read("given 1 call.ended\n\nexpect finding\nexpect no finding")
    assert [expect.line - test.place.line for expect in test.expect] == [3, 4]


@pytest.mark.parametrize(
    ("lines", "issue"),
    [
        ("given 1 call.end\nexpect finding", "unknown-kind"),
        ("given 1 call.ended with duraton 3s\nexpect finding", "unknown-field"),
        ("given 1 call.attempt with duration 3s\nexpect finding", "field-of-other-kind"),
        ("given 1 call.ended with duration\nexpect finding", "bad-value"),
        ("given 1 call.ended with duration 25 USD\nexpect finding", "bad-value"),
        ("given 1 call.ended with cost 25 EUR\nexpect finding", "foreign-currency"),
        ("given 1 call.ended with account 1001\nexpect finding", "bad-value"),
        ('given 1 call.ended with source.address "192.0.2.300"\nexpect finding', "bad-value"),
        (f"given 1 call.ended with callee +{'9' * 30}\nexpect finding", "bad-value"),
        ("given 1 call.ended with answered cycling 2\nexpect finding", "not-rising"),
        ('given 9 call.ended with source.address "255.255.255.250" rising\nexpect finding', "not-rising"),
        ("given 0 call.ended\nexpect finding", "not-whole"),
        ("given 1.5 call.ended\nexpect finding", "not-whole"),
        ("given 100001 call.ended every 1s\nexpect finding", "too-many-events"),
        ("given 100 call.ended every 100d\nexpect finding", "too-many-events"),
        ("given 1 call.ended from 500d\nexpect finding", "too-many-events"),
        ("given 1 call.ended every 5GB\nexpect finding", "not-a-span"),
        ("given 1 call.ended", "test-expects-nothing"),
        ("given 1 call.ended\nexpect finding of blats", "unknown-rule"),
        ('given 1 call.ended\nexpect finding on acount "1"', "unknown-field"),
        ('given 1 call.ended\nexpect finding on duration "1"', "not-a-key"),
        ("given 1 call.ended\nexpect finding before row 3", "unknown-word"),
        ("given 1 call.ended\nexpect finding before event 0", "not-whole"),
        ("given 1 call.ended\nexpect a finding", "syntax"),
        ("giving 1 call.ended\nexpect finding", "unknown-statement"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(lines: str, issue: str) -> None:
    assert ids(lines) == [issue]


def test_a_mistake_in_a_line_does_not_hide_the_next() -> None:
    lines = "given 1 call.end\ngiven 1 call.ended with duraton 3s\nexpect a finding\nexpect finding"
    assert ids(lines) == ["unknown-kind", "unknown-field", "syntax"]
