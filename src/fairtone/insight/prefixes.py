"""The longest prefix of a number that a table knows, for columns of numbers."""

from collections.abc import Iterable

import numpy as np

from fairtone.events.plans import digits_in
from fairtone.insight.columns import NONE, Integers


class Prefixes:
    """A set of digit prefixes; answers with positions in the order in which they were given.

    >>> Prefixes([44, 4420]).longest(np.array([442079460000, 441212345678, 12025550100]))
    array([ 1,  0, -1])
    """

    def __init__(self, prefixes: Iterable[int]) -> None:
        listed = np.array(list(prefixes), np.int64)
        lengths = digits_in(listed)
        self._by_length: list[tuple[int, Integers, Integers]] = []
        for length in np.unique(lengths)[::-1].tolist():
            places = np.flatnonzero(lengths == length)
            order = places[np.argsort(listed[places], kind="stable")]
            self._by_length.append((length, listed[order], order))

    def longest(self, numbers: Integers) -> Integers:
        """The position of the longest prefix of each number; -1 where there is none."""
        found = np.full(len(numbers), NONE, np.int64)
        lengths = digits_in(numbers)
        for length, keys, places in self._by_length:
            left = np.flatnonzero((found == NONE) & (lengths >= length))
            heads = numbers[left] // 10 ** (lengths[left] - length)
            at = np.minimum(np.searchsorted(keys, heads), len(keys) - 1)
            hit = keys[at] == heads
            found[left[hit]] = places[at[hit]]
        return found
