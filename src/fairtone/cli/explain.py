"""`fairtone explain RULE`: what a rule does in plain words, what it shares and what it costs."""

from collections.abc import Iterable
from pathlib import Path
from textwrap import fill
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.markup import escape

from fairtone.cli.complaint import complain
from fairtone.cli.costs import costs_of
from fairtone.cli.shipped import shipped_policy
from fairtone.policy import Policy, load, nearest, span_text
from fairtone.policy.model import Rule
from fairtone.policy.plain import MODES, happening, parts_of, plain_of, whom

DONE, UNKNOWN = 0, 2
WIDTH = 80


def explain(
    rule: Annotated[str, Parameter(name="RULE")],
    /,
    *,
    policy: Path | None = None,
) -> int:
    """Say in plain words what a rule does, what it shares and what it costs.

    Exit status: 0 done, 2 if there is no such rule or the policy cannot be used.

    Parameters
    ----------
    rule
        The name of the rule, as it stands at the head of its block.
    policy
        The policy's folder, or its text; the shipped acceptable use policy if none is given.
    """
    try:
        loaded = load(policy or shipped_policy())
    except (OSError, ValueError) as problem:
        complain(problem)
        return UNKNOWN
    names = [known.name for known in loaded.rules]
    if rule not in names:
        near = nearest(rule, names)
        advice = f"did you mean `{near}`" if near else "`fairtone check` lists the rules"
        complain(f"the policy has no rule `{rule}`", advice)
        return UNKNOWN
    _tell(loaded, loaded.rule(rule), Console() if Console().is_terminal else Console(width=WIDTH))
    return DONE


def _tell(policy: Policy, rule: Rule, console: Console) -> None:
    currency = policy.meta.currency
    clause = policy.clause(rule.clause)
    console.print(f"[bold]{escape(rule.name)}[/], mode {rule.mode}: {MODES[rule.mode]}")
    _lines(console, [f"It stands under clause {clause.id}, {clause.title}."])
    _part(console, f"It looks at {happening(rule)}, and counts", _windows(rule, currency))
    _part(console, f"It finds {whom(rule.subject)} if", _joined(parts_of(rule.when, currency)))
    if rule.unless is not None:
        _part(console, "but not if it is known that", [plain_of(rule.unless, currency)])
    _part(console, "Then it", [plain_of(action, currency) for action in rule.actions])
    _part(console, "and says", [f'"{rule.because}"'])
    if rule.once:
        rest = f"it leaves {whom(rule.subject)} alone for {span_text(rule.once)}"
        _part(console, "After that", [rest])
    if rule.why:
        _part(console, "Why so", [rule.why])
    _part(console, "Shared windows", _shared(policy, rule))
    _part(console, "What it costs", costs_of(policy, rule))


def _windows(rule: Rule, currency: str) -> list[str]:
    if not rule.lets:
        return ["nothing: what it needs is in the event itself"]
    return [f"{let.name}: {plain_of(let, currency)}" for let in rule.lets]


def _joined(parts: list[str]) -> list[str]:
    return [f"{part} and" for part in parts[:-1]] + parts[-1:]


def _shared(policy: Policy, rule: Rule) -> list[str]:
    """Which other rules look at the same windows."""
    lines = []
    for let in rule.lets:
        others = [
            other.name
            for other in policy.rules
            if other is not rule and let.window.hash in {window.hash for window in other.windows}
        ]
        with_whom = f"also of {', '.join(others)}" if others else "of this rule alone"
        lines.append(f"{let.name} ({let.window.hash}): {with_whom}")
    return lines or ["none, because it has none"]


def _part(console: Console, title: str, lines: Iterable[str]) -> None:
    console.print(f"\n{escape(title)}", highlight=False)
    _lines(console, lines)


def _lines(console: Console, lines: Iterable[str]) -> None:
    for line in lines:
        told = fill(
            line,
            min(console.width, WIDTH),
            initial_indent="  ",
            subsequent_indent="    ",
            break_on_hyphens=False,
        )
        console.print(told, markup=False, highlight=False, soft_wrap=True)
