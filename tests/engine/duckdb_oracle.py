"""The same policy in SQL, written from the model alone: no line of it is shared with the engine.

Every window of every rule is one query with a RANGE frame, every condition an SQL expression; DuckDB
says what each is on every event. Only `once per`, which is a loop by nature, is a loop in Python.
"""

from collections.abc import Sequence
from fractions import Fraction

import duckdb
import pyarrow as pa
from tests.engine.agreement import Found, Outcome
from tests.engine.duckdb_conditions import SqlConditions, address, column, fold

from fairtone.events import FIELDS, SCHEMA, Batch, Unit
from fairtone.policy.model import Let, Policy, Rule, Window


def sql_outcome(policy: Policy, batches: Sequence[Batch]) -> Outcome:
    """What DuckDB says that `policy` finds in the events."""
    with duckdb.connect() as database:
        database.execute("SET threads = 1")
        return _Oracle(policy, database, batches).outcome()


class _Oracle:
    def __init__(
        self, policy: Policy, database: duckdb.DuckDBPyConnection, batches: Sequence[Batch]
    ) -> None:
        self._policy = policy
        self._database = database
        self._sql = SqlConditions(policy.lists)
        self._written: dict[str, list[object]] = {}
        self._take_in(batches)

    def outcome(self) -> Outcome:
        found: list[Found] = []
        unknown: dict[str, int] = {}
        for rule in self._policy.rules:
            fired, unknown[rule.name] = self._judge(rule)
            found += fired
        places = {rule.name: place for place, rule in enumerate(self._policy.rules)}
        found.sort(key=lambda one: (one.sequence, places[one.rule]))
        return Outcome(tuple(found), unknown)

    def _take_in(self, batches: Sequence[Batch]) -> None:
        """All events as the table `ev`: unique times `t`, texts folded, addresses in one form."""
        columns: dict[str, pa.Array] = {}
        total = sum(batch.num_rows for batch in batches)
        for part in SCHEMA:
            cells = [
                cell
                for batch in batches
                for cell in (
                    batch.column(part.name).cast(part.type).to_pylist()
                    if part.name in batch.schema.names and part.name != "at"
                    else batch.column("at").cast(pa.int64()).to_pylist()
                    if part.name == "at"
                    else [None] * batch.num_rows
                )
            ]
            self._written[part.name] = cells
            if part.name in FIELDS and FIELDS[part.name].unit is Unit.ADDRESS:
                known = {cell: address(cell) for cell in set(cells)}
                cells = [known[cell] for cell in cells]
            columns[part.name] = pa.array(cells, pa.int64() if part.name == "at" else part.type)
        columns["seq"] = pa.array(range(1, total + 1), pa.int64())
        arrived = pa.table(columns)
        self._database.register("arrived", arrived)
        cells = [
            f"{fold(column(name))} AS {column(name)}" if field.unit is Unit.TEXT else column(name)
            for name, field in FIELDS.items()
        ]
        # t = max(at, t before + 1) from 0 on, said without recursion.
        self._database.execute(
            "CREATE TABLE ev AS SELECT seq, kind, "
            'seq + greatest(0, max("at" - seq) OVER (ORDER BY seq)) AS t, '
            f"{', '.join(cells)} FROM arrived"
        )

    # --- rules -----------------------------------------------------------------------------

    def _judge(self, rule: Rule) -> tuple[list[Found], int]:
        """The events on which a rule fires, and how often it could not tell."""
        joins, values = [], {}
        for number, let in enumerate(rule.lets):
            table = f"let{number}"
            self._database.execute(
                f"CREATE OR REPLACE TEMP TABLE {table} AS {self.window(rule, let)}"
            )
            joins.append(f"LEFT JOIN {table} USING (seq)")
            values[let.name] = (f"{table}.num", f"{table}.den")
        unless = "FALSE" if rule.unless is None else self._sql.holds(rule.unless, values)
        shown = [part for pair in values.values() for part in pair]
        subject = [column(name) for name in rule.subject]
        rows = self._database.execute(
            f"SELECT seq, t, {self._sql.holds(rule.when, values)}, {unless}, "
            f"{', '.join(subject + shown)} FROM ev {' '.join(joins)} "
            f"WHERE kind = '{rule.kind}' ORDER BY seq"
        ).fetchall()
        return self._fire(rule, rows)

    def _fire(self, rule: Rule, rows: list[tuple[object, ...]]) -> tuple[list[Found], int]:
        found: list[Found] = []
        unknown = 0
        last: dict[tuple[object, ...], int] = {}
        width = len(rule.subject)
        for seq, t, when, unless, *cells in rows:
            assert isinstance(seq, int)
            assert isinstance(t, int)
            subject, parts = tuple(cells[:width]), cells[width:]
            if when is False:
                continue
            if when is None or None in subject:
                unknown += 1
                continue
            if unless is True or (subject in last and t - last[subject] < rule.once):
                continue
            last[subject] = t
            pairs = zip(parts[::2], parts[1::2], strict=True)
            values = tuple(_fraction(num, den) for num, den in pairs)
            found.append(Found(seq, t, rule.name, self._subject(rule, seq), values))
        return found, unknown

    def _subject(self, rule: Rule, seq: int) -> str:
        """The subject as it was written in the event."""
        parts = []
        for name in rule.subject:
            cell = self._written[name][seq - 1]
            parts.append(f"+{cell}" if FIELDS[name].unit is Unit.NUMBER else str(cell))
        return " → ".join(parts)

    # --- windows ---------------------------------------------------------------------------

    def window(self, rule: Rule, let: Let) -> str:
        """A query for (seq, num, den): what a let is on every event of the rule whose key is known."""
        window = let.window
        keys = [f"k{number}" for number in range(len(window.keys))]
        asks = [f"{column(name)} AS {key}" for name, key in zip(let.lookup, keys, strict=True)]
        known = [f"{column(name)} IS NOT NULL" for name in let.lookup]
        held = [f"{column(name)} AS {key}" for name, key in zip(window.keys, keys, strict=True)]
        inside = [
            f"kind = '{window.kind}'",
            *(f"{column(name)} IS NOT NULL" for name in window.keys),
        ]
        if window.where is not None:
            inside.append(f"({self._sql.holds(window.where, {})})")
        value = "NULL::BIGINT" if window.field is None else column(window.field)
        of = "NULL::BOOLEAN" if window.of is None else self._sql.holds(window.of, {})
        entries = (
            f"SELECT seq, t, 1 AS entry, {', '.join(held)}, {value} AS v, ({of}) AS o "
            f"FROM ev WHERE {' AND '.join(inside)}"
        )
        if window.aggregate == "new":
            entries = (
                "SELECT seq, t, CASE WHEN v IS NULL THEN 0 WHEN "
                f"lag(t) OVER (PARTITION BY {', '.join(keys)}, v ORDER BY t) >= t - {window.within} "
                f"THEN 0 ELSE 1 END AS entry, {', '.join(keys)}, v, o FROM ({entries})"
            )
        return (
            f"WITH entries AS ({entries}), asks AS (SELECT seq, t, {', '.join(asks)} FROM ev "
            f"WHERE kind = '{rule.kind}' AND {' AND '.join(known)}), rows AS ("
            f"SELECT seq, t, {', '.join(keys)}, entry, v, o, FALSE AS ask FROM entries UNION ALL "
            f"SELECT seq, t, {', '.join(keys)}, NULL, NULL, NULL, TRUE FROM asks), seen AS ("
            f"SELECT seq, ask, {_aggregate(window)} FROM rows WINDOW w AS ("
            f"PARTITION BY {', '.join(keys)} ORDER BY t "
            f"RANGE BETWEEN {_before(window)} PRECEDING AND CURRENT ROW)) "
            "SELECT seq, num::HUGEINT AS num, den::HUGEINT AS den FROM seen WHERE ask"
        )


def _before(window: Window) -> str:
    """How far a window reaches back from `t`: its length, and to the step before."""
    return f"(t % {window.step} + {window.length})" if window.step else str(window.length)


def _aggregate(window: Window) -> str:
    """The window's value as `num / den`."""
    match window.aggregate:
        case "count":
            return "count(entry) OVER w AS num, 1 AS den"
        case "sum":
            return "coalesce(sum(v) OVER w, 0) AS num, 1 AS den"
        case "mean":
            return "sum(v) OVER w AS num, nullif(count(v) OVER w, 0) AS den"
        case "min" | "max":
            return f"{window.aggregate}(v) OVER w AS num, 1 AS den"
        case "distinct":
            return "count(DISTINCT v) OVER w AS num, 1 AS den"
        case "share":
            return "count(CASE WHEN o THEN 1 END) OVER w AS num, nullif(count(o) OVER w, 0) AS den"
        case "last":
            return "last_value(v IGNORE NULLS) OVER w AS num, 1 AS den"
        case "new":
            return "coalesce(sum(entry) OVER w, 0) AS num, 1 AS den"


def _fraction(num: object, den: object) -> Fraction | None:
    if num is None or den is None:
        return None
    assert isinstance(num, int)
    assert isinstance(den, int)
    return Fraction(num, den)
