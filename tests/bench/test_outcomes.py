"""A finding is true, late or false by whom it names and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from bench.outcomes import Outcomes, outcomes

from fairtone.events import Event, batch_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Finding:
    rule: str
    subject: str
    minute: float
    mode: str = "enforce"

    @property
    def at(self) -> int:
        return moment(self.minute)


def moment(minute: float) -> int:
    return int((NOON + timedelta(minutes=minute)).timestamp() * 1e6)


def call(minute: float, account: str, cost: int = 0, name: str = "") -> list[Event]:
    name = name or f"{account}-{minute}"
    values = {"account": account, "source.address": f"240.0.0.{len(account)}", "call": name}
    return [
        Event("call.attempt", moment(minute), values),
        Event("call.ended", moment(minute + 1), values | {"cost": cost, "answered": True}),
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A thief from noon to half past, an office that is a look-alike all day, and a family."""
    until = NOON + timedelta(minutes=30)
    (tmp_path / "accounts.csv").write_text(
        "account,payer\nthief,c-thief\noffice,c-office\nfamily,c-family\n"
    )
    (tmp_path / "labels.csv").write_text(
        "subject,subject_kind,kind,strength,start,end,class,scene\n"
        f"thief,account,fraud,strong,{NOON.isoformat()},{until.isoformat()},abuse,1\n"
        f"240.0.0.9,address,fraud,strong,{NOON.isoformat()},{until.isoformat()},abuse,1\n"
        f"office,account,outage,usual,{NOON.isoformat()},{until.isoformat()},lookalike,2\n"
    )
    events = [
        *(event for minute in range(-5, 30) for event in call(minute, "thief", 2_000_000)),
        *(event for minute in range(30) for event in call(minute, "family")),
    ]
    pq.write_table(
        pq.read_table(_written(tmp_path, events)).sort_by("at"), tmp_path / "events.parquet"
    )
    return tmp_path


def _written(folder: Path, events: list[Event]) -> Path:
    import pyarrow as pa

    path = folder / "unsorted.parquet"
    batch = batch_of(events)
    table = pa.Table.from_batches([batch])
    pq.write_table(table.append_column("callee", pa.nulls(len(table), pa.int64())), path)
    return path


def judged(folder: Path, *findings: Finding) -> Outcomes:
    return outcomes(folder, _listed(findings), days=1)


def _listed(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: finding.at)


def test_what_names_the_thief_in_time_is_true(folder: Path) -> None:
    told = judged(
        folder,
        Finding("spend", "thief", 3),
        Finding("spend", "thief", 9),
        Finding("night", "thief", 5),
    )
    assert told.scenes[1].by == ["spend", "night"]
    assert told.mistakes == []


@pytest.mark.parametrize("subject", ["240.0.0.9", "c-thief", "thief → +33142000000"])
def test_an_address_a_payer_and_a_pair_name_the_thief_too(folder: Path, subject: str) -> None:
    assert judged(folder, Finding("spend", subject, 3)).scenes[1].found


def test_calls_money_and_seconds_are_counted_from_the_start_of_the_abuse(folder: Path) -> None:
    told = judged(folder, Finding("spend", "thief", 2.5)).scenes[1]
    assert (told.calls, told.money, told.seconds) == (3, 6.0, 150.0)


def test_an_hour_after_the_end_is_still_in_time(folder: Path) -> None:
    assert judged(folder, Finding("daily", "thief", 89)).scenes[1].found
    late = judged(folder, Finding("daily", "thief", 91))
    assert not late.scenes[1].found
    assert late.after == 1
    assert late.mistakes == []


def test_the_thief_was_innocent_before(folder: Path) -> None:
    told = judged(folder, Finding("spend", "thief", -1))
    assert not told.scenes[1].found
    assert [m.lookalike for m in told.mistakes] == [""]


def test_mistakes_are_told_by_lookalike(folder: Path) -> None:
    told = judged(
        folder,
        Finding("flood", "office", 3),
        Finding("flood", "family", 4),
        Finding("flood", "office", 400),
    )
    assert [(m.subject, m.lookalike) for m in told.mistakes] == [
        ("office", "outage usual"),
        ("family", ""),
        ("office", ""),
    ]


def test_a_shadow_finds_nothing(folder: Path) -> None:
    told = judged(folder, Finding("spend", "thief", 3, "shadow"))
    assert not told.scenes[1].found
    assert told.scenes[1].shadow == {"spend"}


def test_thieves_are_not_among_the_innocent(folder: Path) -> None:
    assert (judged(folder).innocent, judged(folder).alike) == (2, 1)
