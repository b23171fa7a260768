"""Faults of rules: in conditions and their unknowns, in exemptions, in `once per`."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.engine.faults import fault

from fairtone.engine import meaning
from fairtone.engine.meaning import Meaning
from fairtone.engine.reference import Fired, ReferenceEngine
from fairtone.events import Event
from fairtone.policy.model import And, Arithmetic, Between, Compare, InList, Not, Or, Rule

_judge, _apply = ReferenceEngine.judge, ReferenceEngine._apply
_holds, _atom = Meaning.holds, Meaning._atom


# --- conditions ----------------------------------------------------------------------------------


def _condition(patch: pytest.MonkeyPatch, node: type, holds: Callable[..., bool | None]) -> None:
    """Let one kind of condition mean something else."""

    def changed(self: Meaning, condition: object, event: Event, windows: object) -> bool | None:
        given = holds if isinstance(condition, node) else _holds
        return given(self, condition, event, windows)  # type: ignore[arg-type]

    patch.setattr(Meaning, "holds", changed)


@fault("unknown is false")
def _unknown_false(patch: pytest.MonkeyPatch) -> None:
    _condition(patch, Compare, lambda *given: bool(_holds(*given)))


@fault("not unknown is true")
def _not_unknown(patch: pytest.MonkeyPatch) -> None:
    _condition(patch, Not, lambda *given: _holds(*given) is not False)


@fault("`and` with an unknown part is unknown, even if another is false")
def _and(patch: pytest.MonkeyPatch) -> None:
    def holds(self: Meaning, condition: And, event: Event, windows: meaning.Windows) -> bool | None:
        found = [self.holds(part, event, windows) for part in condition.conditions]
        return None if None in found else all(found)

    _condition(patch, And, holds)


@fault("`or` with an unknown part is unknown, even if another is true")
def _or(patch: pytest.MonkeyPatch) -> None:
    def holds(self: Meaning, condition: Or, event: Event, windows: meaning.Windows) -> bool | None:
        found = [self.holds(part, event, windows) for part in condition.conditions]
        return None if None in found else any(found)

    _condition(patch, Or, holds)


@fault("a division by 0 is 0")
def _by_zero(patch: pytest.MonkeyPatch) -> None:
    term = meaning.term

    def changed(node: object, event: Event, windows: meaning.Windows) -> meaning.Number | None:
        found = term(node, event, windows)  # type: ignore[arg-type]
        if isinstance(node, Arithmetic) and node.op == "/" and found is None:
            return 0 if term(node.right, event, windows) == 0 else None
        return found

    patch.setattr(meaning, "term", changed)


@fault("a quotient is rounded down")
def _rounded(patch: pytest.MonkeyPatch) -> None:
    term = meaning.term

    def changed(node: object, event: Event, windows: meaning.Windows) -> meaning.Number | None:
        found = term(node, event, windows)  # type: ignore[arg-type]
        return found if found is None or not isinstance(node, Arithmetic) else found // 1

    patch.setattr(meaning, "term", changed)


@fault("at least is more than")
def _strictly(patch: pytest.MonkeyPatch) -> None:
    _condition(
        patch,
        Compare,
        lambda self, condition, *given: _holds(
            self, replace(condition, op=condition.op.rstrip("=") or "="), *given
        ) if condition.op in ("<=", ">=") else _holds(self, condition, *given),
    )  # fmt: skip


@fault("a time of day does not pass midnight")
def _midnight(patch: pytest.MonkeyPatch) -> None:
    def atom(self: Meaning, condition: object, event: Event) -> bool | None:
        found = _atom(self, condition, event)  # type: ignore[arg-type]
        if isinstance(condition, Between) and condition.start > condition.end:
            return None if found is None else False
        return found

    patch.setattr(Meaning, "_atom", atom)


@fault("what is unknown is on no list")
def _unlisted(patch: pytest.MonkeyPatch) -> None:
    _condition(patch, InList, lambda *given: bool(_holds(*given)))


# --- rules ---------------------------------------------------------------------------------------


def _with_rule(patch: pytest.MonkeyPatch, change: Callable[[Rule], Rule]) -> None:
    patch.setattr(
        ReferenceEngine, "_apply", lambda self, rule, *given: _apply(self, change(rule), *given)
    )


@fault("`once per` is off")
def _once_off(patch: pytest.MonkeyPatch) -> None:
    _with_rule(patch, lambda rule: replace(rule, once=0))


@fault("`once per` is one tick long")
def _once_long(patch: pytest.MonkeyPatch) -> None:
    _with_rule(patch, lambda rule: replace(rule, once=rule.once + 1 if rule.once else 0))


@fault("`once per` is kept by the rule, not by its subject")
def _once_rule(patch: pytest.MonkeyPatch) -> None:
    def judge(self: ReferenceEngine, event: Event) -> tuple[int, list[Fired]]:
        newest = {rule: self._fired[rule, key] for rule, key in self._fired}
        for rule in self.policy.rules:
            if rule.kind == event.kind and rule.name in newest:
                key = tuple(meaning.key_part(event, name) for name in rule.subject)
                self._fired[rule.name, key] = newest[rule.name]
        return _judge(self, event)

    patch.setattr(ReferenceEngine, "judge", judge)


@fault("a missing field exempts")
def _exempt(patch: pytest.MonkeyPatch) -> None:
    def apply(self: ReferenceEngine, rule: Rule, event: Event, now: int) -> Fired | None:
        def window(name: str) -> meaning.Number | None:
            return self.value(next(let for let in rule.lets if let.name == name), event, now)

        unless = rule.unless
        if unless is not None and self._meaning.holds(unless, event, window) is None:
            return None
        return _apply(self, rule, event, now)

    patch.setattr(ReferenceEngine, "_apply", apply)


@fault("`unless` is not asked")
def _no_unless(patch: pytest.MonkeyPatch) -> None:
    _with_rule(patch, lambda rule: replace(rule, unless=None))


@fault("a rule fires on nobody known")
def _nobody(patch: pytest.MonkeyPatch) -> None:
    def apply(self: ReferenceEngine, rule: Rule, event: Event, now: int) -> Fired | None:
        known = tuple(name for name in rule.subject if meaning.key_part(event, name) is not None)
        return _apply(self, replace(rule, subject=known or ("edge",)), event, now)

    patch.setattr(ReferenceEngine, "_apply", apply)
