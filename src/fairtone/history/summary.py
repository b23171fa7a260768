"""What a replay found, clause by clause and subject by subject, counted from the files it wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fairtone.engine import Evidence, Finding, Measured
from fairtone.events import Unit
from fairtone.history.exhibit import Exhibit
from fairtone.history.spool import Spool, quoted, same
from fairtone.policy.model import Policy

COLUMNS = 120
"""Into how many parts the whole time is divided for the overview."""


@dataclass(frozen=True, slots=True)
class Broken:
    """One clause and what broke it.

    `subjects` counts them by kind, `account` for example. `money` is what their calls cost from the
    start of the windows of their first finding until the end of the input (millionths; each call
    once; `None` if no cost is known). `until_detected` is the median number of events of the
    rule's kind by a subject, in those windows, up to its first finding. `marks` are findings by
    part of the time.
    """

    clause: str
    findings: int
    subjects: Mapping[str, int]
    money: int | None
    first: int
    until_detected: float
    marks: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """All events over time: the first and last moment (microseconds) and how many in each part."""

    start: int
    end: int
    volume: tuple[int, ...]


class Summary:
    """Counts over a closed spool and a closed `findings.parquet`, in SQL: size does not matter."""

    def __init__(self, policy: Policy, spool: Spool, findings: Path) -> None:
        self._policy = policy
        self._spool = spool
        sql = spool.sql
        sql.read_parquet(str(findings)).create_view("findings")
        sql.execute(
            "create table broken as select rule, any_value(clause) as clause, subject, "
            "any_value(subject_kind) as subject_kind, any_value(event) as event, "
            'count(*) as findings, epoch_us(min(f."at")) as first, epoch_us(max(f."at")) as last, '
            "min(sequence) as sequence, epoch_us(coalesce(list_min(list_transform("
            'arg_min(evidence, sequence), lambda e: e.since)), min(f."at"))) as since '
            "from findings f group by rule, subject"
        )
        sql.execute(
            "create table touched (rule varchar, subject varchar, sequence bigint, cost bigint)"
        )
        sql.execute("create table detected (rule varchar, subject varchar, events bigint)")
        found = spool.rows("select distinct rule from broken order by rule")
        for row in found:
            self._touch(row["rule"])

    def _touch(self, name: str) -> None:
        rule = self._policy.rule(name)
        match = " and ".join(
            same(f"e.{quoted(field)}", f"t.{quoted(field)}", field) for field in rule.subject
        )
        joined = f"from broken b join events t using (sequence) join events e on {match} "
        self._spool.sql.execute(
            "insert into touched select b.rule, b.subject, e.sequence, e.cost "
            f"{joined} where b.rule = ? and e.kind = 'call.ended' and e.cost is not null "
            "and e.judged >= b.since",
            [name],
        )
        self._spool.sql.execute(
            "insert into detected select b.rule, b.subject, count(*) "
            f"{joined} where b.rule = ? and e.kind = b.event "
            "and e.judged between b.since and b.first group by b.rule, b.subject",
            [name],
        )

    def overview(self) -> Overview:
        """The whole time and the events in it."""
        row = self._spool.rows("select min(judged) as first, max(judged) as last from events")[0]
        if row["first"] is None:
            return Overview(0, 0, (0,) * COLUMNS)
        start, end = row["first"], max(row["last"], row["first"] + 1)
        parts = self._spool.rows(
            "select (judged - ?) * ? // ? as part, count(*) as events from events group by part",
            [start, COLUMNS, end - start + 1],
        )
        volume = {part["part"]: part["events"] for part in parts}
        return Overview(start, end, tuple(volume.get(part, 0) for part in range(COLUMNS)))

    def clauses(self, overview: Overview) -> tuple[Broken, ...]:
        """The broken clauses in the order of the policy's text."""
        counts = self._spool.rows(
            "select clause, sum(findings)::bigint as findings, min(first) as first, "
            "median(events) as until from broken left join detected using (rule, subject) "
            "group by clause"
        )
        money = {
            row["clause"]: row["money"]
            for row in self._spool.rows(
                "select clause, sum(cost)::bigint as money from (select distinct clause, "
                "t.sequence as sequence, cost from touched t join broken using (rule, subject)) "
                "group by clause"
            )
        }
        kinds: dict[str, dict[str, int]] = {}
        for row in self._spool.rows(
            "select clause, subject_kind, count(distinct subject) as subjects from broken "
            "group by clause, subject_kind order by subjects desc, subject_kind"
        ):
            kinds.setdefault(row["clause"], {})[row["subject_kind"]] = row["subjects"]
        marks: dict[str, dict[int, int]] = {}
        for row in self._spool.rows(
            'select clause, (epoch_us("at") - ?) * ? // ? as part, count(*) as findings '
            "from findings group by clause, part order by part",
            [overview.start, COLUMNS, overview.end - overview.start + 1],
        ):
            marks.setdefault(row["clause"], {})[row["part"]] = row["findings"]
        found = {row["clause"]: row for row in counts}
        return tuple(
            Broken(
                clause=clause.id,
                findings=found[clause.id]["findings"],
                subjects=kinds[clause.id],
                money=money.get(clause.id),
                first=found[clause.id]["first"],
                until_detected=found[clause.id]["until"] or 0.0,
                marks=marks[clause.id],
            )
            for clause in self._policy.clauses
            if clause.id in found
        )

    def totals(self) -> dict[str, Any]:
        """Over all clauses: `findings`, `subjects`, and `money` with each call counted once."""
        return self._spool.rows(
            "select coalesce(sum(findings), 0)::bigint as findings, "
            "count(distinct (subject_kind, subject)) as subjects, "
            "(select sum(cost)::bigint from (select distinct sequence, cost from touched)) "
            "as money from broken"
        )[0]

    def rules(self) -> dict[str, tuple[int, int]]:
        """How many subjects and findings each rule has; rules without a finding are left out."""
        rows = self._spool.rows(
            "select rule, count(*) as subjects, sum(findings)::bigint as findings from broken "
            "group by rule"
        )
        return {row["rule"]: (row["subjects"], row["findings"]) for row in rows}

    def exhibits(self, rule: str, limit: int) -> list[Exhibit]:
        """The worst subjects of a rule, by money, then by findings."""
        rows = self._spool.rows(
            "select b.*, money, events from broken b "
            "left join detected using (rule, subject) "
            "left join (select rule, subject, sum(cost)::bigint as money from touched "
            "group by rule, subject) using (rule, subject) where rule = ? "
            "order by coalesce(money, 0) desc, b.findings desc, first, subject limit ?",
            [rule, limit],
        )
        written = {
            row["sequence"]: row
            for row in self._spool.rows(
                'select * replace (epoch_us("at") as "at", epoch_us(event_at) as event_at) '
                "from findings where rule = ? and sequence in (select unnest(?::bigint[]))",
                [rule, [row["sequence"] for row in rows]],
            )
        }
        return [
            Exhibit(
                finding=restored(written[row["sequence"]], self._policy),
                findings=row["findings"],
                last=row["last"],
                money=row["money"],
                until_detected=row["events"] or 0,
            )
            for row in rows
        ]


def restored(row: Mapping[str, Any], policy: Policy) -> Finding:
    """A finding from its row of `findings.parquet`; its values are decimals now."""
    units = dict(row["units"])
    return Finding(
        rule=row["rule"],
        clause=row["clause"],
        subject=row["subject"],
        subject_kind=row["subject_kind"],
        subject_fields=tuple(row["subject_fields"]),
        at=row["at"],
        event_at=row["event_at"],
        sequence=row["sequence"],
        event=row["event"],
        mode=row["mode"],
        severity=row["severity"],
        values=tuple(Measured(name, value, Unit(units[name])) for name, value in row["values"]),
        because=row["because"],
        actions=policy.rule(row["rule"]).actions,
        evidence=tuple(_evidence(item) for item in row["evidence"]),
        rule_hash=row["rule_hash"],
        clause_hash=row["clause_hash"],
        policy_version=row["policy_version"],
        policy_hash=row["policy_hash"],
        facts=tuple(row["facts"]),
    )


def _evidence(item: Mapping[str, Any]) -> Evidence:
    return Evidence(
        window=item["window"],
        name=item["name"],
        kind=item["kind"],
        keys=tuple(item["keys"]),
        key=tuple(item["key"]),
        since=round(item["since"].timestamp() * 1e6),
        until=round(item["until"].timestamp() * 1e6),
    )
