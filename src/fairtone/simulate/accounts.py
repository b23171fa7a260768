"""The accounts of the simulated provider: what was bought, who pays, how much they call and when.

Every account has a sort of life: how many calls a day, how long, in which rhythm, to how many
people and how often abroad. Activity within a sort is log-normal: a few call far more than most.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from fairtone.simulate.rows import TRANSPORTS, Ints

MINUTE: Final = 60_000
DAY: Final = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of account. Calls are a day's mean; talk is the median of a call in seconds."""

    name: str
    tier: str
    rhythm: str
    calls: float
    talk: float = 85.0
    spread: float = 0.7  # sigma of the log of activity
    share: float = 0.0  # of the ordinary accounts
    relation: str = "client"
    channels: int = 2
    contacts: int = 40
    abroad: float = 0.03
    curious: float = 0.08  # calls to somebody never called before
    numbers: int = 1  # consecutive numbers it owns
    reach: float = 1.0  # share of calls that find somebody, against the usual
    interval: tuple[int, int] = (600, 3600)  # seconds between registrations
    site: int = 1  # accounts behind one address and one payer
    agents: tuple[str, ...] = ()
    secure: float = 0.35  # share that signals over TLS


PHONES = (
    "Yealink SIP-T46S 66.86.0.15", "Yealink SIP-T54W 96.86.0.70", "PolycomVVX-VVX_411-UA/6.4.6",
    "Grandstream GXP2170 1.0.11.64", "Cisco/SPA504G-7.6.2e", "snomD785/10.1.148.1",
    "Grandstream HT802 1.0.55.5", "FRITZ!OS", "Fanvil X5U 2.12.1.3",
)  # fmt: skip
APPS = (
    "Zoiper rv2.10.19.5", "Linphone Android/5.2.5", "LinphoneiOS/5.2.3", "Acrobits Softphone/6.4",
    "Bria iOS release 6.13.1", "MicroSIP/3.21.3", "Groundwire/6.5.2",
)  # fmt: skip
PBXS = (
    "Asterisk PBX 20.9.3", "FPBX-16.0.40(18.20.0)", "FreeSWITCH-mod_sofia/1.10.12",
    "3CXPhoneSystem 18.0.9.20", "Avaya CM/R018x.01", "Cisco-CUCM14.0", "MitelSIP/9.4",
)  # fmt: skip

SORTS: Final[dict[str, Sort]] = {
    sort.name: sort
    for sort in (
        Sort("residential", "residential", "home", 4.0, 95, share=0.50, agents=PHONES),
        Sort("app", "residential", "home", 5.0, 80, share=0.12, abroad=0.08, agents=APPS,
             interval=(300, 900)),
        Sort("shop", "business", "business", 15.0, 70, share=0.14, channels=4, contacts=120,
             agents=PHONES),
        Sort("office", "business", "business", 13.0, 75, share=0.20, contacts=90, agents=PHONES,
             site=24, secure=0.5),
        Sort("pbx", "trunk", "business", 140.0, 80, 0.8, 0.04, channels=30, contacts=900,
             abroad=0.05, numbers=50, agents=PBXS),
        Sort("carrier", "interconnect", "all", 400.0, 80, 0.3, relation="partner", channels=2000,
             agents=PBXS, interval=(0, 0), secure=0.5),
        # The rest is cast for a scenario only.
        Sort("call-centre", "call-centre", "shift", 1500.0, 45, 0.2, channels=120, contacts=6000,
             curious=0.85, numbers=20, reach=0.85, agents=PBXS),
        Sort("hospital", "healthcare", "all", 900.0, 70, 0.2, channels=150, contacts=2500,
             curious=0.3, numbers=200, agents=PBXS),
        Sort("notifier", "notification", "business", 20.0, 60, 0.3, channels=60, contacts=200,
             numbers=2, agents=PBXS),
        Sort("night-shift", "business", "night", 60.0, 70, 0.3, channels=12, contacts=300,
             agents=PBXS),
        Sort("trader", "business", "business", 70.0, 150, 0.3, channels=12, contacts=250,
             abroad=0.75, agents=PBXS),
        Sort("family-abroad", "residential", "home", 6.0, 500, 0.3, contacts=12, abroad=0.7,
             agents=APPS),
        Sort("employee", "business", "business", 14.0, 80, 0.3, relation="employee", channels=4,
             contacts=80, agents=PHONES),
        Sort("secure", "secure", "business", 25.0, 80, 0.3, channels=8, contacts=100,
             agents=PHONES, secure=1.0),
        Sort("quiet-trunk", "trunk", "business", 12.0, 70, 0.3, channels=30, contacts=100,
             numbers=10, agents=PBXS),
        Sort("conference", "conference", "business", 60.0, 2400, 0.2, channels=100, contacts=80,
             agents=PBXS),
    )
}  # fmt: skip

ACCOUNT: Final = np.dtype(
    [
        ("sort", "i2"),
        ("tier", "i4"),  # word
        ("relation", "i4"),  # word
        ("payer", "i4"),  # word
        ("country", "i4"),  # word
        ("minutes", "i8"),  # milliseconds
        ("channels", "i4"),
        ("since", "i8"),  # microseconds
        ("number", "i8"),
        ("block", "i4"),
        ("numbers", "i4"),
        ("source", "i4"),
        ("agent", "i4"),  # word
        ("transport", "i1"),
        ("media", "i1"),
        ("calls", "f8"),  # a day
        ("talk", "f8"),  # seconds
        ("rhythm", "i2"),
        ("contacts", "i4"),
        ("curious", "f8"),
        ("abroad", "f8"),
        ("reach", "f8"),
        ("favourite", "i4", (2,)),  # blocks abroad
        ("seed", "u8"),
        ("interval", "i8"),  # microseconds between registrations; 0 for a trunk without any
        ("phase", "i8"),
        ("challenged", "?"),  # asked for its password every time
        ("device", "i8"),
    ]
)

_PLANS: Final = np.array([500, 1_000, 3_000, 10_000, 30_000, 100_000, 1_000_000])


@dataclass
class Accounts:
    """A table of accounts that grows: `table` is a record array of `ACCOUNT`, `names` beside it."""

    table: npt.NDArray[np.void] = field(default_factory=lambda: np.zeros(0, ACCOUNT))
    names: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.names)

    def add(self, rows: npt.NDArray[np.void], names: list[str]) -> Ints:
        """Append accounts; their indices."""
        first = len(self)
        self.table = np.concatenate([self.table, rows])
        self.names += names
        return np.arange(first, first + len(names))

    def column(self, name: str, accounts: Ints) -> Any:
        """One column for some accounts."""
        return self.table[name][accounts]


def plan_minutes(calls: npt.NDArray[np.float64], talk: float) -> Ints:
    """The plan that people buy who call that much: the next one above twice what they need."""
    need = calls * 30 * 0.65 * talk * 1.8 / 60 * 2
    return _PLANS[np.minimum(np.searchsorted(_PLANS, need), len(_PLANS) - 1)] * MINUTE


def transports(rng: np.random.Generator, sort: Sort, count: int) -> tuple[Ints, Ints]:
    """Transport and media encryption of `count` accounts of a sort."""
    encrypted = rng.random(count) < sort.secure
    plain = (rng.random(count) < 0.15).astype(np.int64)
    transport = np.where(encrypted, TRANSPORTS.index("tls"), plain)
    media = encrypted & (rng.random(count) < (1.0 if sort.secure == 1.0 else 0.8))
    return transport, media.astype(np.int64)
