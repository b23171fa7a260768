"""A policy's Markdown taken apart: which block stands under which clause, which lines are prose."""

import pytest

from fairtone.policy import Issue
from fairtone.policy.document import Document, read_document


def read(text: str) -> tuple[Document, list[Issue]]:
    issues: list[Issue] = []
    return read_document(text, "policy.md", issues), issues


FENCE = "```ladder\n1 strike warn\n```"


def owner(text: str) -> list[str]:
    return [block.clause for block in read(text)[0].blocks]


def test_a_block_belongs_to_the_clause_above_it() -> None:
    assert owner(f"# A {{#A}}\n{FENCE}\n# B {{#B}}\n{FENCE}\n{FENCE}") == ["A", "B", "B"]


def test_a_deeper_heading_without_an_id_is_part_of_the_clause() -> None:
    assert owner(f"## A {{#A}}\n### Why\n{FENCE}") == ["A"]


def test_a_heading_of_the_same_level_without_an_id_ends_the_clause() -> None:
    assert owner(f"## A {{#A}}\n## Fraud\n{FENCE}") == [""]


def test_a_heading_in_a_block_or_a_comment_is_no_clause() -> None:
    document, issues = read("# A {#A}\n```text\n# B {#B}\n```\n\n<!--\n# C {#C}\n-->")
    assert [section.id for section in document.sections] == ["A"]
    assert issues == []


def test_a_heading_says_how_its_clause_is_kept() -> None:
    document, issues = read('# A {#A control=agreement}\n# B {#B unenforced="not yet"}\n# C {#C}')
    kept = [(section.id, section.control, section.unenforced) for section in document.sections]
    assert kept == [("A", "agreement", ""), ("B", "", "not yet"), ("C", "", "")]
    assert [section.title for section in document.sections] == ["A", "B", "C"]
    assert issues == []


def test_a_line_of_its_own_says_it_too_and_is_not_prose() -> None:
    (section,) = read("# A {#A}\nDo not.\nunenforced: needs messages\ncontrol: B4\n")[0].sections
    assert section.unenforced == "needs messages"
    assert section.control == "B4"
    assert [line for _, line in section.prose] == ["Do not.", ""]


def test_prose_leaves_the_blocks_out_and_keeps_other_samples() -> None:
    (section,) = read(f"# A {{#A}}\none\n{FENCE}\ntwo\n```text\nsample\n```")[0].sections
    assert [line for _, line in section.prose] == ["one", "two", "```text", "sample", "```"]
    assert [number for number, _ in section.prose] == [2, 6, 7, 8, 9]


def test_front_matter_ends_at_its_second_fence_and_lines_keep_their_numbers() -> None:
    document, _ = read("---\na: 1\nb: 2\n---\n# A {#A}\n")
    assert document.front == "a: 1\nb: 2"
    assert document.sections[0].place.line == 5


def test_a_text_without_front_matter_has_none() -> None:
    assert read("# A {#A}\n---\na: 1\n---\n")[0].front is None


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(newline: str) -> None:
    text = f"---\na: 1\n---\n# A {{#A}}\n\n{FENCE}\n".replace("\n", newline)
    (block,) = read(text)[0].blocks
    assert block.lines == ("1 strike warn",)
    assert (block.first, block.place.line, block.place.column) == (7, 6, 4)


def test_an_indented_block_keeps_its_columns() -> None:
    (block,) = read("# A {#A}\n\n- item\n\n  ```ladder\n  1 strike warn\n  ```\n")[0].blocks
    assert block.lines == ("  1 strike warn",)
    (block,) = read("# A {#A}\n\n> ```ladder\n> 1 strike warn\n> ```\n")[0].blocks
    assert block.lines == ("  1 strike warn",)


def test_a_longer_fence_or_tildes_may_hold_a_block() -> None:
    document, issues = read(
        "# A {#A}\n````ladder\n1 strike warn\n````\n~~~ladder\n1 strike warn\n~~~"
    )
    assert [block.lines for block in document.blocks] == [("1 strike warn",)] * 2
    assert issues == []
