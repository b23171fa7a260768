"""A window is what it counts, a rule is condition and consequence: what changes their hashes."""

import pytest
from tests.policy.specimens import policy, rule_policy

from fairtone.policy import Policy, parse
from fairtone.policy.model import Rule

RULE = """
let calls = count where answered and duration < 6s per account over 1h
let reached = distinct callee per account over 1h
when calls >= 200 and reached / calls > 90%
unless account.tier is "school"
then throttle account to 1 call per 10s for 1h
because "{calls} calls to {reached}"
once per 1h
""".strip()


def rule(text: str) -> Rule:
    return parse(rule_policy(text)).rules[0]


def hashes(text: str) -> list[str]:
    return [window.hash for window in rule(text).windows]


SAME_WINDOWS = {
    "another threshold": (">= 200", ">= 300"),
    "another share": ("> 90%", "> 91%"),
    "another exemption": ('"school"', '"hospital"'),
    "another measure": ("1 call per 10s", "2 calls per 10s"),
    "another sentence": ("calls to", "numbers:"),
    "another mode": ("once per 1h", "once per 1h\nmode review"),
    "more space": ("answered and duration", "answered   and\n      duration"),
    "a comment": ("over 1h\nlet", "over 1h  # as the others publish\nlet"),
    "the same span in another unit": ("duration < 6s", "duration < 6000ms"),
    "the same length in another unit": (
        "callee per account over 1h",
        "callee per account over 60m",
    ),
    "its own kind named": ("distinct callee", "distinct callee of call.ended"),
}

OTHER_WINDOWS = {
    "another length": ("6s per account over 1h", "6s per account over 2h"),
    "another key": ("6s per account over 1h", "6s per caller over 1h"),
    "another filter": ("duration < 6s", "duration < 7s"),
    "another aggregate": ("count where", "mean status where"),
    "another kind": ("distinct callee", "distinct callee of call.attempt"),
    "another field": ("distinct callee", "distinct callee.prefix"),
    "a new that looks elsewhere": ("distinct callee", "new callee within 30d"),
}


@pytest.mark.parametrize(("old", "new"), SAME_WINDOWS.values(), ids=SAME_WINDOWS)
def test_a_window_stays_the_same_with(old: str, new: str) -> None:
    assert old in RULE
    assert hashes(RULE.replace(old, new)) == hashes(RULE)


@pytest.mark.parametrize(("old", "new"), OTHER_WINDOWS.values(), ids=OTHER_WINDOWS)
def test_a_window_is_another_one_with(old: str, new: str) -> None:
    assert old in RULE
    assert hashes(RULE.replace(old, new)) != hashes(RULE)


def test_a_window_does_not_know_its_name() -> None:
    assert hashes(RULE.replace("calls", "attempts")) == hashes(RULE)


def test_each_way_of_looking_back_is_another_window() -> None:
    text = "let calls = count per account over 30d by {}"
    assert hashes(text.format("1d")) != hashes(text.format("1h"))
    text = "let calls = new callee within {} per account over 24h"
    assert hashes(text.format("30d")) != hashes(text.format("60d"))


def test_rules_that_look_at_the_same_window_share_it() -> None:
    one = rule_policy(RULE)
    two = one.replace("```rule blast", "```rule other").split("# No spam")[1]
    both = parse(one + "\n# No fraud" + two.replace("#A1", "#A2").replace(">= 200", ">= 20"))
    assert [len(found.windows) for found in both.rules] == [2, 2]
    assert len(list(both.windows())) == 2
    assert both.rules[0].hash != both.rules[1].hash


SAME_RULE = {
    "more space": ("answered and duration", "answered   and\n      duration"),
    "a comment": ("over 1h\nlet", "over 1h  # as the others publish\nlet"),
    "another reason": ("once per 1h", 'once per 1h\nwhy "others do so"'),
}

OTHER_RULE = {
    "another threshold": (">= 200", ">= 300"),
    "another exemption": ('"school"', '"hospital"'),
    "another measure": ("1 call per 10s", "2 calls per 10s"),
    "another end": ("10s for 1h", "10s for 2h"),
    "another mode": ("once per 1h", "once per 1h\nmode review"),
    "another pause": ("once per 1h", "once per 2h"),
    "another subject": ("once per 1h", "once per 1h\nsubject caller"),
    "another window": ("over 1h", "over 2h"),
}


@pytest.mark.parametrize(("old", "new"), SAME_RULE.values(), ids=SAME_RULE)
def test_a_rule_stays_the_same_with(old: str, new: str) -> None:
    assert old in RULE
    assert rule(RULE.replace(old, new)).hash == rule(RULE).hash


@pytest.mark.parametrize(("old", "new"), OTHER_RULE.values(), ids=OTHER_RULE)
def test_a_rule_is_another_one_with(old: str, new: str) -> None:
    assert old in RULE
    assert rule(RULE.replace(old, new)).hash != rule(RULE).hash


def test_a_rule_does_not_know_where_it_stands() -> None:
    moved = parse(rule_policy(RULE).replace("# No spam", "Prose.\n\n# No spam"))
    assert moved.rules[0].hash == rule(RULE).hash


def text(clauses: str) -> Policy:
    return parse(policy(clauses))


def test_a_clause_is_its_prose_and_its_title() -> None:
    prose = "# No spam {#A1}\n\nDo not.\n\nunenforced: yet"
    was = text(prose).clause("A1").hash
    assert text(prose.replace("Do not", "You may not")).clause("A1").hash != was
    assert text(prose.replace("No spam", "Spam")).clause("A1").hash != was
    assert text(prose.replace("yet", "for now")).clause("A1").hash == was
    assert text("Before.\n\n" + prose).clause("A1").hash == was


def test_a_policy_changes_with_every_part_of_it() -> None:
    whole = rule_policy(RULE).replace("# No spam {#A1}", "# No spam {#A1}\n\nDo not.")
    changes = [("Do not", "Never"), ("2026-11", "2026-12"), (">= 200", ">= 201")]
    found = {parse(whole).hash, *(parse(whole.replace(*change)).hash for change in changes)}
    assert len(found) == 4
    assert parse(whole + "\n\n").hash == parse(whole).hash


def test_hashes_do_not_change_from_one_version_of_fairtone_to_the_next() -> None:
    # Findings and snapshots carry them: a change here needs a line in CHANGELOG.md.
    assert hashes(RULE) == ["7466dabdb283a40c", "742664e8414f6e7d"]
