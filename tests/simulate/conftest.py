"""One simulation that the tests of this room look at: 400 ordinary accounts, three days."""

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from fairtone.simulate import Summary, simulate

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Simulation:
    out: Path
    summary: Summary

    @cached_property
    def events(self) -> pa.Table:
        return pq.read_table(self.out / "events.parquet")

    def of(self, kind: str) -> pa.Table:
        return self.events.filter(pc.equal(self.events["kind"].cast(pa.string()), kind))

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.out / name).open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def simulation(tmp_path_factory: pytest.TempPathFactory) -> Simulation:
    out = tmp_path_factory.mktemp("simulation")
    return Simulation(out, simulate(7, 400, 3, out, start=MONDAY))
