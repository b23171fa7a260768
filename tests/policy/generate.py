"""Random policies, made from the model: what the language can say, and nothing that it cannot."""

from fractions import Fraction

from hypothesis import strategies as st

from fairtone.events import FIELDS, Unit, fields_of
from fairtone.policy import text_of
from fairtone.policy.identity import identified, identified_rule
from fairtone.policy.model import (
    Action,
    And,
    Arithmetic,
    Between,
    Block,
    Challenge,
    Compare,
    Condition,
    FieldValue,
    Flag,
    Hold,
    InList,
    IsKnown,
    IsText,
    Let,
    Literal,
    NamedList,
    Not,
    Notify,
    OpenCase,
    Or,
    Place,
    Refuse,
    Rule,
    SameAs,
    Term,
    TextTest,
    Throttle,
    Window,
    WindowValue,
)
from fairtone.policy.vocabulary import KNOWN_VALUES, LISTS
from fairtone.policy.wording import quote

NOWHERE = Place("", 0)
MINUTE = 60_000_000
HOUR = 60 * MINUTE

ENTRIES = {
    "number": "+33123456789",
    "prefix": "881",
    "address": "192.0.2.0/24",
    "country": "FR",
    "account": "1001",
    "text": "a text",
    "pattern": "scan",
}
NAMED = tuple(
    NamedList(f"a-{h}-list", h, ((ENTRIES[h], ""),), f"lists/a-{h}-list.csv") for h in LISTS
)  # type: ignore[arg-type]

kinds = st.sampled_from(["call.attempt", "call.ended", "registration", "sip.request"])
texts = st.text(
    st.characters(
        codec="utf-8", exclude_characters="\r\n\x00", exclude_categories=("Cs", "Cc", "Zl", "Zp")
    ),
    min_size=1,
    max_size=12,
)
spans = st.one_of(
    st.integers(1, 48 * 60).map(lambda minutes: minutes * MINUTE),
    st.integers(1, 10**9).map(lambda milliseconds: milliseconds * 1_000),
)
lengths = st.integers(1, 48 * 3600).map(lambda seconds: seconds * 1_000_000)


def literal(unit: Unit) -> st.SearchStrategy[Literal]:
    if unit is Unit.SHARE:
        value = st.integers(1, 10**6).map(lambda n: Fraction(n, 10**5))
    elif unit is Unit.CLOCK:
        value = st.integers(0, 24 * 60 - 1).map(lambda minutes: Fraction(minutes * 60_000))
    else:
        value = st.integers(0, 10**12).map(Fraction)
    return value.map(lambda n: Literal(n, unit))


class Rules:
    """Draws the parts of one rule: its kind, its lets, and what can be said of them."""

    def __init__(self, draw: st.DrawFn, kind: str) -> None:
        self.draw = draw
        self.kind = kind
        self.lets: list[Let] = []

    def fields(self, kind: str, *units: Unit) -> list[str]:
        return [field.name for field in fields_of(kind) if field.unit in units]

    def one(self, names: list[str]) -> str:
        return self.draw(st.sampled_from(names))

    # --- terms -----------------------------------------------------------------------------------

    def plain(self, unit: Unit, kind: str, *, windows: bool) -> Term:
        """A field or a window of this unit, or a literal if there is neither."""
        found: list[Term] = [FieldValue(name) for name in self.fields(kind, unit)]
        if windows:
            found += [WindowValue(let.name) for let in self.lets if let.unit is unit]
        return self.draw(st.sampled_from(found)) if found else self.draw(literal(unit))

    def term(self, unit: Unit, kind: str, *, windows: bool) -> Term:
        form = self.draw(st.sampled_from(["plain", "sum", "scaled", "share", "three"]))
        if form == "sum":
            op = self.draw(st.sampled_from(["+", "-"]))
            return Arithmetic(op, self.plain(unit, kind, windows=windows), self.draw(literal(unit)))
        if form == "three" and unit is not Unit.CLOCK:
            inner = self.term(unit, kind, windows=windows)
            if "/" not in text_of(inner):
                op = self.draw(st.sampled_from(["+", "-"]))
                return Arithmetic(op, self.plain(unit, kind, windows=windows), inner)
        if form == "scaled" and unit is not Unit.SHARE:
            factor = self.draw(literal(self.draw(st.sampled_from([Unit.COUNT, Unit.SHARE]))))
            inner = Arithmetic(
                "+", self.plain(unit, kind, windows=windows), self.draw(literal(unit))
            )
            return Arithmetic("*", inner, factor)
        if form == "share" and unit is Unit.SHARE:
            base = self.draw(st.sampled_from([Unit.COUNT, Unit.DURATION]))
            return Arithmetic(
                "/",
                self.plain(base, kind, windows=windows),
                self.plain(base, kind, windows=windows),
            )
        return self.plain(unit, kind, windows=windows)

    # --- conditions ------------------------------------------------------------------------------

    def condition(self, kind: str, depth: int, *, windows: bool = False) -> Condition:
        if depth and self.draw(st.booleans()):
            join = self.draw(st.sampled_from([And, Or, Not]))
            if join is Not:
                inner = self.condition(kind, depth - 1, windows=windows)
                # `not (a and b)` is said with brackets; `not not a` as it stands.
                return Not(inner)
            count = self.draw(st.integers(2, 3))
            parts = [self.condition(kind, depth - 1, windows=windows) for _ in range(count)]
            flat: list[Condition] = []
            for part in parts:
                flat += part.conditions if isinstance(part, join) else [part]
            return join(tuple(flat))
        return self.atom(kind, windows=windows)

    def atom(self, kind: str, *, windows: bool) -> Condition:
        form = self.draw(
            st.sampled_from(
                ["compare", "compare", "between", "flag", "text", "same", "test", "list", "known"]
            )
        )
        text_like = self.fields(kind, Unit.TEXT)
        key_like = self.fields(kind, Unit.TEXT, Unit.ACCOUNT, Unit.NUMBER, Unit.ADDRESS)
        if form == "compare":
            unit = self.draw(
                st.sampled_from([Unit.COUNT, Unit.SHARE, Unit.DURATION, Unit.MONEY, Unit.CLOCK])
            )
            op = self.draw(st.sampled_from(["=", "!=", "<", "<=", ">", ">="]))
            return Compare(op, self.term(unit, kind, windows=windows), self.draw(literal(unit)))
        if form == "between":
            minutes = st.integers(0, 24 * 60 - 1).map(lambda n: n * 60_000)
            return Between(
                self.one(self.fields(kind, Unit.CLOCK)), self.draw(minutes), self.draw(minutes)
            )
        if form == "flag":
            return Flag(self.one(self.fields(kind, Unit.FLAG)))
        if form == "text":
            name = self.one(key_like)
            values = self.draw(st.lists(self.value(name), min_size=1, max_size=3, unique=True))
            return IsText(name, tuple(values))
        if form == "same":
            pairs = [
                (a, b)
                for a in key_like
                for b in key_like
                if a != b and FIELDS[a].unit is FIELDS[b].unit
            ]
            return SameAs(*self.draw(st.sampled_from(pairs)))
        if form == "test":
            test = self.draw(st.sampled_from(["starts with", "contains"]))
            return TextTest(self.one(text_like), test, self.draw(texts))
        if form == "list":
            listed = self.draw(st.sampled_from(NAMED))
            names = self.fields(kind, *LISTS[listed.holds])
            if names:
                return InList(self.one(names), listed.name)
        if windows and self.lets and self.draw(st.booleans()):
            return IsKnown(WindowValue(self.draw(st.sampled_from(self.lets)).name))
        return IsKnown(FieldValue(self.one(key_like)))

    def value(self, name: str) -> st.SearchStrategy[str]:
        match FIELDS[name].unit:
            case Unit.NUMBER:
                return st.integers(10**6, 10**14).map(lambda n: f"+{n}")
            case Unit.ADDRESS:
                return st.ip_addresses().map(str)
            case _:
                known = KNOWN_VALUES.get(name)
                if name.endswith(".country"):
                    return st.sampled_from(["FR", "DE", "us"])
                return st.sampled_from(known) if known else texts

    # --- windows and actions ---------------------------------------------------------------------

    def let(self, name: str) -> Let:
        draw = self.draw
        watched = draw(kinds)
        aggregate = draw(
            st.sampled_from(
                ["count", "sum", "mean", "min", "max", "distinct", "share", "last", "new"]
            )
        )
        unit, field, of = Unit.COUNT, None, None
        length, step, within = draw(lengths), 0, 0
        if aggregate in ("distinct", "new"):
            field = self.one([f.name for f in fields_of(watched) if f.unit.is_key])
        elif aggregate == "share":
            unit, of = Unit.SHARE, self.condition(watched, 1)
        elif aggregate != "count":
            field = self.one(self.fields(watched, Unit.DURATION, Unit.MONEY, Unit.COUNT))
            unit = FIELDS[field].unit
        if draw(st.booleans()):
            step = draw(st.sampled_from([HOUR, 24 * HOUR]))
            length = step * draw(st.integers(49 if step == HOUR else 3, 90))
        if aggregate == "new":
            within = length + draw(spans)
        where = self.condition(watched, 1) if draw(st.booleans()) else None
        joins = [
            (mine.name, theirs.name)
            for mine in fields_of(self.kind)
            for theirs in fields_of(watched)
            if mine.unit is theirs.unit and mine.unit.is_key
        ]
        keys = draw(
            st.lists(st.sampled_from(joins), min_size=1, max_size=2, unique_by=lambda k: k[1])
        )
        window = Window(
            kind=watched,
            aggregate=aggregate,
            field=field,
            of=of,
            where=where,
            keys=tuple(theirs for _, theirs in keys),
            length=length,
            step=step,
            within=within,
        )
        made = Let(name, identified(window), tuple(mine for mine, _ in keys), unit, NOWHERE)
        self.lets.append(made)
        return made

    def action(self) -> Action:
        draw = self.draw
        keys = [field.name for field in fields_of(self.kind) if field.unit.is_key]
        target = tuple(draw(st.lists(st.sampled_from(keys), min_size=1, max_size=2, unique=True)))
        options: list[st.SearchStrategy[Action]] = [
            st.builds(Throttle, st.just(target), st.integers(1, 100), spans, spans),
            st.builds(Block, st.just(target), spans),
            st.builds(Hold, st.just(target), spans),
            st.builds(Notify, st.sampled_from(["subject", "compliance", "analyst", "engineer"])),
        ]
        if self.kind in ("call.attempt", "registration", "sip.request"):
            options += [st.builds(Refuse, st.integers(400, 699)), st.just(Challenge())]
        return draw(st.one_of(options))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """One rule of a clause `A1`, with its hash."""
    made = Rules(draw, draw(kinds))
    for name in draw(
        st.lists(st.sampled_from(["calls", "a", "_b", "x9", "count"]), max_size=3, unique=True)
    ):
        made.let(name)
    severity = draw(st.sampled_from(["low", "medium", "high", "critical"]))
    actions = [*draw(st.lists(st.builds(lambda: None), max_size=2))]
    chosen: list[Action] = []
    for _ in actions:
        action = made.action()
        if type(action) not in map(type, chosen):
            chosen.append(action)
    names = "".join(f" {{{let.name}}}" for let in made.lets)
    because = draw(texts).replace("{", "{{").replace("}", "}}") + names
    keys = [field.name for field in fields_of(made.kind) if field.unit.is_key]
    return identified_rule(
        Rule(
            name=draw(st.sampled_from(["blast", "short-call-blast", "r2-d2", "Wangiri"])),
            clause="A1",
            kind=made.kind,
            subject=tuple(
                draw(st.lists(st.sampled_from(keys), min_size=1, max_size=2, unique=True))
            ),
            lets=tuple(made.lets),
            when=made.condition(made.kind, 2, windows=True),
            unless=made.condition(made.kind, 1, windows=True) if draw(st.booleans()) else None,
            actions=(*chosen, OpenCase(severity)),
            because=because,
            why=draw(st.one_of(st.just(""), texts)),
            once=draw(st.one_of(st.just(0), spans)),
            mode=draw(st.sampled_from(["shadow", "review"])),
            severity=severity,
            place=NOWHERE,
        )
    )


def rule_text(rule: Rule) -> str:
    """A rule as its block, one statement a line."""
    lines = [f"on {rule.kind}", f"subject {', '.join(rule.subject)}"]
    lines += [f"let {text_of(let)}" for let in rule.lets]
    lines.append(f"when {text_of(rule.when)}")
    if rule.unless is not None:
        lines.append(f"unless {text_of(rule.unless)}")
    lines += [
        f"then {text_of(action)}" if i == 0 else f"     {text_of(action)}"
        for i, action in enumerate(rule.actions)
    ]
    lines.append(f"because {quote(rule.because)}")
    if rule.why:
        lines.append(f"why {quote(rule.why)}")
    if rule.once:
        lines.append(f"once per {text_of(Block(('account',), rule.once)).rsplit(' ', 1)[1]}")
    lines.append(f"mode {rule.mode}")
    return "\n".join([f"```rule {rule.name}", *lines, "```"])
