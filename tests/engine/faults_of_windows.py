"""Faults of windows: in time, in what is let in under which key, in the aggregates."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from tests.engine.faults import fault

from fairtone.engine import meaning, reference
from fairtone.engine.reference import Entry, Fired, ReferenceEngine, ReferenceWindow
from fairtone.events import FIELDS, Event, Unit

_begins, _take, _value = ReferenceWindow.begins, ReferenceWindow.take, ReferenceWindow.value
_judge, _look = ReferenceEngine.judge, ReferenceEngine.value


# --- time ----------------------------------------------------------------------------------------


@fault("a window is one tick short")
def _short(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ReferenceWindow, "begins", lambda self, now: _begins(self, now) + 1)


@fault("a window is one tick long")
def _long(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ReferenceWindow, "begins", lambda self, now: _begins(self, now) - 1)


@fault("nothing is evicted")
def _kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ReferenceWindow, "begins", lambda self, now: 0)


@fault("a step is taken for nothing: the window slides")
def _slides(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ReferenceWindow, "begins", lambda self, now: now - self.window.length)


@fault("a stepped window begins a step late")
def _step_late(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        ReferenceWindow, "begins", lambda self, now: _begins(self, now) + self.window.step
    )


@fault("events of one time share it")
def _ties(patch: pytest.MonkeyPatch) -> None:
    def judge(self: ReferenceEngine, event: Event) -> tuple[int, list[Fired]]:
        if event.at == self.now:
            self.now -= 1
        return _judge(self, event)

    patch.setattr(ReferenceEngine, "judge", judge)


@fault("of two events of one time the later comes first")
def _tie_order(patch: pytest.MonkeyPatch) -> None:
    def judge(self: ReferenceEngine, event: Event) -> tuple[int, list[Fired]]:
        late = event.at <= self.now
        return _judge(self, replace(event, at=self.now + 2) if late else event)

    patch.setattr(ReferenceEngine, "judge", judge)


@fault("a late event turns the clock back")
def _back(patch: pytest.MonkeyPatch) -> None:
    def judge(self: ReferenceEngine, event: Event) -> tuple[int, list[Fired]]:
        if event.at < self.now:
            self.now = event.at - 1
        return _judge(self, event)

    patch.setattr(ReferenceEngine, "judge", judge)


@fault("an event is not in its own windows")
def _not_own(patch: pytest.MonkeyPatch) -> None:
    def value(self: ReferenceWindow, key: reference.Key, now: int) -> object:
        entries = self._entries.get(key)
        own = entries.pop() if entries and entries[-1].at == now else None
        found = _value(self, key, now)
        if own is not None:
            self._entries[key].append(own)
        return found

    patch.setattr(ReferenceWindow, "value", value)


# --- what is let in, and under which key ---------------------------------------------------------


def _with_window(**changes: object) -> Callable[[ReferenceWindow, Event, int], None]:
    """Let events in as if the window said something else."""

    def take(self: ReferenceWindow, event: Event, now: int) -> None:
        meant = self.window
        self.window = replace(meant, **changes)  # type: ignore[arg-type]
        _take(self, event, now)
        self.window = meant

    return take


@fault("`where` is not asked")
def _no_where(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ReferenceWindow, "take", _with_window(where=None))


@fault("`where` lets the unknown pass")
def _where_unknown(patch: pytest.MonkeyPatch) -> None:
    def take(self: ReferenceWindow, event: Event, now: int) -> None:
        where = self.window.where
        blind = where is not None and self._meaning.holds(where, event, _no_window) is None
        (_with_window(where=None) if blind else _take)(self, event, now)

    patch.setattr(ReferenceWindow, "take", take)


@fault("another kind's events are counted")
def _any_kind(patch: pytest.MonkeyPatch) -> None:
    def take(self: ReferenceWindow, event: Event, now: int) -> None:
        _take(self, replace(event, kind=self.window.kind), now)

    patch.setattr(ReferenceWindow, "take", take)


@fault("only the first part of a key counts")
def _first_key(patch: pytest.MonkeyPatch) -> None:
    def take(self: ReferenceWindow, event: Event, now: int) -> None:
        _with_window(keys=self.window.keys[:1])(self, event, now)

    patch.setattr(ReferenceWindow, "take", take)
    patch.setattr(
        ReferenceWindow, "value", lambda self, key, now: None if None in key else _value(self, key[:1], now)
    )  # fmt: skip


@fault("a window is looked up by its own key, not by the rule's")
def _wrong_key(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        ReferenceEngine,
        "value",
        lambda self, let, event, now: _look(self, replace(let, lookup=let.window.keys), event, now),
    )


@fault("an unknown part of a key is a key")
def _null_key(patch: pytest.MonkeyPatch) -> None:
    def key_part(event: Event, name: str) -> object:
        found = meaning.key_part(event, name)
        return "" if found is None and FIELDS[name].unit is Unit.ACCOUNT else found

    patch.setattr(reference, "key_part", key_part)


@fault("an address in another spelling is another address")
def _spelling(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reference, "key_part", meaning.value_of)


@fault("what is no address is one")
def _any_address(patch: pytest.MonkeyPatch) -> None:
    def key_part(event: Event, name: str) -> object:
        found = meaning.key_part(event, name)
        return event.values.get(name) if found is None else found

    patch.setattr(reference, "key_part", key_part)


@fault("capitals tell texts apart")
def _capitals(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(meaning, "fold", lambda text: text)


@fault("more letters than ASCII's are folded")
def _unicode(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(meaning, "fold", str.casefold)


# --- aggregates ----------------------------------------------------------------------------------


def _aggregate(
    patch: pytest.MonkeyPatch, name: str, total: Callable[[list[Entry]], object]
) -> None:
    """Let one aggregate say something else about its entries."""

    def value(self: ReferenceWindow, key: reference.Key, now: int) -> object:
        found = _value(self, key, now)
        if self.window.aggregate != name or None in key:
            return found
        return total(list(self._entries.get(key, ())))

    patch.setattr(ReferenceWindow, "value", value)


def _known(entries: list[Entry]) -> list[int]:
    return [entry.value for entry in entries if isinstance(entry.value, int)]


@fault("distinct counts every value")
def _distinct(patch: pytest.MonkeyPatch) -> None:
    _aggregate(patch, "distinct", lambda entries: sum(entry.value is not None for entry in entries))


@fault("distinct takes the unknown for a value")
def _distinct_null(patch: pytest.MonkeyPatch) -> None:
    _aggregate(patch, "distinct", lambda entries: len({entry.value for entry in entries}))


@fault("a mean takes the unknown for 0")
def _mean_null(patch: pytest.MonkeyPatch) -> None:
    _aggregate(
        patch,
        "mean",
        lambda entries: Fraction(sum(_known(entries)), len(entries)) if entries else None,
    )


@fault("a share counts the unknown as false")
def _share_null(patch: pytest.MonkeyPatch) -> None:
    _aggregate(
        patch,
        "share",
        lambda entries: (
            Fraction(sum(entry.of is True for entry in entries), len(entries)) if entries else None
        ),
    )


@fault("a sum of nothing is unknown")
def _sum_nothing(patch: pytest.MonkeyPatch) -> None:
    _aggregate(patch, "sum", lambda entries: sum(_known(entries)) if _known(entries) else None)


@fault("a minimum of nothing is 0")
def _min_nothing(patch: pytest.MonkeyPatch) -> None:
    _aggregate(patch, "min", lambda entries: min(_known(entries), default=0))


@fault("a maximum forgets to come down")
def _max_all(patch: pytest.MonkeyPatch) -> None:
    highest: dict[tuple[int, reference.Key], int] = {}

    def value(self: ReferenceWindow, key: reference.Key, now: int) -> object:
        found = _value(self, key, now)
        if self.window.aggregate != "max" or found is None:
            return found
        highest[id(self), key] = max(int(found), highest.get((id(self), key), int(found)))
        return highest[id(self), key]

    patch.setattr(ReferenceWindow, "value", value)


@fault("last takes the unknown for a value")
def _last_null(patch: pytest.MonkeyPatch) -> None:
    _aggregate(patch, "last", lambda entries: entries[-1].value if entries else None)


@fault("`new within` is one tick long")
def _new_long(patch: pytest.MonkeyPatch) -> None:
    def take(self: ReferenceWindow, event: Event, now: int) -> None:
        _with_window(within=self.window.within + 1)(self, event, now)

    patch.setattr(ReferenceWindow, "take", take)


@fault("`new within` is one tick short")
def _new_short(patch: pytest.MonkeyPatch) -> None:
    def take(self: ReferenceWindow, event: Event, now: int) -> None:
        _with_window(within=self.window.within - 1)(self, event, now)

    patch.setattr(ReferenceWindow, "take", take)


@fault("new forgets with the window, not with `within`")
def _new_window(patch: pytest.MonkeyPatch) -> None:
    def take(self: ReferenceWindow, event: Event, now: int) -> None:
        _with_window(within=self.window.length)(self, event, now)

    patch.setattr(ReferenceWindow, "take", take)


def _no_window(name: str) -> None:
    raise AssertionError(name)
