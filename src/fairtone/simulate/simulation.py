"""A simulation: a provider's days, hour by hour, with scenes of abuse and of what looks like it.

The same seed, size and start give the same files, byte for byte; nothing else goes in.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from fairtone.simulate.life import Life
from fairtone.simulate.outputs import Files, write_csv
from fairtone.simulate.rows import ANSWERED, ENDED, Rows, joined
from fairtone.simulate.scenario import LABEL_COLUMNS, Label, Scenario, Scene
from fairtone.simulate.scenarios import SCENARIOS
from fairtone.simulate.world import HOUR, SECOND, World, stream


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written: `events` by kind, and what the labels say."""

    out: Path
    accounts: int
    days: int
    events: dict[str, int]
    scenes: int
    labels: int


def simulate(
    seed: int, accounts: int, days: int, out: Path, *, start: datetime, country: str = "US"
) -> Summary:
    """Write a simulated provider's traffic, and the labels of what is abuse in it, into `out`.

    `accounts` is how many ordinary accounts there are; those of the scenarios come on top. `start`
    needs a time zone. `country` is the provider's, ISO 3166 alpha-2. Raises `ValueError` if one of
    them is out of range, and `OSError` if the files cannot be written.
    """
    world = World(seed, accounts, days, start, country)
    staged, labels = stage(world)
    with Files(out, world) as files:
        _play(world, staged, files)
    _write_lists(world, out)
    write_csv(out / "labels.csv", list(LABEL_COLUMNS), map(_label_row, labels))
    scenes = len({label.scene for label in labels})
    return Summary(out, len(world.accounts), days, files.counts, scenes, len(labels))


def stage(world: World) -> tuple[Rows, list[Label]]:
    """Play every scenario at every strength once: all rows in order of time, and their labels."""
    parts: list[Rows] = []
    labels: list[Label] = []
    number = 0
    for scenario in SCENARIOS.values():
        for name, strength in scenario.strengths.items():
            number += 1
            rng = stream(world.seed, "scene", scenario.name, name)
            when = begin(scenario, strength.seconds, rng, world)
            played = scenario.events(strength, rng, world, when)
            played = replace(played, rows=_begun_before(world.end, played.rows))
            parts.append(played.rows)
            labels += _labels(world, scenario, name, number, played)
    rows = joined(parts)
    return rows[np.argsort(rows["at"], kind="stable")], labels


def _begun_before(end: int, rows: Rows) -> Rows:
    """The rows of what began before `end`; calls among them are played to their end."""
    begun = rows["at"].copy()
    later = (rows["kind"] == ANSWERED) | (rows["kind"] == ENDED)
    begun[later] -= rows["ring"][later].astype(np.int64) * 1000
    ended = rows["kind"] == ENDED
    begun[ended] -= rows["duration"][ended].astype(np.int64) * 1000
    return rows[begun < end]


def begin(scenario: Scenario, seconds: float, rng: np.random.Generator, world: World) -> int:
    """A moment at which a scene may begin: after some ordinary life, and early enough to finish."""
    first = world.start + (24 if world.days > 1 else 4) * HOUR
    last = max(first + HOUR, world.end - int(seconds * SECOND))
    hours = np.arange(first, last, HOUR // 4)
    clock, _ = world.clocks.of_day(hours, world.provider)
    low, high = (hour * 3_600_000 for hour in scenario.hours)
    inside = (clock >= low) & (clock < high) if low <= high else (clock >= low) | (clock < high)
    if scenario.working_day:
        inside &= ~world.clocks.weekend(hours, world.provider) | (world.days < 4)
    fitting = hours[inside]
    if not len(fitting):
        # Too short a simulation for all of it: play what fits, at the right time of day.
        hours = np.arange(first, world.end, HOUR // 4)
        clock, _ = world.clocks.of_day(hours, world.provider)
        inside = (clock >= low) & (clock < high) if low <= high else (clock >= low) | (clock < high)
        fitting = hours[inside] if inside.any() else hours
    return int(rng.choice(fitting)) + int(rng.integers(0, HOUR // 4))


def _labels(
    world: World, scenario: Scenario, strength: str, number: int, played: Scene
) -> list[Label]:
    start, end = world.start, world.end
    if len(played.rows):
        start, end = int(played.rows["at"].min()), int(played.rows["at"].max())
    start = min(played.since or start, end)
    return [
        Label(subject, kind, scenario.name, strength, start, end, scenario.label, number)
        for kind, subject in played.subjects
    ]


def _label_row(label: Label) -> tuple[object, ...]:
    return (
        label.subject,
        label.subject_kind,
        label.kind,
        label.strength,
        _moment(label.start),
        _moment(label.end),
        label.label,
        label.scene,
    )


def _play(world: World, staged: Rows, files: Files) -> None:
    life = Life(world)
    pending: list[Rows] = []
    position = 0
    for hour in range(world.days * 24):
        until = world.start + (hour + 1) * HOUR
        upto = int(np.searchsorted(staged["at"], until))
        rows = joined([*pending, life.hour(hour), staged[position:upto]])
        position = upto
        now = rows["at"] < until
        files.add(_in_order(rows[now]))
        pending = [rows[~now]]
    # What began before the end is played to its end, so that every attempt ends exactly once.
    files.add(_in_order(joined([*pending, staged[position:]])))


def _in_order(rows: Rows) -> Rows:
    return rows[np.argsort(rows["at"], kind="stable")]


_LISTS: Final = ("account", "tier", "relation", "payer", "country", "minutes", "channels", "since")


def _write_lists(world: World, out: Path) -> None:
    """What the provider knows beside its traffic: accounts, their numbers, networks, the tariff."""
    words, table = world.words.texts, world.accounts.table
    named = list(zip(world.accounts.names, table, strict=True))
    write_csv(
        out / "accounts.csv",
        _LISTS,
        (
            (
                name, words[row["tier"]], words[row["relation"]], words[row["payer"]],
                words[row["country"]], row["minutes"] // 60_000, row["channels"],
                _moment(row["since"]),
            )
            for name, row in named
        ),
    )  # fmt: skip
    write_csv(
        out / "numbers.csv",
        ("number", "account"),
        ((int(row["number"]) + i, name) for name, row in named for i in range(row["numbers"])),
    )
    write_csv(out / "networks.csv", ("network", "country"), world.networks.blocks())
    write_csv(
        out / "tariff.csv",
        ("prefix", "price"),
        sorted((block.prefix, f"{block.price / 1e6:g}") for block in world.numbering.blocks),
    )


def _moment(microseconds: int) -> str:
    seconds, rest = divmod(int(microseconds), SECOND)
    text = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{rest:06d}Z"
