"""A rule block as a rule: what it has where nothing is said, and where its limits lie."""

import pytest
from tests.policy.specimens import rule_block, rule_policy

from fairtone.events import Unit
from fairtone.policy import parse
from fairtone.policy.loading import check_text
from fairtone.policy.model import Challenge, Flag, Notify, OpenCase, Refuse, Rule, Throttle

SECOND = 1_000_000
HOUR = 3600 * SECOND


def rule(lines: str) -> Rule:
    return parse(rule_policy(lines)).rules[0]


def ids(lines: str) -> list[str]:
    return [issue.id for issue in check_text(rule_policy(lines)).issues if issue.id != "unused-let"]


def test_what_is_not_said_is_harmless() -> None:
    text = rule_policy("when answered").replace("mode shadow\n", "")
    found = parse(text).rules[0]
    assert (found.mode, found.once, found.why, found.unless) == ("shadow", 0, "", None)
    assert found.when == Flag("answered")


def test_a_finding_is_about_what_the_first_window_is_kept_per() -> None:
    assert rule("let a = count per source.address over 1h\nwhen a > 3").subject == (
        "source.address",
    )
    assert rule("let a = count per callee as caller over 1h\nwhen a > 3").subject == ("callee",)
    assert rule(
        "let a = count per caller over 1h\nwhen a > 3\nsubject account, callee"
    ).subject == (
        "account",
        "callee",
    )
    assert parse(rule_policy("").replace("let calls = count per account over 1h\n", "").replace(
        "when calls > 100", "when answered"
    )).rules[0].subject == ("account",)  # fmt: skip


def test_the_severity_is_the_one_of_the_case() -> None:
    assert rule("then open case severity critical").severity == "critical"
    assert rule("then open case").severity == "medium"
    assert rule("then notify analyst").severity == "low"


def test_actions_are_read_in_their_order() -> None:
    found = rule(
        "on call.attempt\nthen challenge\n     refuse\n     throttle account to 2 calls per 10s for 1h\n"
        "     notify compliance\n     open case severity high"
    )
    assert found.actions == (
        Challenge(),
        Refuse(603),
        Throttle(("account",), 2, 10 * SECOND, HOUR),
        Notify("compliance"),
        OpenCase("high"),
    )


def test_sentences_on_several_lines_are_one() -> None:
    found = rule('because "{calls} calls"\n        "in an hour"\nwhy "a \\"quote\\"" "b"')
    assert found.because == "{calls} calls in an hour"
    assert found.why == 'a "quote" b'


@pytest.mark.parametrize("line", ["and answered", "or answered", "  and answered", "   > 3"])
def test_a_condition_may_go_on_in_the_next_line(line: str) -> None:
    first = "when calls" if ">" in line else "when calls > 3"
    assert ids(f"{first}\n{line}") == []


@pytest.mark.parametrize(
    ("over", "issues"),
    [
        ("48h", []),
        ("2d", []),
        ("172801s", ["window-needs-step"]),
        ("49h", ["window-needs-step"]),
        ("49h by 1h", []),
        ("48h by 1h", ["step-not-needed"]),
        ("30d by 1d", []),
        ("30d by 30d", ["step-does-not-divide"]),
        ("30d by 7d", ["step-does-not-divide"]),
        ("30d by 0s", ["step-does-not-divide"]),
        ("30d by 1s", ["step-does-not-divide"]),
        ("0s", ["empty-window"]),
    ],
)
def test_windows_are_exact_up_to_48_hours_and_have_a_step_beyond(
    over: str, issues: list[str]
) -> None:
    assert ids(f"let calls = count per account over {over}") == issues


@pytest.mark.parametrize(
    ("window", "unit"),
    [
        ("count", Unit.COUNT),
        ("distinct callee", Unit.COUNT),
        ("new callee within 30d", Unit.COUNT),
        ("share where answered", Unit.SHARE),
        ("sum duration", Unit.DURATION),
        ("mean cost", Unit.MONEY),
        ("max status", Unit.COUNT),
        ("last ring", Unit.DURATION),
    ],
)
def test_a_let_has_the_unit_of_what_it_adds_up(window: str, unit: Unit) -> None:
    (let,) = rule(f"let a = {window} per account over 1h\nwhen a is known").lets
    assert let.unit is unit


def test_a_share_is_of_those_among() -> None:
    text = "let a = share where duration < 6s among answered per account over 1h\nwhen a > 60%"
    (window,) = rule(text).windows
    assert window.where == Flag("answered")
    assert window.of is not None


@pytest.mark.parametrize("kind", ["call.answered", "call.ended"])
@pytest.mark.parametrize("action", ["refuse with 603", "challenge"])
def test_what_is_over_is_neither_refused_nor_challenged(kind: str, action: str) -> None:
    assert ids(f"on {kind}\nthen {action}") == ["too-late"]


@pytest.mark.parametrize("kind", ["call.attempt", "registration", "sip.request"])
def test_what_is_asked_for_may_be_refused(kind: str) -> None:
    assert ids(f"on {kind}\nthen refuse with 403") == []


@pytest.mark.parametrize(
    "action", ["block source.address", "hold account", "throttle account to 1 call per 1s"]
)
def test_a_machine_restrains_for_a_time(action: str) -> None:
    assert ids(f"then {action}") == ["restraint-without-end"]
    assert ids(f"then {action} for 1h") == []


@pytest.mark.parametrize(
    ("condition", "issue"),
    [
        ("calls > 60%", "wrong-unit"),
        ("calls", "not-a-condition"),
        ("not calls", "not-a-condition"),
        ("calls + 1", "not-a-condition"),
        ("account > 3", "not-a-quantity"),
        ("answered > 3", "not-a-quantity"),
        ('answered is "yes"', "not-a-quantity"),
        ("(answered) + 3 > 4", "not-a-quantity"),
        ("duration * cost > 3", "no-such-unit"),
        ("callee is 5", "bad-value"),
        ('callee is "123"', "bad-value"),
        ('account is +33123456789', "bad-value"),
        ('callee in "nowhere"', "unknown-list"),
        ('callee starts with "+33"', "not-a-field"),
        ("duration between 22:00 and 06:00", "wrong-unit"),
        ("clock > 6s", "wrong-unit"),
        ('callee.country is "France"', "impossible-value"),
    ],
)  # fmt: skip
def test_a_comparison_that_cannot_be_is_told(condition: str, issue: str) -> None:
    found = ids(f"when {condition}")
    assert found == [issue]


def test_rules_stand_under_their_clauses_in_the_order_of_the_text() -> None:
    text = rule_policy("mode shadow") + f"\n# Two {{#A2}}\n\n{rule_block('mode review', 'other')}"
    assert [(found.name, found.clause, found.mode) for found in parse(text).rules] == [
        ("blast", "A1", "shadow"),
        ("other", "A2", "review"),
    ]
