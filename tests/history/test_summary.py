"""The figures of a replay, each held against a count made another way."""

from dataclasses import replace
from pathlib import Path
from statistics import median

from tests.history.conftest import Night
from tests.history.provider import NIGHT, batches, night, policy

from fairtone.engine import Engine
from fairtone.history import run


def cost_of(account: str, since: int) -> int:
    return sum(
        int(event.values["cost"])
        for event in night()
        if event.kind == "call.ended" and event.values["account"] == account and event.at >= since
    )


def test_clauses_stand_in_the_order_of_the_text(replayed: Night) -> None:
    assert [row.clause for row in replayed.replay.clauses] == ["A1.1", "B4b.1", "B4e.1"]


def test_findings_and_subjects_are_counted(replayed: Night) -> None:
    replay = replayed.replay
    assert (replay.findings, replay.subjects) == (3, 3)
    assert {row.clause: dict(row.subjects) for row in replay.clauses} == {
        "A1.1": {"account": 1},
        "B4b.1": {"address": 1},
        "B4e.1": {"account": 1},
    }


def test_money_at_risk_is_every_call_from_the_window_on(replayed: Night) -> None:
    money = {row.clause: row.money for row in replayed.replay.clauses}
    assert money["A1.1"] == cost_of("thief", NIGHT)
    assert money["B4e.1"] == cost_of("robot", NIGHT)
    assert money["B4b.1"] is None
    assert replayed.replay.money == cost_of("thief", NIGHT) + cost_of("robot", NIGHT)


def test_calls_until_detected(replayed: Night) -> None:
    until = {row.clause: row.until_detected for row in replayed.replay.clauses}
    assert until == {"A1.1": median([6]), "B4b.1": median([20]), "B4e.1": median([40])}


def test_every_event_is_in_the_overview_once(replayed: Night) -> None:
    replay = replayed.replay
    assert sum(replay.overview.volume) == replay.events == len(night())
    assert sum(count for row in replay.clauses for count in row.marks.values()) == replay.findings
    assert replay.kinds == {"call.attempt": 329, "call.ended": 329, "registration": 61}


def test_what_was_unknown_is_told_with_its_share(replayed: Night) -> None:
    (row,) = replayed.replay.unknown
    assert (row.rule, row.events, row.of) == ("password-guessing", 1, 61)


def test_a_call_that_two_rules_found_is_money_once(tmp_path: Path, replayed: Night) -> None:
    rules = policy()
    again = replace(rules.rule("high-risk-burst"), name="high-risk-burst-again")
    both = replace(rules, rules=(*rules.rules, again))
    twice = run(both, batches(night()), tmp_path, made=NIGHT, judge=Engine(both, reference=True))
    once = replayed.replay
    assert twice.findings == once.findings + 1
    assert (twice.subjects, twice.money) == (once.subjects, once.money)
    assert [row.money for row in twice.clauses] == [row.money for row in once.clauses]
