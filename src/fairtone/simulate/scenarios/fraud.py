"""Calls that are made for the money: toll fraud, Wangiri, traffic pumping."""

import numpy as np

from fairtone.simulate.calls import answer, calls
from fairtone.simulate.rows import CALLER, Ints, life_of
from fairtone.simulate.scenario import Scenario, Scene, Strength, pace, scene
from fairtone.simulate.world import World


def targets(
    rng: np.random.Generator, world: World, strength: Strength, each: int
) -> tuple[Ints, Ints]:
    """`each` numbers in every one of a few dear blocks, as many blocks as the strength spreads to."""
    blocks = world.numbering.priced(*strength.price)
    chosen = rng.choice(blocks, min(strength.spread, len(blocks)), replace=False)
    return world.numbering.draw(rng, np.repeat(chosen, each), each * len(chosen))


class SpendFraud(Scenario):
    """International revenue share fraud from a stolen account: dear numbers, several at a time."""

    name = "toll-fraud-spend"
    example = "a shop's account calls premium numbers on islands, eight calls at a time"
    clauses = ("A1.1", "B4a.1")
    strengths = {
        "strong": Strength("8 calls a minute of 2 to 8 minutes", 240, 7.5, 6, (120, 480), (0.8, 10)),
        "medium": Strength("2 calls at a time to two ranges", 60, 90, 2, (100, 300), (0.5, 2)),
        "weak": Strength("a slow drip: one call every 25 minutes", 30, 1500, 2, (150, 330), (0.3, 0.9)),
    }  # fmt: skip

    def events(self, strength: Strength, rng: np.random.Generator, world: World, when: int) -> Scene:
        who = world.hire(rng, "shop", channels=30)
        at = pace(rng, when, strength.count, strength.every)
        numbers, blocks = targets(rng, world, strength, 5)
        pick = rng.integers(0, len(numbers), len(at))
        rows = calls(world, rng, at, who, numbers[pick], blocks[pick])
        # The thief calls from where the thief is.
        rows["source"] = world.networks.add(rng, "PS")
        rows["agent"] = world.words.of("eyeBeam release 1102u stamp 52345")
        answer(rng, rows, 0.85, strength.talk)
        return scene([life_of(rows)], account=world.names(who), address=world.addresses(rows))


class Wangiri(Scenario):
    """Many rings of a second or two, so that people call back a number that is dear."""

    name = "wangiri"
    example = "two calls a second, each given up after one ring, to thousands of mobile phones"
    clauses = ("A1.1", "B4a.1")
    strengths = {
        "strong": Strength("2 calls a second for 20 minutes", 2400, 0.5, 1, (0.4, 2.0)),
        "medium": Strength("a call every 5 seconds for an hour", 720, 5, 1, (0.8, 3.0)),
        "weak": Strength("a call every 40 seconds, some of them answered", 360, 40, 1, (1.0, 4.5)),
    }

    def events(self, strength: Strength, rng: np.random.Generator, world: World, when: int) -> Scene:
        who = world.hire(rng, "quiet-trunk")
        at = pace(rng, when, strength.count, strength.every)
        numbers, blocks = world.numbering.draw(rng, world.numbering.home, len(at))
        rows = calls(world, rng, at, who, numbers, blocks)
        bait, bait_block = targets(rng, world, strength, 1)
        rows["caller"], rows["caller_block"] = bait[0], bait_block[0]
        rows["attestation"] = 2
        share = 0.08 if strength.every > 10 else 0.02
        answer(rng, rows, share, (1, 6), otherwise=(487,), ring=strength.talk)
        rows["released"] = CALLER
        return scene([life_of(rows)], account=world.names(who), caller=[bait[0]])
