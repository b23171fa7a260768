"""A replay streams: findings go to disk as they are made, and nothing is left behind."""

from pathlib import Path

import pyarrow.parquet as pq
from tests.history.conftest import Night
from tests.history.provider import NIGHT, batches, night, policy

from fairtone.engine import Engine, Finding
from fairtone.events import Batch, Event
from fairtone.history import Progress, report_of, run
from fairtone.policy.model import Policy


def replay(
    tmp_path: Path, events: list[Event], rules: Policy | None = None, size: int = 100, **how: object
):
    rules = rules or policy()
    return run(
        rules,
        batches(events, size),
        tmp_path,
        made=NIGHT,
        judge=Engine(rules, reference=True),
        **how,
    )  # type: ignore[arg-type]


def test_events_are_deleted_unless_they_are_asked_for(tmp_path: Path, replayed: Night) -> None:
    replay(tmp_path, night())
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "findings.jsonl",
        "findings.parquet",
    ]
    assert pq.read_metadata(replayed.out / "events.parquet").num_rows == len(night())


def test_the_same_input_gives_the_same_findings_however_it_is_cut(
    tmp_path: Path, replayed: Night
) -> None:
    replay(tmp_path, night(), size=7)
    assert (tmp_path / "findings.jsonl").read_bytes() == (
        replayed.out / "findings.jsonl"
    ).read_bytes()


def test_a_lower_threshold_finds_the_trader(tmp_path: Path) -> None:
    found = replay(tmp_path, night(), policy(burst=5))
    subjects = {item.finding.subject for fired in found.fired for item in fired.exhibits}
    assert "trader" in subjects


def test_no_event_at_all_is_a_replay_too(tmp_path: Path) -> None:
    nothing = replay(tmp_path, [])
    assert (nothing.events, nothing.findings, nothing.clauses) == (0, 0, ())
    assert (tmp_path / "findings.jsonl").read_text() == ""
    assert pq.read_table(tmp_path / "findings.parquet").num_rows == 0
    assert "nothing was judged" in report_of(nothing)


def test_progress_is_told_after_each_batch(tmp_path: Path) -> None:
    told: list[Progress] = []
    replay(tmp_path, night(), progress=told.append)
    assert [each.events for each in told] == [*range(100, 719, 100), 719]
    assert told[-1].findings == 3


def test_many_findings_on_many_subjects_are_counted_and_few_are_shown(tmp_path: Path) -> None:
    class Zealot:
        """Finds every event of its own: what a flood of findings looks like."""

        def __init__(self) -> None:
            self.engine = Engine(policy(), reference=True)
            self.findings = 0

        def feed(self, batch: Batch) -> list[Finding]:
            return self.engine.feed(batch)

        def statistics(self) -> dict[str, object]:
            return self.engine.statistics()

    values = {"price": 900_000, "callee.country": "CU"}
    events = [
        Event(
            "call.attempt",
            NIGHT + 1000 * step,
            values | {"account": f"a{step % 300}", "callee": 53_000_000 + step},
        )
        for step in range(300 * 6)
    ]
    found = run(policy(), batches(events), tmp_path, made=NIGHT, judge=Zealot())
    (fired,) = found.fired
    assert (fired.findings, fired.subjects) == (300, 300)
    assert len(fired.exhibits) == 8
    assert "292 more subjects" in report_of(found)
