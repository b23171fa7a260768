"""Calls and registrations of accounts, as rows: what life and scenarios consist of.

Each function gives rows whose everyday fields are filled in from the account; the caller changes
what is out of the ordinary.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from fairtone.simulate.rows import (
    ATTEMPT,
    CALLEE,
    CALLER,
    E164,
    EDGE,
    FULL,
    INTERNATIONAL,
    NATIONAL,
    PARTIAL,
    REGISTRATION,
    UNKNOWN,
    Ints,
    Rows,
    blank,
)

if TYPE_CHECKING:
    from fairtone.simulate.world import World

USUAL_REACH: Final = 0.66
"""The share of calls that are answered (ASR) in ordinary telephony."""

LONGEST: Final = 4 * 3_600_000

# What becomes of a call that is not answered: status, who ended it, share, ring in seconds.
_UNANSWERED: Final = (
    (487, CALLER, 0.46, 22.0),
    (480, EDGE, 0.16, 30.0),
    (486, CALLEE, 0.22, 1.5),
    (404, EDGE, 0.07, 0.6),
    (603, CALLEE, 0.06, 6.0),
    (503, EDGE, 0.03, 0.4),
)


def calls(
    world: "World",
    rng: np.random.Generator,
    at: Ints,
    account: npt.ArrayLike,
    callee: Ints,
    block: Ints,
) -> Rows:
    """Attempts of accounts to call numbers, as their phones would make them, without an outcome."""
    rows = blank(len(at), ATTEMPT)
    table = world.accounts.table
    who = np.broadcast_to(np.asarray(account), rows.shape)
    rows["at"] = at
    rows["account"] = who
    for column in ("source", "agent", "transport", "media"):
        rows[column] = table[column][who]
    rows["caller"] = table["number"][who] + (rng.random(len(rows)) * table["numbers"][who]).astype(
        np.int64
    )
    rows["caller_block"] = table["block"][who]
    rows["callee"] = callee
    rows["callee_block"] = block
    rows["credentials"] = 1
    # One customer in eight shows numbers that another provider gave out.
    rows["attestation"] = np.where(table["seed"][who] % 8 == 0, PARTIAL, FULL)
    at_home = world.at_home[block]
    style = rng.random(len(rows))
    rows["dialled"] = np.where(
        style < 0.4, E164, np.where(at_home & (block != UNKNOWN), NATIONAL, INTERNATIONAL)
    )
    return rows


def outcome(
    rng: np.random.Generator, rows: Rows, reach: npt.ArrayLike = 1.0, *, talk: npt.ArrayLike
) -> Rows:
    """Give each call the end that calls between people have; `rows`, for convenience.

    `reach` scales the usual share of answers, `talk` is the median of a conversation in seconds.
    """
    count = len(rows)
    answered = rng.random(count) < USUAL_REACH * np.asarray(reach)
    share = np.array([u[2] for u in _UNANSWERED])
    which = rng.choice(len(_UNANSWERED), count, p=share / share.sum())
    status, released, _, ring = (
        np.array(column)[which] for column in zip(*_UNANSWERED, strict=True)
    )
    seconds = np.where(answered, 7.0, ring) * np.exp(rng.normal(0, 0.45, count))
    rows["ring"] = np.clip(seconds * 1000, 150, 90_000)
    length = np.asarray(talk) * np.exp(rng.normal(0, 1.05, count)) * 1000
    rows["duration"] = np.where(answered, np.clip(length, 1500, LONGEST), 0)
    rows["status"] = np.where(answered, 200, status)
    rows["released"] = np.where(
        answered, np.where(rng.random(count) < 0.55, CALLER, CALLEE), released
    )
    return rows


def answer(
    rng: np.random.Generator, rows: Rows, share: float, talk: tuple[float, float], *,
    released: int = CALLER, otherwise: Sequence[int] = (487, 486, 480),
    ring: tuple[float, float] = (2, 20),
) -> Rows:  # fmt: skip
    """Answer a share of the calls for `talk` seconds (low, high); the others end with a status."""
    count = len(rows)
    answered = rng.random(count) < share
    rows["status"] = np.where(answered, 200, rng.choice(np.array(otherwise), count))
    rows["ring"] = rng.uniform(*ring, count) * 1000
    rows["duration"] = np.where(answered, rng.uniform(*talk, count) * 1000, 0)
    rows["released"] = np.where(answered, released, np.where(rows["status"] == 487, CALLER, EDGE))
    return rows


def registers(
    world: "World", at: Ints, account: npt.ArrayLike, *, status: int = 200, credentials: int = 1
) -> Rows:
    """Registrations of accounts from their own device and address."""
    rows = blank(len(at), REGISTRATION)
    table = world.accounts.table
    who = np.broadcast_to(np.asarray(account), rows.shape)
    rows["at"] = at
    rows["account"] = who
    for column in ("source", "agent", "transport", "device"):
        rows[column] = table[column][who]
    rows["status"] = status
    rows["credentials"] = credentials
    rows["expires"] = np.maximum(table["interval"][who] // 1_000_000, 60)
    return rows
