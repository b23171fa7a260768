"""What is said of a policy in its own words parses to the same policy again."""

from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from tests.policy.generate import NAMED, NOWHERE, rule_text, rules
from tests.policy.specimens import policy

from fairtone.policy import Policy, load, text_of
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


def test_a_policy_is_said_in_its_own_words(repo_policy: Policy) -> None:
    rule = repo_policy.rule("repeated-unwanted-calls")
    assert text_of(rule.actions[0]) == "block account, callee for 24h"
    assert text_of(rule.lets[2]) == (
        "back = count of call.attempt per callee as caller, caller as callee over 24h"
    )
