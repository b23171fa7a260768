"""The rule set and the calls of the engine benchmark: 14 windows, 13 conditions, seeded calls.

The same shape as the measurements the engine was designed from: Zipf accounts, a day's rhythm, a
few accounts that abuse. Made by numpy in seconds; nothing is read from outside.
"""

import hashlib
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fairtone.events import AT, Unit
from fairtone.policy.model import (
    And,
    Arithmetic,
    Compare,
    FieldValue,
    Flag,
    Let,
    Literal,
    Meta,
    Place,
    Policy,
    Rule,
    Window,
    WindowValue,
)

SECOND = 1_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3_600 * SECOND, 86_400 * SECOND
START = 1_767_225_600 * SECOND  # 2026-01-01
ACCOUNTS = 100_000

Columns: TypeAlias = dict[str, np.ndarray]
"""Calls as columns of whole numbers, by the names that `calls` gives them."""


def calls(count: int, days: float, seed: int = 1) -> Columns:
    """`count` ended calls over so many days: at (us), account, caller, callee, address, ..."""
    random = np.random.default_rng(seed)
    weight = 1 / np.arange(1, ACCOUNTS + 1) ** 1.05
    cumulative = np.cumsum(weight / weight.sum())
    account = random.permutation(ACCOUNTS)[
        np.minimum(np.searchsorted(cumulative, random.random(count)), ACCOUNTS - 1)
    ]
    share = np.sort(random.random(count)) * days
    share += 0.06 * np.sin(2 * np.pi * share)  # quiet nights
    at = START + (np.clip(np.sort(share), 0, days) * DAY).astype(np.int64)
    at = np.maximum.accumulate(at + np.arange(count) % 3)
    abuse = account % 997 == 3
    fresh = random.random(count) < np.where(abuse, 0.95, 0.35)
    usual = (account * 2654435761 + (random.random(count) ** 2 * 20).astype(np.int64) * 40503) % (
        20_000_000
    )
    national = np.where(fresh, random.integers(0, 20_000_000, count), usual)
    codes = np.array([1, 44, 49, 33, 34, 39, 48, 31, 46, 91, 86, 371, 252, 53, 881, 960])
    scale = 10 ** np.array([10, 10, 10, 9, 9, 10, 9, 9, 9, 10, 11, 8, 8, 8, 9, 7])
    country = (national * 7919 % 100_003 * 16 // 100_003).astype(np.int64)
    callee = codes[country] * scale[country] + national % scale[country]
    answered = random.random(count) < np.where(abuse, 0.3, 0.62)
    talk = np.where(abuse, random.exponential(5, count), random.lognormal(4.0, 1.2, count))
    duration = np.where(answered, np.clip(talk * 1000, 1000, 14_400_000), 0).astype(np.int64)
    address = account * 3 + (random.random(count) ** 6 * 3).astype(np.int64)
    address = np.where(random.random(count) < 0.002, random.integers(0, 1 << 24, count), address)
    return {
        "at": at,
        "account": account,
        "caller": 12_000_000_000 + account * 211 + (random.random(count) ** 2 * 2).astype(np.int64),
        "callee": callee,
        "prefix": callee // 10_000_000,
        "address": address,
        "duration": duration,
        "answered": answered,
    }


def table(columns: Columns, start: int, end: int) -> pa.RecordBatch:
    """A stretch of the calls as a batch of events."""
    part = {name: column[start:end] for name, column in columns.items()}
    account = np.char.add("A", np.char.zfill(part["account"].astype("U7"), 7))
    ip = part["address"]
    address = np.char.add("10.", (ip >> 16 & 255).astype("U3"))
    for shift in (8, 0):
        address = np.char.add(np.char.add(address, "."), (ip >> shift & 255).astype("U3"))
    count = len(account)
    return pa.record_batch(
        {
            "kind": pa.DictionaryArray.from_arrays(np.zeros(count, np.int8), ["call.ended"]),
            "at": pa.array(part["at"], pa.int64()).cast(AT),
            "account": pa.array(account, pa.string()),
            "caller": pa.array(part["caller"]),
            "callee": pa.array(part["callee"]),
            "callee.prefix": pa.array(part["prefix"]),
            "source.address": pa.array(address, pa.string()),
            "duration": pa.array(part["duration"]),
            "answered": pa.array(part["answered"]),
        }
    )


def write(columns: Columns, path: Path, rows: int = 1 << 18) -> None:
    """The calls as a Parquet file of events."""
    count = len(columns["at"])
    first = table(columns, 0, 1)
    with pq.ParquetWriter(path, first.schema, compression="zstd") as writer:
        for start in range(0, count, rows):
            writer.write_batch(table(columns, start, min(start + rows, count)))


_PLACE = Place("bench", 1)
_ANSWERED = Flag("answered")
_SHORT = Compare("<=", FieldValue("duration"), Literal(Fraction(6000), Unit.DURATION))


def _let(
    name: str,
    aggregate: str,
    keys: tuple[str, ...],
    length: int,
    unit: Unit = Unit.COUNT,
    **rest: object,
) -> Let:
    text = repr((aggregate, keys, length, sorted(rest.items(), key=str)))
    window = Window(
        "call.ended",
        aggregate,  # type: ignore[arg-type]
        rest.get("field"),  # type: ignore[arg-type]
        rest.get("of"),  # type: ignore[arg-type]
        rest.get("where"),  # type: ignore[arg-type]
        keys,
        length,
        within=rest.get("within", 0),  # type: ignore[arg-type]
        hash=hashlib.sha256(text.encode()).hexdigest()[:16],
    )
    return Let(name, window, keys, unit, _PLACE)


LETS = {
    let.name: let
    for let in (
        _let("calls_1m", "count", ("account",), MINUTE),
        _let("calls_1h", "count", ("account",), HOUR),
        _let("answered_1h", "share", ("account",), HOUR, Unit.SHARE, of=_ANSWERED),
        _let(
            "talk_24h", "mean", ("account",), DAY, Unit.DURATION, field="duration", where=_ANSWERED
        ),
        _let("short_24h", "share", ("account",), DAY, Unit.SHARE, of=_SHORT, where=_ANSWERED),
        _let("reached_1h", "distinct", ("account",), HOUR, field="callee"),
        _let("addresses_24h", "distinct", ("account",), DAY, field="source.address"),
        _let("by_caller_5m", "count", ("caller",), 5 * MINUTE),
        _let("longest_24h", "max", ("caller",), DAY, Unit.DURATION, field="duration"),
        _let("to_callee_5m", "count", ("callee",), 5 * MINUTE),
        _let("from_address_1m", "count", ("source.address",), MINUTE),
        _let(
            "minutes_1h", "sum", ("account", "callee.prefix"), HOUR, Unit.DURATION, field="duration"
        ),
        _let("fresh_1h", "new", ("account",), HOUR, field="callee", within=30 * DAY),
        _let("calls_30d", "count", ("account",), 30 * DAY),
    )
}


def _above(value: str, bound: int, unit: Unit = Unit.COUNT) -> Compare:
    return Compare(">", WindowValue(value), Literal(Fraction(bound), unit))


def _share(value: str, op: str, bound: str) -> Compare:
    return Compare(op, WindowValue(value), Literal(Fraction(bound), Unit.SHARE))  # type: ignore[arg-type]


_FRESH = Arithmetic("/", WindowValue("fresh_1h"), WindowValue("calls_1h"))
_ENOUGH = Compare(">", WindowValue("talk_24h"), Literal(Fraction(0), Unit.DURATION))
_CONDITIONS = {
    "burst": _above("calls_1m", 60),
    "unanswered": And((_above("calls_1h", 30), _share("answered_1h", "<", "1/5"))),
    "brief": And(
        (_ENOUGH, Compare("<", WindowValue("talk_24h"), Literal(Fraction(15_000), Unit.DURATION)))
    ),
    "short": And((_ENOUGH, _share("short_24h", ">", "1/2"))),
    "spread": _above("reached_1h", 200),
    "many-addresses": _above("addresses_24h", 5),
    "caller": _above("by_caller_5m", 20),
    "long": _above("longest_24h", 7_200_000, Unit.DURATION),
    "callee": _above("to_callee_5m", 10),
    "address": _above("from_address_1m", 60),
    "prefix": _above("minutes_1h", 36_000_000, Unit.DURATION),
    "fresh": And(
        (
            _above("calls_1h", 20),
            Compare(">", _FRESH, Literal(Fraction(4, 5), Unit.SHARE)),
        )
    ),
    "month": _above("calls_30d", 100_000),
}


RULES = tuple(_CONDITIONS)
"""The names of the rules, in the order in which `reference.c` counts them."""


def policy(once: int = HOUR) -> Policy:
    """The thirteen rules over the fourteen windows."""
    rules = []
    for name, condition in _CONDITIONS.items():
        used = tuple(let for let in LETS.values() if f"'{let.name}'" in repr(condition))
        rules.append(
            Rule(
                name, "bench", "call.ended", ("account",), used, condition, None, (), "", "",
                once, "shadow", "low", _PLACE, name,
            )
        )  # fmt: skip
    return Policy(Meta("bench", "", "1"), (), tuple(rules), (), (), (), hash="bench")


def witness() -> Policy:
    """One rule that fires at every call and bears the values of all fourteen windows."""
    rule = Rule(
        "witness", "bench", "call.ended", ("account",), tuple(LETS.values()),
        Compare(">=", WindowValue("calls_1m"), Literal(Fraction(1), Unit.COUNT)), None, (), "", "",
        0, "shadow", "low", _PLACE, "witness",
    )  # fmt: skip
    return Policy(Meta("bench", "", "1"), (), (rule,), (), (), (), hash="witness")
