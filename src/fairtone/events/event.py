"""One event in Python: what a gate asks about and what tests write by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fairtone.events.units import Value


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was observed.

    `kind` is a name of `KINDS`; `at` is in microseconds since 1970-01-01 UTC; `values` holds what
    is known, by field name. A field that is missing is unknown.
    """

    kind: str
    at: int
    values: Mapping[str, Value] = field(default_factory=dict)
