"""The reference of the language and of the events: made from the code, and nothing is missing."""

import re
from pathlib import Path

import pytest
from docs import reference_words as words
from docs.reference_pages import EXAMPLE, REFERENCE, events, language
from tests.policy.specimens import policy, rule_policy

from fairtone.events import FIELDS, KINDS, Unit
from fairtone.history.proving import prove
from fairtone.policy import (
    ISSUES,
    actions,
    blocks,
    ladders,
    literals,
    parse,
    rules,
    vocabulary,
    windows,
)
from fairtone.policy.front_matter import DIAL_PLAN, SETTINGS
from fairtone.policy.loading import FILLED, check_text

GRAMMAR = Path(blocks.__file__).with_name("grammar.lark").read_text(encoding="utf-8")

# The names that examples use.
LETS = "let calls = count per account over 1h"


@pytest.mark.parametrize(("page", "made"), [("language.md", language), ("events.md", events)])
def test_a_page_is_what_the_code_says(page: str, made: object) -> None:
    written = (REFERENCE / page).read_text(encoding="utf-8")
    assert written == made(), "run: python -m docs.reference_pages"  # type: ignore[operator]


def quoted(text: str) -> set[str]:
    """What stands between backticks, word by word."""
    lines = [line for line in text.splitlines() if not line.startswith("```")]
    spans = [span for line in lines for _, span in re.findall(r"(`+)(.+?)\1", line)]
    return {word for span in spans for word in re.findall(r"[\w.-]+|[^\w\s]+", span)} | set(spans)


@pytest.fixture(scope="module")
def said() -> set[str]:
    return quoted(language())


def test_every_word_of_the_grammar_is_explained(said: set[str]) -> None:
    keywords = set(re.findall(r'"([a-z]+)"', GRAMMAR))
    assert len(keywords) > 40
    # `person` and `people` follow a number; `no` is a terminal of its own.
    assert keywords - said - {"people"} == set()
    assert "two people" in language().lower()


def test_every_table_is_as_long_as_the_code() -> None:
    assert [word for word, _, _ in words.RULE] == list(blocks.KEYWORDS["rule"])
    assert {word for word, _, _ in words.TEST} == set(blocks.KEYWORDS["test"])
    assert {word for word, _, _ in words.LADDER} == {"strike", *blocks.KEYWORDS["ladder"]}
    assert list(words.AGGREGATES) == list(windows.AGGREGATES)
    assert list(words.MODES) == list(rules.MODES)
    assert list(words.SEVERITIES) == list(actions.SEVERITIES)
    assert list(words.ROLES) == list(actions.ROLES)
    assert set(words.LISTS) == set(vocabulary.LISTS)
    assert list(words.MEASURES) == list(ladders.MEASURES)
    assert list(words.UNITS) == [str(unit) for unit in Unit]
    lines = re.findall(r"-> (\w+)_line", GRAMMAR)
    assert [line.replace("_", " ") for line in lines] == list(words.ACTIONS)


def test_every_operator_is_explained() -> None:
    (comparators,) = re.findall(r"^COMPARATOR: (.*)$", GRAMMAR, re.MULTILINE)
    signs = set(re.findall(r'"([^"]+)"', comparators)) | {"+", "-", "*", "/"}
    wordy = {"is", "is not", "in", "not in", "starts with", "contains", "between"}
    wordy |= {"is known", "is unknown", "and", "or", "not"}
    assert {op for op, _, _, _ in words.OPERATORS} == signs | wordy


def test_every_unit_setting_and_word_that_can_stand_there_is_named(said: set[str]) -> None:
    named = {*literals.SPANS, *literals.SIZES, *SETTINGS, *DIAL_PLAN, *actions.ROLES}
    named |= {f"{{{name}}}" for name in FILLED}
    relations = set(ladders.RELATIONS)
    assert named - said == set()
    assert relations & said


def test_every_issue_has_its_place() -> None:
    page = language()
    for name, issue in ISSUES.items():
        assert f"**{name}** ({issue.severity})." in page


def test_every_kind_and_field_has_its_place() -> None:
    page = events()
    for kind in KINDS.values():
        assert f"### {kind.name}" in page
        assert kind.doc in page
    for field in FIELDS.values():
        assert f"| `{field.name}` | {field.unit} |" in page
        assert field.doc in page


# --- the examples work ---------------------------------------------------------------------------


def ids(text: str) -> set[str]:
    return {issue.id for issue in check_text(text).issues} - {"unused-let", "unguarded-ratio"}


def test_the_example_of_a_policy_has_no_issues() -> None:
    report = check_text(EXAMPLE)
    assert report.issues == ()
    assert report.policy is not None
    assert [rule.name for rule in report.policy.rules] == ["short-call-blast"]


@pytest.mark.parametrize("form", [form for _, form, _ in words.RULE])
def test_a_statement_can_be_written_so(form: str) -> None:
    lets = "" if form.startswith("let") else LETS
    test = "\n```test blast\ngiven 1 call.ended\nexpect no finding\n```" * ("mode" in form)
    action = "\nthen throttle account to 1 call per 10s for 1h" * ("mode" in form)
    assert ids(rule_policy(f"{lets}\n{form}{action}".strip()) + test) == set()


WINDOWS = [form for form, _ in words.AGGREGATES.values()] + [form for _, form, _ in words.WINDOW]


@pytest.mark.parametrize("form", WINDOWS)
def test_a_window_can_be_written_so(form: str) -> None:
    whole = form
    if " per " not in whole:
        whole += " per account"
    if " over " not in whole:
        whole += " over 1h"
    assert ids(rule_policy(f"let it = {whole}\nwhen it is known")) == set()


@pytest.mark.parametrize("form", [form for _, form, _, _ in words.OPERATORS])
def test_a_condition_can_be_written_so(form: str) -> None:
    assert ids(rule_policy(f"{LETS}\nwhen {form}")) == set()


@pytest.mark.parametrize("form", [form for form, _ in words.ACTIONS.values()])
def test_an_action_can_be_written_so(form: str) -> None:
    assert ids(rule_policy(f"on call.attempt\nthen {form}\nwhen callee.international")) == set()


@pytest.mark.parametrize("form", [form for _, form, _ in words.TEST])
def test_a_test_can_be_written_so(form: str) -> None:
    rule = rule_policy("mode review")
    expect = "expect no finding\n" if form.startswith("given") else ""
    assert ids(f"{rule}\n```test blast\n{form}\n{expect}```\n") == set()


@pytest.mark.parametrize("form", [form for _, form, _ in words.SETTINGS_OF_EVENTS])
def test_a_value_of_events_can_be_written_so(form: str) -> None:
    rule = rule_policy("mode review")
    lines = f"given 5 call.ended with {form}\nexpect no finding"
    assert ids(f"{rule}\n```test blast\n{lines}\n```\n") == set()


def test_a_ladder_can_be_written_so() -> None:
    lines = "\n".join(form for _, form, _ in words.LADDER)
    assert ids(policy(f"# A {{#A}}\nunenforced: yet\n\n```ladder\n{lines}\n```")) == set()


def test_the_example_of_a_policy_proves_itself() -> None:
    (proof,) = prove(parse(EXAMPLE))
    assert proof.failures == ()
    assert proof.findings > 0
