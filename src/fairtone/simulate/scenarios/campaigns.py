"""Calls in bulk that nobody asked for: blasts, robots, counters, dice, the wrong hours."""

import numpy as np

from fairtone.simulate.calls import answer, calls
from fairtone.simulate.rows import CALLEE, CALLER, FULL, PARTIAL, Ints, Rows, life_of
from fairtone.simulate.scenario import Scenario, Scene, Strength, graded, pace, scene
from fairtone.simulate.world import World

_BULK = ("A1.4", "B4e.1")


def _campaign(
    rng: np.random.Generator, world: World, at: Ints, numbers: Ints, blocks: Ints
) -> tuple[Rows, Ints]:
    """Attempts of a new trunk, whose owner hardly calls otherwise, to call numbers."""
    who = world.hire(rng, "quiet-trunk", channels=200)
    return calls(world, rng, at, who, numbers, blocks), who


def _told(world: World, rows: Rows, who: Ints) -> Scene:
    return scene([life_of(rows)], account=world.names(who), address=world.addresses(rows))


class ShortCallBlast(Scenario):
    """Calls to ever new numbers that end within seconds."""

    name = "short-call-blast"
    example = "two calls a second, each a few seconds long, to people picked from a bought list"
    clauses = _BULK
    hours = (9, 17)
    strengths = graded(
        Strength("2 calls a second for 10 minutes", 1200, 0.5, 1, (1, 5)),
        Strength("a call every 4 seconds for 40 minutes", 600, 4, 1, (1, 5.5)),
        Strength("a call every 45 seconds for 5 hours", 400, 45, 1, (2, 9)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """Somewhat more than half of the calls are answered."""
        at = pace(rng, when, strength.count, strength.every)
        numbers, blocks = world.numbering.draw(rng, world.numbering.home, len(at))
        rows, who = _campaign(rng, world, at, numbers, blocks)
        answer(rng, rows, 0.55, strength.talk, otherwise=(487, 487, 486, 480, 404))
        return _told(world, rows, who)


class Robocall(Scenario):
    """A recorded message to everybody, showing one number after another."""

    name = "robocall"
    example = "five calls a second with a recorded offer, showing 200 different numbers"
    clauses = _BULK
    hours = (9, 17)
    strengths = graded(
        Strength("5 calls a second, 200 callers", 3000, 0.2, 200, (3, 25)),
        Strength("a call every 3 seconds, 60 callers", 1200, 3, 60, (4, 30)),
        Strength("a call every 20 seconds, 20 callers", 600, 20, 20, (5, 40)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """Those who answer listen for some seconds and hang up."""
        at = pace(rng, when, strength.count, strength.every)
        numbers, blocks = world.numbering.draw(rng, world.numbering.home, len(at))
        rows, who = _campaign(rng, world, at, numbers, blocks)
        shown, shown_blocks = world.numbering.draw(rng, world.numbering.home, strength.spread)
        pick = rng.integers(0, strength.spread, len(at))
        rows["caller"], rows["caller_block"] = shown[pick], shown_blocks[pick]
        # Patient robocallers rent the numbers that they show.
        rows["attestation"] = FULL if strength.every > 10 else PARTIAL
        low, high = strength.talk
        answer(rng, rows, 0.45, (low, high), otherwise=(487, 487, 486, 480, 480, 404))
        # Most hang up early: the shortest is as likely as a third of the way to the longest.
        talked = rows["status"] == 200
        early = low + (high - low) * rng.random(len(rows)) ** 2
        rows["duration"] = np.where(talked, early * 1000, 0)
        rows["released"][talked] = CALLEE
        return _told(world, rows, who)


class SequentialDialling(Scenario):
    """One number after the other."""

    name = "sequential-dialling"
    example = "a war dialler counts through a block of ten thousand, a call every other second"
    clauses = _BULK
    hours = (9, 17)
    strengths = graded(
        Strength("a call every 2 seconds, number by number", 600, 2, 1, (1, 20)),
        Strength("a call every 10 seconds, with small gaps", 300, 10, 1, (1, 20)),
        Strength("a call every 40 seconds, in three blocks by turns", 240, 40, 3, (2, 30)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """Many numbers are not in use; those who answer hear nothing."""
        count = strength.count
        at = pace(rng, when, count, strength.every)
        chosen = rng.choice(world.numbering.home, strength.spread, replace=False)
        gap = 1 if strength.every < 5 else 3
        rows_of = [world.numbering.row(rng, int(b), gap * count) for b in chosen.tolist()]
        turn = np.arange(count) % strength.spread
        step = np.arange(count) // strength.spread * gap + rng.integers(0, gap, count)
        numbers = np.array(rows_of)[turn, step]
        rows, who = _campaign(rng, world, at, numbers, chosen[turn])
        answer(rng, rows, 0.35, strength.talk, otherwise=(487, 486, 480, 404, 404, 404))
        return _told(world, rows, who)


class RandomDialling(Scenario):
    """Numbers made up by chance, of which many do not exist."""

    name = "random-dialling"
    example = "an autodialler draws ten-digit numbers; half of them are dead"
    clauses = _BULK
    hours = (9, 17)
    strengths = graded(
        Strength("a call a second, every other number dead", 1500, 1, 50, (1, 20)),
        Strength("a call every 8 seconds, every other number dead", 500, 8, 50, (1, 25)),
        Strength("a call a minute, every third number dead", 300, 60, 33, (5, 60)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """`spread` is the share of dead numbers in a hundred."""
        at = pace(rng, when, strength.count, strength.every)
        numbers, blocks = world.numbering.draw(rng, world.numbering.home, len(at))
        rows, who = _campaign(rng, world, at, numbers, blocks)
        answer(rng, rows, 0.5, strength.talk)
        dead = rng.random(len(rows)) < strength.spread / 100
        rows["status"][dead] = 404
        rows["duration"][dead] = 0
        rows["ring"][dead] = rng.uniform(100, 900, int(dead.sum()))
        return _told(world, rows, who)


class OutsideHours(Scenario):
    """Sales calls in the night of those who are called."""

    name = "outside-hours"
    example = "a call centre abroad sells to people at three in the morning"
    clauses = ("B3.2", "B5.4")
    hours = (22, 4)
    strengths = graded(
        Strength("a call every 10 seconds for an hour", 360, 10, 1, (5, 60)),
        Strength("a call a minute for two hours", 120, 60, 1, (10, 90)),
        Strength("a call every 4 minutes for two hours", 30, 240, 1, (20, 120)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """The numbers are spread over the country, and so over its time zones."""
        at = pace(rng, when, strength.count, strength.every)
        numbers, blocks = world.numbering.draw(rng, world.numbering.home, len(at))
        rows, who = _campaign(rng, world, at, numbers, blocks)
        answer(rng, rows, 0.5, strength.talk, otherwise=(487, 487, 486, 480))
        return _told(world, rows, who)


class UnwantedCalls(Scenario):
    """The same person is called again and again, and hangs up each time."""

    name = "unwanted-calls"
    example = "one man calls one woman sixty times in an evening; she hangs up or declines"
    clauses = ("A1.2", "B4d.2")
    hours = (8, 20)
    strengths = graded(
        Strength("a call every 2 minutes for 2 hours", 60, 120, 1, (1, 15)),
        Strength("a call every 12 minutes for 5 hours", 25, 720, 1, (1, 18)),
        Strength("a call every 40 minutes for 9 hours", 14, 2400, 1, (2, 25)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """Some calls ring out; most are cut short or declined by the one who is called."""
        who = world.hire(rng, "residential")
        at = pace(rng, when, strength.count, strength.every)
        numbers, blocks = world.numbering.draw(rng, world.numbering.home, 1)
        rows = calls(world, rng, at, who, np.repeat(numbers, len(at)), np.repeat(blocks, len(at)))
        answer(rng, rows, 0.5, strength.talk, released=CALLEE, otherwise=(486, 603, 487))
        declined = (rows["status"] == 486) | (rows["status"] == 603)
        rows["released"][declined] = CALLEE
        rows["released"][rows["status"] == 487] = CALLER
        (name,) = world.names(who)
        return scene([life_of(rows)], account=[name], pair=[f"{name} → +{numbers[0]}"],
                     address=world.addresses(rows))  # fmt: skip
