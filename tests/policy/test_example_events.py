"""What happens in a test: events counted out line by line, and events read from a file."""

from pathlib import Path

import pytest
from tests.policy.specimens import FRONT, rule_block

from fairtone.events import Event, Unit
from fairtone.policy import PolicyErrors, check, events_of_test, load
from fairtone.policy.example_events import START, read_events, risen
from fairtone.policy.issue import Issue

SECOND = 1_000_000


def events_of(lines: str, folder: Path, **files: str) -> list[Event]:
    front = "\n".join(f"{name}: {value}" for name, value in FRONT.items())
    block = f"```test blast\n{lines}\nexpect no finding\n```"
    text = f"---\n{front}\n---\n# No spam {{#A1}}\n\n{rule_block('')}\n\n{block}\n"
    (folder / "policy.md").write_text(text, encoding="utf-8")
    for name, content in files.items():
        (folder / "tests").mkdir(exist_ok=True)
        (folder / "tests" / f"{name}.csv").write_text(content, encoding="utf-8")
    policy = load(folder)
    return events_of_test(policy, policy.tests[0])


def values(events: list[Event], name: str) -> list[object]:
    return [event.values.get(name) for event in events]


def test_a_line_makes_so_many_events_at_equal_distances(tmp_path: Path) -> None:
    made = events_of("given 3 call.ended from 10s every 5s with duration 3s", tmp_path)
    assert [event.at - START for event in made] == [10 * SECOND, 15 * SECOND, 20 * SECOND]
    assert {event.kind for event in made} == {"call.ended"}
    assert values(made, "duration") == [3000, 3000, 3000]


def test_events_begin_at_once_and_come_every_second_unless_said(tmp_path: Path) -> None:
    made = events_of("given 2 call.ended", tmp_path)
    assert [event.at - START for event in made] == [0, SECOND]


def test_values_are_what_they_are_in_events(tmp_path: Path) -> None:
    (made,) = events_of(
        'given 1 call.ended with account "a", callee +33123450000, cost 0.65 USD, clock 08:30, '
        'answered, not weekend, status 486, source.address "192.0.2.1", transport "tls"',
        tmp_path,
    )
    assert made.values == {
        "account": "a",
        "callee": 33123450000,
        "cost": 650_000,
        "clock": (8 * 60 + 30) * 60_000,
        "answered": True,
        "weekend": False,
        "status": 486,
        "source.address": "192.0.2.1",
        "transport": "tls",
    }


def test_values_rise_and_go_round(tmp_path: Path) -> None:
    made = events_of(
        'given 5 call.ended with account "user-09" rising, callee +33123450000 cycling 2, '
        'callee.country cycling ("FR", "DE", "IT"), source.address "192.0.2.254" rising, '
        "duration 3s rising",
        tmp_path,
    )
    assert values(made, "account") == ["user-09", "user-10", "user-11", "user-12", "user-13"]
    assert values(made, "callee") == [33123450000, 33123450001] * 2 + [33123450000]
    assert values(made, "callee.country") == ["FR", "DE", "IT", "FR", "DE"]
    assert values(made, "source.address")[1:3] == ["192.0.2.255", "192.0.3.0"]
    assert values(made, "duration") == [3000, 3001, 3002, 3003, 3004]


@pytest.mark.parametrize(
    ("text", "unit", "by", "then"),
    [
        ("phone", Unit.TEXT, 0, "phone"),
        ("phone", Unit.TEXT, 2, "phone2"),
        ("p999", Unit.ACCOUNT, 1, "p1000"),
        ("007", Unit.ACCOUNT, 5, "012"),
        ("2001:db8::ffff", Unit.ADDRESS, 1, "2001:db8::1:0"),
    ],
)
def test_a_value_counts_up_in_its_own_way(text: str, unit: Unit, by: int, then: str) -> None:
    assert risen(text, unit, by) == then


def test_all_lines_of_a_test_happen_together_in_order_of_time(tmp_path: Path) -> None:
    made = events_of(
        'given 2 call.ended every 10s with account "a"\n'
        'given 2 call.ended from 5s every 5s with account "b"',
        tmp_path,
    )
    # Of two at one time the line that stands first comes first.
    assert values(made, "account") == ["a", "b", "a", "b"]


FILE = """\
# what a switch wrote down
kind,at,account,callee,cost,clock,answered,duration
call.ended,0s,1001,+33 1 23 45,0.65 USD,08:30,yes,6s

call.ended,2026-01-02T16:00:01.5+01:00,"a, b",33123450001,650000,,false,6000
"""


def test_a_file_has_its_events_in_the_words_of_the_language(tmp_path: Path) -> None:
    first, second = events_of('given calls from "day.csv"', tmp_path, day=FILE)
    assert first == Event(
        "call.ended",
        START,
        {
            "account": "1001",
            "callee": 3312345,
            "cost": 650_000,
            "clock": 30_600_000,
            "answered": True,
            "duration": 6000,
        },
    )
    assert second.at == START + 1_500_000
    assert second.values["account"] == "a, b"
    assert second.values["cost"] == 650_000
    assert "clock" not in second.values
    assert second.values["answered"] is False


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("call.end,0s,,", "kind"),
        ("call.ended,yesterday,,", "at"),
        ("call.ended,2026-01-02T16:00:00,,", "at"),
        ("call.ended,0s,6 apples,", "duration"),
        ("call.ended,0s,25 USD,", "duration"),
        ("call.ended,0s,-6s,", "duration"),
        ("call.ended,0s,,192.0.2.300", "source.address"),
        ("call.attempt,0s,6s,", "duration"),
    ],
)
def test_a_cell_that_cannot_be_says_where_and_why(row: str, column: str) -> None:
    issues: list[Issue] = []
    text = f"kind,at,duration,source.address\ncall.ended,0s,6s,192.0.2.1\n{row}\n"
    assert len(read_events(text, "tests/day.csv", "USD", issues)) == 1
    (issue,) = issues
    assert (issue.id, issue.facts["column"]) == ("bad-cell", column)
    assert (issue.place.file, issue.place.line) == ("tests/day.csv", 3)


@pytest.mark.parametrize(
    "text", ["", "\n\n", '"kind\n', "kind,at", "kind,at\n,\n", "\0", "a" * 200_000]
)
def test_no_file_however_mangled_raises(text: str) -> None:
    issues: list[Issue] = []
    read_events(text, "tests/day.csv", "USD", issues)
    assert all(issue.place.line >= 1 for issue in issues)


def test_a_check_reads_the_files_of_the_tests(tmp_path: Path) -> None:
    with pytest.raises(PolicyErrors, match=r"tests/day.csv:2:1: .*6 apples"):
        events_of(
            'given calls from "day.csv"', tmp_path, day="kind,at,duration\ncall.ended,0s,6 apples\n"
        )
    (tmp_path / "tests" / "day.csv").unlink()
    assert [issue.id for issue in check(tmp_path).issues] == ["missing-file"]
