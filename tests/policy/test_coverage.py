"""Coverage: what watches over each clause, or what the text says instead."""

import pytest
from tests.policy.specimens import policy, rule_block

from fairtone.policy import ClauseCoverage, coverage_of, parse

TEST = "```test blast\ngiven 1 call.ended\nexpect no finding\n```"


def covered(clauses: str) -> dict[str, ClauseCoverage]:
    return {one.clause.id: one for one in coverage_of(parse(policy(clauses)))}


@pytest.mark.parametrize(
    ("mode", "state"), [("enforce", "enforced"), ("review", "reviewed"), ("shadow", "shadow")]
)
def test_a_clause_with_a_rule_is_as_its_rule(mode: str, state: str) -> None:
    found = covered(f"# A {{#A}}\n\n{rule_block(f'mode {mode}')}\n\n{TEST}")["A"]
    assert found.state == state
    assert [rule.name for rule in found.rules] == ["blast"]
    assert found.tests == ("blast",)
    assert not found.partly


def test_the_strictest_of_several_rules_says_it() -> None:
    rules = f"{rule_block('mode shadow', 'a')}\n\n{rule_block('mode review', 'b')}"
    assert covered(f"# A {{#A}}\n\n{rules}")["A"].state == "reviewed"


def test_a_clause_without_rules_says_how_it_is_kept_or_that_it_is_not() -> None:
    found = covered("# A {#A control=agreement}\n# B {#B}\nunenforced: yet\n# C {#C}\n")
    assert [one.state for one in found.values()] == ["control", "unenforced", "open"]


def test_a_clause_may_be_kept_by_the_rules_of_another() -> None:
    found = covered(f"# A {{#A}}\n\n{rule_block('mode review')}\n\n# B {{#B control=A}}\n")["B"]
    assert found.state == "reviewed"
    assert [rule.name for rule in found.rules] == ["blast"]


def test_a_clause_has_its_own_rules_and_those_of_the_clauses_it_names() -> None:
    own = rule_block("mode review", "own")
    clauses = f"# A {{#A}}\n\n{rule_block('mode shadow')}\n\n# B {{#B control=A}}\n\n{own}"
    assert [rule.name for rule in covered(clauses)["B"].rules] == ["own", "blast"]


def test_a_clause_may_be_watched_and_say_that_something_is_not() -> None:
    found = covered(f"# A {{#A}}\n\nunenforced: messages\n\n{rule_block('mode review')}")["A"]
    assert found.state == "reviewed"
    assert found.partly


def test_the_shipped_policy_leaves_no_clause_open(repo_policy: object) -> None:
    assert [one.clause.id for one in coverage_of(repo_policy) if one.state == "open"] == []  # type: ignore[arg-type]
