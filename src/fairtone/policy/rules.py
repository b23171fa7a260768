"""A rule block, once its statements are read, as a rule: everything named, typed and checked."""

import re
from collections.abc import Mapping
from typing import Any

from lark import Token

from fairtone.events import fields_of
from fairtone.policy.actions import ActionReader, called
from fairtone.policy.blocks import cut, read_statement
from fairtone.policy.conditions import ConditionReader
from fairtone.policy.document import Block as TextBlock
from fairtone.policy.identity import identified_rule
from fairtone.policy.issue import Issue, nearest
from fairtone.policy.issues import meaning as wrong_meaning
from fairtone.policy.issues import names as wrong_names
from fairtone.policy.issues import statements as wrong
from fairtone.policy.literals import LiteralReader, text_in
from fairtone.policy.model import (
    Challenge,
    Condition,
    Meta,
    NamedList,
    Notify,
    OpenCase,
    Place,
    Refuse,
    Rule,
)
from fairtone.policy.windows import Draft, WindowReader

MODES = ("shadow", "review", "enforce")
_SPOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")


class RuleReader:
    """Reads the rule blocks of one policy."""

    def __init__(
        self, file: str, meta: Meta, lists: Mapping[str, NamedList], issues: list[Issue]
    ) -> None:
        self._lists = lists
        self._issues = issues
        self._literals = LiteralReader(file, meta.currency or "USD", issues)
        self._windows = WindowReader(lists, self._literals, issues)
        self._after = ActionReader(self._windows, self._literals, issues)

    def rule(self, block: TextBlock) -> Rule | None:
        """The rule of a block, or `None` after an issue."""
        before = sum(issue.severity == "error" for issue in self._issues)
        found, places = self._statements(block)
        draft = Draft(kind=self._kind(found, block))
        if not draft.kind:
            return None
        for statement in found.get("let", []):
            self._windows.let(statement, draft)
        when = self._condition(found, "when", draft)
        unless = self._condition(found, "unless", draft)
        if "when" not in found:
            self._missing(block, "when", "`when calls >= 200`")
        subject = self._subject(found, draft)
        actions, severity = self._after.actions(found.get("then", []), draft.kind)
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
        return self._windows.known_kind(statement.kind)

    def _condition(
        self, found: Mapping[str, list[Any]], word: str, draft: Draft
    ) -> Condition | None:
        statement = self._one(found, word)
        if statement is None:
            return None
        reader = ConditionReader(draft.kind, draft.units, self._lists, self._literals, self._issues)
        return reader.condition(statement.condition)

    def _subject(self, found: Mapping[str, list[Any]], draft: Draft) -> tuple[str, ...]:
        statement = self._one(found, "subject")
        if statement is not None:
            return self._after.targets(statement.names, draft.kind)
        return draft.lets[0].lookup if draft.lets else ("account",)

    def _mode(self, found: Mapping[str, list[Any]]) -> str:
        statement = self._one(found, "mode")
        return "shadow" if statement is None else self._after.word(statement.mode, MODES, "mode")

    def _because(self, found: Mapping[str, list[Any]], draft: Draft, block: TextBlock) -> str:
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
        self, draft: Draft, when: Condition, unless: Condition | None, because: str
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
                    self._issues.append(wrong_meaning.TooLate(place, called(action), **facts))
        touches = any(not isinstance(action, Notify | OpenCase) for action in rule.actions)
        if rule.mode == "enforce" and not touches:
            self._issues.append(wrong_meaning.EnforcedWithoutAction(place, rule.name))
