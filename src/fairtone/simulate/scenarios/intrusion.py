"""Ways in: scans, guessed passwords, guessed dial-out prefixes, tools that say their name."""

import numpy as np

from fairtone.simulate.calls import registers
from fairtone.simulate.rows import joined, life_of
from fairtone.simulate.scenario import Scenario, Scene, Strength, graded, pace, scene
from fairtone.simulate.scenarios.floods import names
from fairtone.simulate.strangers import knocks, requests, tries
from fairtone.simulate.world import World

_ACCESS = ("B4b.1",)
_QUIET = "PolycomSoundPointIP-SPIP_335-UA/3.3.2"  # what careful tools claim to be


class Enumeration(Scenario):
    """A scan that lists which extensions exist."""

    name = "extension-enumeration"
    example = "an address asks for a thousand extensions, one after the other"
    clauses = _ACCESS
    strengths = graded(
        Strength("50 extensions a second, refused as unknown", 1000, 0.02),
        Strength("an extension a second, by OPTIONS", 600, 1),
        Strength("an extension every 8 seconds; the edge answers all alike", 300, 8),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """The strongest uses REGISTER, the next OPTIONS, the weakest REGISTER once more."""
        at = pace(rng, when, strength.count, strength.every)
        source = world.networks.add(rng, "DE")
        users = names(100 + np.arange(len(at)))
        if strength.every == 1:
            rows = requests(world, at, source, users, _QUIET)
        else:
            status = 404 if strength.every < 1 else 401
            rows = knocks(world, at, source, users, _QUIET, status=status)
        return scene([rows], address=world.addresses(rows))


class RegisterGuessing(Scenario):
    """One address tries passwords."""

    name = "register-guessing"
    example = "an address tries ten passwords a second for one account"
    clauses = _ACCESS
    strengths = graded(
        Strength("10 a second for 5 minutes, one account", 3000, 0.1, 1),
        Strength("one every 2 seconds, 20 accounts", 900, 2, 20),
        Strength("one every 10 seconds, 8 accounts", 400, 10, 8),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """The accounts exist, and their owners go on with their day."""
        who = world.hire(rng, "residential", strength.spread)
        at = pace(rng, when, strength.count, strength.every)
        rows = registers(world, at, rng.choice(who, len(at)), status=401)
        rows["source"] = world.networks.add(rng, "RU")
        rows["agent"] = world.words.of(_QUIET)
        rows["device"] = 0
        return scene([rows], address=world.addresses(rows), account=world.names(who))


class DistributedGuessing(Scenario):
    """Many addresses try passwords for one account."""

    name = "distributed-guessing"
    example = "200 rented machines try the passwords of one account by turns"
    clauses = _ACCESS
    strengths = graded(
        Strength("2 a second from 200 addresses", 2000, 0.5, 200),
        Strength("one every 10 seconds from 60 addresses", 600, 10, 60),
        Strength("one every 3 minutes from 25 addresses", 150, 180, 25),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """No address comes twice in a row."""
        who = world.hire(rng, "shop")
        at = pace(rng, when, strength.count, strength.every)
        countries = ("BR", "VN", "IN", "RU", "UA", "US", "TH", "EG")
        each = -(-strength.spread // len(countries))
        sources = np.concatenate([world.networks.add(rng, c, each) for c in countries])
        rows = registers(world, at, who, status=401)
        rows["source"] = rng.permutation(sources)[: strength.spread][
            np.arange(len(at)) % strength.spread
        ]
        rows["agent"] = world.words.of(_QUIET)
        rows["device"] = 0
        return scene([rows], account=world.names(who), address=world.addresses(rows))


class DialPrefixGuessing(Scenario):
    """One foreign number is dialled behind ever new prefixes, until one leads out."""

    name = "dial-prefix-guessing"
    example = "an address dials a London number behind 300 different prefixes"
    clauses = _ACCESS
    strengths = graded(
        Strength("2 a second, 300 spellings", 300, 0.5, 300),
        Strength("one every 5 seconds, 100 spellings", 100, 5, 100),
        Strength("one every 10 minutes, 24 spellings", 24, 600, 24),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """The user names are made up; every call is refused."""
        at = pace(rng, when, strength.count, strength.every)
        source = world.networks.add(rng, "PS")
        number, _ = world.numbering.draw(rng, world.numbering.find(country="GB"), 1)
        # An outside line, a habit of the switchboard, and a way to say "abroad".
        prefixes = [
            f"{line}{habit}{abroad}"
            for line in ("", "9", "0", "8", "1", "7", "*9", "99", "88", "00")
            for habit in ("", "0", "9", "1", "00", "81")
            for abroad in ("00", "011", "", "000", "+")
        ]
        spelt = [f"{prefixes[i]}{number[0]}" for i in rng.permutation(len(prefixes)).tolist()]
        spelt = spelt[: strength.count]
        rows = tries(world, rng, at, source, names(rng.integers(100, 999, len(at))), spelt, _QUIET)
        return scene([life_of(rows)], address=world.addresses(rows))


class ScannerAgent(Scenario):
    """A tool that gives its own name."""

    name = "scanner-user-agent"
    example = "friendly-scanner greets the edge"
    clauses = _ACCESS
    strengths = graded(
        Strength("a hundred OPTIONS in ten seconds", 100, 0.1),
        Strength("a REGISTER every 10 seconds", 12, 10),
        Strength("a single call", 1, 60),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """Too few requests for anything but the name to tell."""
        at = pace(rng, when, strength.count, strength.every)
        source = world.networks.add(rng, "FR")
        if strength.count == 1:
            rows = life_of(
                tries(world, rng, at, source, ["100"], ["900442070000000"], "sipcli/v1.8")
            )
        elif strength.every > 1:
            rows = knocks(world, at, source, ["100"] * len(at), "sipvicious")
        else:
            rows = requests(world, at, source, ["100"] * len(at), "friendly-scanner")
        return scene([rows], address=world.addresses(rows))


class CredentialSharing(Scenario):
    """One account is used by many at once, each with a device in another place."""

    name = "credential-sharing"
    example = "one login serves twelve flats"
    clauses = ("A2.2",)
    strengths = graded(
        Strength("12 devices in 12 networks", 12, 300, 12),
        Strength("6 devices in 6 networks", 6, 600, 6),
        Strength("4 devices in 4 networks", 4, 1800, 4),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """Each device renews its registration for six hours, every `every` seconds."""
        who = world.hire(rng, "app")
        sources = world.networks.add(rng, world.country, strength.spread)
        parts = []
        for source in sources.tolist():
            first = when + int(rng.integers(0, round(strength.every * 1e6)))
            at = pace(rng, first, max(int(6 * 3600 / strength.every), 2), strength.every)
            part = registers(world, at, who)
            part["source"] = source
            part["device"] = int(rng.integers(1, 1 << 62))
            parts.append(part)
        return scene(parts, account=world.names(who), address=world.addresses(joined(parts)))


class ImpossibleTravel(Scenario):
    """One account is in several countries within less time than it takes to get there."""

    name = "impossible-travel"
    example = "an account registers from five countries within an hour"
    clauses = ("A2.2",)
    strengths = graded(
        Strength("5 countries within an hour", 10, 360, 5),
        Strength("3 countries within an hour", 6, 600, 3),
        Strength("the same device at home and abroad by turns", 8, 1800, 2),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """The weakest copies even the device of the owner."""
        who = world.hire(rng, "app", country=world.words.of(world.country))
        at = pace(rng, when, strength.count, strength.every)
        rows = registers(world, at, who)
        abroad = rng.permutation(["NG", "RO", "BR", "IN", "VN", "RU"])[: strength.spread]
        sources = np.concatenate([world.networks.add(rng, str(c)) for c in abroad])
        turn = np.arange(len(at)) % strength.spread
        rows["source"] = sources[turn]
        foreign = rows
        if strength.spread > 2:
            rows["device"] = rng.integers(1, 1 << 62, strength.spread)[turn]
        else:
            rows["source"] = np.where(turn, world.accounts.table["source"][who], sources[0])
            foreign = rows[turn == 0]
        return scene([rows], account=world.names(who), address=world.addresses(foreign))
