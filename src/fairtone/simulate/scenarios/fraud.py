"""Calls that are made for the money of others: toll fraud in three forms, and Wangiri."""

import numpy as np

from fairtone.simulate.calls import answer, calls
from fairtone.simulate.rows import CALLER, PARTIAL, Ints, Rows, life_of
from fairtone.simulate.scenario import Scenario, Scene, Strength, graded, pace, scene
from fairtone.simulate.world import World

_FRAUD = ("A1.1", "B4a.1")


def targets(
    rng: np.random.Generator, world: World, price: tuple[float, float], ranges: int, each: int
) -> tuple[Ints, Ints]:
    """`each` numbers in every one of a few blocks abroad, within a span of prices."""
    blocks = world.numbering.priced(*price)
    chosen = rng.choice(blocks, min(ranges, len(blocks)), replace=False)
    return world.numbering.draw(rng, np.repeat(chosen, each), each * len(chosen))


def dear_calls(
    rng: np.random.Generator,
    world: World,
    strength: Strength,
    who: Ints,
    when: int,
    *,
    ranges: int,
) -> Rows:
    """Attempts of accounts to call dear numbers, by turns; most are answered."""
    at = pace(rng, when, strength.count, strength.every)
    numbers, blocks = targets(rng, world, strength.price, ranges, 6)
    pick = rng.integers(0, len(numbers), len(at))
    account = who[np.arange(len(at)) % len(who)]
    rows = calls(world, rng, at, account, numbers[pick], blocks[pick])
    return answer(rng, rows, 0.85, strength.talk)


class SpendFraud(Scenario):
    """International revenue share fraud from a stolen account: dear numbers, several at a time."""

    name = "toll-fraud-spend"
    example = "a shop's account calls premium numbers on islands, eight calls at a time"
    clauses = _FRAUD
    strengths = graded(
        Strength("8 calls a minute of 2 to 8 minutes", 240, 7.5, 6, (120, 480), (0.8, 10)),
        Strength("a call every 90 seconds to two ranges", 60, 90, 2, (100, 300), (0.5, 2)),
        Strength("a slow drip: one call every 25 minutes", 30, 1500, 2, (150, 330), (0.3, 0.9)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """The thief calls from where the thief is, with a softphone of the thief's own."""
        who = world.hire(rng, "shop", channels=30)
        rows = dear_calls(rng, world, strength, who, when, ranges=strength.spread)
        rows["source"] = world.networks.add(rng, "PS")
        rows["agent"] = world.words.of("eyeBeam release 1102u stamp 52345")
        return scene([life_of(rows)], account=world.names(who), address=world.addresses(rows))


class NewDestinations(Scenario):
    """A line that never called abroad begins to call costly countries."""

    name = "toll-fraud-destination"
    example = "a family's phone, hacked through its router, calls eight far countries in an hour"
    clauses = _FRAUD
    strengths = graded(
        Strength("a call every 30 seconds to 8 ranges", 60, 30, 8, (40, 240), (0.15, 1)),
        Strength("a call every 5 minutes to 5 ranges", 25, 300, 5, (40, 240), (0.15, 1)),
        Strength("a call every 40 minutes to 3 ranges", 20, 2400, 3, (40, 200), (0.15, 0.6)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """The calls come from the line's own address and device."""
        who = world.hire(rng, "residential", abroad=0.0)
        rows = dear_calls(rng, world, strength, who, when, ranges=strength.spread)
        return scene([life_of(rows)], account=world.names(who), address=world.addresses(rows))


class NightFraud(Scenario):
    """Costly calls while nobody is in the office."""

    name = "toll-fraud-night"
    example = "a shop's switchboard calls abroad from eleven at night until it opens"
    clauses = _FRAUD
    hours = (23, 3)
    strengths = graded(
        Strength("a call a minute", 60, 60, 4, (120, 600), (0.3, 10)),
        Strength("a call every 8 minutes", 20, 480, 2, (120, 400), (0.3, 1.5)),
        Strength("a call every 25 minutes", 9, 1500, 2, (60, 240), (0.15, 0.6)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """The switchboard is misused from outside, so the calls come from its own address."""
        who = world.hire(rng, "shop", channels=8)
        rows = dear_calls(rng, world, strength, who, when, ranges=strength.spread)
        return scene([life_of(rows)], account=world.names(who), address=world.addresses(rows))


class Wangiri(Scenario):
    """Many rings of a second or two, so that people call back a number that is dear."""

    name = "wangiri"
    example = "two calls a second, each given up after one ring, to thousands of mobile phones"
    clauses = _FRAUD
    strengths = graded(
        Strength("2 calls a second for 20 minutes", 2400, 0.5, 1, (0.4, 2.0)),
        Strength("a call every 5 seconds for an hour", 720, 5, 1, (0.8, 3.0)),
        Strength("a call every 40 seconds, some of them answered", 360, 40, 1, (1.0, 4.5)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """The weakest shows a number that costs less to call back, and rings a little longer."""
        who = world.hire(rng, "quiet-trunk")
        at = pace(rng, when, strength.count, strength.every)
        numbers, blocks = world.numbering.draw(rng, world.numbering.home, len(at))
        rows = calls(world, rng, at, who, numbers, blocks)
        bait, bait_block = targets(rng, world, strength.price, 1, 1)
        rows["caller"], rows["caller_block"] = bait[0], bait_block[0]
        rows["attestation"] = PARTIAL
        share = 0.08 if strength.every > 10 else 0.02
        answer(rng, rows, share, (1, 6), otherwise=(487,), ring=strength.talk)
        rows["released"] = CALLER
        return scene([life_of(rows)], account=world.names(who), number=[bait[0]],
                     address=world.addresses(rows))  # fmt: skip
