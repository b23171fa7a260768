"""The world of one simulation: its clock, numbers, networks, words and accounts.

Scenarios ask it for people (`hire`), addresses (`networks.add`) and numbers (`numbering.draw`);
nothing in it depends on anything but the seed.
"""

import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from fairtone.simulate.accounts import ACCOUNT, DAY, SORTS, Accounts, plan_minutes, transports
from fairtone.simulate.clocks import Clocks
from fairtone.simulate.networks import Networks
from fairtone.simulate.numbering import Numbering
from fairtone.simulate.rhythms import RHYTHM_NAMES
from fairtone.simulate.rows import Ints, Rows

HOUR: Final = 3_600_000_000
SECOND: Final = 1_000_000

_ZONES: Final = {
    "US": "America/New_York", "CA": "America/Toronto", "GB": "Europe/London", "FR": "Europe/Paris",
    "DE": "Europe/Berlin", "ES": "Europe/Madrid", "IT": "Europe/Rome", "NL": "Europe/Amsterdam",
    "MX": "America/Mexico_City",
}  # fmt: skip


def stream(seed: int, *names: object) -> np.random.Generator:
    """A generator of its own for each purpose, so that one more scenario changes no other."""
    keys = [zlib.crc32(str(name).encode()) for name in names]
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, *keys])))


@dataclass
class Words:
    """Every text that events mention, once: `texts[i]` is the word with index `i`."""

    texts: list[str] = field(default_factory=list)
    _index: dict[str, int] = field(default_factory=dict)

    def of(self, text: str) -> int:
        """The index of a word, added if it is new."""
        index = self._index.setdefault(text, len(self.texts))
        if index == len(self.texts):
            self.texts.append(text)
        return index

    def all(self, texts: list[str]) -> Ints:
        """The indices of several words."""
        return np.array([self.of(text) for text in texts], dtype=np.int64)


class World:
    """Everything that is, before anything happens. `start` and `end` are microseconds, UTC."""

    def __init__(self, seed: int, accounts: int, days: int, start: datetime, country: str) -> None:
        if start.tzinfo is None:
            raise ValueError(
                f"start `{start.isoformat()}` has no time zone; give one, such as +00:00"
            )
        if accounts < 1 or days < 1:
            raise ValueError(f"expected at least 1 account and 1 day, got {accounts} and {days}")
        self.seed = seed
        self.days = days
        self.start = int(start.astimezone(UTC).timestamp()) * SECOND
        self.end = self.start + days * DAY
        self.numbering = Numbering(country)
        self.country = country
        self.zone = ZoneInfo(
            _ZONES.get(country) or self.numbering.blocks[self.numbering.home[0]].zones[0]
        )
        blocks = self.numbering.blocks
        self.clocks = Clocks([*(b.zones for b in blocks), (self.zone.key,)], self.start, days)
        self.provider = len(blocks)  # the provider's own zone, among those of the blocks
        # One more at the end, so that a number in no block (-1) is not at home.
        self.at_home = np.array([*(b.country == country for b in blocks), False])
        self.networks = Networks()
        self.words = Words()
        self.accounts = Accounts()
        self._taken: set[int] = set()
        self._populate(accounts)
        self.ordinary = len(self.accounts)

    def _populate(self, count: int) -> None:
        rng = stream(self.seed, "population")
        carriers = max(1, count // 1000)
        sorts = [sort for sort in SORTS.values() if sort.share]
        share = np.array([sort.share for sort in sorts])
        left = np.floor(share / share.sum() * max(count - carriers, 0)).astype(int)
        left[0] += max(count - carriers, 0) - left.sum()
        for sort, wanted in zip(sorts, left.tolist(), strict=True):
            while wanted:
                together = (
                    min(wanted, int(rng.integers(4, 2 * sort.site))) if sort.site > 1 else wanted
                )
                self.hire(rng, sort.name, together, one_site=sort.site > 1)
                wanted -= together
        # What comes in from other networks is in proportion to the customers.
        self.hire(rng, "carrier", min(carriers, count), calls=2.5 * count / carriers)

    def hire(
        self,
        rng: np.random.Generator,
        sort: str,
        count: int = 1,
        *,
        one_site: bool = False,
        one_payer: bool = False,
        **changes: Any,
    ) -> Ints:
        """The indices of `count` new accounts of a sort; `changes` override columns of `ACCOUNT`.

        With `one_site` they sit behind one address and have one payer.
        """
        kind = SORTS[sort]
        rows = np.zeros(count, ACCOUNT)
        sites = 1 if one_site else count
        country = self._countries(rng, sites)
        place = np.arange(count) % sites
        rows["sort"] = list(SORTS).index(sort)
        rows["tier"] = self.words.of(kind.tier)
        rows["relation"] = self.words.of(kind.relation)
        rows["country"] = self.words.all([country[i] for i in place])
        activity = np.exp(rng.normal(0, kind.spread, count) - kind.spread**2 / 2)
        rows["calls"] = kind.calls * np.minimum(activity, 8)
        rows["minutes"] = plan_minutes(rows["calls"], kind.talk)
        rows["channels"] = kind.channels
        rows["since"] = self.start - rng.integers(30 * DAY, 2500 * DAY, count)
        rows["numbers"] = kind.numbers
        rows["number"], rows["block"] = self._numbers(
            rng, [country[i] for i in place], kind.numbers
        )
        site_sources = np.array([int(self.networks.add(rng, c, v6=0.12)[0]) for c in country])
        rows["source"] = site_sources[place]
        agents = self.words.all(list(kind.agents))
        rows["agent"] = agents[rng.integers(0, len(agents), sites)[place]]
        rows["transport"], rows["media"] = transports(rng, kind, count)
        rows["talk"] = kind.talk * np.exp(rng.normal(0, 0.2, count))
        rows["rhythm"] = RHYTHM_NAMES.index(kind.rhythm)
        rows["contacts"] = kind.contacts
        rows["curious"] = kind.curious
        rows["abroad"] = (
            kind.abroad * rng.gamma(1.0, 1.0, count) if kind.abroad < 0.5 else kind.abroad
        )
        rows["reach"] = kind.reach
        rows["favourite"] = self.numbering.favourites(rng, 2 * count).reshape(count, 2)
        rows["seed"] = rng.integers(0, 1 << 62, count)
        low, high = kind.interval
        rows["interval"] = rng.integers(low, high + 1, count) * SECOND
        rows["phase"] = rng.integers(0, 3600 * SECOND, count)
        rows["challenged"] = rng.random(count) < 0.7
        rows["device"] = rng.integers(1, 1 << 62, count)
        names = [str(name) for name in self._names(rng, count)]
        payers = names[:1] * count if one_site or one_payer else names
        rows["payer"] = self.words.all([f"c{payer}" for payer in payers])
        for column, value in changes.items():
            rows[column] = value
        return self.accounts.add(rows, names)

    def names(self, accounts: Ints) -> list[str]:
        """The names of accounts."""
        return [self.accounts.names[i] for i in accounts.tolist()]

    def addresses(self, rows: Rows) -> list[str]:
        """The addresses from which rows come, each once."""
        return [self.networks.texts[i] for i in np.unique(rows["source"]).tolist() if i >= 0]

    def _names(self, rng: np.random.Generator, count: int) -> list[int]:
        """Account names that tell nothing: eight digits, none twice."""
        names: list[int] = []
        while len(names) < count:
            name = int(rng.integers(20_000_000, 90_000_000))
            if -name not in self._taken:
                self._taken.add(-name)
                names.append(name)
        return names

    def _countries(self, rng: np.random.Generator, count: int) -> list[str]:
        others = [c for c in ("CA", "GB", "MX", "DE", "FR") if c != self.country]
        away = rng.random(count) < 0.06
        which = rng.integers(0, len(others), count)
        return [others[w] if a else self.country for a, w in zip(away, which, strict=True)]

    def _numbers(
        self, rng: np.random.Generator, countries: list[str], each: int
    ) -> tuple[Ints, Ints]:
        """The first of `each` consecutive numbers for every account, and its block."""
        numbers = np.zeros(len(countries), np.int64)
        blocks = np.zeros(len(countries), np.int64)
        left = np.arange(len(countries))
        of = np.array(countries)
        while len(left):
            for country in dict.fromkeys(of[left].tolist()):
                here = left[of[left] == country]
                numbers[here], blocks[here] = self.numbering.draw(
                    rng, self.numbering.find(country=country), len(here)
                )
            last = self.numbering.base[blocks] + self.numbering.size[blocks]
            again = []
            for i in left.tolist():
                wanted = range(int(numbers[i]), int(numbers[i]) + each)
                if wanted.stop > last[i] or not self._taken.isdisjoint(wanted):
                    again.append(i)
                else:
                    self._taken.update(wanted)
            left = np.array(again, dtype=np.int64)
        return numbers, blocks
