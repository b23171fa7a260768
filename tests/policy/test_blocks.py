"""A block is cut into statements; each is read for itself, and says in words what it lacks."""

import pytest
from tests.policy.specimens import rule_block

from fairtone.policy import Issue
from fairtone.policy.blocks import cut, read_statement
from fairtone.policy.document import Block, read_document
from fairtone.policy.statements import LetStatement, ThenStatement


def block(lines: str, kind: str = "rule") -> Block:
    text = f"# A {{#A}}\n```{kind} x\n{lines}\n```\n"
    (found,) = read_document(text, "policy.md", []).blocks
    return found


def words(lines: str, kind: str = "rule") -> list[tuple[str, int, int]]:
    return [(one.word, one.first, len(one.lines)) for one in cut(block(lines, kind))]


def test_a_statement_begins_with_a_word_of_the_block() -> None:
    assert words("on call.ended\nwhen answered\nthen open case") == [
        ("on", 3, 1),
        ("when", 4, 1),
        ("then", 5, 1),
    ]


def test_what_is_indented_or_begins_with_and_goes_on() -> None:
    lines = "when calls > 3 and\n  reached > 3\n\n  # why not\n  or short > 3\nand answered\nmode shadow"
    assert words(lines) == [("when", 3, 6), ("mode", 9, 1)]


def test_every_line_of_then_is_an_action() -> None:
    assert words("then notify subject\n     open case\n     challenge") == [
        ("then", 3, 1),
        ("then", 4, 1),
        ("then", 5, 1),
    ]


def test_comments_and_empty_lines_begin_nothing() -> None:
    assert words("# a comment\n\non call.ended # another\n\n") == [("on", 5, 1)]


def test_a_rung_begins_with_a_number() -> None:
    lines = (
        "for clients\n1 strike warn\n3 strikes suspend for 7d by 1 person\nstrikes expire after 1d"
    )
    assert [word for word, _, _ in words(lines, "ladder")] == ["for", "1", "3", "strikes"]


def problem(line: str) -> str:
    issues: list[Issue] = []
    found = block(line)
    for statement in cut(found):
        assert read_statement(statement, found, issues) is None
    (issue,) = issues
    return str(issue).removeprefix("policy.md:").removesuffix(f" [{issue.id}]")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("when calls >", "3:13: error: the statement ended where a name or a value was expected"),
        ("when calls > # why", "3:13: error: the statement ended where a name or a value was expected"),
        ("when calls 3", "3:12: error: `3` came where "),
        ("when calls > 1,000", "write a thousand as `1000`"),
        ("when duration > 6 s", "write `6s` without a space"),
        ("when calls == 3", "write `=`, `!=`, `and`, `or`, `not`"),
        ("when calls > 3 && answered", "write `=`, `!=`, `and`, `or`, `not`"),
        ("when account is 'x'", 'put a text between two `"` on one line'),
        ('because "never closed', 'put a text between two `"` on one line'),
        ("let calls count per account over 1h", "3:11: error: `count` came where `=` was expected"),
        ("let calls = count over 1h", "`per`"),
        ("let calls = count per account", "3:30: error: the statement ended where"),
        ("then fly", "`block`, `challenge`, `hold`, `notify`, `open`, `refuse` or `throttle` was expected"),
        ("then refuze with 603", "did you mean `refuse`"),
        ("once 1h", "3:6: error: `1h` came where `per` was expected"),
        ("mode", "3:5: error: the statement ended where a name was expected"),
    ],
)  # fmt: skip
def test_what_the_grammar_did_not_expect_is_said_in_words(line: str, said: str) -> None:
    assert said in problem(line)


def test_a_line_that_begins_nothing_names_the_word_that_was_meant() -> None:
    assert "did you mean `unless`" in problem("unles answered")
    assert "indent a line that continues" in problem("xyzzy answered")


def test_words_know_their_place_in_the_file() -> None:
    found = block(
        "let calls = count\n    per account\n    over 1h\nthen notify subject\n     hold account for 1h"
    )
    statements = [read_statement(one, found, []) for one in cut(found)]
    let, _, hold = statements
    assert isinstance(let, LetStatement)
    assert (let.over.line, let.over.column) == (5, 10)
    assert isinstance(hold, ThenStatement)
    target = hold.action.target.words[0]  # type: ignore[union-attr]
    assert (target.line, target.column) == (7, 11)


@pytest.mark.parametrize(
    "lines",
    [
        "when " + "1+" * 3_000 + "1 > calls",
        "when " + "(" * 80 + "answered" + ")" * 80,
        "when callee.country in (" + ",".join(['"FR"'] * 300) + ")",
    ],
    ids=["signs without blanks", "brackets", "values"],
)
def test_signs_and_brackets_are_parts_too(lines: str) -> None:
    assert "a statement may have 200; use a list" in problem(lines)


def test_a_long_sentence_is_one_part() -> None:
    found = block('why "' + "word " * 500 + '"')
    issues: list[Issue] = []
    assert read_statement(cut(found)[0], found, issues) is not None
    assert issues == []


def test_statements_may_stand_in_any_order() -> None:
    lines = rule_block("").splitlines()[1:-1]
    assert [word for word, _, _ in words("\n".join(reversed(lines)))] == [
        "mode",
        "because",
        "then",
        "when",
        "let",
        "on",
    ]
