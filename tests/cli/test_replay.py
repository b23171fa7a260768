"""`fairtone replay` from the outside: files in, a folder out, an exit status that can be relied on."""

import csv
import json
from pathlib import Path

import pytest

from fairtone.cli import main

POLICY = """---
organisation: Voipkonnec
contact: compliance@voipkonnec.com
version: 1
---

# Policy

## Bulk calls {#B1}

No bulk calls.

```rule bulk
on       call.ended
let      calls = count per account over 1h
when     calls >= 5
then     open case severity high
because  "{calls} calls in an hour."
once per 1h
mode     review
```
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    folder = tmp_path / "policy"
    folder.mkdir()
    (folder / "policy.md").write_text(POLICY, "utf-8")
    return folder


def simulated(tmp_path: Path) -> Path:
    """Call records as the simulator writes them, cut down to one account with six calls."""
    assert main(["simulate", "--accounts", "5", "--out", str(tmp_path / "all")]) == 0
    with (tmp_path / "all" / "records.csv").open() as file:
        rows = list(csv.DictReader(file))
    six = [
        row | {"account": "x", "start": rows[0]["start"], "end": rows[0]["end"], "id": str(n)}
        for n, row in enumerate(rows[:6])
    ]
    with (tmp_path / "records.csv").open("w") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(six)
    return tmp_path / "records.csv"


@pytest.mark.slow
def test_records_go_in_and_findings_and_a_report_come_out(
    tmp_path: Path, policy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = simulated(tmp_path)
    out = tmp_path / "out"
    status = main(
        ["replay", str(records), "--policy", str(policy), "--out", str(out), "--keep-events"]
    )
    told = capsys.readouterr()
    assert status == 0, told.err
    (finding,) = [json.loads(line) for line in (out / "findings.jsonl").read_text().splitlines()]
    assert (finding["subject"], finding["because"]) == ("x", "5 calls in an hour.")
    assert "1 finding on 1 subject, 1 of 1 watched clauses broken" in told.out
    assert sorted(path.name for path in out.iterdir()) == [
        "events.parquet",
        "findings.jsonl",
        "findings.parquet",
        "report.html",
    ]
    report = (out / "report.html").read_text("utf-8")
    assert "records.csv" in report
    assert str(tmp_path) not in report  # a report that is mailed names no folder


def test_a_file_that_is_missing_is_named_and_the_status_is_1(
    tmp_path: Path, policy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "missing.csv"
    assert (
        main(["replay", str(missing), "--policy", str(policy), "--out", str(tmp_path / "out")]) == 1
    )
    assert "missing.csv" in capsys.readouterr().err


def test_a_policy_with_a_mistake_is_told_and_the_status_is_2(
    tmp_path: Path, policy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (policy / "policy.md").write_text(POLICY.replace("calls >= 5", "cals >= 5"), "utf-8")
    assert main(["replay", "x.csv", "--policy", str(policy), "--out", str(tmp_path / "out")]) == 2
    assert "cals" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_no_file_at_all_is_a_mistake_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay"]) == 2
    assert "FILE" in capsys.readouterr().err
