"""The calls of the benchmark are what they are said to be, and three engines say the same of them."""

import os
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from bench.duckdb_sql import VALUES, InDuckdb, unique_times
from bench.kernel import run_kernel
from bench.reference_c import NoCompiler, ReferenceC, keys_of
from bench.workload import (
    HOUR,
    LETS,
    MINUTE,
    RULES,
    START,
    Columns,
    calls,
    policy,
    table,
    witness,
    write,
)

from fairtone.engine import Engine
from fairtone.engine.fast import FastCore

MANY = 200_000


@pytest.fixture(scope="module")
def many() -> Columns:
    """As dense as the benchmark's, with silence in the middle in which the windows of a day end."""
    dense = calls(MANY, 0.6)
    dense["at"][MANY // 2 :] += 25 * HOUR
    return dense


@pytest.fixture(scope="module")
def counted(many: Columns) -> dict[str, int]:
    """How often each rule's condition held, as the engine says."""
    return run_kernel(many, once=0, count=True)[1]


def reference_c(folder: Path) -> ReferenceC:
    if os.environ.get("CI") != "true" and shutil.which("cc") is None:
        pytest.skip("no C compiler on the path: the C reference cannot be built")
    return ReferenceC(folder)


def test_the_same_seed_makes_the_same_calls_and_another_seed_others() -> None:
    first, again, other = calls(2_000, 1.0, 7), calls(2_000, 1.0, 7), calls(2_000, 1.0, 8)
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not any(np.array_equal(first[name], other[name]) for name in first)


def test_calls_are_in_order_of_time_within_their_days() -> None:
    at = calls(5_000, 2.0)["at"]
    assert np.all(np.diff(at) >= 0)
    assert at[0] >= START
    assert at[-1] <= START + 2 * 24 * 60 * MINUTE + 2


def test_accounts_are_as_uneven_as_customers_are(many: Columns) -> None:
    _, sizes = np.unique(many["account"], return_counts=True)
    assert len(sizes) > 10_000
    assert sizes.max() > MANY / 20  # one of them makes a good part of all calls
    assert np.median(sizes) <= 4


def test_only_answered_calls_have_a_duration(many: Columns) -> None:
    assert np.all((many["duration"] > 0) == many["answered"])


def test_a_file_holds_the_calls_that_were_written(tmp_path: Path) -> None:
    some = calls(1_000, 0.1)
    write(some, tmp_path / "calls.parquet", rows=300)
    read = pq.read_table(tmp_path / "calls.parquet")
    assert read.num_rows == 1_000
    assert read["callee"].to_pylist() == some["callee"].tolist()
    assert read["account"][5].as_py() == f"A{some['account'][5]:07d}"
    ip = int(some["address"][5])
    assert read["source.address"][5].as_py() == f"10.{ip >> 16}.{ip >> 8 & 255}.{ip & 255}"


def test_fourteen_windows_and_thirteen_rules() -> None:
    assert len(LETS) == 14
    assert len(RULES) == 13
    assert len(list(policy().windows())) == 14


def test_c_and_the_engine_count_the_same(
    many: Columns, counted: dict[str, int], tmp_path: Path
) -> None:
    _, found, any_of_them = reference_c(tmp_path).run(many, keys_of(many))
    assert found == counted
    assert max(counted.values()) <= any_of_them <= sum(counted.values())
    # What never fires would agree by accident: only these are out of reach of so few calls.
    assert {rule for rule, count in counted.items() if not count} == {
        "address",
        "month",
        "unanswered",
    }


def test_c_counts_the_same_however_the_calls_are_cut(many: Columns, tmp_path: Path) -> None:
    reference, keys = reference_c(tmp_path), keys_of(many)
    assert reference.run(many, keys, batch=777)[1:] == reference.run(many, keys)[1:]


def test_without_a_compiler_the_reference_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(NoCompiler, match="no `cc` on the path: install a C compiler"):
        ReferenceC(tmp_path)


def test_the_kernel_says_the_same_of_numbers_as_the_engine_of_texts() -> None:
    some = calls(20_000, 0.2)
    _, numbers, _ = run_kernel(some, once=0, count=True)
    texts = dict.fromkeys(RULES, 0)
    for found in Engine(policy(0)).feed(table(some, 0, 20_000)):
        texts[found.rule] += 1
    assert numbers == texts
    assert sum(texts.values()) > 100


def test_every_value_of_every_window_is_duckdbs() -> None:
    count = 40_000
    some = calls(count, 40 / 1000 * 30)
    database = InDuckdb(some)
    theirs = database.values().to_pydict()
    _, found = database.counts()
    database.close()
    assert theirs["t"] == unique_times(some["at"]).tolist()
    names = list(LETS)
    core = FastCore(witness())
    fired = list(core.judge(table(some, 0, count)))
    assert len(fired) == count
    for place, name in enumerate(names):
        ours = [one.values[place] for one in fired]
        assert ours == _expected(name, theirs), name
    assert found == run_kernel(some, once=0, count=True)[1]


def _expected(name: str, theirs: dict[str, list[int]]) -> list[int | Fraction | None]:
    """What a window's value is by DuckDB's whole numbers."""
    pairs = {
        "answered_1h": ("answered_1h", "calls_1h"),
        "talk_24h": ("talk_24h", "answered_24h"),
        "short_24h": ("short_24h", "answered_24h"),
    }
    if name not in pairs:
        return list(theirs[name])
    over, under = pairs[name]
    return [Fraction(a, b) if b else None for a, b in zip(theirs[over], theirs[under], strict=True)]


def test_sql_has_a_number_for_every_window() -> None:
    assert set(VALUES) >= set(LETS)
