"""Where the kernel finds things: byte offsets in the context and in the variables of an engine.

The context holds addresses and is read only; the variables hold what changes: the clock, the heads
and tails of the rings, counts. A batch and a single event have a context each, over the same
variables.
"""

from dataclasses import dataclass

from fairtone.engine.plan import Plan

BLOCK = 128
"""Events that the kernel works on together: their rows fit in the second-level cache."""

_FIXED = 16
_VARS = 16


@dataclass(frozen=True, slots=True)
class Layout:
    """Offsets for one plan; `ring_records` (a power of two) and `found_most` are its capacities."""

    words: int
    atoms: int
    tables: int
    rings: int
    rules: int
    lets: int
    filter_words: int
    ring_records: int
    found_most: int

    count = 0
    start = 8
    kinds = 16
    at = 24
    vars = 32
    filters = 40
    times = 48
    slots = 56
    scratch = 64
    out = 72
    descriptors = 80
    testimonies = 88
    guides = 96

    now = 0
    late = 8
    found = 16

    @property
    def ring_mask(self) -> int:
        """What takes a record's number to its place in a ring."""
        return self.ring_records - 1

    @property
    def out_size(self) -> int:
        """Bytes of one found record: event, rule, time, then a fraction per let."""
        return 24 + 16 * self.lets

    def testimony(self, rule: int) -> int:
        """What a finding of a rule has to tell: a count, then three words per let."""
        return 8 * (1 + 3 * self.lets) * rule

    @property
    def testimony_words(self) -> int:
        """How many words the testimonies of all rules take."""
        return self.testimony(max(1, self.rules)) // 8

    def word(self, index: int) -> int:
        """The address of an input word's column."""
        return 8 * (_FIXED + index)

    def atom(self, index: int) -> int:
        """The address of an input atom's column."""
        return 8 * (_FIXED + self.words + index)

    def table(self, index: int) -> int:
        """The address of a table's control words."""
        return 8 * (_FIXED + self.words + self.atoms + index)

    def ring(self, index: int) -> int:
        """The address of a ring's records."""
        return 8 * (_FIXED + self.words + self.atoms + self.tables + index)

    @property
    def context_size(self) -> int:
        """How many words a context has."""
        return _FIXED + self.words + self.atoms + self.tables + self.rings

    def head(self, ring: int) -> int:
        """The number of the next record of a ring."""
        return 8 * (_VARS + 3 * ring)

    def tail(self, ring: int) -> int:
        """The number of the oldest record of a ring."""
        return 8 * (_VARS + 3 * ring + 1)

    def due(self, ring: int) -> int:
        """The time of the oldest record of a ring; far away where it is empty."""
        return 8 * (_VARS + 3 * ring + 2)

    def unknown(self, rule: int) -> int:
        """How often a rule could not be judged."""
        return 8 * (_VARS + 3 * self.rings + rule)

    @property
    def vars_size(self) -> int:
        """How many words the variables take."""
        return _VARS + 3 * self.rings + self.rules


def layout_of(plan: Plan, ring_records: int = 1 << 30, found_most: int = 4096) -> Layout:
    """The layout for a plan."""
    rules = plan.policy.rules
    return Layout(
        words=len(plan.words),
        atoms=len(plan.atoms),
        tables=len(plan.tables),
        rings=len(plan.rings),
        rules=len(rules),
        lets=max((len(rule.lets) for rule in rules), default=0),
        filter_words=max(1, -(-len(plan.filters) // 62)),
        ring_records=ring_records,
        found_most=max(found_most, 4 * len(rules)),
    )
