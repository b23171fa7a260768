"""A rule block, once its statements are read, as a rule: everything named, typed and checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from lark import Token

from fairtone.events import FIELDS, KINDS, Unit, fields_of
from fairtone.policy import statements as said
from fairtone.policy.blocks import cut, read_statement
from fairtone.policy.conditions import ConditionReader, field_unit
from fairtone.policy.document import Block as TextBlock
from fairtone.policy.identity import identified, identified_rule
from fairtone.policy.issue import Issue, listed, nearest
from fairtone.policy.issues import meaning as wrong_meaning
from fairtone.policy.issues import names as wrong_names
from fairtone.policy.issues import statements as wrong
from fairtone.policy.issues import units as wrong_units
from fairtone.policy.issues import windows as wrong_windows
from fairtone.policy.literals import LiteralReader, text_in
from fairtone.policy.model import (
    Action,
    Aggregate,
    Block,
    Challenge,
    Condition,
    Hold,
    Let,
    Meta,
    NamedList,
    Notify,
    OpenCase,
    Place,
    Refuse,
    Rule,
    Throttle,
    Window,
)
from fairtone.policy.vocabulary import CALLED
from fairtone.policy.wording import span_text

AGGREGATES = ("count", "sum", "mean", "min", "max", "distinct", "share", "last", "new")
MODES = ("shadow", "review", "enforce")
SEVERITIES = ("low", "medium", "high", "critical")
ROLES = ("subject", "compliance", "analyst", "engineer")
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
_SPOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")


@dataclass
class _Draft:
    """What was read of a rule so far."""

    kind: str = ""
    units: dict[str, Unit] = field(default_factory=dict)
    lets: list[Let] = field(default_factory=list)


class RuleReader:
    """Reads the rule blocks of one policy."""

    def __init__(
        self, file: str, meta: Meta, lists: Mapping[str, NamedList], issues: list[Issue]
    ) -> None:
        self._lists = lists
        self._issues = issues
        self._literals = LiteralReader(file, meta.currency or "USD", issues)

    def rule(self, block: TextBlock) -> Rule | None:
        """The rule of a block, or `None` after an issue."""
        before = sum(issue.severity == "error" for issue in self._issues)
        found, places = self._statements(block)
        draft = _Draft(kind=self._kind(found, block))
        if not draft.kind:
            return None
        for statement in found.get("let", []):
            self._let(statement, draft)
        when = self._condition(found, "when", draft)
        unless = self._condition(found, "unless", draft)
        if "when" not in found:
            self._missing(block, "when", "`when calls >= 200`")
        subject = self._subject(found, draft)
        actions, severity = self._actions(found, draft)
        if "then" not in found:
            self._missing(block, "then", "`then open case severity medium`")
        because = self._because(found, draft, block)
        why = " ".join(text_in(part) for part in self._strings(found, "why"))
        once = self._one(found, "once")
        mode = self._mode(found)
        if sum(issue.severity == "error" for issue in self._issues) > before or when is None:
            return None
        self._unused(draft, when, unless, because)
        rule = Rule(
            name=block.name,
            clause=block.clause,
            kind=draft.kind,
            subject=subject,
            lets=tuple(draft.lets),
            when=when,
            unless=unless,
            actions=actions,
            because=because,
            why=why,
            once=self._literals.span(once.per) if once else 0,
            mode=mode,  # type: ignore[arg-type]
            severity=severity,  # type: ignore[arg-type]
            place=block.place,
        )
        self._effect(rule, places)
        return identified_rule(rule)

    def _statements(self, block: TextBlock) -> tuple[dict[str, list[Any]], dict[str, Place]]:
        found: dict[str, list[Any]] = {}
        places: dict[str, Place] = {}
        for statement in cut(block):
            place = Place(block.place.file, statement.first, statement.column)
            read = read_statement(statement, block, self._issues)
            word = statement.word
            if word in found and word not in ("let", "then"):
                line = places[word].line
                self._issues.append(wrong.DuplicateStatement(place, word, line=line))
                continue
            places.setdefault(word, place)
            if read is None:
                found.setdefault(word, [])
            else:
                found.setdefault(word, []).append(read)
        return found, places

    def _one(self, found: Mapping[str, list[Any]], word: str) -> Any:
        statements = found.get(word)
        return statements[0] if statements else None

    def _strings(self, found: Mapping[str, list[Any]], word: str) -> list[Token]:
        statement = self._one(found, word)
        return statement.strings if statement else []

    def _missing(self, block: TextBlock, word: str, sample: str) -> None:
        facts = {"block": f"rule `{block.name}`", "sample": sample}
        self._issues.append(wrong.MissingStatement(block.place, word, **facts))

    def _kind(self, found: Mapping[str, list[Any]], block: TextBlock) -> str:
        statement = self._one(found, "on")
        if statement is None:
            if "on" not in found:
                self._missing(block, "on", "`on call.ended`")
            return ""
        return self._known_kind(statement.kind)

    def _known_kind(self, word: Token) -> str:
        name = str(word)
        if name in KINDS:
            return name
        facts = {"near": nearest(name, KINDS), "known": listed(KINDS, "and")}
        self._issues.append(wrong_names.UnknownKind(self._literals.place(word), name, **facts))
        return ""

    def _condition(
        self, found: Mapping[str, list[Any]], word: str, draft: _Draft
    ) -> Condition | None:
        statement = self._one(found, word)
        if statement is None:
            return None
        reader = ConditionReader(draft.kind, draft.units, self._lists, self._literals, self._issues)
        return reader.condition(statement.condition)

    # --- windows ---------------------------------------------------------------------------------

    def _let(self, statement: said.LetStatement, draft: _Draft) -> None:
        name, place = str(statement.name), self._literals.place(statement.name)
        kind = draft.kind if statement.kind is None else self._known_kind(statement.kind)
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
            draft.units.setdefault(name, Unit.COUNT)
            return
        window, unit, lookup = window_unit
        draft.units[name] = unit
        draft.lets.append(Let(name, identified(window), lookup, unit, place))

    def _window(
        self, statement: said.LetStatement, kind: str, draft: _Draft
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
        self, keys: said.Keys, kind: str, draft: _Draft
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
            unit = self._key(mine, draft.kind, place)
            other = unit
            if key.watched is not None or kind != draft.kind:
                word = key.watched or key.lookup
                other = self._key(theirs, kind, self._literals.place(word))
            if unit and other and unit is not other:
                facts = {"unit": CALLED[unit], "other": theirs, "other_unit": CALLED[other]}
                self._issues.append(wrong_windows.JoinOfDifferent(place, mine, **facts))
            if theirs in watched:
                self._issues.append(wrong_windows.DuplicateKey(place, theirs))
            watched.append(theirs)
            lookup.append(mine)
        return tuple(watched), tuple(lookup)

    def _key(self, name: str, kind: str, place: Place) -> Unit | None:
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

    # --- what follows ----------------------------------------------------------------------------

    def _subject(self, found: Mapping[str, list[Any]], draft: _Draft) -> tuple[str, ...]:
        statement = self._one(found, "subject")
        if statement is not None:
            return self._targets(statement.names, draft.kind)
        return draft.lets[0].lookup if draft.lets else ("account",)

    def _targets(self, names: said.Names, kind: str) -> tuple[str, ...]:
        for word in names.words:
            self._key(str(word), kind, self._literals.place(word))
        return tuple(str(word) for word in names.words)

    def _actions(
        self, found: Mapping[str, list[Any]], draft: _Draft
    ) -> tuple[tuple[Action, ...], str]:
        actions: list[Action] = []
        severity = "low"
        for statement in found.get("then", []):
            action = self._action(statement.action, draft)
            if action is None:
                continue
            if any(type(action) is type(other) and action == other for other in actions):
                place = Place(self._file(statement), self._line(statement))
                self._issues.append(wrong_meaning.DuplicateAction(place, _called(action)))
            if isinstance(action, OpenCase):
                severity = action.severity
            actions.append(action)
        return tuple(actions), severity

    def _file(self, statement: Any) -> str:
        return self._literals.place(Token("NAME", "")).file

    def _line(self, statement: Any) -> int:
        words = [word for word in vars(statement.action).values() if isinstance(word, Token)]
        return words[0].line or 1 if words else 1

    def _action(self, line: said.ActionLine, draft: _Draft) -> Action | None:
        match line:
            case said.RefuseLine(code):
                value = 603 if code is None else self._literals.whole(code)
                if code is not None and not 400 <= value <= 699:
                    place = self._literals.place(code)
                    self._issues.append(wrong_meaning.BadStatus(place, str(code)))
                return Refuse(value)
            case said.ChallengeLine():
                return Challenge()
            case said.ThrottleLine(target, amount, what, per, lasting):
                self._word(what, ("call", "calls"), "thing to count")
                fields = self._targets(target, draft.kind)
                number, span = self._literals.whole(amount), self._literals.span(per)
                return Throttle(fields, number, span, self._lasting(lasting, "throttle", amount))
            case said.BlockLine(target, lasting):
                fields = self._targets(target, draft.kind)
                return Block(fields, self._lasting(lasting, "block", target.words[0]))
            case said.HoldLine(target, lasting):
                fields = self._targets(target, draft.kind)
                return Hold(fields, self._lasting(lasting, "hold", target.words[0]))
            case said.NotifyLine(whom):
                return Notify(self._word(whom, ROLES, "role"))
            case said.OpenCaseLine(severity):
                if severity is None:
                    return OpenCase("medium")
                word = self._word(severity, SEVERITIES, "severity")
                return OpenCase(word)  # type: ignore[arg-type]

    def _lasting(self, token: Token | None, what: str, near: Token) -> int:
        if token is None:
            place = self._literals.place(near)
            self._issues.append(wrong_meaning.BlockWithoutEnd(place, f"{what} {near}"))
            return 0
        return self._literals.span(token)

    def _word(self, word: Token, known: tuple[str, ...], what: str) -> str:
        text = str(word)
        if text not in known:
            facts = {"what": what, "near": nearest(text, known), "known": listed(known)}
            self._issues.append(wrong_names.UnknownWord(self._literals.place(word), text, **facts))
            return known[0]
        return text

    def _mode(self, found: Mapping[str, list[Any]]) -> str:
        statement = self._one(found, "mode")
        return "shadow" if statement is None else self._word(statement.mode, MODES, "mode")

    def _because(self, found: Mapping[str, list[Any]], draft: _Draft, block: TextBlock) -> str:
        strings = self._strings(found, "because")
        if not strings and "because" not in found:
            self._issues.append(wrong.MissingBecause(block.place, block.name))
        known = {found.name for found in fields_of(draft.kind)} | set(draft.units)
        for token in strings:
            for match in _SPOKEN.finditer(text_in(token)):
                name = match[1]
                if name is not None and name not in known:
                    near = nearest(name, known)
                    facts = {"kind": draft.kind, "near": near}
                    place = self._literals.place(token)
                    place = Place(place.file, place.line, place.column + 1 + match.start())
                    self._issues.append(wrong_names.UnknownInBecause(place, name, **facts))
        return " ".join(text_in(token) for token in strings)

    def _unused(
        self, draft: _Draft, when: Condition, unless: Condition | None, because: str
    ) -> None:
        text = repr(when) + repr(unless)
        for let in draft.lets:
            used = f"WindowValue(name='{let.name}')" in text or "{" + let.name + "}" in because
            if not used:
                self._issues.append(wrong_names.UnusedLet(let.place, let.name))

    def _effect(self, rule: Rule, places: Mapping[str, Place]) -> None:
        """What a rule does must still be possible when it sees the event."""
        place = places.get("then", rule.place)
        if rule.kind in ("call.answered", "call.ended"):
            for action in rule.actions:
                if isinstance(action, Refuse | Challenge):
                    moment = "already over" if rule.kind == "call.ended" else "already connected"
                    facts = {"kind": rule.kind, "moment": moment}
                    self._issues.append(wrong_meaning.TooLate(place, _called(action), **facts))
        touches = any(not isinstance(action, Notify | OpenCase) for action in rule.actions)
        if rule.mode == "enforce" and not touches:
            self._issues.append(wrong_meaning.EnforcedWithoutAction(place, rule.name))


def _called(action: Action) -> str:
    return "open case" if isinstance(action, OpenCase) else type(action).__name__.lower()
