"""What the random events and the random policies are made of: a few values for each field.

Few, so that keys collide and windows fill; nasty, so that spelling, case and form are put to the
test. The first values of a pool are drawn most often.
"""

from fairtone.events import FIELDS, KINDS, Unit, Value, fields_of

SECOND, MINUTE, HOUR, DAY = 1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000

ACCOUNTS = ("a1", "b2", "A1", "trunk é", "c3", "", "d4", "0", "e" * 40)
NUMBERS = (33123450001, 442079460000, 33123450002, 12025550123, 1, 33123459999, 999999999999999)
ADDRESSES = (
    "10.0.0.1",
    "2001:db8::1",
    "2001:DB8:0:0::1",
    "::ffff:10.0.0.1",
    "10.0.0.2",
    "192.0.2.77",
    "::1",
    "0:0:0:0:0:0:0:1",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "255.255.255.255",
    "0.0.0.0",
    "::",
    "8000::",
    "::ffff:a00:1",
    "010.0.0.1",
    "10.0.0",
    "10.0.0.256",
    " 10.0.0.1",
    "2001:db8::1::",
    "not an address",
    "",
)
COUNTRIES = ("US", "us", "FR", "GB", "Fr")
AGENTS = (
    "Zoiper",
    "friendly-scanner",
    "ZOIPER",
    "Friendly-Scanner 2",
    "élan",
    "Élan",
    "ÉLAN",
    "",
    "\N{KELVIN SIGN}elvin",
    "kelvin",
    "a.c",
    "abc",
)
USERS = ("100", "101", "admin", "ADMIN", "a1", "1000")

POOLS: dict[str, tuple[Value, ...]] = {
    "account": ACCOUNTS,
    "account.payer": ACCOUNTS[:4],
    "account.tier": ("residential", "call-centre", "Call-Centre", "emergency-services"),
    "account.age": (0, 1_000, 86_400_000, 3_600_000),
    "account.channels": (2, 1, 0, 30),
    "source.address": ADDRESSES,
    "source.network": ("10.0.0.1", "2001:db8::1", "10.0.0.0"),
    "source.country": COUNTRIES,
    "user_agent": AGENTS,
    "edge": ("e1", "E1", "e2"),
    "signalling.encrypted": (True, False),
    "clock": (0, 79_200_000, 43_200_000, 86_399_999, 21_600_000),
    "weekend": (False, True),
    "caller": NUMBERS,
    "caller.country": COUNTRIES,
    "caller.prefix": (3312345, 44207946),
    "callee": NUMBERS[::-1],
    "callee.country": COUNTRIES[::-1],
    "callee.prefix": (44207946, 3312345),
    "callee.emergency": (False, False, False, False, True),
    "callee.international": (True, False),
    "price": (10_000, 0, 4_500_000, 1),
    "answered": (True, False),
    "ring": (500, 0, 30_000, 1_000),
    "duration": (0, 5_999, 6_000, 6_001, 3_600_000, -1),
    "cost": (0, 25_000_000, 12_345, 1, -40_000, 900_000_000),
    "status": (200, 401, 603, 486, 0),
    "credentials": (True, False),
    "device": AGENTS[:5],
    "expires": (3_600_000, 0),
    "method": ("OPTIONS", "options", "SUBSCRIBE"),
    "user": USERS,
}

ALWAYS_KNOWN = "edge"
"""The one field that every event has, so that a rule on it can look at every event."""

FIELDS_OF = {kind: [f.name for f in fields_of(kind) if f.name in POOLS] for kind in KINDS}
"""The fields of each kind that have a pool."""


def fields_with(kind: str, *units: Unit) -> list[str]:
    """The fields of a kind whose unit is one of these."""
    return [name for name in FIELDS_OF[kind] if FIELDS[name].unit in units]


def quantities(kind: str) -> list[str]:
    """The fields of a kind that can be added and ordered."""
    return [name for name in FIELDS_OF[kind] if FIELDS[name].unit.is_quantity]


def keys(kind: str) -> list[str]:
    """The fields of a kind that windows can be kept by."""
    return [name for name in FIELDS_OF[kind] if FIELDS[name].unit.is_key]
