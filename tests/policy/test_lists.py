"""Lists: the first line says what is on them, every other line is an entry."""

from pathlib import Path

import pytest

from fairtone.policy import Issue
from fairtone.policy.lists import read_list, read_lists
from fairtone.policy.model import NamedList


def made(text: str) -> tuple[NamedList | None, list[Issue]]:
    issues: list[Issue] = []
    return read_list("vips", text, "lists/vips.csv", issues), issues


def test_entries_have_notes_and_comments_are_left_out() -> None:
    listed, issues = made(
        'number,note\n# who must always reach us\n+33 1 23 45 67 89,"the mayor, by day"\n\n+44123456\n'
    )
    assert listed == NamedList(
        "vips",
        "number",
        (("+33123456789", "the mayor, by day"), ("+44123456", "")),
        "lists/vips.csv",
    )
    assert issues == []


def test_a_list_may_be_empty() -> None:
    listed, issues = made("account,note\n# nobody yet\n")
    assert listed is not None
    assert listed.entries == ()
    assert issues == []


@pytest.mark.parametrize(
    ("holds", "good", "bad"),
    [
        ("number", "+33123456789", "0123456789"),
        ("prefix", "+881", "+0881"),
        ("prefix", "881", "88x"),
        ("address", "2001:db8::/32", "2001:db8::/129"),
        ("address", "192.0.2.7", "192.0.2.256"),
        ("country", "fr", "France"),
        ("account", "1001", ""),
        ("text", "anything: at all", ""),
        ("pattern", "scan", ""),
    ],
)
def test_an_entry_is_what_the_list_holds(holds: str, good: str, bad: str) -> None:
    listed, issues = made(f"{holds},note\n{good},yes\n{bad},no\n")
    assert listed is not None
    assert [entry for entry, _ in listed.entries] == [good]
    assert [(issue.id, issue.place.line) for issue in issues] == [("bad-entry", 3)]


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "numbers\n1\n", "+33123456789,x\n"])
def test_a_list_says_what_is_on_it(text: str) -> None:
    listed, issues = made(text)
    assert listed is None
    assert [issue.id for issue in issues] == ["bad-list"]


def test_accounts_differ_by_case_and_countries_do_not() -> None:
    listed, issues = made("account,note\nBob,\nbob,\n")
    assert listed is not None
    assert len(listed.entries) == 2
    assert issues == []
    listed, issues = made("country,note\nFR,\nfr,\n")
    assert listed is not None
    assert len(listed.entries) == 1
    assert [issue.id for issue in issues] == ["duplicate-entry"]


def test_lists_of_a_folder_are_called_like_their_files(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "b.csv").write_text("country,note\nFR,\n")
    (tmp_path / "lists" / "a.csv").write_bytes(b"\xef\xbb\xbfprefix,note\r\n881,satellite\r\n")
    (tmp_path / "lists" / "tariff.csv").write_text("prefix,price\n33,0.01\n")
    (tmp_path / "lists" / "notes.txt").write_text("not a list")
    issues: list[Issue] = []
    found = read_lists(tmp_path, ["lists/tariff.csv", ""], issues)
    assert [(listed.name, listed.holds, listed.entries) for listed in found] == [
        ("a", "prefix", (("881", "satellite"),)),
        ("b", "country", (("FR", ""),)),
    ]
    assert issues == []


def test_a_list_that_is_no_text_says_where(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "a.csv").write_bytes(b"text,note\nok,\ncaf\xe9,\n")
    issues: list[Issue] = []
    assert read_lists(tmp_path, [], issues) == ()
    assert str(issues[0]) == (
        "lists/a.csv:3:1: error: this is not UTF-8: octet 0xe9 at offset 17; "
        "save the file as UTF-8 [unreadable-text]"
    )
