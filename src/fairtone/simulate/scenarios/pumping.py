"""Calls that are held for their minutes: traffic pumping, inflated length, more than was bought."""

import numpy as np

from fairtone.simulate.accounts import MINUTE
from fairtone.simulate.calls import answer, calls
from fairtone.simulate.rows import CALLEE, Ints, Rows, life_of
from fairtone.simulate.scenario import Scenario, Scene, Strength, graded, pace, scene
from fairtone.simulate.world import World


def _held(
    rng: np.random.Generator, world: World, strength: Strength, who: Ints, at: Ints, share: float
) -> Rows:
    """Calls to people at home in the provider's country, answered and then held."""
    numbers, blocks = world.numbering.draw(rng, world.numbering.home, strength.spread)
    pick = rng.integers(0, len(numbers), len(at))
    rows = calls(world, rng, at, who, numbers[pick], blocks[pick])
    return answer(rng, rows, share, strength.talk)


class TrafficPumping(Scenario):
    """Long calls into one block of numbers, whose carrier shares what each minute pays."""

    name = "traffic-pumping"
    example = "a trunk holds hundreds of calls to one rural block of ten thousand numbers"
    clauses = ("A1.1",)
    strengths = graded(
        Strength("a call every 30 seconds of 20 to 60 minutes", 200, 30, 40, (1200, 3600)),
        Strength("a call every 4 minutes of 15 to 45 minutes", 60, 240, 20, (900, 2700)),
        Strength("a call every 25 minutes of 8 to 20 minutes", 24, 1500, 12, (480, 1200)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """All numbers lie in one block of ten thousand."""
        who = world.hire(rng, "quiet-trunk", channels=200)
        at = pace(rng, when, strength.count, strength.every)
        block = int(rng.choice(world.numbering.home))
        row = world.numbering.row(rng, block, 5 * strength.spread)
        numbers = rng.choice(row, strength.spread, replace=False)
        callee = numbers[rng.integers(0, len(numbers), len(at))]
        rows = calls(world, rng, at, who, callee, np.full(len(at), block))
        answer(rng, rows, 0.95, strength.talk, released=CALLEE)
        return scene([life_of(rows)], account=world.names(who), address=world.addresses(rows))


class InflatedLength(Scenario):
    """Calls that are held open long after the talking is done."""

    name = "inflated-length"
    example = "a call generator keeps every call open for just under an hour, all day"
    clauses = ("A1.1",)
    strengths = graded(
        Strength("a call every 5 minutes of just under an hour", 60, 300, 30, (3300, 3590)),
        Strength("a call every 20 minutes of 40 to 58 minutes", 20, 1200, 15, (2400, 3480)),
        Strength("a call an hour of 25 to 40 minutes", 12, 3600, 8, (1500, 2400)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """The destinations cost something, but no rule about dear numbers would mind them."""
        who = world.hire(rng, "quiet-trunk", calls=4.0)
        at = pace(rng, when, strength.count, strength.every)
        blocks = world.numbering.priced(0.04, 0.14)
        numbers, found = world.numbering.draw(rng, blocks, strength.spread)
        pick = rng.integers(0, len(numbers), len(at))
        rows = calls(world, rng, at, who, numbers[pick], found[pick])
        answer(rng, rows, 0.95, strength.talk, released=CALLEE)
        return scene([life_of(rows)], account=world.names(who), address=world.addresses(rows))


class ProlongedUse(Scenario):
    """A line that is kept open all day, call after call."""

    name = "prolonged-use"
    example = "both lines of a household are off the hook all day, as a baby monitor"
    clauses = ("A3.1",)
    strengths = graded(
        Strength("calls of four hours on both lines", 8, 7800, 2, (13800, 14400)),
        Strength("calls of two and a half hours on both lines", 10, 5400, 2, (9000, 9360)),
        Strength("calls of just under two hours", 7, 7600, 2, (6600, 7140)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """Every call follows the one before it on the same line."""
        who = world.hire(rng, "residential", channels=2, calls=1.0)
        at = when + (np.arange(strength.count) * strength.every * 1e6).astype(np.int64)
        rows = _held(rng, world, strength, who, at, 1.0)
        return scene([life_of(rows)], account=world.names(who), address=world.addresses(rows))


class ExcessConcurrency(Scenario):
    """More calls at a time than the plan has channels."""

    name = "excess-concurrency"
    example = "a line with two channels carries forty calls at once"
    clauses = ("A3.1",)
    strengths = graded(
        Strength("40 calls at once on 2 channels", 200, 9, 120, (300, 420)),
        Strength("10 calls at once on 2 channels", 120, 30, 60, (240, 360)),
        Strength("4 or 5 calls at once on 2 channels", 60, 60, 30, (220, 320)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """It is a breach from the first call that finds both channels taken."""
        who = world.hire(rng, "residential", channels=2)
        at = pace(rng, when, strength.count, strength.every)
        rows = _held(rng, world, strength, who, at, 0.95)
        end = at + (rows["ring"].astype(np.int64) + rows["duration"]) * 1000
        taken = np.array([int((end[:i] > moment).sum()) for i, moment in enumerate(at.tolist())])
        over = at[taken >= 2]
        since = int(over[0]) if len(over) else None
        return scene([life_of(rows)], since=since, account=world.names(who),
                     address=world.addresses(rows))  # fmt: skip


class MinutesBeyondPlan(Scenario):
    """More talk than the plan includes."""

    name = "minutes-beyond-plan"
    example = "a call shop resells a household plan of 500 minutes a month"
    clauses = ("A3.1",)
    strengths = graded(
        Strength("the plan's minutes five times in a day", 120, 300, 60, (900, 1800)),
        Strength("the plan's minutes twice in a day", 100, 500, 60, (400, 900)),
        Strength("a little more than the plan's minutes in a day", 70, 700, 40, (400, 600)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """It is a breach from the call that passes the plan's minutes."""
        minutes = 500
        who = world.hire(rng, "residential", minutes=minutes * MINUTE, channels=6, calls=1.0)
        at = pace(rng, when, strength.count, strength.every)
        rows = _held(rng, world, strength, who, at, 0.98)
        over = np.flatnonzero(np.cumsum(rows["duration"].astype(np.int64)) > minutes * MINUTE)
        since = int(at[over[0]]) if len(over) else None
        return scene([life_of(rows)], since=since, account=world.names(who),
                     address=world.addresses(rows))  # fmt: skip
