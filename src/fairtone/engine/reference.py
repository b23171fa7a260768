"""The engine as it is meant: slow, obvious, never optimised. All other ways are held to it.

It keeps every event of every window in a list and adds it up again each time it is asked.
"""

from collections import defaultdict, deque
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from fairtone.engine.meaning import Meaning, Number, key_part
from fairtone.events import Event
from fairtone.policy.model import Let, Policy, Rule, Window

Key: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in one window: when, the value the window looks at, and whether `of` held."""

    at: int
    value: object
    of: bool | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired: which, for whom, and every window's value as it was looked at."""

    rule: Rule
    subject: Key
    values: tuple[Number | None, ...]


class ReferenceWindow:
    """All entries of one window, by key, oldest first."""

    def __init__(self, window: Window, meaning: Meaning) -> None:
        self.window = window
        self._meaning = meaning
        self._entries: dict[Key, deque[Entry]] = defaultdict(deque)
        self._seen: dict[tuple[Key, object], int] = {}

    def take(self, event: Event, now: int) -> None:
        """Let an event in, if it is of the watched kind, has the key, and satisfies `where`."""
        window = self.window
        key = tuple(key_part(event, name) for name in window.keys)
        if event.kind != window.kind or None in key:
            return
        if window.where is not None and not self._meaning.holds(window.where, event, _no_window):
            return
        value = None if window.field is None else key_part(event, window.field)
        of = None if window.of is None else self._meaning.holds(window.of, event, _no_window)
        is_new = False
        if window.aggregate == "new" and value is not None:
            before = self._seen.get((key, value))
            is_new = before is None or before < now - window.within
            self._seen[key, value] = now
        self._entries[key].append(Entry(now, value, of, is_new))

    def begins(self, now: int) -> int:
        """The first microsecond of the window at `now`."""
        step = self.window.step
        return (now // step * step if step else now) - self.window.length

    def value(self, key: Key, now: int) -> Number | None:
        """What the window says about a key at `now`; unknown if a part of the key is unknown."""
        if None in key:
            return None
        entries = self._entries.get(key, deque())
        begins = self.begins(now)
        while entries and entries[0].at < begins:
            entries.popleft()
        known = [entry.value for entry in entries if entry.value is not None]
        match self.window.aggregate:
            case "count":
                return len(entries)
            case "sum":
                return sum(known)  # type: ignore[arg-type]
            case "distinct":
                return len(set(known))
            case "new":
                return sum(entry.is_new for entry in entries)
            case "share":
                judged = [entry.of for entry in entries if entry.of is not None]
                return Fraction(sum(judged), len(judged)) if judged else None
            case "mean":
                return Fraction(sum(known), len(known)) if known else None  # type: ignore[arg-type]
            case "min":
                return min(known, default=None)  # type: ignore[type-var, return-value]
            case "max":
                return max(known, default=None)  # type: ignore[type-var, return-value]
            case "last":
                return known[-1] if known else None  # type: ignore[return-value]


class ReferenceEngine:
    """Judges events one by one. Takes a policy, holds everything in memory, answers exactly."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._meaning = Meaning(policy)
        self._windows = {
            window.hash: ReferenceWindow(window, self._meaning) for window in policy.windows()
        }
        self._fired: dict[tuple[str, Key], int] = {}
        self.now = 0
        self.late = 0
        self.unknown: dict[str, int] = {rule.name: 0 for rule in policy.rules}

    def judge(self, event: Event) -> tuple[int, list[Fired]]:
        """Let one event in; the engine time it was given, and the rules that it made fire."""
        self.late += event.at <= self.now
        now = self.now = max(event.at, self.now + 1)
        for window in self._windows.values():
            window.take(event, now)
        fired = []
        for rule in self.policy.rules:
            if rule.kind == event.kind:
                found = self._apply(rule, event, now)
                if found is not None:
                    fired.append(found)
        return now, fired

    def _apply(self, rule: Rule, event: Event, now: int) -> Fired | None:
        lets = {let.name: let for let in rule.lets}

        def window(name: str) -> Number | None:
            return self.value(lets[name], event, now)

        subject = tuple(key_part(event, name) for name in rule.subject)
        when = self._meaning.holds(rule.when, event, window)
        if None in subject and when is not False:
            when = None
        if when is None:
            self.unknown[rule.name] += 1
        if not when:
            return None
        if rule.unless is not None and self._meaning.holds(rule.unless, event, window):
            return None
        last = self._fired.get((rule.name, subject))
        if last is not None and now - last < rule.once:
            return None
        self._fired[rule.name, subject] = now
        return Fired(rule, subject, tuple(window(let.name) for let in rule.lets))

    def last_found(self, rule: Rule, event: Event) -> int:
        """When a rule last found the subject of an event; 0 for never."""
        subject = tuple(key_part(event, name) for name in rule.subject)
        return self._fired.get((rule.name, subject), 0)

    def value(self, let: Let, event: Event, now: int) -> Number | None:
        """What a `let` is for this event at `now`."""
        key = tuple(key_part(event, name) for name in let.lookup)
        return self._windows[let.window.hash].value(key, now)


def _no_window(name: str) -> Number | None:
    raise AssertionError(f"a `where` looked at the window `{name}`")
