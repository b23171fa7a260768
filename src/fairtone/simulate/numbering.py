"""The telephone numbers of the simulated world: blocks of real number plans, with their prices.

`blocks.csv` lists ranges in which every number is valid by the metadata of `phonenumbers`, each
with its country, line type and price a minute in US dollars.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import numpy.typing as npt
import phonenumbers
from phonenumbers import timezone as phone_zones

from fairtone.simulate.rows import Ints

HIGH_RISK_PRICE = 300_000
"""From this price a minute on (millionths of a dollar), a block is worth a fraudster's while."""

_PEOPLE = ("fixed", "mobile", "fixed-or-mobile")


@dataclass(frozen=True, slots=True)
class Block:
    """A range of numbers: `prefix` followed by `digits` more."""

    country: str
    prefix: str
    digits: int
    type: str
    price: int
    zones: tuple[str, ...]


def read_blocks() -> tuple[Block, ...]:
    """All blocks, in the order of the file."""
    text = (files("fairtone.simulate") / "blocks.csv").read_text("ascii")
    return tuple(
        Block(
            row["country"],
            row["prefix"],
            int(row["digits"]),
            row["type"],
            round(float(row["price"]) * 1e6),
            _zones(int(row["prefix"]) * 10 ** int(row["digits"])),
        )
        for row in csv.DictReader(text.splitlines())
    )


def _zones(number: int) -> tuple[str, ...]:
    parsed = phonenumbers.parse(f"+{number}")
    names = phone_zones.time_zones_for_number(parsed)
    return tuple(name for name in names if name != "Etc/Unknown")


class Numbering:
    """Blocks as columns, and numbers drawn from them. Numbers are E.164 digits as integers."""

    def __init__(self, country: str) -> None:
        self.blocks = read_blocks()
        self.country = country
        self.base: Ints = np.array([int(b.prefix) * 10**b.digits for b in self.blocks])
        self.size: Ints = np.array([10**b.digits for b in self.blocks])
        self.price: Ints = np.array([b.price for b in self.blocks])
        self.home = self.find(country=country)
        if not len(self.home):
            known = ", ".join(sorted({b.country for b in self.blocks if b.country}))
            raise ValueError(
                f"no numbers are known for a provider in `{country}`; choose one of {known}"
            )
        self.home_free = self.find(country=country, types=("toll-free",))
        self.abroad = np.array(
            [
                i
                for i, b in enumerate(self.blocks)
                if b.country not in ("", country) and b.type in _PEOPLE
            ]
        )
        # Dear destinations are rare in honest traffic, but not absent from it.
        weight = (20_000 + self.price[self.abroad]) ** -1.3
        self._abroad_weight = weight / weight.sum()
        # IRSF favours islands, satellites and premium ranges: all that is dear and abroad.
        self.risky = np.array(
            [
                i
                for i, b in enumerate(self.blocks)
                if b.price >= HIGH_RISK_PRICE and b.country != country
            ]
        )

    def find(self, *, country: str, types: Sequence[str] = _PEOPLE) -> Ints:
        """The blocks of a country that hold numbers of these types; perhaps none."""
        return np.array(
            [i for i, b in enumerate(self.blocks) if b.country == country and b.type in types],
            dtype=np.int64,
        )

    def priced(self, low: float, high: float) -> Ints:
        """The blocks abroad that cost between `low` and `high` dollars a minute."""
        inside = (self.price >= low * 1e6) & (self.price <= high * 1e6)
        away = np.array([b.country != self.country for b in self.blocks])
        return np.flatnonzero(inside & away)

    def favourites(self, rng: np.random.Generator, count: int) -> Ints:
        """Blocks abroad, the cheap ones much more often: where honest people call."""
        return rng.choice(self.abroad, count, p=self._abroad_weight)

    def draw(
        self, rng: np.random.Generator, blocks: npt.ArrayLike, count: int
    ) -> tuple[Ints, Ints]:
        """`count` numbers from some of `blocks`: the numbers, and the block of each."""
        block = rng.choice(np.asarray(blocks), count)
        return self.base[block] + rng.integers(0, self.size[block]), block

    def at(self, block: npt.ArrayLike, hashes: npt.NDArray[np.uint64]) -> Ints:
        """The number of each block that a hash stands for."""
        chosen = np.asarray(block)
        within = hashes % self.size[chosen].astype(np.uint64)
        numbers: Ints = self.base[chosen] + within.astype(np.int64)
        return numbers

    def row(self, rng: np.random.Generator, block: int, count: int) -> Ints:
        """`count` numbers in a row, within one block of ten thousand."""
        thousands = int(rng.integers(0, self.size[block] // 10_000)) * 10_000
        first = int(self.base[block]) + thousands + int(rng.integers(0, max(10_000 - count, 1)))
        return first + np.arange(count) % 10_000
