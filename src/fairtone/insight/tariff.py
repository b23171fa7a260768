"""What a minute to the called number costs, and what a call cost, by the policy's tariff."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from fairtone.events import Batch
from fairtone.insight.columns import NONE, Integers, column_of, integers, integers_of, with_fields
from fairtone.insight.prefixes import Prefixes
from fairtone.insight.table import ListError, Row, rows_of

_COLUMNS = ("prefix", "price", "currency", "increment", "connect")
_MILLIONTHS = 1_000_000
_MINUTE = 60_000
OTHER_CURRENCY = "price in another currency than the policy's"
NO_PRICE = "no price for the called number"


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of numbers that begin with `prefix`.

    `price` a minute and `connect` a call are in millionths of `currency`. Talk time is counted in
    whole steps: `first` milliseconds at once, then `step` milliseconds each.
    """

    prefix: int
    price: int
    currency: str | None = None
    first: int = 1
    step: int = 1
    connect: int = 0


class Tariff:
    """Adds the price of the called number, and the cost of a call whose record states none.

    `unknown` counts, by reason, the called numbers without a price.
    """

    name = "tariff"
    fields = ("price", "cost")

    def __init__(self, rates: Sequence[Rate], currency: str = "USD") -> None:
        self._prefixes = Prefixes(rate.prefix for rate in rates)
        # One row more than there are rates: position -1, no rate.
        self._price = np.array(
            [
                *(rate.price if rate.currency in (None, currency) else NONE for rate in rates),
                NONE,
            ],
            np.int64,
        )
        self._first = np.array([*(rate.first for rate in rates), 1], np.int64)
        self._step = np.array([*(rate.step for rate in rates), 1], np.int64)
        self._connect = np.array([*(rate.connect for rate in rates), 0], np.int64)
        self.unknown: Counter[str] = Counter()

    @classmethod
    def from_file(cls, path: Path, currency: str = "USD") -> "Tariff":
        """A tariff from a CSV file; `prefix` (E.164 digits) and `price` (a minute) are required.

        `increment` is in seconds, as `60` or `30/6`; `connect` is what each answered call costs.
        """
        found: dict[int, Rate] = {}
        for row in rows_of(path, _COLUMNS, ("prefix", "price")):
            rate = _rate_of(row)
            if rate.prefix in found:
                raise ListError(f"{row.where}: the prefix `{rate.prefix}` is there twice")
            found[rate.prefix] = rate
        return cls(list(found.values()), currency)

    def add(self, batch: Batch) -> Batch:
        """The batch with `price` for every call and `cost` for every call that ended."""
        callee = column_of(batch, "callee")
        rows = batch.num_rows
        at = np.full(rows, NONE, np.int64)
        if callee is not None:
            numbers, known = integers_of(callee)
            values, inverse = np.unique(numbers[known], return_inverse=True)
            at[known] = self._prefixes.longest(values)[inverse]
            self.unknown[NO_PRICE] += int((at[known] == NONE).sum())
            self.unknown[OTHER_CURRENCY] += int((self._price[at[known]] == NONE).sum()) - int(
                (at[known] == NONE).sum()
            )
        price = self._price[at]
        priced = price != NONE
        cost, charged = self._cost(batch, at, price)
        return with_fields(
            batch, {"price": integers(price, priced), "cost": integers(cost, priced & charged)}
        )

    def _cost(
        self, batch: Batch, at: Integers, price: Integers
    ) -> tuple[Integers, "np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
        ended = pc.equal(batch.column("kind"), "call.ended").to_numpy(zero_copy_only=False)
        duration = column_of(batch, "duration")
        if duration is None:
            return np.zeros(batch.num_rows, np.int64), np.zeros(batch.num_rows, np.bool_)
        talk, known = integers_of(duration)
        first, step = self._first[at], self._step[at]
        # Whole steps upwards, in integers: every way of running must add up the same.
        billed = np.where(talk <= first, first, first + -(-(talk - first) // step) * step)
        cost = self._connect[at] + (price * billed + _MINUTE // 2) // _MINUTE
        return np.where(talk > 0, cost, 0), ended & known


def _rate_of(row: Row) -> Rate:
    row.need("prefix")
    row.need("price")
    prefix = row.read("prefix", _prefix, "the first digits of E.164 numbers, such as `4420`")
    price = row.read("price", _money, "the price of a minute, such as `0.012`")
    steps = row.read("increment", _increment, "seconds, such as `60` or `30/6`") or (1, 1)
    connect = row.read("connect", _money, "the price of a connection, such as `0.05`") or 0
    currency = row.text("currency")
    assert prefix is not None
    assert price is not None
    return Rate(prefix, price, currency and currency.upper(), *steps, connect)


def _prefix(text: str) -> int | None:
    digits = text.removeprefix("+")
    return int(digits) if re.fullmatch(r"[1-9][0-9]{0,14}", digits) else None


def _money(text: str) -> int | None:
    value = Decimal(text) * _MILLIONTHS
    return int(value.to_integral_value()) if value.is_finite() and 0 <= value < 2**40 else None


def _increment(text: str) -> tuple[int, int] | None:
    parts = re.fullmatch(r"([1-9][0-9]{0,5})(?:/([1-9][0-9]{0,5}))?", text)
    if parts is None:
        return None
    return int(parts[1]) * 1000, int(parts[2] or parts[1]) * 1000
