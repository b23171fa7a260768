"""What is said of a policy in its own words parses to the same policy again."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from tests.policy.generate import NAMED, NOWHERE, rule_text, rules
from tests.policy.specimens import policy, rule_policy

from fairtone.policy import Policy, load, parse, span_text, text_of
from fairtone.policy.loading import check
from fairtone.policy.model import Rule

MEANINGLESS = {"never-fires", "never-exempts", "always-exempts", "window-stays-empty"}


def placeless(rule: Rule) -> Rule:
    """A rule without its places."""
    lets = tuple(replace(let, place=NOWHERE) for let in rule.lets)
    return replace(rule, lets=lets, place=NOWHERE)


def folder_with_lists(tmp_path: Path) -> Path:
    (tmp_path / "lists").mkdir(exist_ok=True)
    for listed in NAMED:
        text = f"{listed.holds},note\n{listed.entries[0][0]},\n"
        (tmp_path / listed.file).write_text(text, encoding="utf-8")
    return tmp_path


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule=rules())
def test_a_rule_said_and_read_is_the_same_rule(rule: Rule, tmp_path: Path) -> None:
    folder = folder_with_lists(tmp_path)
    text = policy(f"# No spam {{#A1}}\n\n{rule_text(rule)}")
    (folder / "policy.md").write_text(text, encoding="utf-8", newline="\n")
    report = check(folder)
    assume(not MEANINGLESS & {issue.id for issue in report.issues})
    assert report.policy is not None, (text, report.errors)
    (read,) = report.policy.rules
    assert placeless(read) == rule, text


def test_the_shipped_policy_said_and_read_is_the_same(repo_policy: Policy, tmp_path: Path) -> None:
    for listed in repo_policy.lists:
        path = tmp_path / "lists" / f"{listed.name}.csv"
        path.parent.mkdir(exist_ok=True)
        entries = "\n".join(entry for entry, _ in listed.entries)
        path.write_text(f"{listed.holds},note\n{entries}\n", encoding="utf-8")
    for rule in repo_policy.rules:
        clauses = f"# A clause {{#{rule.clause}}}\n\n{rule_text(rule)}"
        (tmp_path / "policy.md").write_text(policy(clauses), encoding="utf-8")
        (read,) = load(tmp_path).rules
        assert placeless(read) == placeless(rule)


def test_parts_are_said_in_the_policy_s_own_words() -> None:
    rule = parse(
        rule_policy(
            "let back = count of call.attempt per callee as caller, caller as callee over 90m\n"
            "let part=share where duration<6s among answered per account over 72h by 60m\n"
            "when (back=0 or not(part>60 %)) and cost >= 0.50 USD and not (answered and weekend)\n"
            'unless account.tier not in ("a", "b") and callee is not +33 1 23 and caller is unknown\n'
            "then throttle account to 2 calls per 90s for 1d\n"
            "     block account,callee for 7d"
        )
    ).rules[0]
    assert [text_of(let) for let in rule.lets] == [
        "back = count of call.attempt per callee as caller, caller as callee over 90m",
        "part = share of call.ended where duration < 6s among answered per account over 3d by 1h",
    ]
    assert text_of(rule.when) == (
        "(back = 0 or not (part > 60%)) and cost >= 0.5 USD and not (answered and weekend)"
    )
    assert rule.unless is not None
    assert text_of(rule.unless) == (
        'account.tier not in ("a", "b") and callee is not +33123 and caller is unknown'
    )
    assert [text_of(action) for action in rule.actions] == [
        "throttle account to 2 calls per 90s for 24h",
        "block account, callee for 7d",
    ]


@pytest.mark.parametrize(
    ("span", "text"),
    [(1, "0.001ms"), (1_500, "1.5ms"), (90_000_000, "90s"), (3600_000_000, "1h"),
     (86_400_000_000, "24h"), (172_800_000_000, "48h"), (259_200_000_000, "3d")],
)  # fmt: skip
def test_a_span_is_said_by_its_largest_whole_unit(span: int, text: str) -> None:
    assert span_text(span) == text
