"""Findings on disk: `findings.jsonl` for programs and people, `findings.parquet` for SQL.

The fields are described in docs/howto/replay.md, which a test holds to `RECORD`.
"""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from fairtone.engine import Finding
from fairtone.events import AT
from fairtone.history.amounts import rfc3339
from fairtone.policy import text_of

ROWS = 4_096
"""How many findings are gathered before a group of the Parquet file is written."""

_TEXT = pa.string()

RECORD: dict[str, pa.DataType] = {
    "rule": _TEXT,
    "clause": _TEXT,
    "subject": _TEXT,
    "subject_kind": _TEXT,
    "subject_fields": pa.list_(_TEXT),
    "at": AT,
    "event_at": AT,
    "sequence": pa.int64(),
    "event": _TEXT,
    "mode": _TEXT,
    "severity": _TEXT,
    "values": pa.map_(_TEXT, pa.float64()),
    "units": pa.map_(_TEXT, _TEXT),
    "because": _TEXT,
    "actions": pa.list_(_TEXT),
    "facts": pa.map_(_TEXT, _TEXT),
    "evidence": pa.list_(
        pa.struct(
            {
                "name": _TEXT,
                "window": _TEXT,
                "kind": _TEXT,
                "keys": pa.list_(_TEXT),
                "key": pa.list_(_TEXT),
                "since": AT,
                "until": AT,
            }
        )
    ),
    "rule_hash": _TEXT,
    "clause_hash": _TEXT,
    "policy_version": _TEXT,
    "policy_hash": _TEXT,
}
"""Every field of a finding on disk, in the order of the file, with its Parquet type."""


def record(finding: Finding) -> dict[str, Any]:
    """A finding as plain values; times in microseconds, quantities in the unit's smallest part."""
    return {
        "rule": finding.rule,
        "clause": finding.clause,
        "subject": finding.subject,
        "subject_kind": finding.subject_kind,
        "subject_fields": list(finding.subject_fields),
        "at": finding.at,
        "event_at": finding.event_at,
        "sequence": finding.sequence,
        "event": finding.event,
        "mode": finding.mode,
        "severity": finding.severity,
        "values": {item.name: _plain(item.value) for item in finding.values},
        "units": {item.name: str(item.unit) for item in finding.values},
        "because": finding.because,
        "actions": [text_of(action) for action in finding.actions],
        "facts": dict(finding.facts),
        "evidence": [
            {
                "name": item.name,
                "window": item.window,
                "kind": item.kind,
                "keys": list(item.keys),
                "key": list(item.key),
                "since": item.since,
                "until": item.until,
            }
            for item in finding.evidence
        ],
        "rule_hash": finding.rule_hash,
        "clause_hash": finding.clause_hash,
        "policy_version": finding.policy_version,
        "policy_hash": finding.policy_hash,
    }


class Record:
    """Writes findings as they are made, and holds few of them; closing makes the files whole."""

    def __init__(self, folder: Path) -> None:
        self.parquet = folder / "findings.parquet"
        self.lines = folder / "findings.jsonl"
        self.findings = 0
        self._schema = pa.schema(list(RECORD.items()))
        self._encoder = msgspec.json.Encoder()
        self._waiting: list[dict[str, Any]] = []
        self._lines = self.lines.open("wb")
        self._writer = pq.ParquetWriter(self.parquet, self._schema, compression="zstd")

    def __enter__(self) -> "Record":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def add(self, findings: Iterable[Finding]) -> None:
        """Append findings to both files."""
        for finding in findings:
            row = record(finding)
            self._lines.write(self._encoder.encode(_timed(row)) + b"\n")
            row["facts"] = {name: str(value) for name, value in row["facts"].items()}
            for item in row["evidence"]:
                item["key"] = [str(value) for value in item["key"]]
            self._waiting.append(row)
            self.findings += 1
            if len(self._waiting) >= ROWS:
                self._flush()

    def close(self) -> None:
        """Write what is waiting and finish both files."""
        if self._writer.is_open:
            self._flush()
            self._writer.close()
            self._lines.close()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.Table.from_pylist(self._waiting, self._schema))
            self._lines.flush()
        self._waiting = []


def _plain(value: Fraction | int | None) -> float | int | None:
    return float(value) if isinstance(value, Fraction) else value


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    """The same row with its times as RFC 3339 in UTC."""
    evidence = [
        item | {"since": rfc3339(item["since"]), "until": rfc3339(item["until"])}
        for item in row["evidence"]
    ]
    return row | {
        "at": rfc3339(row["at"]),
        "event_at": rfc3339(row["event_at"]),
        "evidence": evidence,
    }
