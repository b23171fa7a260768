"""Conditions and rules as source text: three-valued, exact, the first part that decides decides.

A condition becomes an expression, or a few lines and a name, whose value is 0 (false), 1 (unknown)
or 2 (true): so "and" is the least of its parts, "or" the greatest, and "not" is 2 minus. Each side
of a comparison is a fraction of two whole numbers; fractions are compared by cross-multiplication
in 128 bits, so no answer is ever rounded. The text is kept short: compiling it takes its time.
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

RULES_IN_A_FUNCTION = 8
_OPS = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: numerator and denominator as text, and what must hold to know it.

    `scale` is the part of the denominator that is known when the kernel is made; `under` the rest,
    empty where there is none, and never negative where the side is known.
    """

    over: str
    under: str = ""
    scale: int = 1
    known: tuple[str, ...] = ()

    @property
    def bottom(self) -> str:
        """The whole denominator as text."""
        if not self.under:
            return f"np.int64({self.scale})"
        return self.under if self.scale == 1 else f"{self.under} * {self.scale}"


class Conditions:
    """Writes the conditions of a plan."""

    def __init__(self, plan: Plan, layout: Layout) -> None:
        self._plan = plan
        self._layout = layout
        self._numbers = {hash_: number for number, hash_ in enumerate(plan.places)}

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
                    row(text, self._plan, self._layout, lookup)
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
            keys = [f"s{position}" for position in range(len(words))]
            for key, word in zip(keys, words, strict=True):
                text(f"{key} = {self._column(word)}")
            with text.block(f"if {when} == 1 or {unknown_key(rule.subject, keys)}:"):
                at = f"v + {layout.unknown(index)}"
                text(f"st64({at}, ld64({at}) + 1)")
            with text.block("else:"), ExitStack() as inside:
                if rule.unless is not None:
                    unless = self.write(text, rule.unless, lets)
                    inside.enter_context(text.block(f"if {unless} != 2:"))
                if rule.once:
                    number, offset = self._plan.onces[rule.name]
                    table = self._plan.tables[number]
                    text(f"c = ld64(x + {layout.table(number)})")
                    said = ", ".join(keys)
                    text(
                        f"p = ld64(c) + put_{table.words}(c, mix_{table.words}({said}), {said}) "
                        f"* {table.size}"
                    )
                    inside.enter_context(
                        text.block(
                            f"if is_due(p + {offset}, p + {8 * table.words + 4}, t, {rule.once}):"
                        )
                    )
                text(f"emit(x, i, g, t, {index}, {layout.testimony(index)}, {layout.out_size})")

    def write(self, text: Text, condition: Condition, lets: Mapping[str, Let]) -> str:
        """Write what a condition needs; its outcome as a name."""
        match condition:
            case And(parts):
                return self._join(text, parts, lets, "!= 0", "<")
            case Or(parts):
                return self._join(text, parts, lets, "!= 2", ">")
        name = text.name("c")
        match condition:
            case Not(inner):
                text(f"{name} = 2 - {self.write(text, inner, lets)}")
            case Compare(op, left, right):
                sides = self.side(text, left, lets), self.side(text, right, lets)
                text(f"{name} = {_comparison(op, *sides)}")
            case Between(field, start, end):
                value = text.name("w")
                text(f"{value} = {self._column(Word(field))}")
                joined = "and" if start <= end else "or"
                inside = f"{value} >= {start} {joined} {value} < {end}"
                text(f"{name} = 1 if {value} == NULL else (2 if {inside} else 0)")
            case IsKnown(WindowValue() as asked):
                known = self.side(text, asked, lets).known
                text(f"{name} = 2 if {' and '.join(known) or 'True'} else 0")
            case IsKnown(FieldValue(field)) if FIELDS[field].unit.is_quantity:
                text(f"{name} = 2 if {self._column(Word(field))} != NULL else 0")
            case _:
                number = self._plan.atoms[condition]
                text(f"{name} = ld8(ld64(x + {self._layout.atom(number)}) + g)")
        return name

    def _join(
        self,
        text: Text,
        parts: tuple[Condition, ...],
        lets: Mapping[str, Let],
        goes_on: str,
        wins: str,
    ) -> str:
        """The least or the greatest of the parts; what is decided is not worked out further."""
        name = text.name("c")
        text(f"{name} = {self.write(text, parts[0], lets)}")
        for part in parts[1:]:
            with text.block(f"if {name} {goes_on}:"):
                inside = self.write(text, part, lets)
                text(f"if {inside} {wins} {name}: {name} = {inside}")
        return name

    def side(self, text: Text, term: Term, lets: Mapping[str, Let]) -> Side:
        """Write what one side of a comparison needs."""
        match term:
            case Literal(value):
                return Side(f"np.int64({value.numerator})", scale=value.denominator)
            case FieldValue(field):
                name = text.name("w")
                text(f"{name} = {self._column(Word(field))}")
                return Side(name, known=(f"{name} != NULL",))
            case WindowValue(window):
                return self._window(text, lets[window])
            case Arithmetic(op, left, right):
                sides = self.side(text, left, lets), self.side(text, right, lets)
                return _arithmetic(text, op, *sides)

    def _window(self, text: Text, let: Let) -> Side:
        place = self._plan.places[let.window.hash]
        lookup = self._plan.find(let)
        here, at, slots = f"r{lookup} >= 0", f"a{lookup}", place.slots
        aggregate = let.window.aggregate
        if not place.tiles:
            # The row of number 0 is all zeroes: what is not kept reads as nothing.
            match aggregate:
                case "count" | "distinct" | "new":
                    return Side(f"ld32({at} + {slots['count']})", known=(here,))
                case "sum":
                    return Side(f"ld64({at} + {slots['sum']})", known=(here,))
                case "mean" | "share":
                    over = "ld64" if aggregate == "mean" else "ld32"
                    total = slots["sum" if aggregate == "mean" else "true"]
                    under = f"ld32({at} + {slots['count']})"
                    return Side(f"{over}({at} + {total})", under, 1, (here, f"{under} != 0"))
                case "min" | "max":
                    known = (here, f"ld32({at} + {slots['head']}) != 0")
                    return Side(f"ld64({at} + {slots['best']})", known=known)
        descriptor = f"ld64(x + {self._layout.descriptors}) + {8 * DESCRIPTOR * self.number(let)}"
        text(f"measure(r{lookup}, {at}, t, {descriptor}, temp)")
        over, under = text.name("u"), text.name("d")
        text(f"{over} = ld64(temp); {under} = ld64(temp + 8)")
        return Side(over, under, 1, (f"{under} > 0",))

    def number(self, let: Let) -> int:
        """The number of the descriptor of a let: its window's place among the windows."""
        return self._numbers[let.window.hash]

    def _column(self, word: Word) -> str:
        number = self._plan.words[word]
        return f"ld64(ld64(x + {self._layout.word(number)}) + 8 * g)"


def row(text: Text, plan: Plan, layout: Layout, lookup: int) -> None:
    """Name the row of a lookup, -1 for an unknown key, and its address, that of row 0 then."""
    table = plan.tables[plan.lookups[lookup].table]
    text(f"r{lookup} = ld32(slots + {4 * BLOCK * lookup})")
    text(
        f"a{lookup} = ld64(ld64(x + {layout.table(table.index)})) "
        f"+ max(r{lookup}, 0) * {table.size}"
    )


def unknown_key(fields: tuple[str, ...], names: list[str]) -> str:
    """Whether a part of a key is unknown, as text: an address is if both of its words are."""
    parts, position = [], 0
    for field in fields:
        here = names[position : position + words_of(field)]
        parts.append("(" + " and ".join(f"{name} == NULL" for name in here) + ")")
        position += len(here)
    return " or ".join(parts)


def _comparison(op: str, left: Side, right: Side) -> str:
    if left.bottom == right.bottom == "np.int64(1)":
        holds = f"{left.over} {_OPS[op]} {right.over}"
    else:
        sign = f"compare({left.over}, {right.bottom}, {right.over}, {left.bottom})"
        holds = f"{sign} {_OPS[op]} 0"
    known = " and ".join(dict.fromkeys((*left.known, *right.known)))
    outcome = f"(2 if {holds} else 0)"
    return f"{outcome} if {known} else 1" if known else outcome


def _arithmetic(text: Text, op: str, left: Side, right: Side) -> Side:
    known = tuple(dict.fromkeys((*left.known, *right.known)))
    if op == "*":
        over = _product(left.over, right.over)
        return Side(over, _product(left.under, right.under), left.scale * right.scale, known)
    if op == "/":
        # The divisor goes under the line; its sign goes over it.
        over = _product(left.over, right.under, str(right.scale))
        under = _product(left.under, right.over, str(left.scale))
        if "(" in right.over and right.over.startswith("ld32"):
            return Side(over, under, 1, (*known, f"{under} != 0"))
        top, bottom = text.name("u"), text.name("d")
        text(f"{top} = {over}; {bottom} = {under}")
        text(f"if {bottom} < 0: {top} = -{top}; {bottom} = -{bottom}")
        return Side(top, bottom, 1, (*known, f"{bottom} != 0"))
    whole = Fraction(left.scale, right.scale)
    first = _product(left.over, right.under, str(whole.denominator))
    second = _product(right.over, left.under, str(whole.numerator))
    under = _product(left.under, right.under)
    return Side(f"({first} {op} {second})", under, left.scale * whole.denominator, known)


def _product(*factors: str) -> str:
    """A product as text, without the factors that are 1."""
    left = [factor for factor in factors if factor and factor != "1"]
    return " * ".join(left) if left else ("" if not any(factors) else "np.int64(1)")
