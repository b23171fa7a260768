"""What comes from outside: requests, registrations and calls of those who hold no account.

Whoever knocks gives a user name, which is then the account of the event, as on a real edge.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from fairtone.simulate.rows import (
    ATTEMPT,
    EDGE,
    METHODS,
    REGISTRATION,
    REQUEST,
    UNKNOWN,
    WORDS,
    Ints,
    Rows,
    blank,
)

if TYPE_CHECKING:
    from fairtone.simulate.world import World


def requests(
    world: "World", at: Ints, source: npt.ArrayLike, users: Sequence[str], agent: str, *,
    method: str = "OPTIONS", status: int = 404,
) -> Rows:  # fmt: skip
    """Requests outside a dialog, each for one of `users`."""
    rows = _from(world, REQUEST, at, source, agent)
    rows["status"] = status
    rows["method"] = METHODS.index(method)
    rows["user"] = world.words.all(list(users))
    return rows


def knocks(
    world: "World", at: Ints, source: npt.ArrayLike, users: Sequence[str], agent: str, *,
    status: int = 401, credentials: int = 0,
) -> Rows:  # fmt: skip
    """Registrations for `users`, refused with a status, with a password or without."""
    rows = _from(world, REGISTRATION, at, source, agent)
    rows["account"] = strangers(world, users)
    rows["status"] = status
    rows["credentials"] = credentials
    return rows


def tries(
    world: "World", rng: np.random.Generator, at: Ints, source: npt.ArrayLike,
    users: Sequence[str], dialled: Sequence[str], agent: str, *, status: int = 401,
) -> Rows:  # fmt: skip
    """Attempts to call, in spellings that are no valid number, all refused with a status."""
    rows = _from(world, ATTEMPT, at, source, agent)
    rows["account"] = strangers(world, users)
    rows["dialled"] = WORDS + world.words.all(list(dialled))
    rows["status"] = status
    rows["ring"] = rng.uniform(5, 60, len(rows))
    rows["released"] = EDGE
    rows["media"] = 0
    return rows


def strangers(world: "World", users: Sequence[str]) -> Ints:
    """User names that are no accounts, as the column `account` holds them."""
    return UNKNOWN - 1 - world.words.all(list(users))


def _from(world: "World", kind: int, at: Ints, source: npt.ArrayLike, agent: str) -> Rows:
    rows = blank(len(at), kind)
    rows["at"] = at
    rows["source"] = source
    rows["agent"] = world.words.of(agent)
    rows["transport"] = 0
    rows["credentials"] = 0
    return rows
