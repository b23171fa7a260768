"""The files of a simulation: events as Parquet, and as call records, lists and labels in CSV.

Events are written in order as they come, a row group at a time, so that memory does not grow with
the length of the simulation.
"""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from fairtone.events import Batch
from fairtone.simulate.columns import Encoder
from fairtone.simulate.rows import ENDED, KIND_NAMES, Rows, joined

if TYPE_CHECKING:
    from fairtone.simulate.world import World

GROUP_ROWS: Final = 1 << 16

RECORD_COLUMNS: Final[dict[str, str]] = {
    "start": "when the INVITE arrived, UTC with microseconds",
    "answer": "when the callee picked up; empty if nobody did",
    "end": "when the call was over",
    "id": "the call's id, the same as `call` in the events",
    "account": "who is responsible",
    "caller": "the calling number as presented",
    "callee": "the called number as dialled",
    "source": "the IP address that the edge saw",
    "user_agent": "the User-Agent header",
    "transport": "udp, tcp, tls or wss",
    "status": "the final SIP status",
    "duration_s": "talk time in seconds",
    "released": "who ended it: caller, callee or edge",
    "attestation": "the caller-ID attestation: A, B, C or failed; empty if there was none",
    "cost": "what the call cost",
    "currency": "always USD",
}
"""The columns of `records.csv`, in order, with what each holds."""

_RECORD_SCHEMA: Final = pa.schema([(name, pa.string()) for name in RECORD_COLUMNS])


class Files:
    """The events of a simulation on their way to disk: `events.parquet` and `records.csv`."""

    def __init__(self, out: Path, world: "World") -> None:
        out.mkdir(parents=True, exist_ok=True)
        self._encoder = Encoder(world)
        self._parquet = pq.ParquetWriter(
            out / "events.parquet", self._encoder.batch(joined([])).schema, compression="zstd",
            compression_level=1, store_schema=False, write_statistics=["kind", "at"],
        )  # fmt: skip
        self._records = pc_csv.CSVWriter(
            out / "records.csv",
            _RECORD_SCHEMA,
            write_options=pc_csv.WriteOptions(quoting_style="needed"),
        )
        self._waiting: list[Rows] = []
        self._count = 0
        self.counts = dict.fromkeys(KIND_NAMES, 0)

    def __enter__(self) -> "Files":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None and self._count:
            self._write(joined(self._waiting))
        self._parquet.close()
        self._records.close()

    def add(self, rows: Rows) -> None:
        """Take rows that are not before any that were added earlier, in order."""
        self._waiting.append(rows)
        self._count += len(rows)
        if self._count < GROUP_ROWS:
            return
        waiting = joined(self._waiting)
        whole = len(waiting) - len(waiting) % GROUP_ROWS
        for first in range(0, whole, GROUP_ROWS):
            self._write(waiting[first : first + GROUP_ROWS])
        self._waiting = [waiting[whole:]]
        self._count = len(waiting) - whole

    def _write(self, rows: Rows) -> None:
        batch = self._encoder.batch(rows)
        self._parquet.write_batch(batch, row_group_size=GROUP_ROWS)
        self._records.write_batch(records_of(batch, rows))
        for kind, count in enumerate(np.bincount(rows["kind"], minlength=len(KIND_NAMES)).tolist()):
            self.counts[KIND_NAMES[kind]] += count


def records_of(batch: Batch, rows: Rows) -> Batch:
    """The call records of the calls that end in a batch, in the order in which they end."""
    ends = rows["kind"] == ENDED
    rows = rows[ends]
    batch = batch.filter(pa.array(ends))
    ring, talk = rows["ring"].astype(np.int64) * 1000, rows["duration"].astype(np.int64) * 1000
    answer = pa.array(rows["at"] - talk, mask=rows["status"] != 200)
    columns = {
        "start": _moment(pa.array(rows["at"] - talk - ring)),
        "answer": _moment(answer),
        "end": _moment(pa.array(rows["at"].copy())),
        "id": batch["call"],
        "account": batch["account"],
        "caller": batch["caller.presented"],
        "callee": batch["callee.dialled"],
        "source": batch["source.address"],
        "user_agent": batch["user_agent"],
        "transport": batch["transport"],
        "status": batch["status"].cast(pa.string()),
        "duration_s": _decimal(batch["duration"], 3),
        "released": batch["released"],
        "attestation": batch["attestation"],
        "cost": _decimal(batch["cost"], 6),
        "currency": pa.array(["USD"] * len(rows)),
    }
    arrays = [pc.fill_null(column.cast(pa.string()), "") for column in columns.values()]
    return pa.record_batch(arrays, schema=_RECORD_SCHEMA)


def _moment(microseconds: pa.Array) -> pa.Array:
    text = microseconds.cast(pa.timestamp("us")).cast(pa.string())
    return pc.binary_join_element_wise(text, "Z", "")


def _decimal(whole: pa.Array, places: int) -> pa.Array:
    """Whole numbers of a small unit as decimals, exactly; all are zero or more."""
    unit = 10**places
    units = pc.divide(whole, unit)
    rest = pc.subtract(whole, pc.multiply(units, unit))
    digits = pc.utf8_lpad(rest.cast(pa.string()), places, "0")
    return pc.binary_join_element_wise(units.cast(pa.string()), digits, ".")


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """One CSV file with a header line."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
