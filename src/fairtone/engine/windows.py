"""Windows in memory: tiles of stepped windows, extremes, and the reading of any window's value.

These functions are the same for every policy; the generated kernel calls them where speed does not
ask for code of its own. Addresses are bytes, times microseconds.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from typing import Any

import numpy as np
from numba import njit

from fairtone.engine.machine import ld32, ld64, st32, st64

# With its types said, a function is compiled once and for all, not again for every constant that it
# is called with.
_OPTIONS: Any = {"cache": True, "nogil": True, "error_model": "numpy"}

NULL = np.int64(-(1 << 63))
"""The word that stands for unknown."""

# What a descriptor tells `measure`, in words of eight bytes.
FORM, FIRST, SECOND, TILES, STEP, LENGTH, WIDE, STEP_AT = range(8)
DESCRIPTOR = 8
COUNT, SUM, PAIR, LAST, EXTREME, TILED_COUNT, TILED_PAIR, TILED_MIN, TILED_MAX = range(9)


# A ring's control words: 0 its chunks and 1 its directory (addresses), 2 the first free chunk,
# 3 chunks ever used, 4 the directory's mask. A chunk holds 1024 records and is used again when the
# last of them is over, so a short window stays in the cache and no growth copies anything.
CHUNK_BITS = 10
CHUNK = 1 << CHUNK_BITS


@njit("int64(int64, int64, int64)", **_OPTIONS)
def record(q, n, size):
    """The address of record number `n` of a ring."""
    chunk = ld32(ld64(q + 8) + 4 * ((n >> CHUNK_BITS) & ld64(q + 32)))
    return ld64(q) + ((chunk << CHUNK_BITS) + (n & (CHUNK - 1))) * size


@njit("void(int64, int64, int64)", **_OPTIONS)
def open_chunk(q, n, size):
    """Give the records from number `n` on a chunk."""
    chunk = ld64(q + 16) - 1
    if chunk >= 0:
        st64(q + 16, ld64(ld64(q) + chunk * CHUNK * size))
    else:
        chunk = ld64(q + 24)
        st64(q + 24, chunk + 1)
    st32(ld64(q + 8) + 4 * ((n >> CHUNK_BITS) & ld64(q + 32)), chunk)


@njit("void(int64, int64, int64)", **_OPTIONS)
def close_chunk(q, n, size):
    """Take the chunk of record number `n` back."""
    chunk = ld32(ld64(q + 8) + 4 * ((n >> CHUNK_BITS) & ld64(q + 32)))
    st64(ld64(q) + chunk * CHUNK * size, ld64(q + 16))
    st64(q + 16, np.int64(chunk + 1))


@njit("void(int64, int64, int64, int64)", **_OPTIONS)
def roll(region, old, step, tiles):
    """Drop the tiles between step number `old` and `step` from a total and its tiles."""
    if old < 0 or old >= step:
        return
    place = old + 1
    if step - old >= tiles:
        place = step - tiles + 1
    while place <= step:
        at = region + 8 + 8 * (place % tiles)
        value = ld64(at)
        if value != 0:
            st64(region, ld64(region) - value)
            st64(at, 0)
        place += 1


@njit("int64(int64, int64)", **_OPTIONS)
def turn(step_at, step):
    """Note that a row's tiles stand at `step`; the step at which they stood, -1 for never."""
    old = ld64(step_at) - 1
    if old < step:
        st64(step_at, step + 1)
    return old


@njit("void(int64, int64, int64, int64)", **_OPTIONS)
def tile_add(region, step, tiles, value):
    """Add to the total and to the tile of a step."""
    at = region + 8 + 8 * (step % tiles)
    st64(at, ld64(at) + value)
    st64(region, ld64(region) + value)


@njit("void(int64, int64, int64, int64, int64)", **_OPTIONS)
def tile_extreme(region, step, tiles, value, sign):
    """Let a value into the tile of a step that keeps its least (sign 1) or greatest (-1)."""
    at = region + 16 * (step % tiles)
    if ld64(at) != step + 1 or sign * value < sign * ld64(at + 8):
        st64(at, step + 1)
        st64(at + 8, value)


@njit("void(int64, int64, int64, int64)", **_OPTIONS)
def tile_pair(region, pair_at, step, tiles):
    """Count a pair once: move it from the tile in which it was last seen to that of `step`."""
    old = ld64(pair_at) - 1
    if old == step:
        return
    if old >= 0 and old > step - tiles:
        tile_add(region, old, tiles, -1)
    tile_add(region, step, tiles, 1)
    st64(pair_at, step + 1)


@njit("int64(int64, int64, int64, int64)", **_OPTIONS)
def _extreme_of(region, step, tiles, sign):
    best = NULL
    for tile in range(tiles):
        at = region + 16 * tile
        stood = ld64(at) - 1
        if stood >= 0 and step - tiles < stood <= step:
            value = ld64(at + 8)
            if best == NULL or sign * value < sign * best:
                best = value
    return best


@njit("void(int64, int64, int64, int64, int64)", **_OPTIONS)
def measure(row, base, t, d, out):
    """Write the value of a window as numerator and denominator; the denominator of unknown is 0.

    `row` is the row's number (-1: the key is unknown), `base` its address, `d` the descriptor.
    """
    st64(out, 0)
    st64(out + 8, 0)
    if row < 0:
        return
    form = ld64(d + 8 * FORM)
    first = base + ld64(d + 8 * FIRST)
    second = base + ld64(d + 8 * SECOND)
    tiles = ld64(d + 8 * TILES)
    if form == COUNT:
        st64(out, ld32(first))
        st64(out + 8, 1)
    elif form == SUM:
        st64(out, ld64(first))
        st64(out + 8, 1)
    elif form == PAIR:
        # A mean has an eight-byte sum, a share a four-byte count of what is true.
        wide = ld64(d + 8 * WIDE) != 0
        st64(out, ld64(first) if wide else ld32(first))
        st64(out + 8, ld32(second))
    elif form == LAST:
        begins = t
        step = ld64(d + 8 * STEP)
        if step != 0:
            begins = t // step * step
        if ld64(second) != 0 and ld64(second) >= begins - ld64(d + 8 * LENGTH):
            st64(out, ld64(first))
            st64(out + 8, 1)
    elif form == EXTREME:
        if ld32(first) != 0:
            st64(out, ld64(second))
            st64(out + 8, 1)
    else:
        step = t // ld64(d + 8 * STEP)
        if form in (TILED_MIN, TILED_MAX):
            sign = 1 if form == TILED_MIN else -1
            best = NULL if row == 0 else _extreme_of(first, step, tiles, sign)
            if best != NULL:
                st64(out, best)
                st64(out + 8, 1)
            return
        if row > 0:
            old = turn(base + ld64(d + 8 * STEP_AT), step)
            roll(first, old, step, tiles)
            if form == TILED_PAIR:
                roll(second, old, step, tiles)
        st64(out, ld64(first))
        st64(out + 8, ld64(second) if form == TILED_PAIR else 1)


@njit("boolean(int64, int64, int64, int64)", **_OPTIONS)
def is_due(found_at, used_at, t, once):
    """Whether a rule may find a subject again; if so, that it does now."""
    last = ld64(found_at)
    if last != 0 and t - last < once:
        return False
    st64(found_at, t)
    st32(used_at, (t >> 21) + 1)
    return True


@njit("void(int64, int64, int64, int64, int64, int64, int64)", **_OPTIONS)
def emit(x, i, g, t, rule, testimony, size):
    """Write a finding: event, rule, time, and the values of the rule's windows as fractions.

    Offsets in the context are those of `Layout`: 32 variables, 56 slots, 72 out, 88 testimonies.
    """
    v = ld64(x + 32)
    number = ld64(v + 16)
    out = ld64(x + 72) + number * size
    st64(v + 16, number + 1)
    st64(out, g)
    st64(out + 8, rule)
    st64(out + 16, t)
    at = ld64(x + 88) + testimony
    for let in range(ld64(at)):
        row = ld32(ld64(x + 56) + 4 * i + ld64(at + 8 + 24 * let))
        table = ld64(at + 16 + 24 * let)
        base = ld64(table) + max(row, 0) * ld64(table + 64)
        measure(row, base, t, ld64(at + 24 + 24 * let), out + 24 + 16 * let)
