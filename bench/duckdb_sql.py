"""The fourteen windows in SQL, exact RANGE frames, run by DuckDB on one thread.

Written from what the windows mean, not from the engine: it is the peer that the engine is measured
against, and a witness that both give the same values.
"""

import time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.workload import DAY, HOUR, MINUTE, RULES, Columns, table

_FRAMES = {
    "account_1m": ("account", MINUTE),
    "account_1h": ("account", HOUR),
    "account_24h": ("account", DAY),
    "account_30d": ("account", 30 * DAY),
    "caller_5m": ("caller", 5 * MINUTE),
    "caller_24h": ("caller", DAY),
    "callee_5m": ("callee", 5 * MINUTE),
    "address_1m": ("address", MINUTE),
    "prefix_1h": ("account, prefix", HOUR),
}
_ANSWERED = "FILTER (WHERE answered)"
VALUES = {
    "calls_1m": "count(*) OVER account_1m",
    "calls_1h": "count(*) OVER account_1h",
    "answered_1h": f"count(*) {_ANSWERED} OVER account_1h",
    "talk_24h": f"CAST(coalesce(sum(duration) {_ANSWERED} OVER account_24h, 0) AS BIGINT)",
    "answered_24h": f"count(*) {_ANSWERED} OVER account_24h",
    "short_24h": "count(*) FILTER (WHERE answered AND duration <= 6000) OVER account_24h",
    "reached_1h": "count(DISTINCT callee) OVER account_1h",
    "addresses_24h": "count(DISTINCT address) OVER account_24h",
    "by_caller_5m": "count(*) OVER caller_5m",
    "longest_24h": "max(duration) OVER caller_24h",
    "to_callee_5m": "count(*) OVER callee_5m",
    "from_address_1m": "count(*) OVER address_1m",
    "minutes_1h": "CAST(sum(duration) OVER prefix_1h AS BIGINT)",
    "fresh_1h": "count(*) FILTER (WHERE fresh) OVER account_1h",
    "calls_30d": "count(*) OVER account_30d",
}
"""Every whole number behind the fourteen windows: a mean and a share are two of them."""

_CONDITIONS = {
    "burst": "calls_1m > 60",
    "unanswered": "calls_1h > 30 AND 5 * answered_1h < calls_1h",
    "brief": "talk_24h > 0 AND talk_24h < 15000 * answered_24h",
    "short": "talk_24h > 0 AND 2 * short_24h > answered_24h",
    "spread": "reached_1h > 200",
    "many-addresses": "addresses_24h > 5",
    "caller": "by_caller_5m > 20",
    "long": "longest_24h > 7200000",
    "callee": "to_callee_5m > 10",
    "address": "from_address_1m > 60",
    "prefix": "minutes_1h > 36000000",
    "fresh": "calls_1h > 20 AND 5 * fresh_1h > 4 * calls_1h",
    "month": "calls_30d > 100000",
}


def unique_times(at: np.ndarray) -> np.ndarray:
    """Times made unique as the engine makes them: each at least a microsecond after the last."""
    order = np.arange(len(at))
    unique: np.ndarray = np.maximum.accumulate(at - order) + order
    return unique


class InDuckdb:
    """Calls as a table in DuckDB's memory, one thread."""

    def __init__(self, calls: Columns) -> None:
        self._database = duckdb.connect(config={"threads": 1})
        given = pa.table({**calls, "t": unique_times(calls["at"])})
        self._database.register("given", given)
        self._database.execute("CREATE TABLE calls AS SELECT * FROM given")

    def counts(self) -> tuple[float, dict[str, int]]:
        """CPU seconds, and how often each rule's condition held."""
        asked = ", ".join(
            f'count(*) FILTER (WHERE {_CONDITIONS[rule]}) AS "{rule}"' for rule in RULES
        )
        began = time.process_time()
        row = self._database.execute(f"SELECT {asked} FROM ({_windows()})").fetchone()
        spent = time.process_time() - began
        assert row is not None
        return spent, dict(zip(RULES, row, strict=True))

    def values(self) -> pa.Table:
        """Every whole number of every window at every call, in order."""
        return self._database.sql(f"SELECT * FROM ({_windows()}) ORDER BY t").to_arrow_table()

    def close(self) -> None:
        """Give the memory back."""
        self._database.close()


def parquet_to_parquet(calls: Columns, folder: Path, runs: int) -> float:
    """CPU seconds, the least of the runs, from a Parquet file to one with the values at every call.

    Accounts and addresses are texts, as they are in the files that the engine reads; the unique
    times are in the file.
    """
    texts = pa.Table.from_batches([table(calls, 0, len(calls["at"]))]).select(
        ["account", "caller", "callee", "callee.prefix", "source.address", "duration", "answered"]
    )
    names = ["account", "caller", "callee", "prefix", "address", "duration", "answered"]
    given, made = folder / "given.parquet", folder / "made.parquet"
    times = pa.array(unique_times(calls["at"]))
    pq.write_table(texts.rename_columns(names).append_column("t", times), given, compression="zstd")
    taken = []
    with duckdb.connect(config={"threads": 1}) as database:
        database.execute(f"CREATE VIEW calls AS SELECT * FROM '{given}'")
        for _ in range(runs):
            began = time.process_time()
            database.execute(f"COPY ({_windows()}) TO '{made}' (FORMAT parquet)")
            taken.append(time.process_time() - began)
    given.unlink()
    made.unlink()
    return min(taken)


def _windows() -> str:
    values = ", ".join(f"{text} AS {name}" for name, text in VALUES.items())
    frames = ", ".join(
        f"{name} AS (PARTITION BY {keys} ORDER BY t "
        f"RANGE BETWEEN {length} PRECEDING AND CURRENT ROW)"
        for name, (keys, length) in _FRAMES.items()
    )
    fresh = (
        "SELECT *, coalesce(lag(t) OVER (PARTITION BY account, callee ORDER BY t) "
        f"< t - {30 * DAY}, true) AS fresh FROM calls"
    )
    return f"SELECT t, {values} FROM ({fresh}) WINDOW {frames}"
