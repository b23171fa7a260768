"""Knowledge added to an event before it is judged: numbers, clocks, networks, accounts, tariff."""

from fairtone.insight.accounts import Account, Accounts
from fairtone.insight.battery import check_insight
from fairtone.insight.clocks import Clocks
from fairtone.insight.knowledge import Insight, Knowledge
from fairtone.insight.networks import Networks
from fairtone.insight.numbering import Numbering
from fairtone.insight.table import ListError
from fairtone.insight.tariff import Rate, Tariff
from fairtone.insight.zones import ZoneError

INSIGHTS: tuple[type[Knowledge], ...] = (Numbering, Clocks, Networks, Accounts, Tariff)
"""Every insight that Fairtone has, in the order in which they are asked."""

__all__ = [
    "INSIGHTS",
    "Account",
    "Accounts",
    "Clocks",
    "Insight",
    "Knowledge",
    "ListError",
    "Networks",
    "Numbering",
    "Rate",
    "Tariff",
    "ZoneError",
    "check_insight",
]
