"""A `let`, once it is read, as a window: of which events, per what, over how long."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from lark import Token

from fairtone.events import FIELDS, KINDS, Unit, fields_of
from fairtone.policy import statements as said
from fairtone.policy.conditions import ConditionReader
from fairtone.policy.identity import identified
from fairtone.policy.issue import Issue, listed, nearest
from fairtone.policy.issues import names as wrong_names
from fairtone.policy.issues import units as wrong_units
from fairtone.policy.issues import windows as wrong_windows
from fairtone.policy.literals import LiteralReader
from fairtone.policy.model import Aggregate, Condition, Let, NamedList, Place, Window
from fairtone.policy.terms import field_unit
from fairtone.policy.vocabulary import CALLED
from fairtone.policy.wording import span_text

AGGREGATES = ("count", "sum", "mean", "min", "max", "distinct", "share", "last", "new")
EXACT = 48 * 3_600_000_000
"""The longest window that needs no step, in microseconds."""

STEPS = 1_000
RESERVED = frozenset(
    [
        "and",
        "or",
        "not",
        "is",
        "in",
        "between",
        "starts",
        "contains",
        "with",
        "of",
        "where",
        "among",
        "within",
        "per",
        "over",
        "by",
        "as",
    ]
)


@dataclass
class Draft:
    """What was read of a rule so far; a `let` that something is wrong with has no unit."""

    kind: str = ""
    units: dict[str, Unit | None] = field(default_factory=dict)
    lets: list[Let] = field(default_factory=list)


class WindowReader:
    """Reads the lets of the rules of one policy."""

    def __init__(
        self, lists: Mapping[str, NamedList], literals: LiteralReader, issues: list[Issue]
    ) -> None:
        self._lists = lists
        self._literals = literals
        self._issues = issues

    def let(self, statement: said.LetStatement, draft: Draft) -> None:
        """Read a `let` into the draft of its rule."""
        name, place = str(statement.name), self._literals.place(statement.name)
        kind = draft.kind if statement.kind is None else self.known_kind(statement.kind)
        # The name is known from here on, so that one mistake in it is told once.
        earlier = next((let for let in draft.lets if let.name == name), None)
        if earlier is not None:
            self._issues.append(wrong_names.DuplicateLet(place, name, line=earlier.place.line))
        elif name in FIELDS and draft.kind in FIELDS[name].kinds:
            self._issues.append(wrong_names.LetHidesField(place, name, kind=draft.kind))
        elif "." in name or name in RESERVED:
            self._issues.append(wrong_names.BadName(place, name))
        window_unit = self._window(statement, kind, draft) if kind else None
        if window_unit is None:
            draft.units.setdefault(name, None)
            return
        window, unit, lookup = window_unit
        draft.units[name] = unit
        draft.lets.append(Let(name, identified(window), lookup, unit, place))

    def _window(
        self, statement: said.LetStatement, kind: str, draft: Draft
    ) -> tuple[Window, Unit, tuple[str, ...]] | None:
        aggregate, before = str(statement.aggregate), len(self._issues)
        at = self._literals.place(statement.aggregate)
        if aggregate not in AGGREGATES:
            facts = {"near": nearest(aggregate, AGGREGATES), "known": listed(AGGREGATES, "and")}
            self._issues.append(wrong_names.UnknownAggregate(at, aggregate, **facts))
            return None
        field_name, unit = self._looked_at(statement, aggregate, kind)
        within = self._within(statement, aggregate)
        reader = ConditionReader(
            kind, draft.units, self._lists, self._literals, self._issues, in_window=True
        )
        where = None if statement.where is None else reader.condition(statement.where)
        among = None if statement.among is None else reader.condition(statement.among)
        of: Condition | None = None
        if aggregate == "share":
            if statement.where is None:
                self._issues.append(wrong_windows.ShareNeedsWhere(at))
            of, where = where, among
        elif statement.among is not None:
            self._issues.append(wrong_windows.AmongIsForShare(at, aggregate))
        keys, lookup = self._keys(statement.keys, kind, draft)
        length, step = self._length(statement)
        if any(issue.severity == "error" for issue in self._issues[before:]):
            return None
        if aggregate == "new" and within < length:
            assert statement.within is not None
            facts = {"length": span_text(length)}
            self._issues.append(
                wrong_windows.WithinShorterThanWindow(
                    self._literals.place(statement.within), str(statement.within), **facts
                )
            )
        known = cast(Aggregate, aggregate)
        window = Window(kind, known, field_name, of, where, keys, length, step, within)
        return window, unit, lookup

    def _looked_at(
        self, statement: said.LetStatement, aggregate: str, kind: str
    ) -> tuple[str | None, Unit]:
        plain = Unit.SHARE if aggregate == "share" else Unit.COUNT
        at = self._literals.place(statement.aggregate)
        if aggregate in ("count", "share"):
            if statement.field is not None:
                facts = {"aggregate": aggregate}
                place = self._literals.place(statement.field)
                self._issues.append(
                    wrong_windows.AggregateTakesNoField(place, str(statement.field), **facts)
                )
            return None, plain
        if statement.field is None:
            sample = "callee" if aggregate in ("distinct", "new") else "duration"
            self._issues.append(wrong_windows.AggregateNeedsField(at, aggregate, sample=sample))
            return None, plain
        name, place = str(statement.field), self._literals.place(statement.field)
        unit = field_unit(name, kind, place, self._issues)
        if unit is None:
            return None, plain
        if aggregate in ("distinct", "new"):
            if unit is Unit.FLAG:
                facts = {"unit": CALLED[unit], "what": "counted so", "advice": "use `share`"}
                self._issues.append(wrong_units.NotAQuantity(place, name, **facts))
            return name, Unit.COUNT
        if not unit.is_quantity:
            advice = f"use `distinct {name}` to count different values"
            facts = {"unit": CALLED[unit], "what": "added up", "advice": advice}
            self._issues.append(wrong_units.NotAQuantity(place, name, **facts))
        return name, unit

    def _within(self, statement: said.LetStatement, aggregate: str) -> int:
        if statement.within is None:
            if aggregate == "new" and statement.field is not None:
                place = self._literals.place(statement.field)
                self._issues.append(wrong_windows.NewNeedsWithin(place, str(statement.field)))
            return 0
        if aggregate != "new":
            place, text = self._literals.place(statement.within), str(statement.within)
            self._issues.append(wrong_windows.WithinIsForNew(place, text, aggregate=aggregate))
            return 0
        return self._literals.span(statement.within)

    def _keys(
        self, keys: said.Keys, kind: str, draft: Draft
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        watched: list[str] = []
        lookup: list[str] = []
        if len(keys.keys) > 2:
            place = self._literals.place(keys.keys[2].lookup)
            number = len(keys.keys)
            self._issues.append(wrong_windows.TooManyKeys(place, number=number))
        for key in keys.keys:
            mine, theirs = str(key.lookup), str(key.watched or key.lookup)
            place = self._literals.place(key.lookup)
            unit = self.key(mine, draft.kind, place)
            other = unit
            if key.watched is not None or kind != draft.kind:
                word = key.watched or key.lookup
                other = self.key(theirs, kind, self._literals.place(word))
            if unit and other and unit is not other:
                facts = {"unit": CALLED[unit], "other": theirs, "other_unit": CALLED[other]}
                self._issues.append(wrong_windows.JoinOfDifferent(place, mine, **facts))
            if theirs in watched:
                self._issues.append(wrong_windows.DuplicateKey(place, theirs))
            watched.append(theirs)
            lookup.append(mine)
        return tuple(watched), tuple(lookup)

    def key(self, name: str, kind: str, place: Place) -> Unit | None:
        """The unit of a field that something can be kept per, or `None` after an issue."""
        unit = field_unit(name, kind, place, self._issues)
        if unit is not None and not unit.is_key:
            known = [found.name for found in fields_of(kind) if found.unit.is_key][:4]
            facts = {"unit": CALLED[unit], "known": listed(known)}
            self._issues.append(wrong_units.NotAKey(place, name, **facts))
            return None
        return unit

    def _length(self, statement: said.LetStatement) -> tuple[int, int]:
        place = self._literals.place(statement.over)
        before = len(self._issues)
        length = self._literals.span(statement.over)
        if not length:
            if len(self._issues) == before:
                self._issues.append(wrong_windows.EmptyWindow(place, str(statement.over)))
            return 0, 0
        if statement.by is None:
            if length > EXACT:
                self._issues.append(wrong_windows.WindowNeedsStep(place, str(statement.over)))
            return length, 0
        step, at = self._literals.span(statement.by), self._literals.place(statement.by)
        facts = {"length": str(statement.over)}
        if not step or length % step or not 2 <= length // step < STEPS:
            self._issues.append(wrong_windows.StepDoesNotDivide(at, str(statement.by), **facts))
        elif length <= EXACT:
            self._issues.append(wrong_windows.StepNotNeeded(at, str(statement.by), **facts))
        return length, step

    def known_kind(self, word: Token) -> str:
        """The name of a kind of event, or nothing after an issue."""
        name = str(word)
        if name in KINDS:
            return name
        facts = {"near": nearest(name, KINDS), "known": listed(KINDS, "and")}
        self._issues.append(wrong_names.UnknownKind(self._literals.place(word), name, **facts))
        return ""
