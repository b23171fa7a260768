"""What a scenario is: one thing that somebody does, at several strengths, and who is to be found.

A scenario is one small class. It says which clauses it breaks (none for a look-alike), how strongly
it can be played, and makes the events. To add one, write the class and name it in `SCENARIOS`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from fairtone.simulate.rows import Ints, Rows, joined

if TYPE_CHECKING:
    from fairtone.simulate.world import World

ABUSE: Final = "abuse"
LOOKALIKE: Final = "lookalike"
STRENGTHS: Final = ("strong", "medium", "weak")
"""What abuse is played at: from careless to patient."""
SIZES: Final = ("usual", "busy")
"""What look-alikes are played at."""


@dataclass(frozen=True, slots=True)
class Strength:
    """How much of it: `count` events, one every `every` seconds on average.

    `spread` is over how many accounts, addresses, numbers or devices; `talk` the shortest and
    longest call in seconds; `price` the cheapest and dearest destination in dollars a minute.
    """

    says: str
    count: int
    every: float
    spread: int = 1
    talk: tuple[float, float] = (0.0, 0.0)
    price: tuple[float, float] = (0.3, 10.0)

    @property
    def seconds(self) -> float:
        """About how long it takes."""
        return self.count * self.every


@dataclass(frozen=True, slots=True)
class Scene:
    """A scenario as it was played: its rows, and the subjects that a finding may name.

    `since` is when it became a breach, if that is not with the first row. A scene without rows is
    a life: the accounts that were hired for it live as their sort does, from first to last.
    """

    rows: Rows
    subjects: tuple[tuple[str, str], ...]  # (subject kind, subject)
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """One line of `labels.csv`. `start` and `end` are microseconds of the first and last event."""

    subject: str
    subject_kind: str
    kind: str
    strength: str
    start: int
    end: int
    label: str
    scene: int


LABEL_COLUMNS: Final[dict[str, str]] = {
    "subject": "whom a finding may name: an account, payer, address, number or pair (A → B)",
    "subject_kind": "account, payer, address, number or pair",
    "kind": "the scenario's name",
    "strength": "strong, medium or weak; a look-alike is usual or busy",
    "start": "when it became abuse, which mostly is the first event; RFC 3339 in UTC",
    "end": "the last event of the scene",
    "class": "abuse or lookalike",
    "scene": "a number for each scene: the subjects of one scene belong together",
}
"""The columns of `labels.csv`, in order, with what each holds."""


class Scenario(ABC):
    """One kind of abuse, or one honest thing that looks like it.

    `hours` is when, by the provider's clock, it may begin; `example` says what it is in one line.
    """

    name: ClassVar[str]
    example: ClassVar[str]
    clauses: ClassVar[tuple[str, ...]] = ()
    hours: ClassVar[tuple[int, int]] = (0, 24)
    working_day: ClassVar[bool] = False
    strengths: ClassVar[dict[str, Strength]]

    @property
    def label(self) -> str:
        """`abuse` or `lookalike`."""
        return ABUSE if self.clauses else LOOKALIKE

    @abstractmethod
    def events(
        self, strength: Strength, rng: np.random.Generator, world: "World", when: int
    ) -> Scene:
        """Play it once, from `when` on (microseconds, UTC), with people and numbers of `world`."""


def pace(rng: np.random.Generator, when: int, count: int, every: float) -> Ints:
    """`count` moments from `when` on, `every` seconds apart on average, never quite even."""
    gaps = rng.uniform(0.4, 1.6, count) * every * 1e6
    gaps[:1] = 0
    return when + np.cumsum(gaps).astype(np.int64)


def scene(
    parts: Iterable[Rows], *, since: int | None = None, **subjects: Iterable[object]
) -> Scene:
    """A scene of several parts; the subjects by kind, such as `account=[...]`, numbers as such."""
    named = [
        (kind, f"+{subject}" if kind == "number" else str(subject))
        for kind, listed in subjects.items()
        for subject in listed
    ]
    return Scene(joined(list(parts)), tuple(dict.fromkeys(named)), since)


def graded(strong: Strength, medium: Strength, weak: Strength) -> dict[str, Strength]:
    """The strengths of a kind of abuse."""
    return dict(zip(STRENGTHS, (strong, medium, weak), strict=True))


def sized(usual: Strength, busy: Strength) -> dict[str, Strength]:
    """The sizes of a look-alike."""
    return dict(zip(SIZES, (usual, busy), strict=True))
