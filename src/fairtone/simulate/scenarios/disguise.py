"""What is hidden: numbers that are not one's own, limits split over accounts, open lines."""

import numpy as np

from fairtone.simulate.calls import answer, calls
from fairtone.simulate.rows import PARTIAL, TRANSPORTS, UNKNOWN, life_of
from fairtone.simulate.scenario import Scenario, Scene, Strength, graded, pace, scene
from fairtone.simulate.scenarios.fraud import dear_calls
from fairtone.simulate.world import World


class Splitting(Scenario):
    """Toll fraud that is spread over the accounts of one payer."""

    name = "split-accounts"
    example = "five accounts of one firm call dear numbers by turns, none often enough to stand out"
    clauses = ("B4g", "A1.1")
    strengths = graded(
        Strength("a call every 40 seconds over 5 accounts", 150, 40, 5, (60, 300), (0.3, 2)),
        Strength("a call every 6 minutes over 8 accounts", 80, 360, 8, (60, 300), (0.3, 2)),
        Strength("a call every 20 minutes over 10 accounts", 40, 1200, 10, (60, 240), (0.3, 0.9)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """Each account calls from an address of its own."""
        who = world.hire(rng, "shop", strength.spread, one_payer=True)
        rows = dear_calls(rng, world, strength, who, when, ranges=4)
        payer = world.words.texts[int(world.accounts.table["payer"][who[0]])]
        return scene([life_of(rows)], payer=[payer], account=world.names(who),
                     address=world.addresses(rows))  # fmt: skip


class ImpossibleCaller(Scenario):
    """Callers that cannot exist, or can never place a call."""

    name = "impossible-caller"
    example = "each call shows another number in an area code that begins with 1"
    clauses = ("A1.6", "B4f.1")
    strengths = graded(
        Strength("a call every 2 seconds, a new caller each time", 300, 2, 300, (5, 60)),
        Strength("a call every 30 seconds, 10 invented callers", 60, 30, 10, (5, 60)),
        Strength("a call every 25 minutes, 4 invented callers", 14, 1500, 4, (5, 90)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """No area code of the North American plan begins with 0 or 1."""
        who = world.hire(rng, "quiet-trunk")
        at = pace(rng, when, strength.count, strength.every)
        numbers, blocks = world.numbering.draw(rng, world.numbering.home, len(at))
        rows = calls(world, rng, at, who, numbers, blocks)
        invented = 11_000_000_000 + rng.integers(0, 10**9, strength.spread)
        rows["caller"] = invented[rng.integers(0, strength.spread, len(at))]
        rows["caller_block"] = UNKNOWN
        rows["attestation"] = PARTIAL
        answer(rng, rows, 0.5, strength.talk)
        return scene([life_of(rows)], account=world.names(who), address=world.addresses(rows))


class NeighbourSpoofing(Scenario):
    """Each call shows a number from the neighbourhood of the one who is called."""

    name = "neighbour-spoofing"
    example = "every called person sees a caller whose number differs in the last four digits only"
    clauses = ("B4f.2", "A1.6")
    hours = (9, 17)
    strengths = graded(
        Strength("a call a second", 900, 1, 100, (2, 30)),
        Strength("a call every 6 seconds", 300, 6, 100, (2, 40)),
        Strength("a call a minute, every other one spoofed", 150, 60, 50, (5, 60)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """`spread` is the share of spoofed calls in a hundred."""
        who = world.hire(rng, "quiet-trunk", channels=100)
        at = pace(rng, when, strength.count, strength.every)
        numbers, blocks = world.numbering.draw(rng, world.numbering.home, len(at))
        rows = calls(world, rng, at, who, numbers, blocks)
        near = rng.random(len(at)) < strength.spread / 100
        beside = numbers // 10_000 * 10_000 + rng.integers(0, 10_000, len(at))
        rows["caller"] = np.where(near, beside, rows["caller"])
        rows["caller_block"] = np.where(near, blocks, rows["caller_block"])
        rows["attestation"] = np.where(near, PARTIAL, rows["attestation"])
        answer(rng, rows, 0.5, strength.talk)
        return scene([life_of(rows)], account=world.names(who), address=world.addresses(rows))


class Unencrypted(Scenario):
    """Open lines on an account that has bought the secure service."""

    name = "unencrypted"
    example = "a law firm's phones fall back to UDP without a word"
    clauses = ("A2.3",)
    hours = (9, 16)
    strengths = graded(
        Strength("signalling and voice of every call are open", 40, 60, 100, (30, 300)),
        Strength("the voice of every other call is open", 20, 300, 50, (30, 300)),
        Strength("the voice of one call in five is open", 10, 900, 20, (30, 300)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """`spread` is the share of open calls in a hundred; it is a breach from the first."""
        who = world.hire(rng, "secure")
        at = pace(rng, when, strength.count, strength.every)
        numbers, blocks = world.numbering.draw(rng, world.numbering.home, len(at))
        rows = calls(world, rng, at, who, numbers, blocks)
        bare = np.arange(len(at)) % (100 // strength.spread) == 0
        rows["media"][bare] = 0
        if strength.spread == 100:
            rows["transport"] = TRANSPORTS.index("udp")
        answer(rng, rows, 0.7, strength.talk)
        return scene([life_of(rows)], account=world.names(who), address=world.addresses(rows))
