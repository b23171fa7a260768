"""Examples by hand: an event in few words, what a window says after each, whether a rule fires."""

from tests.engine.policies import always, let, policy, rule

from fairtone.engine.reference import ReferenceEngine
from fairtone.events import Event, Value
from fairtone.policy.model import Let, Policy, Window


def ended(at: int, **values: Value) -> Event:
    """A call that ended; a field with a dot is written with two underscores."""
    return Event("call.ended", at, {name.replace("__", "."): v for name, v in values.items()})


def costing(at: int, cost: int | None) -> Event:
    """A call of account `a` that cost so much, or nobody knows how much."""
    return ended(at, account="a") if cost is None else ended(at, account="a", cost=cost)


def values(watched: Window | Let, *events: Event) -> list[object]:
    """What a window says, looked up by every event's own key, after each event."""
    one = watched if isinstance(watched, Let) else let("w", watched)
    # Asked directly: a rule needs a known subject, a window may be asked about nobody.
    engine = ReferenceEngine(policy(rule("r", [one], always("w"))))
    return [engine.value(one, event, engine.judge(event)[0]) for event in events]


def at_times(watched: Window, *times: int) -> list[object]:
    """What a window says to calls of one account at these times."""
    return values(watched, *(ended(at, account="a") for at in times))


def fires(made: Policy, *events: Event) -> list[bool]:
    """Whether the one rule of a policy fires, event by event."""
    engine = ReferenceEngine(made)
    return [bool(engine.judge(event)[1]) for event in events]
