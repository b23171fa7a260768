"""What watches over each clause: its rules, their modes and tests, or how else it is honoured."""

from dataclasses import dataclass
from typing import Literal as Choice

from fairtone.policy.model import Clause, Policy, Rule


@dataclass(frozen=True, slots=True)
class ClauseCoverage:
    """One clause: `state` in a word, its own rules or those of the clause that `control` names.

    `enforced`: a rule acts; `reviewed`: a rule opens cases; `shadow`: rules only watch; `control`:
    honoured otherwise; `unenforced`: the text says that it is not; `open`: nothing is said.
    """

    clause: Clause
    state: Choice["enforced", "reviewed", "shadow", "control", "unenforced", "open"]
    rules: tuple[Rule, ...]
    tests: tuple[str, ...]

    @property
    def partly(self) -> bool:
        """True if rules watch over it, and the text says that something is left unwatched."""
        return bool(self.rules) and bool(self.clause.unenforced)


def coverage_of(policy: Policy) -> tuple[ClauseCoverage, ...]:
    """The coverage of every clause, in the order of the text."""
    own = {
        clause.id: tuple(rule for rule in policy.rules if rule.clause == clause.id)
        for clause in policy.clauses
    }
    made = []
    for clause in policy.clauses:
        rules = own[clause.id]
        # A clause may be kept by the rules of another one, named as its control.
        for name in clause.control.replace(",", " ").split():
            rules += tuple(rule for rule in own.get(name, ()) if rule not in rules)
        names = {rule.name for rule in rules}
        tests = tuple(test.name for test in policy.tests if _about(test.name, test.expect, names))
        made.append(ClauseCoverage(clause, _state(clause, rules), rules, tests))
    return tuple(made)


def _about(name: str, expect: tuple[object, ...], rules: set[str]) -> bool:
    return name in rules or any(getattr(one, "rule", "") in rules for one in expect)


def _state(
    clause: Clause, rules: tuple[Rule, ...]
) -> Choice["enforced", "reviewed", "shadow", "control", "unenforced", "open"]:
    modes = {rule.mode for rule in rules}
    if "enforce" in modes:
        return "enforced"
    if "review" in modes:
        return "reviewed"
    if modes:
        return "shadow"
    if clause.control:
        return "control"
    return "unenforced" if clause.unenforced else "open"
