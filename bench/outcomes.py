"""Findings held against the labels of a simulation: what was found, how soon, and what was wrong.

A finding is true if its subject, or a part of a pair, belongs to a scene of abuse and it came while
that scene was played or in the hour after. What comes later on such a subject is the same abuse
seen once more, and neither true nor false. Everything else is false.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

import duckdb

HOUR = 3_600_000_000
GRACE = HOUR


class Found(Protocol):
    """What is asked of a finding."""

    @property
    def rule(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def at(self) -> int: ...
    @property
    def mode(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene of `labels.csv`; `subjects` with the payers of its accounts. Times in microseconds."""

    number: int
    kind: str
    strength: str
    abuse: bool
    start: int
    end: int
    subjects: frozenset[str]


@dataclass(slots=True)
class Outcome:
    """What came of a scene: the first finding of each rule, and what it cost until the very first."""

    scene: Scene
    rules: dict[str, int] = field(default_factory=dict)  # first moment, by rule
    shadow: set[str] = field(default_factory=set)
    calls: int = 0
    money: float = 0.0

    @property
    def found(self) -> bool:
        """Whether a rule that acts, or asks a person, found it."""
        return bool(self.rules)

    @property
    def at(self) -> int:
        """When it was found first."""
        return min(self.rules.values())

    @property
    def seconds(self) -> float:
        """From the start of the abuse until it was found; 0 if that was at once."""
        return max(self.at - self.scene.start, 0) / 1e6

    @property
    def by(self) -> list[str]:
        """The rules that found it, the first one first."""
        return sorted(self.rules, key=lambda rule: (self.rules[rule], rule))


@dataclass(frozen=True, slots=True)
class Mistake:
    """A finding on somebody innocent: which look-alike it was, or nobody in particular."""

    rule: str
    subject: str
    mode: str
    lookalike: str


@dataclass(slots=True)
class Outcomes:
    """All outcomes of one simulation: `innocent` accounts over `days`, `alike` of them look-alikes."""

    scenes: dict[int, Outcome]
    mistakes: list[Mistake]
    innocent: int
    alike: int
    days: int
    findings: int = 0
    after: int = 0  # true, but long after the scene

    @property
    def abuse(self) -> list[Outcome]:
        """The scenes of abuse."""
        return [outcome for outcome in self.scenes.values() if outcome.scene.abuse]


def outcomes(folder: Path, findings: Iterable[Found], days: int) -> Outcomes:
    """Hold findings against the labels in the folder of a simulation, and count what each cost."""
    scenes = list(read_scenes(folder))
    whose: dict[str, list[Scene]] = defaultdict(list)
    for scene in scenes:
        for subject in scene.subjects:
            whose[subject].append(scene)
    told = Outcomes(
        {scene.number: Outcome(scene) for scene in scenes},
        [],
        innocent=len(_accounts(folder) - _of(scenes, abuse=True)),
        alike=len(_accounts(folder) & _of(scenes, abuse=False)),
        days=days,
    )
    for finding in findings:
        told.findings += 1
        _place(told, finding, _candidates(whose, finding.subject))
    _count_costs(folder, told)
    return told


def _candidates(whose: dict[str, list[Scene]], subject: str) -> list[Scene]:
    parts = [subject, *subject.split(" → ")]
    return list({scene.number: scene for part in parts for scene in whose.get(part, ())}.values())


def _place(told: Outcomes, finding: Found, candidates: Sequence[Scene]) -> None:
    abuse = [scene for scene in candidates if scene.abuse and finding.at >= scene.start]
    now = [scene for scene in abuse if finding.at <= scene.end + GRACE]
    for scene in now:
        outcome = told.scenes[scene.number]
        if finding.mode == "shadow":
            outcome.shadow.add(finding.rule)
        else:
            outcome.rules[finding.rule] = min(
                finding.at, outcome.rules.get(finding.rule, finding.at)
            )
    if now:
        return
    if abuse:
        told.after += 1
        return
    alike = [s for s in candidates if not s.abuse and s.start <= finding.at <= s.end + GRACE]
    name = f"{alike[0].kind} {alike[0].strength}" if alike else ""
    told.mistakes.append(Mistake(finding.rule, finding.subject, finding.mode, name))


def read_scenes(folder: Path) -> Iterator[Scene]:
    """The scenes of `labels.csv`, with the payers of the labelled accounts."""
    payers = {row["account"]: row["payer"] for row in _rows(folder / "accounts.csv")}
    labels = defaultdict(list)
    for row in _rows(folder / "labels.csv"):
        labels[int(row["scene"])].append(row)
    for number, rows in labels.items():
        first = rows[0]
        subjects = {row["subject"] for row in rows}
        abuse = first["class"] == "abuse"
        if abuse:
            subjects |= {payers[subject] for subject in subjects if subject in payers}
        yield Scene(number, first["kind"], first["strength"], abuse, _moment(first["start"]),
                    _moment(first["end"]), frozenset(subjects))  # fmt: skip


def _accounts(folder: Path) -> set[str]:
    return {row["account"] for row in _rows(folder / "accounts.csv")}


def _of(scenes: Iterable[Scene], *, abuse: bool) -> set[str]:
    return set().union(*(scene.subjects for scene in scenes if scene.abuse == abuse))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _moment(text: str) -> int:
    at = datetime.fromisoformat(text)
    return int(at.timestamp()) * 1_000_000 + at.microsecond


# The requests of a scene until it was found, and what the calls among them came to cost.
_COSTS = """
with mine as (
    select distinct s.scene, e.place, e.kind, e.call
    from e join s on s.subject in (e.account, e.address, e.callee)
    where e.moment between s.start and s.until
)
select mine.scene, count(*), coalesce(sum(c.cost), 0) / 1e6
from mine left join c on mine.kind = 'call.attempt' and mine.call = c.call
group by mine.scene
"""
_REQUESTS = """
create table e as
select row_number() over () as place, kind, epoch_us("at") as moment, account,
    "source.address" as address, '+' || callee as callee, call
from read_parquet(?) where kind in ('call.attempt', 'registration', 'sip.request')
"""
_ENDS = "create table c as select call, cost from read_parquet(?) where kind = 'call.ended'"


def _count_costs(folder: Path, told: Outcomes) -> None:
    events = [str(folder / "events.parquet")]
    with duckdb.connect() as db:
        db.execute("set threads to 1")
        db.execute(_REQUESTS, events)
        db.execute(_ENDS, events)
        db.execute("create table s (scene int, subject text, start bigint, until bigint)")
        watched = [
            (scene.number, subject, scene.start, outcome.at)
            for outcome in told.abuse
            if outcome.found
            for scene in [outcome.scene]
            for subject in sorted(scene.subjects)
        ]
        if watched:
            db.executemany("insert into s values (?, ?, ?, ?)", watched)
        for number, calls, money in db.execute(_COSTS).fetchall():
            told.scenes[number].calls, told.scenes[number].money = calls, float(money)
