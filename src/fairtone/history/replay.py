"""A replay: a policy and past traffic go in, findings with their evidence come out.

Nothing is kept in memory that grows with the input: events wait on disk until the end, findings go
to disk as they are made, and everything that is said about them is counted there.
"""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from fairtone.engine import Engine, Finding
from fairtone.events import Batch
from fairtone.history.evidence import with_evidence
from fairtone.history.record import Record
from fairtone.history.result import Fired, Input, Replay, Unknown
from fairtone.history.retrace import Past
from fairtone.history.similar import similar_to
from fairtone.history.spool import Spool
from fairtone.history.summary import Summary
from fairtone.policy.model import Policy

EXHIBITS = 72
"""About how many subjects are shown in full, over all rules."""

PER_RULE = (2, 8)
"""The fewest and the most of them for one rule."""


class Judge(Protocol):
    """What a replay needs of an engine."""

    def feed(self, batch: Batch) -> list[Finding]:
        """Judge a batch; the findings, in order."""
        ...

    def statistics(self) -> Mapping[str, Any]:
        """`late`, and `unknown` by rule."""
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a replay is: events judged and findings made so far."""

    events: int
    findings: int


def run(
    policy: Policy,
    batches: Iterable[Batch],
    out: Path,
    *,
    made: int,
    source: Callable[[], Input] = lambda: Input(()),
    judge: Judge | None = None,
    keep_events: bool = False,
    progress: Callable[[Progress], None] = lambda progress: None,
) -> Replay:
    """Judge batches of events, in order of time, and write what was found into the folder `out`.

    Writes `findings.parquet` and `findings.jsonl`, and `events.parquet` if `keep_events`; what to
    make of the result is `report_of`'s business. `made` is the time that the result bears, in
    microseconds; `source` is asked at the end what was read. Raises `OSError` if `out` cannot be
    written.
    """
    out.mkdir(parents=True, exist_ok=True)
    engine: Judge = Engine(policy) if judge is None else judge
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=".replay-", dir=out)))
        spool = stack.enter_context(Spool(work / "events.parquet"))
        record = stack.enter_context(Record(out))
        for batch in batches:
            spool.add(batch)
            record.add(engine.feed(batch))
            progress(Progress(spool.events, record.findings))
        record.close()
        spool.close()
        replay = _told(policy, spool, record, made, source(), engine.statistics())
        if keep_events:
            spool.path.replace(out / "events.parquet")
    return replay


def _told(
    policy: Policy,
    spool: Spool,
    record: Record,
    made: int,
    read: Input,
    statistics: Mapping[str, Any],
) -> Replay:
    summary = Summary(policy, spool, record.parquet)
    overview = summary.overview()
    clauses = summary.clauses(overview)
    totals = summary.totals()
    kinds = {
        row["kind"]: row["events"]
        for row in spool.rows(
            "select kind, count(*) as events from events group by kind order by events desc, kind"
        )
    }
    return Replay(
        policy=policy,
        made=made,
        input=read,
        events=spool.events,
        late=int(statistics.get("late", 0)),
        kinds=kinds,
        findings=totals["findings"],
        subjects=totals["subjects"],
        money=totals["money"],
        overview=overview,
        clauses=clauses,
        fired=_fired(policy, spool, summary),
        unknown=_unknown(policy, statistics.get("unknown", {}), kinds),
    )


def _fired(policy: Policy, spool: Spool, summary: Summary) -> tuple[Fired, ...]:
    past = Past(policy, spool)
    counts = summary.rules()
    rules = [rule for rule in policy.rules if rule.name in counts]
    few, many = PER_RULE
    limit = max(few, min(many, EXHIBITS // max(len(rules), 1)))
    fired = []
    for rule in rules:
        exhibits = with_evidence(summary.exhibits(rule.name, limit), past)
        subjects, findings = counts[rule.name]
        similar = similar_to(rule, past)
        fired.append(Fired(rule, tuple(exhibits), subjects, findings, similar))
    return tuple(fired)


def _unknown(
    policy: Policy, unknown: Mapping[str, int], kinds: Mapping[str, int]
) -> tuple[Unknown, ...]:
    rows = [
        Unknown(rule.name, unknown[rule.name], kinds.get(rule.kind, 0))
        for rule in policy.rules
        if unknown.get(rule.name)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.events / max(row.of, 1), row.rule)))
