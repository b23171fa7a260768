"""Honest accounts that live unlike the rest, from the first hour to the last."""

import numpy as np

from fairtone.simulate.rows import Ints
from fairtone.simulate.scenario import Scenario, Scene, Strength, scene, sized
from fairtone.simulate.world import World


class _Life(Scenario):
    """A scenario of accounts of a sort: `spread` of them, with `count` calls a day each."""

    sort: str

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """The accounts are hired; what they do is their life."""
        who = self.hired(strength, rng, world)
        return scene([], account=world.names(who), address=addresses(world, who))

    def hired(self, strength: Strength, rng: np.random.Generator, world: World) -> Ints:
        """The accounts."""
        activity = strength.count * rng.uniform(0.85, 1.15, strength.spread)
        return world.hire(rng, self.sort, strength.spread, calls=activity)


def addresses(world: World, who: Ints) -> list[str]:
    """The addresses at which accounts are at home."""
    sources = np.unique(world.accounts.table["source"][who]).tolist()
    return [world.networks.texts[source] for source in sources]


class CallCentre(_Life):
    """Thousands of calls a day to people never called before, with talk."""

    name = "call-centre"
    example = "sixty agents ask people how they liked their hotel"
    sort = "call-centre"
    strengths = sized(Strength("1,500 calls a day", 1500, 0, 2), Strength("4,000", 4000, 0, 1))


class Hospital(_Life):
    """Calls at all hours, by hundreds of telephones behind one switchboard."""

    name = "hospital"
    example = "wards call doctors, relatives and other hospitals, day and night"
    sort = "hospital"
    strengths = sized(Strength("900 calls a day", 900, 0, 2), Strength("2,500", 2500, 0, 1))


class NightShift(_Life):
    """A business that works at night."""

    name = "night-shift"
    example = "a taxi office, a bakery's logistics, a news desk"
    sort = "night-shift"
    strengths = sized(Strength("60 calls a night", 60, 0, 3), Strength("200", 200, 0, 2))


class Conference(_Life):
    """A bridge whose calls last for an hour."""

    name = "conference-bridge"
    example = "a bridge dials its participants and keeps them for the meeting"
    sort = "conference"
    strengths = sized(Strength("60 calls a day", 60, 0, 2), Strength("150", 150, 0, 1))


class _Abroad(_Life):
    """Accounts that call costly places abroad, always the same ones."""

    price: tuple[float, float]

    def hired(self, strength: Strength, rng: np.random.Generator, world: World) -> Ints:
        """The accounts, each with one or two places abroad that it always calls."""
        who = super().hired(strength, rng, world)
        people = ("fixed", "mobile", "fixed-or-mobile")
        priced = world.numbering.priced(*self.price)
        blocks = [b for b in priced.tolist() if world.numbering.blocks[b].type in people]
        world.accounts.table["favourite"][who] = rng.choice(blocks, (len(who), 2))
        return who


class Trader(_Abroad):
    """An importer who calls far countries every day."""

    name = "international-trader"
    example = "a coffee importer calls growers in two countries, at 38 cents a minute"
    sort = "trader"
    price = (0.1, 0.6)
    strengths = sized(Strength("60 calls a day", 60, 0, 3), Strength("150", 150, 0, 2))


class FamilyAbroad(_Abroad):
    """A family that calls its relatives abroad, at length."""

    name = "family-abroad"
    example = "six calls a day of eight minutes to the grandparents"
    sort = "family-abroad"
    price = (0.1, 0.6)
    strengths = sized(Strength("6 calls a day", 6, 0, 5), Strength("15", 15, 0, 3))
