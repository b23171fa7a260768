"""What values some text fields can have, and how units are called in sentences."""

from fairtone.events import Unit

KNOWN_VALUES: dict[str, tuple[str, ...]] = {
    "transport": ("udp", "tcp", "tls", "ws", "wss", "sctp"),
    "released": ("caller", "callee", "edge"),
    "attestation": ("A", "B", "C", "failed"),
    "account.relation": ("employee", "contractor", "client", "partner", "third-party"),
}
"""Text fields that have one of a few values."""

LINE_TYPES = (
    "fixed",
    "mobile",
    "fixed-or-mobile",
    "toll-free",
    "premium",
    "shared-cost",
    "voip",
    "personal",
    "pager",
    "uan",
    "voicemail",
    "satellite",
    "invalid",
)

KNOWN_VALUES["caller.type"] = KNOWN_VALUES["callee.type"] = LINE_TYPES

CALLED: dict[Unit, str] = {
    Unit.COUNT: "a plain number",
    Unit.SHARE: "a share",
    Unit.DURATION: "a duration",
    Unit.MONEY: "an amount of money",
    Unit.SIZE: "a size",
    Unit.CLOCK: "a time of day",
    Unit.FLAG: "true or false",
    Unit.TEXT: "a text",
    Unit.ACCOUNT: "an account",
    Unit.NUMBER: "a telephone number",
    Unit.ADDRESS: "an IP address",
}
"""A unit in a sentence."""

SAMPLES: dict[Unit, str] = {
    Unit.COUNT: "a plain number is written `200`",
    Unit.SHARE: "a share is written `60%`",
    Unit.DURATION: "a duration is written `6s`",
    Unit.MONEY: "an amount is written `25 USD`",
    Unit.SIZE: "a size is written `2 GB`",
    Unit.CLOCK: "a time of day is written `22:00`",
}

FORMS: dict[Unit, str] = {
    Unit.COUNT: "a number such as `200`",
    Unit.SHARE: "a share such as `60%`",
    Unit.DURATION: "a duration such as `6s`, or milliseconds",
    Unit.MONEY: "an amount such as `25 USD`, in the currency of the policy, or its millionths",
    Unit.SIZE: "a size such as `2 GB`, or bytes",
    Unit.CLOCK: "a time such as `22:00`",
    Unit.FLAG: "`true` or `false`",
    Unit.TEXT: "a text",
    Unit.ACCOUNT: "the name of an account",
    Unit.NUMBER: "a number such as `+33123456789`",
    Unit.ADDRESS: "an address such as `192.0.2.7`",
}
"""How a value is written in a file of events."""

LISTS: dict[str, tuple[Unit, ...]] = {
    "number": (Unit.NUMBER,),
    "prefix": (Unit.NUMBER,),
    "address": (Unit.ADDRESS,),
    "account": (Unit.ACCOUNT,),
    "country": (Unit.TEXT,),
    "text": (Unit.TEXT,),
    "pattern": (Unit.TEXT,),
}
"""Which units a list of each type can hold."""
