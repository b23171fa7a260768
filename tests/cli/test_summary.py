"""The summary of a replay is legible on eighty columns, whatever the traffic says."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from tests.history.provider import NIGHT, batches, night, policy

from fairtone.cli.summary import WIDTH, print_summary
from fairtone.engine import Engine
from fairtone.history import Broken, Input, Replay, Unknown, Unread, run

LONG = (
    "A reason that is so long that it has to go on in a second line, and then in a third, for sure"
)


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    rules = policy()
    unread = tuple(
        Unread(f"{LONG} {n}", n, ("/secret/folder/night.pcap at byte 7",)) for n in range(1, 11)
    )
    return run(
        rules,
        batches(night()),
        tmp_path_factory.mktemp("night"),
        made=NIGHT,
        source=lambda: Input(("night.pcap",), 99, unread),
        judge=Engine(rules, reference=True),
    )


def printed(replay: Replay) -> list[str]:
    console = Console(file=io.StringIO(), width=WIDTH, color_system=None)
    print_summary(replay, console)
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]


def test_no_line_is_wider_than_the_terminal(replayed: Replay) -> None:
    assert max(map(len, printed(replayed))) <= 80


def test_every_broken_clause_is_told_with_its_figures(replayed: Replay) -> None:
    text = "\n".join(printed(replayed))
    row = next(line for line in printed(replayed) if line.strip().startswith("A1.1"))
    assert "1 account" in row
    assert "275.00" in row
    assert "11-21 17:28" in row
    assert row.rstrip().endswith("6")
    assert "3 findings on 3 subjects, 3 of 3 watched clauses broken" in text


def test_what_was_unknown_and_unreadable_is_told(replayed: Replay) -> None:
    text = "\n".join(printed(replayed))
    assert "1.64%  password-guessing" in text
    assert "Unreadable: 55 pieces of input" in text
    assert "first at night.pcap at byte 7" in " ".join(text.split())
    assert "2 more reasons" in text
    assert "/secret" not in text


def test_large_figures_and_hostile_names_stay_inside(replayed: Replay) -> None:
    rules = policy()
    title = "4e. [i] communication with a very long heading indeed"
    clauses = tuple(replace(each, title=title) for each in rules.clauses)
    broken = Broken(
        "A1.1",
        123_456_789,
        {"account": 1_234_567, "address": 98_765, "pair": 1},
        10**16,
        NIGHT,
        99_999.0,
        {},
    )
    unknown = tuple(Unknown(f"a-rule-with-a-rather-long-name-{n}", 1, 3) for n in range(12))
    lines = printed(
        replace(
            replayed, policy=replace(rules, clauses=clauses), clauses=(broken,) * 3, unknown=unknown
        )
    )
    text = "\n".join(lines)
    assert max(map(len, lines)) <= 80
    for figure in ("123,456,789", "1,234,567", "98,765", "10,000,000,000", "99,999"):
        assert figure in text
    assert "[i]" in text
    assert "and 4 more, in the report" in text


def test_nothing_found_is_said_plainly(tmp_path: Path) -> None:
    rules = policy()
    nothing = run(rules, [], tmp_path, made=NIGHT, judge=Engine(rules, reference=True))
    text = "\n".join(printed(nothing))
    assert "0 findings on 0 subjects" in text
    assert "All input could be read." in text
