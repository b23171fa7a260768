"""The compact form of simulated events: whole numbers only, one NumPy record for each event.

Names are kept once, in the tables of the world, and rows point at them. `columns.py` turns rows
into the batches of the vocabulary.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.void]
Ints = npt.NDArray[np.int64]

ATTEMPT: Final = 0
ANSWERED: Final = 1
ENDED: Final = 2
REGISTRATION: Final = 3
REQUEST: Final = 4
KIND_NAMES: Final = ("call.attempt", "call.answered", "call.ended", "registration", "sip.request")

UNKNOWN: Final = -1

# How the callee was dialled; from `WORDS` on, the index of a word in the world's list of words.
E164: Final = 0
NATIONAL: Final = 1
INTERNATIONAL: Final = 2
EMERGENCY: Final = 3
WORDS: Final = 16

TRANSPORTS: Final = ("udp", "tcp", "tls", "wss")
RELEASED: Final = ("caller", "callee", "edge")
CALLER, CALLEE, EDGE = range(3)
ATTESTATIONS: Final = ("A", "B", "C", "failed")
FULL, PARTIAL, GATEWAY = range(3)  # ATIS-1000074 section 5.2.3
METHODS: Final = ("OPTIONS", "SUBSCRIBE", "MESSAGE", "NOTIFY")

ROW: Final = np.dtype(
    [
        ("at", "i8"),  # microseconds, UTC
        ("kind", "i1"),
        ("account", "i4"),  # index of an account; below UNKNOWN, a word: -2 - its index
        ("source", "i4"),  # index of an address
        ("agent", "i4"),  # index of a word
        ("transport", "i1"),
        ("status", "i2"),
        ("credentials", "i1"),
        ("call", "i8"),
        ("caller", "i8"),  # E.164; 0 if the caller withheld it
        ("caller_block", "i2"),  # index of a number block; UNKNOWN if the number is in none
        ("caller_name", "i4"),  # index of a word
        ("callee", "i8"),
        ("callee_block", "i2"),
        ("dialled", "i4"),
        ("attestation", "i1"),
        ("media", "i1"),  # encrypted: 0, 1 or UNKNOWN
        ("ring", "i4"),  # milliseconds
        ("duration", "i4"),  # milliseconds
        ("released", "i1"),
        ("device", "i8"),  # 0 if unknown
        ("expires", "i4"),  # seconds
        ("method", "i1"),
        ("user", "i4"),  # index of a word
    ]
)

_UNKNOWN_AT_FIRST: Final = (
    "account", "source", "agent", "transport", "status", "credentials", "caller_block",
    "caller_name", "callee_block", "attestation", "media", "ring", "released", "expires",
    "method", "user",
)  # fmt: skip


def blank(count: int, kind: int) -> Rows:
    """`count` rows of one kind in which everything else is unknown."""
    rows = np.zeros(count, ROW)
    rows["kind"] = kind
    for name in _UNKNOWN_AT_FIRST:
        rows[name] = UNKNOWN
    return rows


def mix(numbers: npt.ArrayLike) -> npt.NDArray[np.uint64]:
    """A hash of each whole number to 64 bits: the finaliser of SplitMix64 (Steele et al. 2014)."""
    x = np.asarray(numbers).astype(np.uint64)
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def life_of(calls: Rows) -> Rows:
    """All events of calls: an attempt, an answer where the status is 200, and an end for each.

    `calls` are rows of attempts that already hold `status`, `ring`, `duration` and `released`.
    """
    calls["call"] = (
        mix(calls["at"]) ^ mix(mix(calls["callee"]) + calls["account"].astype(np.uint64))
    ) >> np.uint64(1)
    answers = calls[calls["status"] == 200]
    answers["kind"] = ANSWERED
    answers["at"] += answers["ring"].astype(np.int64) * 1000
    ends = calls.copy()
    ends["kind"] = ENDED
    ends["at"] += (ends["ring"].astype(np.int64) + ends["duration"]) * 1000
    return np.concatenate([calls, answers, ends])


def joined(parts: list[Any]) -> Rows:
    """Rows one after the other; none at all is an empty array."""
    return np.concatenate(parts) if parts else np.zeros(0, ROW)
