"""What follows from a rule: its actions, the fields that they are about, and the words in them."""

from collections.abc import Iterable
from typing import Any

from lark import Token

from fairtone.policy import statements as said
from fairtone.policy.issue import Issue, listed, nearest
from fairtone.policy.issues import meaning as wrong_meaning
from fairtone.policy.issues import names as wrong_names
from fairtone.policy.literals import LiteralReader
from fairtone.policy.model import (
    Action,
    Block,
    Challenge,
    Hold,
    Notify,
    OpenCase,
    Place,
    Refuse,
    Throttle,
)
from fairtone.policy.windows import WindowReader

SEVERITIES = ("low", "medium", "high", "critical")
ROLES = ("subject", "compliance", "analyst", "engineer")


class ActionReader:
    """Reads the actions of the rules of one policy."""

    def __init__(self, windows: WindowReader, literals: LiteralReader, issues: list[Issue]) -> None:
        self._windows = windows
        self._literals = literals
        self._issues = issues

    def actions(
        self, lines: Iterable[said.ThenStatement], kind: str
    ) -> tuple[tuple[Action, ...], str]:
        """The actions of a rule for a kind of event, and the severity of the case they open."""
        actions: list[Action] = []
        severity = "low"
        for statement in lines:
            action = self._action(statement.action, kind)
            if action is None:
                continue
            if any(type(action) is type(other) and action == other for other in actions):
                place = Place(self._file(statement), self._line(statement))
                self._issues.append(wrong_meaning.DuplicateAction(place, called(action)))
            if isinstance(action, OpenCase):
                severity = action.severity
            actions.append(action)
        return tuple(actions), severity

    def _file(self, statement: Any) -> str:
        return self._literals.place(Token("NAME", "")).file

    def _line(self, statement: Any) -> int:
        words = [word for word in vars(statement.action).values() if isinstance(word, Token)]
        return words[0].line or 1 if words else 1

    def _action(self, line: said.ActionLine, kind: str) -> Action | None:
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
                self.word(what, ("call", "calls"), "thing to count")
                fields = self.targets(target, kind)
                number, span = self._literals.whole(amount), self._literals.span(per)
                return Throttle(fields, number, span, self._lasting(lasting, "throttle", amount))
            case said.BlockLine(target, lasting):
                fields = self.targets(target, kind)
                return Block(fields, self._lasting(lasting, "block", target.words[0]))
            case said.HoldLine(target, lasting):
                fields = self.targets(target, kind)
                return Hold(fields, self._lasting(lasting, "hold", target.words[0]))
            case said.NotifyLine(whom):
                return Notify(self.word(whom, ROLES, "role"))
            case said.OpenCaseLine(severity):
                if severity is None:
                    return OpenCase("medium")
                word = self.word(severity, SEVERITIES, "severity")
                return OpenCase(word)  # type: ignore[arg-type]

    def _lasting(self, token: Token | None, what: str, near: Token) -> int:
        if token is None:
            place = self._literals.place(near)
            self._issues.append(wrong_meaning.BlockWithoutEnd(place, f"{what} {near}"))
            return 0
        return self._literals.span(token)

    def word(self, word: Token, known: tuple[str, ...], what: str) -> str:
        """One of a few known words; the first of them and an issue if it is another."""
        text = str(word)
        if text not in known:
            facts = {"what": what, "near": nearest(text, known), "known": listed(known)}
            self._issues.append(wrong_names.UnknownWord(self._literals.place(word), text, **facts))
            return known[0]
        return text

    def targets(self, names: said.Names, kind: str) -> tuple[str, ...]:
        """Fields of a kind of event that a measure can be kept per."""
        for word in names.words:
            self._windows.key(str(word), kind, self._literals.place(word))
        return tuple(str(word) for word in names.words)


def called(action: Action) -> str:
    """The words that an action begins with."""
    return "open case" if isinstance(action, OpenCase) else type(action).__name__.lower()
