"""What the kernel needs to know of a lookup: where its key is, and which events need its row.

A guide is a stretch of words: 0 where the context has the table's control words, 1 where the rows
go among the slots, 2 how wide an event's filters are (bytes); from `FIRST_WORD` where the context
has the columns of the key; from `JOINED`, for each word of the key, its own number, that of the
word which must be unknown as well (the low half of an address), or -1 for such a low half; from
`FIRST_KIND`, for each kind of event, what its events need: 0 nothing, 1 the row if there is one,
2 the row, made if need be; then a count, and pairs of a filter word and the bits that raise the
need to 2.
"""

import numpy as np
import numpy.typing as npt

from fairtone.engine.layout import BLOCK, Layout
from fairtone.engine.plan import KIND_CODES, Lookup, Plan, PlanError, Word, words_of

FIRST_WORD = 4
MOST_WORDS = 6
JOINED = FIRST_WORD + MOST_WORDS
FIRST_KIND = JOINED + MOST_WORDS
FILTERS = 7
A_KIND = 2 + 2 * FILTERS
GUIDE = FIRST_KIND + A_KIND * len(KIND_CODES)


def guide_of(plan: Plan, layout: Layout, lookup: Lookup) -> npt.NDArray[np.int64]:
    """The guide of one lookup."""
    guide = np.zeros(GUIDE, np.int64)
    guide[0] = layout.table(lookup.table)
    guide[1] = 4 * BLOCK * lookup.index
    guide[2] = 8 * layout.filter_words
    position = 0
    for name in lookup.fields:
        parts = words_of(name)
        for part in range(parts):
            guide[FIRST_WORD + position] = layout.word(plan.words[Word(name, part)])
            guide[JOINED + position] = -1 if part else position + parts - 1
            position += 1
    for kind in KIND_CODES.values():
        _needs(plan, lookup.index, kind, guide[FIRST_KIND + A_KIND * kind :][:A_KIND])
    return guide


def _needs(plan: Plan, lookup: int, kind: int, words: npt.NDArray[np.int64]) -> None:
    places = [
        place
        for place in plan.places.values()
        if place.entry.kind == kind and lookup in (place.lookup, place.pair)
    ]
    words[0] = 1 if lookup in plan.reads(kind) else 0
    if any(place.entry.filter < 0 for place in places):
        words[0] = 2
        return
    bits: dict[int, int] = {}
    for place in places:
        word, bit = divmod(place.entry.filter, 62)
        bits[word] = bits.get(word, 0) | 1 << bit
    if len(bits) > FILTERS:
        raise PlanError(f"{len(bits) * 62} conditions on one kind of event: fewer fit")
    words[1] = len(bits)
    for number, (word, mask) in enumerate(bits.items()):
        words[2 + 2 * number], words[3 + 2 * number] = 8 * word, mask
