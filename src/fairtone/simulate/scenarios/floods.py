"""Too much at once: floods of requests from one address, and of calls to one telephone."""

import numpy as np

from fairtone.simulate.calls import answer, calls
from fairtone.simulate.rows import PARTIAL, Ints, life_of
from fairtone.simulate.scenario import Scenario, Scene, Strength, graded, pace, scene
from fairtone.simulate.strangers import knocks, requests, tries
from fairtone.simulate.world import World

_DENIAL = ("A1.5", "B4c.1", "B5.2")
_TOOL = "Asterisk PBX"  # floods claim to be what is common


def names(numbers: Ints) -> list[str]:
    """User names that are numbers."""
    return [str(number) for number in numbers.tolist()]


class Tdos(Scenario):
    """Calls from invented callers keep one telephone busy."""

    name = "telephone-denial-of-service"
    example = "a clinic's emergency line gets three calls a second from 200 invented callers"
    clauses = _DENIAL
    strengths = graded(
        Strength("3 calls a second from 3 accounts", 600, 0.33, 3, (1, 8)),
        Strength("a call every 3 seconds from 8 accounts", 240, 3, 8, (1, 12)),
        Strength("a call every 15 seconds from 20 accounts", 120, 15, 20, (2, 30)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """The accounts were stolen; each call shows a caller of its own."""
        who = world.hire(rng, "shop", strength.spread, channels=30)
        at = pace(rng, when, strength.count, strength.every)
        callee, block = world.numbering.draw(rng, world.numbering.home, 1)
        account = rng.choice(who, len(at))
        rows = calls(world, rng, at, account, np.repeat(callee, len(at)), np.repeat(block, len(at)))
        home = world.numbering.home
        rows["caller"], rows["caller_block"] = world.numbering.draw(rng, home, len(at))
        rows["attestation"] = PARTIAL
        answer(rng, rows, 0.2, strength.talk, otherwise=(486, 486, 486, 480, 487))
        return scene([life_of(rows)], number=callee.tolist(), account=world.names(who),
                     address=world.addresses(rows))  # fmt: skip


class InviteFlood(Scenario):
    """Calls without credentials from one address, faster than anybody dials."""

    name = "invite-flood"
    example = "an address sends a hundred INVITEs a second, each for another number"
    clauses = _DENIAL
    strengths = graded(
        Strength("100 a second for a minute", 6000, 0.01),
        Strength("20 a second for two minutes", 2400, 0.05),
        Strength("3 a second for ten minutes", 1800, 0.33),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """None of them is let in."""
        at = pace(rng, when, strength.count, strength.every)
        source = world.networks.add(rng, "NL")
        users = names(rng.integers(100, 999, len(at)))
        dialled = names(rng.integers(10**9, 10**10, len(at)))
        rows = tries(world, rng, at, source, users, dialled, _TOOL, status=407)
        return scene([life_of(rows)], address=world.addresses(rows))


class RegisterFlood(Scenario):
    """Registrations from one address that never go on to give a password."""

    name = "register-flood"
    example = "an address sends two hundred REGISTERs a second and ignores every challenge"
    clauses = _DENIAL
    strengths = graded(
        Strength("200 a second for half a minute", 6000, 0.005),
        Strength("30 a second for a minute", 1800, 0.033),
        Strength("4 a second for ten minutes", 2400, 0.25),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """A few user names, over and over."""
        at = pace(rng, when, strength.count, strength.every)
        source = world.networks.add(rng, "CN")
        rows = knocks(world, at, source, names(rng.integers(1000, 1010, len(at))), _TOOL)
        return scene([rows], address=world.addresses(rows))


class OptionsFlood(Scenario):
    """Requests from one address that ask nothing of use, and much of it."""

    name = "options-flood"
    example = "an address sends two hundred OPTIONS a second"
    clauses = _DENIAL
    strengths = graded(
        Strength("200 a second for half a minute", 6000, 0.005),
        Strength("30 a second for a minute", 1800, 0.033),
        Strength("4 a second for ten minutes", 2400, 0.25),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """All for the same user, so that it is no scan."""
        at = pace(rng, when, strength.count, strength.every)
        source = world.networks.add(rng, "VN")
        rows = requests(world, at, source, ["100"] * len(at), _TOOL, status=200)
        return scene([rows], address=world.addresses(rows))
