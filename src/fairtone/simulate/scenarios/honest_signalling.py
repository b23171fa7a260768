"""Honest registrations and retries that look like attacks."""

import numpy as np

from fairtone.simulate.calls import answer, calls, outcome, registers
from fairtone.simulate.rows import joined, life_of
from fairtone.simulate.scenario import Scenario, Scene, Strength, pace, scene, sized
from fairtone.simulate.scenarios.honest_lives import addresses
from fairtone.simulate.world import HOUR, SECOND, World


class OfficeOutage(Scenario):
    """After a power cut all telephones of an office come back at once, behind one address."""

    name = "office-outage"
    example = "200 telephones behind one address register within a minute"
    hours = (9, 16)
    working_day = True
    strengths = sized(
        Strength("200 phones within a minute", 200, 0.3),
        Strength("400 within 20 seconds", 400, 0.05),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """Most are challenged first; some come back with a nonce that is stale by now."""
        who = world.hire(rng, "office", strength.count, one_site=True)
        at = when + rng.integers(0, int(strength.seconds * SECOND), len(who))
        stale = rng.random(len(who)) < 0.15
        greeting = registers(world, at[~stale], who[~stale], status=401, credentials=0)
        old = registers(world, at[stale], who[stale], status=401, credentials=1)
        after = at + rng.integers(30_000, 900_000, len(at))
        success = registers(world, after, who)
        parts = [greeting, old, success]
        return scene(parts, account=world.names(who), address=addresses(world, who))


class Traveller(Scenario):
    """An employee takes the softphone abroad; the telephone in the office stays registered."""

    name = "travelling-employee"
    example = "the softphone registers in Paris nine hours after it did in New York"
    hours = (17, 20)
    strengths = sized(
        Strength("one country, for ten hours", 1, 24 * 3600),
        Strength("two countries, ten hours in each", 2, 23 * 3600),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """It calls home and shops nearby; neither is costly."""
        who = world.hire(rng, "employee", country=world.words.of(world.country))
        device = int(rng.integers(1, 1 << 62))
        abroad = rng.permutation(["FR", "GB", "DE", "JP", "BR"])[: strength.count].tolist()
        hotels = [int(world.networks.add(rng, country)[0]) for country in abroad]
        here = int(world.accounts.table["source"][who[0]])
        parts = []
        arrival = when
        for source, country in zip([here, *hotels], [world.country, *abroad], strict=True):
            stay = 2 * HOUR if source == here else 10 * HOUR
            at = np.arange(arrival, arrival + stay, 30 * 60 * SECOND) + rng.integers(0, SECOND)
            phone = registers(world, at, who)
            phone["device"] = device
            phone["agent"] = world.words.of("Bria iOS release 6.13.1")
            parts.append(phone)
            if source != here:
                phone["source"] = source
                talks = np.sort(arrival + rng.integers(0, stay, 8))
                near = world.numbering.find(country=str(country))
                blocks = np.concatenate([np.repeat(world.numbering.home, 2), near])
                numbers, found = world.numbering.draw(rng, blocks, len(talks))
                rows = outcome(rng, calls(world, rng, talks, who, numbers, found), talk=100)
                rows["source"] = source
                parts.append(life_of(rows))
            arrival += stay + int(rng.integers(8, 12)) * HOUR
        return scene(parts, account=world.names(who), address=world.addresses(joined(parts)))


class BrokenPhone(Scenario):
    """A telephone behind a switchboard that does not give up: a wrong password, a dead number."""

    name = "broken-phone"
    example = "a door phone with an old password knocks every 30 seconds, all night"
    strengths = sized(
        Strength("a try every 30 seconds for 5 hours", 600, 30, 20),
        Strength("a try every 4 seconds for 2 hours", 1800, 4, 20),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """The other telephones of the office are well; the broken one also redials one number."""
        who = world.hire(rng, "office", strength.spread, one_site=True)
        broken = who[:1]
        at = pace(rng, when, strength.count, strength.every)
        wrong = registers(world, at, broken, status=401)
        number, block = world.numbering.draw(rng, world.numbering.home, 1)
        half = at[::2]
        rows = calls(
            world, rng, half, who[1:2], np.repeat(number, len(half)), np.repeat(block, len(half))
        )
        answer(rng, rows, 0.0, (0, 0), otherwise=(503, 480, 486), ring=(0.2, 3))
        return scene(
            [wrong, life_of(rows)], account=world.names(who), address=addresses(world, who)
        )
