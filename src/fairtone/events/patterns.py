"""The number patterns of `phonenumbers` as one automaton over digits.

The patterns are regular expressions of a small kind (digits, sets, groups, counts, choices), so a
set of automaton states follows all patterns of a country code at once.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TypeAlias

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
from phonenumbers.phonemetadata import PhoneMetadata

States: TypeAlias = frozenset[int]
"""Where all patterns stand after some digits."""

# The order in which a number that fits several patterns takes its type.
_PATTERNS = (
    ("premium_rate", "premium"),
    ("toll_free", "toll-free"),
    ("shared_cost", "shared-cost"),
    ("voip", "voip"),
    ("personal_number", "personal"),
    ("pager", "pager"),
    ("uan", "uan"),
    ("voicemail", "voicemail"),
)
# Codes shared by satellite systems and international networks (ITU-T E.164 annex B). What is
# neither voip nor voicemail on them is a satellite telephone.
_SATELLITE_CODES = {870, 881, 882, 883}
_NOWHERE = "001"
_ALL_DIGITS = (1 << 10) - 1


@dataclass(frozen=True, slots=True)
class Either:
    """One of several parts."""

    parts: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True)
class Row:
    """Parts that follow each other."""

    parts: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part that occurs between `low` and `high` times."""

    part: "Tree"
    low: int
    high: int


Tree: TypeAlias = int | Either | Row | Repeat
"""A pattern: a set of digits as bits, or what is made of such sets."""


class Patterns:
    """The patterns of all number plans as one non-deterministic automaton without empty steps.

    A state is a set of digits and the states that follow it; equal states are the same state. A
    state without digits says which pattern ended there.
    """

    def __init__(self) -> None:
        self._digits: list[int] = []  # a bit for each digit
        self._follow: list[States] = []
        self._ids: dict[tuple[int, States, object], int] = {}
        self._ends: dict[int, tuple[str, str]] = {}
        self._metadata: dict[tuple[int, str], PhoneMetadata] = {}

    def start(self, code: int) -> States:
        """Where the national part of a number with this country code begins."""
        start: set[int] = set()
        for region in COUNTRY_CODE_TO_REGION_CODE[code]:
            metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
            if metadata is None:
                continue
            self._metadata[code, region] = metadata
            for name in ("general_desc", *(name for name, _ in _PATTERNS), "fixed_line", "mobile"):
                desc = getattr(metadata, name)
                if desc is not None and desc.national_number_pattern:
                    end = frozenset({self._state(0, frozenset(), (region, name))})
                    start |= self._compile(desc.national_number_pattern, end)
            if metadata.leading_digits:
                leads = self._state(0, frozenset(), (region, "leading_digits"))
                rest = self._loop(leads, region)
                start |= self._compile(metadata.leading_digits, frozenset({leads, rest}))
        return frozenset(start)

    def step(self, states: States, digit: int) -> States:
        """The states after one more digit."""
        follow = (self._follow[state] for state in states if self._digits[state] >> digit & 1)
        return frozenset().union(*follow)

    def verdict(self, code: int, states: States, length: int) -> tuple[str | None, str]:
        """Region and line type of a number whose national part of `length` digits ended here."""
        fits: dict[str, set[str]] = {}
        for state in states:
            if state in self._ends:
                region, name = self._ends[state]
                desc = getattr(self._metadata[code, region], name)
                if name == "leading_digits" or length in (desc.possible_length or (length,)):
                    fits.setdefault(region, set()).add(name)
        regions = COUNTRY_CODE_TO_REGION_CODE[code]
        for region in regions:
            metadata = self._metadata.get((code, region))
            names = fits.get(region, set())
            same = bool(metadata and metadata.same_mobile_and_fixed_line_pattern)
            kind = _kind_of(names, same)
            if len(regions) > 1 and metadata and metadata.leading_digits:
                chosen = "leading_digits" in names
            else:
                chosen = len(regions) == 1 or kind != "invalid"
            if chosen:
                if code in _SATELLITE_CODES and kind not in ("invalid", "voip", "voicemail"):
                    kind = "satellite"
                return (None if region == _NOWHERE else region), kind
        return None, "invalid"

    def _state(self, digits: int, follow: States, end: tuple[str, str] | None = None) -> int:
        key = (digits, follow, end)
        if key not in self._ids:
            self._ids[key] = len(self._digits)
            self._digits.append(digits)
            self._follow.append(follow)
            if end is not None:
                self._ends[self._ids[key]] = end
        return self._ids[key]

    def _loop(self, end: int, region: str) -> int:
        rest = self._state(_ALL_DIGITS, frozenset(), (region, "any"))
        del self._ends[rest]
        self._follow[rest] = frozenset({rest, end})
        return rest

    def _compile(self, pattern: str, after: States) -> States:
        tokens = _tokens_of(pattern)
        tree = _alternatives(tokens)
        if tokens:
            raise ValueError(f"unexpected `{tokens[-1]}` in the number pattern `{pattern}`")
        return self._place(tree, after)

    def _place(self, tree: Tree, after: States) -> States:
        match tree:
            case int():
                return frozenset({self._state(tree, after)})
            case Either(parts):
                return frozenset().union(*(self._place(part, after) for part in parts))
            case Row(parts):
                for part in reversed(parts):
                    after = self._place(part, after)
                return after
            case Repeat(part, low, high):
                start = after
                for _ in range(high - low):
                    start = self._place(part, start) | after
                for _ in range(low):
                    start = self._place(part, start)
                return start


def first_digits(pattern: str) -> int:
    """The digits, as bits, with which a text can begin that a pattern matches."""
    patterns = Patterns()
    end = frozenset({patterns._state(0, frozenset(), ("", ""))})
    start = patterns._compile(pattern.replace("$", ""), end)
    if start & end:  # it matches nothing at all, and so any beginning
        return _ALL_DIGITS
    return reduce(or_, (patterns._digits[state] for state in start), 0)


_TOKEN = re.compile(r"\\d|\(\?:|\[[0-9-]+\]|\{\d+(?:,\d+)?\}|[0-9()?|]")


def _tokens_of(pattern: str) -> list[str]:
    """The tokens of a pattern, last first, so that the next one is popped."""
    tokens = _TOKEN.findall(pattern)
    if "".join(tokens) != pattern:
        raise ValueError(f"the number pattern `{pattern}` is of an unknown form")
    return tokens[::-1]


def _alternatives(tokens: list[str]) -> Tree:
    rows = [_row(tokens)]
    while tokens and tokens[-1] == "|":
        tokens.pop()
        rows.append(_row(tokens))
    return Either(tuple(rows))


def _row(tokens: list[str]) -> Tree:
    parts: list[Tree] = []
    while tokens and tokens[-1] not in "|)":
        part = _part(tokens.pop(), tokens)
        if tokens and tokens[-1][0] in "{?":
            low, high = _count(tokens.pop())
            part = Repeat(part, low, high)
        parts.append(part)
    return Row(tuple(parts))


def _part(token: str, tokens: list[str]) -> Tree:
    if token in ("(", "(?:"):
        inner = _alternatives(tokens)
        tokens.pop()
        return inner
    if token == r"\d":
        return _ALL_DIGITS
    return sum(1 << digit for digit in _digits(token.strip("[]")))


def _digits(members: str) -> Iterator[int]:
    for first, last in re.findall(r"(\d)(?:-(\d))?", members):
        yield from range(int(first), int(last or first) + 1)


def _count(token: str) -> tuple[int, int]:
    if token == "?":
        return 0, 1
    low, _, high = token.strip("{}").partition(",")
    return int(low), int(high or low)


def _kind_of(names: set[str], same_fixed_and_mobile: bool) -> str:
    if "general_desc" not in names:
        return "invalid"
    for name, kind in _PATTERNS:
        if name in names:
            return kind
    if "fixed_line" in names:
        both = same_fixed_and_mobile or "mobile" in names
        return "fixed-or-mobile" if both else "fixed"
    return "mobile" if "mobile" in names and not same_fixed_and_mobile else "invalid"
