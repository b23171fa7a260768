"""`make demo` shows what it promises, and its check can fail."""

import dataclasses
from pathlib import Path

import pytest
from tests.history.provider import NIGHT, batches, night, policy

from fairtone.demo import CAPTURES, SCENES, Scene, main, problems_of
from fairtone.demo import NIGHT as EVENING_SCENE
from fairtone.engine import Engine
from fairtone.history import Replay, report_of, run


@pytest.mark.slow
def test_the_demo_passes_its_own_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--check", "--out", str(tmp_path)])
    told = capsys.readouterr().out
    assert status == 0, told
    assert "The check passed." in told
    for scene in (*SCENES, EVENING_SCENE):
        assert (tmp_path / scene.name / "report.html").is_file()
        assert (tmp_path / scene.name / "findings.jsonl").is_file()
    assert "night/report.html" in told.replace("\n", "")


def test_every_capture_is_there_and_told_of() -> None:
    told = (CAPTURES.parent / "README.md").read_text("utf-8")
    assert {path.stem for path in CAPTURES.glob("*.pcap")} == {scene.name for scene in SCENES}
    for scene in SCENES:
        assert f"`{scene.name}.pcap`" in told


def outcome(tmp_path: Path) -> Replay:
    rules = policy()
    replay = run(rules, batches(night()), tmp_path, made=NIGHT, judge=Engine(rules, reference=True))
    (tmp_path / "report.html").write_text(report_of(replay), "utf-8")
    return replay


FOUND = Scene("irsf", "costly calls", frozenset({"high-risk-burst", "another-rule"}))
INNOCENT = Scene("normal", "ordinary calls", frozenset())


def test_a_good_outcome_has_no_problem(tmp_path: Path) -> None:
    assert problems_of(FOUND, outcome(tmp_path), tmp_path) == []


def test_an_attack_that_was_not_found_is_a_problem(tmp_path: Path) -> None:
    replay = outcome(tmp_path)
    (problem,) = problems_of(
        dataclasses.replace(FOUND, rules=frozenset({"another-rule"})), replay, tmp_path
    )
    assert "none of another-rule found anything" in problem


def test_a_finding_on_the_innocent_is_a_problem(tmp_path: Path) -> None:
    (problem,) = problems_of(INNOCENT, outcome(tmp_path), tmp_path)
    assert problem.startswith("innocent, but found by")


def test_lost_lines_and_reports_are_problems(tmp_path: Path) -> None:
    replay = outcome(tmp_path)
    lines = (tmp_path / "findings.jsonl").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "findings.jsonl").write_text("".join(lines[1:]), "utf-8")
    (tmp_path / "report.html").write_text("<html>", "utf-8")
    assert problems_of(FOUND, replay, tmp_path) == [
        "findings.jsonl has 2 lines, expected 3",
        "report.html is missing or not whole",
    ]
    (tmp_path / "findings.jsonl").write_text("{", "utf-8")
    assert "cannot be read" in problems_of(FOUND, replay, tmp_path)[-1]
