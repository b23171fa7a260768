"""Benign life: the calls and registrations of every account, an hour at a time.

Who is called comes from a hash of the account and the rank of the contact, so that the same people
are called again and again without keeping a list of them.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from fairtone.simulate.calls import calls, outcome, registers
from fairtone.simulate.rhythms import RHYTHMS
from fairtone.simulate.rows import (
    E164,
    EMERGENCY,
    FULL,
    GATEWAY,
    PARTIAL,
    UNKNOWN,
    Ints,
    Rows,
    joined,
    life_of,
    mix,
)
from fairtone.simulate.world import HOUR, SECOND, World, stream

_EMERGENCY_SHARE: Final = 1 / 4_000
_REDIAL_SHARE: Final = 0.2
_STALE_SHARE: Final = 0.01
_NOT_FREE: Final = 0.97  # of the people and offices that are called; the rest is toll-free
_LINES: Final = 2  # accounts with so few channels never hold two calls at once
_NEVER: Final = 1 << 40  # ranks from here on are people who were never called before


class Life:
    """Ordinary traffic of all accounts of a world. Call `hour` for each hour in turn."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._busy: dict[int, int] = {}
        self._carriers = world.accounts.table["interval"] == 0
        self._customers = np.flatnonzero(~self._carriers)
        self._local = world.numbering.home
        self._free = world.numbering.home_free

    def hour(self, number: int) -> Rows:
        """All events of calls and registrations that begin in hour `number` of the simulation."""
        begin = self.world.start + number * HOUR
        rng = stream(self.world.seed, "life", number)
        return joined([self._calls(rng, begin), self._registrations(rng, begin)])

    def _calls(self, rng: np.random.Generator, begin: int) -> Rows:
        table = self.world.accounts.table
        moment = np.array([begin])
        clock, _ = self.world.clocks.of_day(moment, self.world.provider)
        weekend = int(self.world.clocks.weekend(moment, self.world.provider)[0])
        rate = table["calls"] * RHYTHMS[table["rhythm"], weekend, int(clock[0]) // 3_600_000]
        account = np.repeat(np.arange(len(table)), rng.poisson(rate))
        at = begin + rng.integers(0, HOUR, len(account))
        order = np.argsort(at, kind="stable")
        account, at = account[order], at[order]
        rows = self._dial(rng, account, at)
        rows = rows[self._free_line(rows)]
        again = rows[(rows["status"] != 200) & (rng.random(len(rows)) < _REDIAL_SHARE)]
        again["at"] += (
            again["ring"].astype(np.int64) * 1000 + rng.integers(5, 180, len(again)) * SECOND
        )
        outcome(
            rng, again, table["reach"][again["account"]] * 0.6, talk=table["talk"][again["account"]]
        )
        again = again[self._free_line(again)]
        return life_of(np.concatenate([rows, again]))

    def _dial(self, rng: np.random.Generator, account: Ints, at: Ints) -> Rows:
        table = self.world.accounts.table
        callee, block = self._contacts(rng, account)
        rows = calls(self.world, rng, at, account, callee, block)
        inbound = self._carriers[account]
        self._bring_in(rng, rows, inbound)
        outcome(rng, rows, table["reach"][account], talk=table["talk"][account])
        urgent = ~inbound & (rng.random(len(rows)) < _EMERGENCY_SHARE)
        rows["dialled"][urgent] = EMERGENCY
        rows["callee"][urgent] = 0
        rows["callee_block"][urgent] = UNKNOWN
        return rows

    def _contacts(self, rng: np.random.Generator, account: Ints) -> tuple[Ints, Ints]:
        """Whom each account calls this time: a contact by rank, or somebody new."""
        table = self.world.accounts.table
        count = len(account)
        rank = (table["contacts"][account] * rng.random(count) ** 3).astype(np.int64)
        new = rng.random(count) < table["curious"][account]
        rank[new] = _NEVER + rng.integers(0, 1 << 20, int(new.sum()))
        seed = table["seed"][account] + mix(rank)
        which, where, number = mix(seed), mix(seed + np.uint64(1)), mix(seed + np.uint64(2))
        return self._numbers(account, which, where, number)

    def _numbers(
        self,
        account: Ints,
        which: npt.NDArray[np.uint64],
        where: npt.NDArray[np.uint64],
        number: npt.NDArray[np.uint64],
    ) -> tuple[Ints, Ints]:
        table = self.world.accounts.table
        abroad = table["abroad"][account]
        u = which / 2.0**64
        block = self._local[(where % np.uint64(len(self._local))).astype(np.int64)]
        near = u < abroad + (1 - abroad) * 0.6
        block = np.where(near, table["block"][account], block)
        if len(self._free):
            toll_free = u > _NOT_FREE
            block = np.where(
                toll_free, self._free[(where % np.uint64(len(self._free))).astype(np.int64)], block
            )
        favourite = table["favourite"][account]
        block = np.where(
            u < abroad, np.where(where % np.uint64(10) < 7, favourite[:, 0], favourite[:, 1]), block
        )
        return self.world.numbering.at(block, number), block

    def _bring_in(
        self, rng: np.random.Generator, rows: Rows, inbound: npt.NDArray[np.bool_]
    ) -> None:
        """Calls of carriers come from anywhere and go to customers."""
        count = int(inbound.sum())
        table = self.world.accounts.table
        customer = self._customers[rng.integers(0, len(self._customers), count)]
        # Whoever calls a customer is, more often than not, somebody whom the customer calls too.
        rank = (table["contacts"][customer] * rng.random(count) ** 3).astype(np.int64)
        stranger = rng.random(count) < 0.4
        rank[stranger] = _NEVER + rng.integers(0, 1 << 20, int(stranger.sum()))
        seed = table["seed"][customer] + mix(rank)
        people = np.minimum(mix(seed), np.uint64(_NOT_FREE * 2.0**64))
        where, number = mix(seed + np.uint64(1)), mix(seed + np.uint64(2))
        caller, block = self._numbers(customer, people, where, number)
        rows["caller"][inbound], rows["caller_block"][inbound] = caller, block
        rows["callee"][inbound] = table["number"][customer] + rng.integers(
            0, table["numbers"][customer]
        )
        rows["callee_block"][inbound] = table["block"][customer]
        rows["dialled"][inbound] = E164  # as it is between carriers
        rows["credentials"][inbound] = 0
        signed = rng.choice(
            np.array([FULL, PARTIAL, GATEWAY, UNKNOWN]), count, p=[0.45, 0.2, 0.1, 0.25]
        )
        rows["attestation"][inbound] = signed
        withheld = inbound & (rng.random(len(rows)) < 0.02)
        rows["caller"][withheld] = 0
        rows["caller_block"][withheld] = UNKNOWN

    def _free_line(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """Which calls find their line free; marks the lines of those as busy."""
        free = np.ones(len(rows), np.bool_)
        few = np.flatnonzero(self.world.accounts.table["channels"][rows["account"]] <= _LINES)
        some = rows[few]
        until = some["at"] + (some["ring"].astype(np.int64) + some["duration"]) * 1000
        columns = (few, some["account"], some["at"], until)
        for i, who, begin, end in zip(*(column.tolist() for column in columns), strict=True):
            if begin < self._busy.get(who, 0):
                free[i] = False
            else:
                self._busy[who] = end
        return free

    def _registrations(self, rng: np.random.Generator, begin: int) -> Rows:
        """Every account renews its registration at its own interval, with some jitter."""
        table = self.world.accounts.table
        who = self._customers
        interval, phase = table["interval"][who], table["phase"][who]
        since = begin - self.world.start - phase
        first = -(-since // interval)
        last = -(-(since + HOUR) // interval)
        times = np.maximum(last - first, 0)
        account = np.repeat(who, times)
        nth = (
            np.arange(len(account))
            - np.repeat(np.cumsum(times) - times, times)
            + np.repeat(first, times)
        )
        at = self.world.start + table["phase"][account] + nth * table["interval"][account]
        at = at + rng.integers(0, 2 * SECOND, len(at))
        asked = table["challenged"][account]
        stale = ~asked & (rng.random(len(account)) < _STALE_SHARE)
        greeting = registers(self.world, at, account, status=401, credentials=0)[asked]
        # An old nonce is refused with a 401 although the password is right (RFC 7616 section 3.3).
        old = registers(self.world, at, account, status=401, credentials=1)[stale]
        success = registers(self.world, at, account, status=200, credentials=1)
        success["at"] += np.where(asked | stale, rng.integers(20_000, 120_000, len(account)), 0)
        return joined([greeting, old, success])
