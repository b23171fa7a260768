"""Events are kept as the engine took them: its numbers, its time, every field."""

from pathlib import Path

import pyarrow.parquet as pq
from tests.history.provider import NIGHT, batches, night, policy

from fairtone.engine import Engine
from fairtone.events import Event, batch_of
from fairtone.history.spool import Spool


def spooled(tmp_path: Path, events: list[Event], size: int = 3) -> list[dict]:
    with Spool(tmp_path / "events.parquet") as spool:
        for batch in batches(events, size):
            spool.add(batch)
    return pq.read_table(tmp_path / "events.parquet").to_pylist()


def test_events_at_the_same_time_and_late_ones_get_a_time_of_their_own(tmp_path: Path) -> None:
    times = [100, 100, 100, 90, 102, 200, 150]
    rows = spooled(tmp_path, [Event("registration", NIGHT + at) for at in times])
    assert [row["judged"] - NIGHT for row in rows] == [100, 101, 102, 103, 104, 200, 201]
    assert [row["sequence"] for row in rows] == [1, 2, 3, 4, 5, 6, 7]


def test_its_time_is_the_engine_s_time(tmp_path: Path) -> None:
    events = night()
    engine = Engine(policy(), reference=True)
    judged = {row["sequence"]: row["judged"] for row in spooled(tmp_path, events, 100)}
    findings = [found for batch in batches(events) for found in engine.feed(batch)]
    assert findings
    assert all(judged[found.sequence] == found.at for found in findings)


def test_an_event_comes_back_whole(tmp_path: Path) -> None:
    event = Event(
        "call.ended",
        NIGHT + 5,
        {"account": "a", "callee": 33142000001, "answered": False, "cost": 7},
    )
    with Spool(tmp_path / "events.parquet") as spool:
        spool.add(batch_of([Event("registration", NIGHT), event]))
        spool.close()
        assert spool.by_sequence([2]) == {2: event}
        assert spool.by_sequence([]) == {}


def test_nothing_is_reached_over_the_network(tmp_path: Path) -> None:
    with Spool(tmp_path / "events.parquet") as spool:
        spool.add(batch_of([Event("registration", NIGHT)]))
        spool.close()
        settings = {
            row["name"]: row["value"]
            for row in spool.rows("select name, value from duckdb_settings()")
        }
    assert settings["autoinstall_known_extensions"] == "false"
    assert settings["autoload_known_extensions"] == "false"
