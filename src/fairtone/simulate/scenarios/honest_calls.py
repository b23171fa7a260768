"""Honest calls that look like campaigns, attacks and fraud."""

import numpy as np

from fairtone.simulate.accounts import DAY
from fairtone.simulate.calls import answer, calls, outcome
from fairtone.simulate.rows import Ints, Rows, joined, life_of
from fairtone.simulate.scenario import Scenario, Scene, Strength, pace, scene, sized
from fairtone.simulate.scenarios.honest_lives import addresses
from fairtone.simulate.world import HOUR, World


def members(rng: np.random.Generator, world: World, who: Ints, count: int) -> tuple[Ints, Ints]:
    """People near an account: most in its own block, some in others of its country."""
    own = int(world.accounts.table["block"][who[0]])
    near = rng.random(count) < 0.7
    blocks = np.where(near, own, rng.choice(world.numbering.home, count))
    numbers = world.numbering.base[blocks] + rng.integers(0, world.numbering.size[blocks])
    return numbers, blocks


def _told(world: World, rows: Rows, who: Ints) -> Scene:
    return scene([life_of(rows)], account=world.names(who), address=addresses(world, who))


class SchoolAlert(Scenario):
    """A recorded message to all parents, within minutes."""

    name = "school-alert"
    example = "it snows: 300 parents are told within ten minutes that school is closed"
    hours = (6, 8)
    working_day = True
    strengths = sized(
        Strength("300 calls in 10 minutes", 300, 2, 1, (12, 28)),
        Strength("800 calls in 10 minutes", 800, 0.75, 1, (12, 28)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """Parents listen to the end; who did not answer is called once more."""
        who = world.hire(rng, "notifier")
        numbers, blocks = members(rng, world, who, strength.count)
        first = calls(
            world, rng, pace(rng, when, strength.count, strength.every), who, numbers, blocks
        )
        answer(rng, first, 0.8, strength.talk, otherwise=(480, 487, 486))
        missed = first[first["status"] != 200]
        again = missed.copy()
        again["at"] = pace(rng, int(first["at"].max()) + 60_000_000, len(missed), strength.every)
        answer(rng, again, 0.5, strength.talk, otherwise=(480, 487))
        return _told(world, joined([first, again]), who)


class PharmacyReminder(Scenario):
    """Short recorded reminders, all day, to patients."""

    name = "pharmacy-reminder"
    example = "200 patients hear that their medicine is ready"
    hours = (9, 10)
    working_day = True
    strengths = sized(
        Strength("200 calls in 8 hours", 200, 144, 1, (8, 30)),
        Strength("500 calls in 8 hours", 500, 58, 1, (8, 30)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """Every number is called once."""
        who = world.hire(rng, "notifier")
        numbers, blocks = members(rng, world, who, strength.count)
        rows = calls(
            world, rng, pace(rng, when, strength.count, strength.every), who, numbers, blocks
        )
        answer(rng, rows, 0.7, strength.talk, otherwise=(480, 487, 486))
        return _told(world, rows, who)


class TvVote(Scenario):
    """Everybody calls one number at the same time, because everybody wants to."""

    name = "tv-vote"
    example = "after the song 500 customers call one number in twenty minutes"
    hours = (20, 21)
    strengths = sized(
        Strength("500 customers call another provider's number", 500, 2.4, 1, (2, 12)),
        Strength(
            "1,500 calls, most from outside, to a toll-free number here", 1500, 0.8, 2, (2, 12)
        ),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """Votes come in as fast as they can; some find the line busy and try again."""
        at = pace(rng, when, strength.count, strength.every)
        numbering = world.numbering
        hosted = strength.spread > 1
        free = numbering.home_free if len(numbering.home_free) else numbering.home
        number, block = numbering.draw(rng, free if hosted else numbering.home, 1)
        customers = np.flatnonzero(world.accounts.table["interval"][: world.ordinary] > 0)
        who = rng.choice(customers, len(at))
        callee, where = np.repeat(number, len(at)), np.repeat(block, len(at))
        rows = calls(world, rng, at, who, callee, where)
        if hosted:
            carriers = np.flatnonzero(world.accounts.table["interval"][: world.ordinary] == 0)
            out = rng.random(len(at)) < 0.8
            theirs = calls(world, rng, at, rng.choice(carriers, len(at)), callee, where)
            theirs["caller"], theirs["caller_block"] = numbering.draw(rng, numbering.home, len(at))
            theirs["credentials"] = 0
            rows[out] = theirs[out]
        answer(rng, rows, 0.7, strength.talk, otherwise=(486, 486, 503))
        return scene([life_of(rows)], number=number.tolist(),
                     account=world.names(np.unique(rows["account"]).astype(np.int64)))  # fmt: skip


class NewCustomer(Scenario):
    """Somebody who has just come, and calls more people in more countries every hour."""

    name = "new-customer"
    example = "a travel agency moves in and calls its partners for the first time"
    hours = (8, 9)
    working_day = True
    strengths = sized(
        Strength("150 calls to 6 countries in a day and a half", 150, 800, 6, price=(0.02, 0.2)),
        Strength("450 calls to 12 countries in a day and a half", 450, 260, 12, price=(0.02, 0.4)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """Three calls in ten go abroad, nearly all of them to cheap places."""
        who = world.hire(rng, "pbx", calls=1.0, since=when - DAY // 2, channels=20)
        count = strength.count
        share = np.sqrt(np.sort(rng.random(count)))  # ever faster
        hour = 8 + share * 9
        day = (np.arange(count) >= count // 2).astype(np.int64)
        at = np.sort(when + day * DAY + ((hour - 8) * HOUR).astype(np.int64))
        numbers, blocks = members(rng, world, who, count)
        abroad = rng.random(count) < 0.3
        priced = world.numbering.priced(*strength.price)
        weight = 1.0 / (20_000 + world.numbering.price[priced])
        people = np.array([world.numbering.blocks[b].type in ("fixed", "mobile") for b in priced])
        places = rng.choice(
            priced, strength.spread, replace=False, p=weight * people / (weight * people).sum()
        )
        far, far_blocks = world.numbering.draw(rng, places, count)
        rows = calls(
            world,
            rng,
            at,
            who,
            np.where(abroad, far, numbers),
            np.where(abroad, far_blocks, blocks),
        )
        outcome(rng, rows, talk=100)
        return _told(world, rows, who)


class MonthEnd(Scenario):
    """Invoices go out by fax, one after the other."""

    name = "month-end"
    example = "250 customers get their invoice by fax in three hours"
    hours = (13, 14)
    working_day = True
    strengths = sized(
        Strength("250 faxes in 3 hours", 250, 43, 1, (40, 110)),
        Strength("800 faxes in 3 hours", 800, 13.5, 1, (40, 110)),
    )

    def events(
        self, strength: Strength, rng: np.random.Generator, world: World, when: int
    ) -> Scene:
        """Busy machines are tried again up to three times; some numbers have ceased to be."""
        who = world.hire(rng, "quiet-trunk", channels=16)
        numbers, blocks = members(rng, world, who, strength.count)
        left = calls(
            world, rng, pace(rng, when, strength.count, strength.every), who, numbers, blocks
        )
        parts = []
        for _ in range(4):
            answer(rng, left, 0.82, strength.talk, otherwise=(486, 486, 486, 480, 404))
            parts.append(left)
            left = left[(left["status"] == 486) | (left["status"] == 480)].copy()
            left["at"] += rng.integers(180, 420, len(left)) * 1_000_000
        return _told(world, joined(parts), who)
