"""Conditions and rules as source text: three-valued, exact, the first part that decides decides.

A condition becomes statements that set a variable to 0 (false), 1 (true) or 2 (unknown). Each side
of a comparison is a fraction of two whole numbers; fractions are compared by cross-multiplication
in 128 bits, so no answer is ever rounded.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction

from fairtone.engine.layout import BLOCK, Layout
from fairtone.engine.plan import KIND_CODES, Plan, Word, words_of
from fairtone.engine.text import Text
from fairtone.engine.windows import DESCRIPTOR
from fairtone.events import FIELDS
from fairtone.policy.model import (
    And,
    Arithmetic,
    Between,
    Compare,
    Condition,
    FieldValue,
    IsKnown,
    Let,
    Literal,
    Not,
    Or,
    Rule,
    Term,
    WindowValue,
)

RULES_IN_A_FUNCTION = 6
_OPS = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: numerator and denominator as text, and what must hold to know it.

    `scale` is a denominator that is known when the kernel is made; `under` one that is not.
    """

    over: str
    under: str
    scale: int
    known: tuple[str, ...]


class Conditions:
    """Writes the conditions of a plan."""

    def __init__(self, plan: Plan, layout: Layout) -> None:
        self._plan = plan
        self._layout = layout
        self._lets: list[Let] = [let for rule in plan.policy.rules for let in rule.lets]

    def functions(self, text: Text, kind: int) -> int:
        """Write the functions that judge events of one kind; how many there are."""
        rules = [
            (number, rule)
            for number, rule in enumerate(self._plan.policy.rules)
            if KIND_CODES[rule.kind] == kind
        ]
        chunks = [
            rules[first : first + RULES_IN_A_FUNCTION]
            for first in range(0, len(rules), RULES_IN_A_FUNCTION)
        ]
        for number, chunk in enumerate(chunks):
            with text.function(f"judge_{kind}_{number}(x, start, i, t)"):
                text("g = start + i")
                text(f"v = ld64(x + {self._layout.vars})")
                text(f"slots = ld64(x + {self._layout.slots}) + 4 * i")
                text(f"temp = ld64(x + {self._layout.scratch}) + {16 * BLOCK}")
                for lookup in sorted({self._plan.find(let) for _, r in chunk for let in r.lets}):
                    table = self._plan.tables[self._plan.lookups[lookup].table]
                    text(f"r{lookup} = ld32(slots + {4 * BLOCK * lookup})")
                    text(
                        f"a{lookup} = ld64(ld64(x + {self._layout.table(table.index)})) "
                        f"+ r{lookup} * {table.size}"
                    )
                for index, rule in chunk:
                    self._rule(text, index, rule)
        return len(chunks)

    def _rule(self, text: Text, index: int, rule: Rule) -> None:
        layout = self._layout
        lets = {let.name: let for let in rule.lets}
        text(f"# {rule.name}")
        when = self.write(text, rule.when, lets)
        with text.block(f"if {when} != 0:"):
            words = [Word(name, part) for name in rule.subject for part in range(words_of(name))]
            for position, word in enumerate(words):
                text(f"s{position} = {self._column(word)}")
            text(f"if {_null_subject(rule)}: {when} = 2")
            with text.block(f"if {when} == 2:"):
                at = f"v + {layout.unknown(index)}"
                text(f"st64({at}, ld64({at}) + 1)")
            with text.block("else:"), ExitStack() as inside:
                if rule.unless is not None:
                    unless = self.write(text, rule.unless, lets)
                    inside.enter_context(text.block(f"if {unless} != 1:"))
                if rule.once:
                    self._once(text, rule, inside)
                self._emit(text, index, rule)

    def _once(self, text: Text, rule: Rule, inside: ExitStack) -> None:
        index, offset = self._plan.onces[rule.name]
        table = self._plan.tables[index]
        keys = ", ".join(f"s{position}" for position in range(table.words))
        text(f"c = ld64(x + {self._layout.table(index)})")
        text(
            f"p = ld64(c) + put_{table.words}(c, mix_{table.words}({keys}), {keys}) * {table.size}"
        )
        text(f"last = ld64(p + {offset})")
        inside.enter_context(text.block(f"if last == 0 or t - last >= {rule.once}:"))
        text(f"st64(p + {offset}, t)")
        text(f"st32(p + {8 * table.words + 4}, (t >> 21) + 1)")

    def _emit(self, text: Text, index: int, rule: Rule) -> None:
        layout = self._layout
        text(f"n = ld64(v + {layout.found})")
        text(f"o = ld64(x + {layout.out}) + n * {layout.out_size}")
        text(f"st64(v + {layout.found}, n + 1)")
        text("st64(o, g)")
        text(f"st64(o + 8, {index})")
        text("st64(o + 16, t)")
        for position, let in enumerate(rule.lets):
            self._measure(text, let, f"o + {24 + 16 * position}")

    def _measure(self, text: Text, let: Let, out: str) -> None:
        place = self._plan.places[let.window.hash]
        lookup = self._plan.find(let)
        descriptor = f"ld64(x + {self._layout.descriptors}) + {8 * DESCRIPTOR * self.number(let)}"
        text(f"measure(r{lookup}, a{lookup}, t, {descriptor}, {out})")

    def number(self, let: Let) -> int:
        """The number of the descriptor of a let: its window's place among the windows."""
        return list(self._plan.places).index(let.window.hash)

    def write(self, text: Text, condition: Condition, lets: Mapping[str, Let]) -> str:
        """Write a condition; the name of the variable that holds its outcome."""
        name = text.name("c")
        match condition:
            case And(parts):
                self._join(text, name, parts, lets, decides=0)
            case Or(parts):
                self._join(text, name, parts, lets, decides=1)
            case Not(inner):
                inside = self.write(text, inner, lets)
                text(f"{name} = 2 if {inside} == 2 else 1 - {inside}")
            case Compare(op, left, right):
                self._compare(
                    text, name, op, self.side(text, left, lets), self.side(text, right, lets)
                )
            case Between(field, start, end):
                value = text.name("w")
                text(f"{value} = {self._column(Word(field))}")
                joined = "and" if start <= end else "or"
                text(f"{name} = 2 if {value} == NULL else 0")
                with text.block(
                    f"if {value} != NULL and ({value} >= {start} {joined} {value} < {end}):"
                ):
                    text(f"{name} = 1")
            case IsKnown(WindowValue() as asked):
                known = self.side(text, asked, lets).known
                text(f"{name} = 1 if {' and '.join(known) or 'True'} else 0")
            case IsKnown(FieldValue(field)) if FIELDS[field].unit.is_quantity:
                text(f"{name} = 1 if {self._column(Word(field))} != NULL else 0")
            case _:
                number = self._plan.atoms[condition]
                text(f"{name} = ld8(ld64(x + {self._layout.atom(number)}) + g)")
        return name

    def _join(
        self,
        text: Text,
        name: str,
        parts: tuple[Condition, ...],
        lets: Mapping[str, Let],
        decides: int,
    ) -> None:
        """And is decided by a false part, or by a true one; else an unknown part makes it unknown."""
        text(f"{name} = np.int64({1 - decides})")
        with ExitStack() as depth:
            for number, part in enumerate(parts):
                inside = self.write(text, part, lets)
                text(f"if {inside} == {decides}: {name} = np.int64({decides})")
                text(f"elif {inside} == 2: {name} = np.int64(2)")
                if number + 1 < len(parts):
                    depth.enter_context(text.block(f"if {inside} != {decides}:"))

    def _compare(self, text: Text, name: str, op: str, left: Side, right: Side) -> None:
        text(f"{name} = np.int64(2)")
        known = (*left.known, *right.known)
        with text.block(f"if {' and '.join(known) or 'True'}:"):
            if (left.under, right.under, left.scale, right.scale) == ("1", "1", 1, 1):
                text(
                    f"{name} = np.int64(1) if {left.over} {_OPS[op]} {right.over} else np.int64(0)"
                )
            else:
                b = f"{right.under} * {_scale(right)}"
                d = f"{left.under} * {_scale(left)}"
                text(f"sign = compare({left.over}, {b}, {right.over}, {d})")
                text(f"{name} = np.int64(1) if sign {_OPS[op]} 0 else np.int64(0)")

    def side(self, text: Text, term: Term, lets: Mapping[str, Let]) -> Side:
        """Write what one side of a comparison needs."""
        match term:
            case Literal(value):
                return Side(f"np.int64({value.numerator})", "1", value.denominator, ())
            case FieldValue(field):
                name = text.name("w")
                text(f"{name} = {self._column(Word(field))}")
                return Side(name, "1", 1, (f"{name} != NULL",))
            case WindowValue(window):
                return self._window(text, lets[window])
            case Arithmetic(op, left, right):
                return _arithmetic(
                    text, op, self.side(text, left, lets), self.side(text, right, lets)
                )

    def _window(self, text: Text, let: Let) -> Side:
        place = self._plan.places[let.window.hash]
        lookup = self._plan.find(let)
        row, at, slots = f"r{lookup}", f"a{lookup}", place.slots
        aggregate = let.window.aggregate
        if not place.tiles and aggregate in ("count", "distinct", "new", "sum"):
            load = (
                f"ld64({at} + {slots['sum']})"
                if aggregate == "sum"
                else f"ld32({at} + {slots['count']})"
            )
            over = text.name("u")
            text(f"{over} = {load} if {row} >= 0 else np.int64(0)")
            return Side(over, "1", 1, (f"{row} >= 0",))
        if not place.tiles and aggregate in ("mean", "share"):
            over, under = text.name("u"), text.name("d")
            load = (
                f"ld64({at} + {slots['sum']})"
                if aggregate == "mean"
                else f"ld32({at} + {slots['true']})"
            )
            text(f"{over} = {load} if {row} >= 0 else np.int64(0)")
            text(f"{under} = ld32({at} + {slots['count']}) if {row} >= 0 else np.int64(0)")
            return Side(over, under, 1, (f"{under} > 0",))
        if not place.tiles and aggregate in ("min", "max"):
            over = text.name("u")
            head = f"(ld32({at} + {slots['head']}) if {row} >= 0 else np.int64(0))"
            text(f"{over} = ld64({at} + {slots['best']}) if {row} >= 0 else np.int64(0)")
            return Side(over, "1", 1, (f"{head} != 0",))
        self._measure(text, let, "temp")
        over, under = text.name("u"), text.name("d")
        text(f"{over} = ld64(temp)")
        text(f"{under} = ld64(temp + 8)")
        return Side(over, under, 1, (f"{under} > 0",))

    def _column(self, word: Word) -> str:
        number = self._plan.words[word]
        return f"ld64(ld64(x + {self._layout.word(number)}) + 8 * g)"


def _scale(side: Side) -> str:
    """The fixed part of a denominator, as text."""
    return f"np.int64({side.scale})"


def _arithmetic(text: Text, op: str, left: Side, right: Side) -> Side:
    known = (*left.known, *right.known)
    over, under = text.name("u"), text.name("d")
    if op == "*":
        text(f"{over} = {left.over} * {right.over}")
        text(f"{under} = {left.under} * {right.under}")
        return Side(over, under, left.scale * right.scale, known)
    if op == "/":
        text(f"{over} = {left.over} * {right.under} * np.int64({right.scale})")
        text(f"{under} = {left.under} * {right.over} * np.int64({left.scale})")
        with text.block(f"if {under} < 0:"):
            text(f"{over} = -{over}")
            text(f"{under} = -{under}")
        return Side(over, under, 1, (*known, f"{under} != 0"))
    whole = Fraction(left.scale, right.scale)
    a, b = whole.denominator, whole.numerator
    text(
        f"{over} = {left.over} * {right.under} * np.int64({a}) "
        f"{op} {right.over} * {left.under} * np.int64({b})"
    )
    text(f"{under} = {left.under} * {right.under}")
    return Side(over, under, left.scale * a, known)


def _null_subject(rule: Rule) -> str:
    parts, position = [], 0
    for name in rule.subject:
        if words_of(name) == 2:
            parts.append(f"(s{position} == NULL and s{position + 1} == NULL)")
        else:
            parts.append(f"s{position} == NULL")
        position += words_of(name)
    return " or ".join(parts)
