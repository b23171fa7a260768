"""Findings on disk: complete, exact in time, the same in both files, described in the docs."""

import json
import re
from pathlib import Path

import pyarrow.parquet as pq
from tests.history.conftest import Night

from fairtone.history import RECORD
from fairtone.history.summary import restored

DOCS = Path(__file__).parents[2] / "docs" / "howto" / "replay.md"
ASKED = "rule clause subject subject_kind at event mode severity values because actions policy_version rule_hash"


def lines(night: Night) -> list[dict]:
    return [json.loads(line) for line in (night.out / "findings.jsonl").read_text().splitlines()]


def test_every_line_has_every_field(replayed: Night) -> None:
    assert len(lines(replayed)) == replayed.replay.findings > 0
    for line in lines(replayed):
        assert list(line) == list(RECORD)
        assert set(ASKED.split()) <= set(line)


def test_times_are_rfc_3339_in_utc_with_six_decimals(replayed: Night) -> None:
    for line in lines(replayed):
        for at in (line["at"], line["event_at"], *(part["since"] for part in line["evidence"])):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", at)


def test_a_line_says_what_the_rule_saw(replayed: Night) -> None:
    thief = next(line for line in lines(replayed) if line["subject"] == "thief")
    assert thief["rule"] == "high-risk-burst"
    assert thief["at"] == "2026-11-21T22:28:21.000000Z"
    assert thief["values"] == {"dear": 6, "reached": 6}
    assert thief["units"] == {"dear": "count", "reached": "count"}
    assert thief["because"] == "6 calls to 6 costly numbers within ten minutes."
    assert thief["actions"] == [
        "refuse with 603",
        "block account for 1h",
        "open case severity critical",
    ]


def test_both_files_say_the_same(replayed: Night) -> None:
    table = pq.read_table(replayed.out / "findings.parquet")
    assert table.schema.names == list(RECORD)
    rows = table.to_pylist(maps_as_pydicts="strict")
    for row, line in zip(rows, lines(replayed), strict=True):
        assert row["at"].isoformat(timespec="microseconds").replace("+00:00", "Z") == line["at"]
        assert row["values"] == line["values"]
        assert {key: row[key] for key in ("rule", "subject", "because", "actions")} == {
            key: line[key] for key in ("rule", "subject", "because", "actions")
        }


def test_a_finding_comes_back_from_its_row(replayed: Night) -> None:
    found = [item.finding for fired in replayed.replay.fired for item in fired.exhibits]
    rows = {line["sequence"]: line for line in lines(replayed)}
    for finding in found:
        line = rows[finding.sequence]
        assert {item.name: item.value for item in finding.values} == line["values"]
        assert [list(item.key) for item in finding.evidence] == [
            item["key"] for item in line["evidence"]
        ]
    assert restored.__module__ == "fairtone.history.summary"


def test_the_docs_describe_every_field() -> None:
    described = set(re.findall(r"^\| `(\w+)` \|", DOCS.read_text("utf-8"), re.MULTILINE))
    assert described == set(RECORD)
