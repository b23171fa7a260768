"""Rules in plain English: each word of the language is said in words of everybody."""

import pytest
from hypothesis import HealthCheck, given, settings
from tests.policy.generate import rules
from tests.policy.specimens import rule_policy

from fairtone.events import KINDS
from fairtone.policy import parse
from fairtone.policy.model import Rule
from fairtone.policy.plain import EVENTS, MODES, happening, parts_of, plain_of, whom
from fairtone.policy.rules import MODES as KNOWN_MODES


def rule_of(lines: str) -> Rule:
    return parse(rule_policy(lines)).rules[0]


@pytest.mark.parametrize(
    ("counted", "plain"),
    [
        ("count per account over 1h", "how many ended calls with the same account in the last 1h"),
        (
            "count of call.attempt per callee as caller over 1h",
            "how many call attempts with the caller that is this callee in the last 1h",
        ),
        (
            "count where answered or duration > 6s per account, callee over 10m",
            "how many ended calls where answered is true or its duration is above 6s, with the same account and the same callee in the last 10m",
        ),
        (
            "distinct callee per account over 1h",
            "how many different values of callee in ended calls with the same account in the last 1h",
        ),
        (
            "new callee within 7d per account over 1h",
            "how many values of callee that were not seen for 7d before, in ended calls with the same account in the last 1h",
        ),
        (
            "share where answered among duration is known per account over 1h",
            "the share where answered is true, of ended calls where duration is known, with the same account in the last 1h",
        ),
        ("sum cost per account over 30d by 1d", "the total cost of ended calls with the same account in the last 30d (which moves on every 24h)"),
        ("mean ring per account over 1h", "the mean ring of ended calls with the same account in the last 1h"),
        ("min ring per account over 1h", "the smallest ring of ended calls with the same account in the last 1h"),
        ("max ring per account over 1h", "the largest ring of ended calls with the same account in the last 1h"),
        ("last ring per account over 1h", "the last ring of ended calls with the same account in the last 1h"),
    ],
)  # fmt: skip
def test_a_window_is_what_it_counts(counted: str, plain: str) -> None:
    rule = rule_of(f"let seen = {counted}\nwhen seen is known")
    assert plain_of(rule.lets[0]) == plain


@pytest.mark.parametrize(
    ("condition", "plain"),
    [
        ("status = 401", "its status is 401"),
        ("status != 401", "its status is not 401"),
        ("duration < 6s", "its duration is below 6s"),
        ("duration <= 6s", "its duration is at most 6s"),
        ("cost > 25 USD", "its cost is above 25 USD"),
        ("ring / duration >= 60%", "ring / duration is at least 60%"),
        ("answered", "answered is true"),
        ("not answered", "answered is false"),
        ('released is "edge"', 'released is "edge"'),
        ('released is not "edge"', 'released is not "edge"'),
        ('callee.country in ("FR", "DE")', 'callee.country is one of "FR", "DE"'),
        ('callee.country not in ("FR", "DE")', 'callee.country is not one of "FR", "DE"'),
        ("caller is callee", "caller is the same as callee"),
        ("caller is not callee", "caller is not the same as callee"),
        ('user_agent starts with "sip"', 'user_agent starts with "sip"'),
        ('not (user_agent contains "a")', 'it is not so that user_agent contains "a"'),
        ("clock between 22:00 and 06:00", "clock lies between 22:00 and 06:00"),
        ("not (clock between 22:00 and 06:00)", "clock does not lie between 22:00 and 06:00"),
        ("attestation is known", "attestation is known"),
        ("attestation is unknown", "attestation is not known"),
        (
            "answered or weekend and duration > 6s",
            "answered is true or (weekend is true and its duration is above 6s)",
        ),
        (
            "not (answered and weekend)",
            "it is not so that (answered is true and weekend is true)",
        ),
    ],
)
def test_a_condition_is_what_it_asks(condition: str, plain: str) -> None:
    assert plain_of(rule_of(f"when {condition}").when) == plain


def test_a_condition_comes_in_parts() -> None:
    rule = rule_of("when (answered or weekend) and duration > 6s and calls > 3")
    assert parts_of(rule.when) == [
        "(answered is true or weekend is true)",
        "its duration is above 6s",
        "calls is above 3",
    ]
    assert parts_of(rule_of("when answered").when) == ["answered is true"]


@pytest.mark.parametrize(
    ("action", "plain"),
    [
        ("refuse", "refuses it with SIP status 603"),
        ("refuse with 607", "refuses it with SIP status 607"),
        ("challenge", "asks for a sign that a person is there"),
        ("throttle account to 1 call per 10s for 1h", "slows the account to 1 call per 10s, for 1h"),
        ("throttle caller, callee to 5 calls per 1m for 1h",
         "slows the pair of caller and callee to 5 calls per 1m, for 1h"),
        ("block source.address for 1h", "lets nothing pass from or to the source.address for 1h"),
        ("hold account for 1h", "holds what the account sends for a person, at most 1h"),
        ("notify subject", "tells the one it is about"),
        ("notify compliance", "tells compliance"),
        ("open case severity critical", "opens a case of critical severity"),
    ],
)  # fmt: skip
def test_an_action_is_what_it_does(action: str, plain: str) -> None:
    rule = rule_of(f"on call.attempt\nthen {action}")
    assert plain_of(rule.actions[0]) == plain


def test_every_kind_and_mode_has_its_words() -> None:
    assert set(EVENTS) == set(KINDS)
    assert tuple(MODES) == KNOWN_MODES
    assert happening(rule_of("on registration\nwhen status = 401")) == "each registration"
    assert whom(("account",)) == "the account"


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule=rules())
def test_any_rule_can_be_said(rule: Rule) -> None:
    for node in (*rule.lets, rule.when, *rule.actions, *([rule.unless] if rule.unless else [])):
        assert plain_of(node).strip()
