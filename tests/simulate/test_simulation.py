"""A simulation is a pure function of its seed, size and start, and its events are well formed."""

import re
import resource
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from tests.simulate.conftest import MONDAY, Simulation

from fairtone.events import check_batch
from fairtone.simulate import LABEL_COLUMNS, SCENARIOS, simulate

FILES = {
    "accounts.csv", "events.parquet", "labels.csv", "networks.csv", "numbers.csv", "records.csv",
    "tariff.csv",
}  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        simulate(11, 40, 1, tmp_path / name, start=MONDAY)
    assert set(contents(tmp_path / "one")) == FILES
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_another_seed_is_another_world(tmp_path: Path) -> None:
    simulate(11, 40, 1, tmp_path / "one", start=MONDAY)
    simulate(12, 40, 1, tmp_path / "two", start=MONDAY)
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    same = {name for name in FILES if one[name] == two[name]}
    assert same == {"networks.csv", "tariff.csv"}  # the world itself does not change


def test_start_is_a_moment_whatever_zone_it_is_said_in(tmp_path: Path) -> None:
    eastern = MONDAY.astimezone(tz=datetime.now().astimezone().tzinfo or UTC)
    simulate(5, 20, 1, tmp_path / "utc", start=MONDAY)
    simulate(5, 20, 1, tmp_path / "local", start=eastern)
    assert contents(tmp_path / "utc") == contents(tmp_path / "local")


def test_every_batch_has_the_shape_of_the_schema(simulation: Simulation) -> None:
    for batch in pq.ParquetFile(simulation.out / "events.parquet").iter_batches():
        check_batch(batch)


def test_events_are_in_order_of_time(simulation: Simulation) -> None:
    at = simulation.events["at"].cast(pa.int64()).to_numpy()
    assert (at[1:] >= at[:-1]).all()
    assert at[0] >= MONDAY.timestamp() * 1e6


def test_row_groups_are_small_enough_to_stream(simulation: Simulation) -> None:
    file = pq.ParquetFile(simulation.out / "events.parquet").metadata
    rows = [file.row_group(i).num_rows for i in range(file.num_row_groups)]
    assert len(rows) > 1
    assert max(rows) <= 1 << 17


def test_every_attempt_ends_exactly_once(simulation: Simulation) -> None:
    begun, ended = simulation.of("call.attempt")["call"], simulation.of("call.ended")["call"]
    assert pc.count_distinct(begun).as_py() == len(begun)
    assert sorted(begun.to_pylist()) == sorted(ended.to_pylist())


def test_nothing_begins_after_the_last_day(simulation: Simulation) -> None:
    end = MONDAY + timedelta(days=3, minutes=5)  # who finds nobody may try once more
    for kind in ("call.attempt", "registration", "sip.request"):
        assert pc.max(simulation.of(kind)["at"]).as_py() < end


def test_answers_belong_to_answered_calls(simulation: Simulation) -> None:
    ended = simulation.of("call.ended")
    answered = ended.filter(ended["answered"])
    assert sorted(simulation.of("call.answered")["call"].to_pylist()) == sorted(
        answered["call"].to_pylist()
    )
    assert pc.min(answered["duration"]).as_py() > 0
    unanswered = ended.filter(pc.invert(ended["answered"]))
    assert pc.max(unanswered["duration"]).as_py() == 0
    assert pc.max(unanswered["cost"]).as_py() == 0


def test_summary_counts_what_was_written(simulation: Simulation) -> None:
    counted = {
        row["values"]: row["counts"]
        for row in simulation.events["kind"]
        .cast(pa.string())
        .combine_chunks()
        .value_counts()
        .to_pylist()
    }
    assert {kind: n for kind, n in simulation.summary.events.items() if n} == counted
    assert simulation.summary.labels == len(simulation.rows("labels.csv"))
    assert simulation.summary.accounts == len(simulation.rows("accounts.csv"))


def test_labels_have_the_documented_columns(simulation: Simulation) -> None:
    labels = simulation.rows("labels.csv")
    assert list(labels[0]) == list(LABEL_COLUMNS)
    assert {(row["kind"], row["strength"]) for row in labels} == {
        (scenario.name, strength)
        for scenario in SCENARIOS.values()
        for strength in scenario.strengths
    }
    assert {row["class"] for row in labels} == {"abuse", "lookalike"}
    assert all(row["start"] <= row["end"] for row in labels)


def test_memory_does_not_grow_with_the_days(tmp_path: Path) -> None:
    simulate(3, 20, 1, tmp_path / "short", start=MONDAY)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    summary = simulate(3, 20, 8, tmp_path / "long", start=MONDAY)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # kilobytes
    events = sum(summary.events.values())
    assert events > 700_000
    assert grown * 1024 < 0.3 * events * 400  # what they take as a table


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"accounts": 0}, "expected at least 1 account and 1 day, got 0 and 1"),
        ({"days": 0}, "expected at least 1 account and 1 day, got 10 and 0"),
        ({"country": "XX"}, "no numbers are known for a provider in `XX`; choose one of "),
        ({"start": datetime(2026, 3, 2)}, "start `2026-03-02T00:00:00` has no time zone"),  # noqa: DTZ001
    ],
)
def test_what_cannot_be_simulated_is_refused(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    asked = {"seed": 1, "accounts": 10, "days": 1, "out": tmp_path, "start": MONDAY} | changes
    with pytest.raises(ValueError, match=re.escape(said)):
        simulate(**asked)  # type: ignore[arg-type]


def test_providers_of_other_countries(tmp_path: Path) -> None:
    simulate(2, 60, 1, tmp_path, start=MONDAY + timedelta(days=1), country="FR")
    calls = pq.read_table(tmp_path / "events.parquet", filters=[("kind", "=", "call.attempt")])
    home = pc.equal(calls["callee.country"].cast(pa.string()), "FR")
    assert pc.mean(home).as_py() > 0.5
    away = calls.filter(home)["callee.international"]
    assert pc.any(away).as_py() is False
