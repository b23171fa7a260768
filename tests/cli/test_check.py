"""`fairtone check`: every mistake under its line, every clause with what watches over it."""

import json
from pathlib import Path

import pytest
from tests.cli.policies import BAD, GOOD, folder_of

from fairtone.cli import main
from fairtone.cli.spots import spot
from fairtone.policy import ISSUES, check
from fairtone.policy.model import Place

Captured = pytest.CaptureFixture[str]

GOOD_TOLD = """\
Voipkonnec, version 2026-11: 4 clauses, 2 rules, 1 test

 Clause  and its rules                                        Mode        Tests
 ──────────────────────────────────────────────────────────────────────────────
 A1      1. No spam                                           enforced
           short-calls                                          enforce       1
           many-calls                                           review        0
 B1      2. Agreement                                         control
           agreement
 B2      3. Also no spam                                      enforced
           short-calls (of A1)                                  enforce       1
           many-calls (of A1)                                   review        0
 B3      4. No viruses                                        unenforced
           nobody looks into files yet

     2 enforced: a rule acts
     1 control: kept otherwise
     1 unenforced: not enforced
0 errors, 0 warnings
"""

BAD_TOLD = """\
policy.md:14:30 error unknown-field
    let      short = count where duraton < 6s  per account over 1h
                                 ^^^^^^^
  `duraton` is neither a field of `call.ended` nor a `let` of this rule
  did you mean `duration`

policy.md:31:10 error unknown-word
    mode     revue
             ^^^^^
  `revue` is not a mode
  did you mean `review`

2 errors, 0 warnings
What watches over each clause is told when there are no errors.
"""


def told(capsys: Captured) -> str:
    lines = capsys.readouterr().out.splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


def test_a_good_policy_shows_what_watches_over_each_clause(
    tmp_path: Path, capsys: Captured
) -> None:
    assert main(["check", str(folder_of(GOOD, tmp_path))]) == 0
    assert told(capsys) == GOOD_TOLD


def test_a_bad_policy_shows_each_mistake_under_its_line(tmp_path: Path, capsys: Captured) -> None:
    assert main(["check", str(folder_of(BAD, tmp_path))]) == 1
    assert told(capsys) == BAD_TOLD


def test_warnings_leave_a_policy_usable(tmp_path: Path, capsys: Captured) -> None:
    text = GOOD.replace("unenforced: nobody looks into files yet", "")
    assert main(["check", str(folder_of(text, tmp_path))]) == 0
    assert told(capsys).endswith("0 errors, 1 warning\n")


def test_the_shipped_policy_fits_eighty_columns(capsys: Captured) -> None:
    main(["check"])
    assert max(map(len, told(capsys).splitlines())) <= 80


def test_it_says_the_same_as_data(tmp_path: Path, capsys: Captured) -> None:
    assert main(["check", "--json", str(folder_of(GOOD, tmp_path))]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["policy"]["rules"] == 2
    assert (data["errors"], data["warnings"], data["issues"]) == (0, 0, [])
    first, second, third, fourth = data["coverage"]
    assert first["clause"] == "A1"
    assert first["state"] == "enforced"
    assert first["rules"][0]["name"] == "short-calls"
    assert first["rules"][0]["tests"] == ["short-calls"]
    assert second["control"] == "agreement"
    assert [rule["clause"] for rule in third["rules"]] == ["A1", "A1"]
    assert fourth["unenforced"] == "nobody looks into files yet"


def test_mistakes_are_data_too(tmp_path: Path, capsys: Captured) -> None:
    assert main(["check", "--json", str(folder_of(BAD, tmp_path))]) == 1
    data = json.loads(capsys.readouterr().out)
    assert (data["policy"], data["coverage"], data["errors"]) == (None, None, 2)
    assert data["issues"][0] == {
        "id": "unknown-field",
        "severity": "error",
        "file": "policy.md",
        "line": 14,
        "column": 30,
        "text": "duraton",
        "message": "`duraton` is neither a field of `call.ended` nor a `let` of this rule",
        "advice": "did you mean `duration`",
    }


def test_one_file_is_a_policy_too(tmp_path: Path, capsys: Captured) -> None:
    folder_of(BAD, tmp_path).joinpath("policy.md").rename(tmp_path / "rules.md")
    assert main(["check", str(tmp_path / "rules.md")]) == 1
    assert "rules.md:14:30 error" in told(capsys)


def test_a_list_shows_its_line(tmp_path: Path, capsys: Captured) -> None:
    folder = folder_of(GOOD, tmp_path)
    (folder / "lists").mkdir()
    (folder / "lists" / "places.csv").write_text("country,note\nXX,nowhere\n", encoding="utf-8")
    assert main(["check", str(folder)]) == 1
    assert "lists/places.csv:2:1 error bad-entry\n    XX,nowhere\n    ^^\n" in told(capsys)


@pytest.mark.parametrize(
    ("line", "column", "text", "shown"),
    [
        ("when duraton", 6, "duraton", ("when duraton", "     ^^^^^^^")),
        ("when\tduraton", 6, "duraton", ("when duraton", "     ^^^^^^^")),
        ("when duraton", 6, "something else", ("when duraton", "     ^")),
        ("when", 5, "", ("when", "    ^")),
        ("a" * 90, 1, "", ("a" * 75 + "…", "^")),
        ("when " + "b" * 90, 6, "b" * 90, ("when " + "b" * 70 + "…", "     " + "^" * 71)),
        ("", 1, "", None),
    ],
)
def test_a_spot_is_under_its_text(
    line: str, column: int, text: str, shown: tuple[str, str] | None, tmp_path: Path
) -> None:
    (tmp_path / "policy.md").write_text(f"first\n{line}\n", encoding="utf-8")
    issue = ISSUES["unknown-field"](Place("policy.md", 2, column), text, kind="", near="")
    assert spot(issue, tmp_path, 76) == shown


@pytest.mark.parametrize("column", [1, 40, 77, 100, 290, 300])
def test_a_spot_in_a_long_line_is_seen(column: int, tmp_path: Path) -> None:
    line = "".join(chr(ord("a") + number % 26) for number in range(300))
    (tmp_path / "policy.md").write_text(line, encoding="utf-8")
    issue = ISSUES["syntax"](Place("policy.md", 1, column), came="", expected="", advice="")
    shown = spot(issue, tmp_path, 76)
    assert shown is not None
    text, carets = shown
    assert max(len(text), len(carets)) <= 76
    assert text[len(carets) - 1] == line[column - 1]


def test_every_example_of_a_mistake_can_be_shown(tmp_path: Path) -> None:
    from tests.policy.specimens import files_of, write

    for name, issue in ISSUES.items():
        folder = write(files_of(issue), tmp_path / name)
        for found in check(folder).issues:
            spot(found, folder, 76)
