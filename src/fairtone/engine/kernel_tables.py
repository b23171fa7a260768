"""Tables of rows by linear hashing: they grow and shrink by one bucket at a time, without a pause.

A bucket holds the number of its first row; rows never move, so that rings can refer to them. With
every insert at most one bucket is split (Litwin, "Linear hashing", VLDB 1980), with every delete at
most one is merged back; no call does more than that.

Control words: 0 rows, 1 buckets (addresses), 2 rows in use, 3 buckets in use, 4 address mask,
5 first free row, 6 rows ever used, 7 the sweeper's hand, 8 row size, 9 rows reserved, 10 the age
from which a row is over: no window can still hold its key.
"""

from fairtone.engine.guides import A_KIND, FIRST_KIND, FIRST_WORD, JOINED

LIVE, BUCKETS, MASK, FREE, HIGH, HAND, SIZE, MOST, OVER = (8 * word for word in range(2, 11))

AHEAD = 8
"""How many events ahead of their use buckets, and then rows, are asked for."""

_MIXERS = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93)


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def mixing(words: int) -> str:
    """Statements, on one line, that mix the words `k0`, `k1`, ... of a key into the hash `h`."""
    steps = [f"h = np.int64({_signed(0xA0761D6478BD642F)})"]
    for word in range(words):
        steps.append(f"h = (h ^ k{word}) * np.int64({_signed(_MIXERS[word % 4])})")
        steps.append("h ^= shift(h, 29)")
    steps.append(f"h = h * np.int64({_signed(0xE7037ED1A0B428DB)})")
    steps.append("h ^= shift(h, 32)")
    return "; ".join(steps)


def table_functions(words: int) -> str:
    """The source of find, put, split, sweep and their kin for keys of so many words."""
    keys = ", ".join(f"k{w}" for w in range(words))
    same = " and ".join(f"ld64(p + {8 * w}) == k{w}" for w in range(words))
    store = "\n    ".join(f"st64(p + {8 * w}, k{w})" for w in range(words))
    store_deep = "\n            ".join(f"st64(p + {8 * w}, k{w})" for w in range(words))
    read = ", ".join(f"ld64(p + {8 * w})" for w in range(words))
    load = "; ".join(f"k{w} = ld64(c{w} + 8 * j)" for w in range(words))
    load_late = load.replace("8 * j", "8 * i")
    columns = "; ".join(
        f"c{w} = ld64(x + ld64(d + {8 * (FIRST_WORD + w)})) + 8 * start" for w in range(words)
    )
    unknown = " or ".join(
        f"(k{w} == NULL and (ld64(d + {8 * (JOINED + w)}) == {w} or "
        f"(ld64(d + {8 * (JOINED + w)}) > {w} and k{min(w + 1, words - 1)} == NULL)))"
        for w in range(words)
    )
    return f"""
@njit(nogil=True, error_model="numpy")
def mix_{words}({keys}):
    {mixing(words)}
    return h


@njit(nogil=True, error_model="numpy")
def find_{words}(c, h, {keys}):
    rows = ld64(c); size = ld64(c + {SIZE})
    r = ld32(bucket_of(c, h))
    while r != 0:
        p = rows + r * size
        if {same}:
            return r
        r = ld32(p + {8 * words})
    return np.int64(0)


@njit(nogil=True, error_model="numpy")
def split_{words}(c):
    rows = ld64(c); heads = ld64(c + 8); size = ld64(c + {SIZE})
    made = ld64(c + {BUCKETS}); mask = ld64(c + {MASK})
    if made > mask:
        mask = 2 * mask + 1
        st64(c + {MASK}, mask)
    st64(c + {BUCKETS}, made + 1)
    # The buckets split next are known: their rows are asked for while this one is at work.
    prefetch(rows + ld32(heads + 4 * ((made + 6) & (mask >> 1))) * size)
    stay = np.int64(0); go = np.int64(0)
    r = ld32(heads + 4 * (made & (mask >> 1)))
    while r != 0:
        p = rows + r * size
        following = ld32(p + {8 * words})
        if mix_{words}({read}) & mask == made:
            st32(p + {8 * words}, go); go = r
        else:
            st32(p + {8 * words}, stay); stay = r
        r = following
    st32(heads + 4 * (made & (mask >> 1)), stay)
    st32(heads + 4 * made, go)


@njit(nogil=True, error_model="numpy")
def make_{words}(c, h, {keys}):
    rows = ld64(c); size = ld64(c + {SIZE})
    # A row of this bucket that is over serves again where it hangs: no growth, nothing to forget.
    over = ld64(c + {OVER})
    r = ld32(bucket_of(c, h))
    while r != 0:
        p = rows + r * size
        if ld32(p + {8 * words + 4}) < over:
            following = ld32(p + {8 * words})
            for word in range(size // 8):
                st64(p + 8 * word, 0)
            st32(p + {8 * words}, following)
            {store_deep}
            return r
        r = ld32(p + {8 * words})
    r = ld64(c + {FREE})
    if r != 0:
        st64(c + {FREE}, ld32(rows + r * size + {8 * words}))
    else:
        r = ld64(c + {HIGH}) + 1
        st64(c + {HIGH}, r)
    live = ld64(c + {LIVE}) + 1
    st64(c + {LIVE}, live)
    if 4 * live > 3 * ld64(c + {BUCKETS}):
        split_{words}(c)
    p = rows + r * size
    {store}
    at = bucket_of(c, h)
    st32(p + {8 * words}, ld32(at))
    st32(at, r)
    return r


@njit(nogil=True, error_model="numpy")
def put_{words}(c, h, {keys}):
    r = find_{words}(c, h, {keys})
    return make_{words}(c, h, {keys}) if r == 0 else r


@njit(nogil=True, error_model="numpy")
def merge_{words}(c):
    rows = ld64(c); heads = ld64(c + 8); size = ld64(c + {SIZE})
    last = ld64(c + {BUCKETS}) - 1; mask = ld64(c + {MASK})
    if last <= mask >> 1:
        mask = mask >> 1
        st64(c + {MASK}, mask)
    st64(c + {BUCKETS}, last)
    at = heads + 4 * (last & (mask >> 1))
    r = ld32(heads + 4 * last)
    st32(heads + 4 * last, 0)
    while r != 0:
        p = rows + r * size
        following = ld32(p + {8 * words})
        st32(p + {8 * words}, ld32(at)); st32(at, r)
        r = following


@njit(nogil=True, error_model="numpy")
def forget_{words}(c, r):
    rows = ld64(c); size = ld64(c + {SIZE})
    p = rows + r * size
    at = bucket_of(c, mix_{words}({read}))
    while ld32(at) != r:
        at = rows + ld32(at) * size + {8 * words}
    st32(at, ld32(p + {8 * words}))
    for word in range(size // 8):
        st64(p + 8 * word, 0)
    st32(p + {8 * words}, ld64(c + {FREE}))
    st64(c + {FREE}, r)
    live = ld64(c + {LIVE}) - 1
    st64(c + {LIVE}, live)
    if ld64(c + {BUCKETS}) > 1024 and 4 * live < ld64(c + {BUCKETS}):
        merge_{words}(c)


@njit(nogil=True, error_model="numpy")
def sweep_{words}(c, count):
    cutoff = ld64(c + {OVER}); rows = ld64(c); size = ld64(c + {SIZE})
    high = ld64(c + {HIGH}); hand = ld64(c + {HAND})
    if count > high:
        count = high
    for _ in range(count):
        hand += 1
        if hand > high:
            hand = np.int64(1)
        used = ld32(rows + hand * size + {8 * words + 4})
        if used != 0 and used < cutoff:
            forget_{words}(c, hand)
    st64(c + {HAND}, hand)


@njit(nogil=True, error_model="numpy")
def call_for_{words}(x, guide, start, row):
    d = ld64(x + 96) + guide
    e = d + {8 * FIRST_KIND} + {8 * A_KIND} * ld8(ld64(x + 16) + start)
    if ld64(e) != 0 or ld64(e + 8) != 0:
        c = ld64(x + ld64(d))
        j = np.int64(0)
        {columns}
        {load}
        {mixing(words)}
        if row != 0:
            prefetch(ld64(c) + ld32(bucket_of(c, h)) * ld64(c + {SIZE}))
        else:
            prefetch(bucket_of(c, h))


@njit(nogil=True, error_model="numpy")
def lookup_{words}(x, guide, start, n):
    d = ld64(x + 96) + guide
    c = ld64(x + ld64(d))
    rows = ld64(c); size = ld64(c + {SIZE}); heads = ld64(c + 8)
    mask = ld64(c + {MASK}); made = ld64(c + {BUCKETS})
    out = ld64(x + 56) + ld64(d + 8)
    kinds = ld64(x + 16) + start; scratch = ld64(x + 64); times = ld64(x + 48)
    filters = ld64(x + 40); wide = ld64(d + 16)
    {columns}
    # A few events are looked up one by one; many by stages, each ahead of the next.
    ahead = np.int64({AHEAD}) if n > {AHEAD} else np.int64(0)
    for j in range(n + 2 * ahead):
        if j < n:
            e = d + {8 * FIRST_KIND} + {8 * A_KIND} * ld8(kinds + j)
            mode = ld64(e)
            for q in range(ld64(e + 8)):
                if ld64(filters + j * wide + ld64(e + 16 + 16 * q)) & ld64(e + 24 + 16 * q) != 0:
                    mode = np.int64(2)
            if mode != 0:
                {load}
                if {unknown}:
                    mode = np.int64(-1)
                else:
                    {mixing(words)}
                    st64(scratch + 16 * j, h)
                    b = h & mask
                    if b >= made: b = b & (mask >> 1)
                    prefetch(heads + 4 * b)
            st64(scratch + 16 * j + 8, mode)
        if ahead <= j < n + ahead:
            i = j - ahead
            if ld64(scratch + 16 * i + 8) > 0:
                b = ld64(scratch + 16 * i) & mask
                if b >= made: b = b & (mask >> 1)
                p = rows + ld32(heads + 4 * b) * size
                prefetch(p)
                for line in range(64, size, 64):
                    prefetch(p + line)
                prefetch(p + size - 8)
        if j >= 2 * ahead:
            i = j - 2 * ahead
            mode = ld64(scratch + 16 * i + 8)
            r = np.int64(-1) if mode < 0 else np.int64(0)
            if mode > 0:
                h = ld64(scratch + 16 * i)
                {load_late}
                b = h & mask
                if b >= made: b = b & (mask >> 1)
                r = ld32(heads + 4 * b)
                while r != 0:
                    p = rows + r * size
                    if {same}: break
                    r = ld32(p + {8 * words})
                if mode == 2:
                    if r == 0:
                        r = make_{words}(c, h, {keys})
                        mask = ld64(c + {MASK}); made = ld64(c + {BUCKETS})
                    st32(rows + r * size + {8 * words + 4}, (ld64(times + 8 * i) >> 21) + 1)
            st32(out + 4 * i, r)
"""


BUCKET_OF = f"""
@njit(nogil=True, error_model="numpy")
def bucket_of(c, h):
    mask = ld64(c + {MASK})
    bucket = h & mask
    if bucket >= ld64(c + {BUCKETS}):
        bucket = bucket & (mask >> 1)
    return ld64(c + 8) + 4 * bucket
"""
