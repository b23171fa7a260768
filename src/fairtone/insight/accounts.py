"""What the accounts list knows of an account: tier, relation, payer, home and plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from fairtone.events import Batch
from fairtone.insight.clocks import moments_of
from fairtone.insight.columns import (
    NONE,
    Integers,
    column_of,
    distinct,
    integers,
    names_at,
    with_fields,
)
from fairtone.insight.table import ListError, Row, rows_of

_COLUMNS = (
    "account",
    "tier",
    "relation",
    "payer",
    "country",
    "minutes",
    "channels",
    "since",
)
RELATIONS = ("employee", "contractor", "client", "partner", "third-party")
_TEXTS = ("tier", "relation", "payer", "country")


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `minutes` is talk time in 30 days, `since` is in microseconds UTC."""

    account: str
    tier: str | None = None
    relation: str | None = None
    payer: str | None = None
    country: str | None = None
    minutes: int | None = None
    channels: int | None = None
    since: int | None = None


class Accounts:
    """Adds what a list says of each account; an account that is not on it stays unknown."""

    name = "accounts"
    fields = (
        *(f"account.{name}" for name in _TEXTS),
        "account.minutes",
        "account.channels",
        "account.age",
    )

    def __init__(self, accounts: Sequence[Account]) -> None:
        self._place = {entry.account: place for place, entry in enumerate(accounts)}
        self._names: dict[str, pa.Array] = {}
        self._texts: dict[str, Integers] = {}
        for name in _TEXTS:
            values = [getattr(entry, name) for entry in accounts]
            names = list(dict.fromkeys(value for value in values if value is not None))
            place = {value: position for position, value in enumerate(names)}
            self._names[name] = pa.array(names, pa.string())
            self._texts[name] = _with_none(place.get(value, NONE) for value in values)
        self._numbers = {
            "minutes": _with_none(_or_none(entry.minutes, 60_000) for entry in accounts),
            "channels": _with_none(_or_none(entry.channels, 1) for entry in accounts),
        }
        self._since = _with_none(_or_none(entry.since, 1) for entry in accounts)

    @classmethod
    def from_file(cls, path: Path) -> "Accounts":
        """Accounts from a CSV file with a header; only `account` is required.

        `minutes` is a whole number, `since` a date or time (ISO 8601, UTC unless it says so).
        """
        found: dict[str, Account] = {}
        for row in rows_of(path, _COLUMNS, ("account",)):
            account = _account_of(row)
            if account.account in found:
                raise ListError(f"{row.where}: the account `{account.account}` is there twice")
            found[account.account] = account
        return cls(list(found.values()))

    def add(self, batch: Batch) -> Batch:
        """The batch with `account.*`; the age is that at the time of the event."""
        column = column_of(batch, "account")
        at = np.full(batch.num_rows, NONE, np.int64)
        if column is not None:
            values, positions = distinct(column)
            place = [self._place.get(value, NONE) for value in values.to_pylist()]
            at = _with_none(place)[positions]
        columns = {
            f"account.{name}": names_at(self._names[name], self._texts[name][at]) for name in _TEXTS
        }
        for name, numbers in self._numbers.items():
            columns[f"account.{name}"] = integers(numbers[at], numbers[at] != NONE)
        since = self._since[at]
        age = (moments_of(batch) - since) // 1000
        columns["account.age"] = integers(age, (since != NONE) & (age >= 0))
        return with_fields(batch, columns)


def _with_none(values: "Sequence[int] | object") -> Integers:
    """Values by position; position -1, an account that is not on the list, has none."""
    return np.array([*values, NONE], np.int64)  # type: ignore[misc]


def _or_none(value: int | None, factor: int) -> int:
    return NONE if value is None else value * factor


def _account_of(row: Row) -> Account:
    return Account(
        row.need("account"),
        row.text("tier"),
        row.read("relation", _relation, f"one of {', '.join(RELATIONS)}"),
        row.text("payer"),
        row.read("country", _country, "a country of two letters such as `US`"),
        row.read("minutes", _count, "a whole number of minutes in 30 days"),
        row.read("channels", _count, "a whole number of simultaneous calls"),
        row.read("since", _moment, "a date such as `2026-03-01`"),
    )


def _relation(text: str) -> str | None:
    return text.lower() if text.lower() in RELATIONS else None


def _country(text: str) -> str | None:
    return text.upper() if len(text) == 2 and text.isalpha() else None


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _moment(text: str) -> int:
    when = datetime.fromisoformat(text)
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return round(when.timestamp() * 1_000_000)
