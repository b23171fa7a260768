"""The kernel's text for events that come: each is let into the windows that watch its kind."""

from fairtone.engine.conditions import row
from fairtone.engine.layout import Layout
from fairtone.engine.leaving import add32
from fairtone.engine.plan import Place, Plan, Ring
from fairtone.engine.text import Text
from fairtone.engine.windows import CHUNK


def _enters(plan: Plan, place: Place) -> str:
    """The condition under which an event of the right kind is in a window, but for its row."""
    parts = []
    bit = place.entry.filter
    if bit >= 0:
        parts.append(f"m{bit // 62} & {1 << bit % 62} != 0")
    return " and ".join(parts)


def _load_filters(text: Text, layout: Layout, plan: Plan, kind: int) -> None:
    if any(k == kind for k, _ in plan.filters):
        text(f"f = ld64(x + {layout.filters}) + i * {8 * layout.filter_words}")
        for word in range(layout.filter_words):
            text(f"m{word} = ld64(f + {8 * word})")


def write_entry(text: Text, plan: Plan, layout: Layout, kind: int) -> None:
    """Let an event of one kind into the windows that watch it."""
    places = [place for place in plan.places.values() if place.entry.kind == kind]
    with text.function(f"enter_{kind}(x, start, i, t)"):
        text(f"v = ld64(x + {layout.vars})")
        text(f"slots = ld64(x + {layout.slots}) + 4 * i")
        _load_filters(text, layout, plan, kind)
        used = sorted({p.lookup for p in places} | {p.pair for p in places if p.pair >= 0})
        for lookup in used:
            row(text, plan, layout, lookup)
        values = {p.entry.value for p in places if p.window.aggregate not in ("distinct", "new")}
        for value in sorted((v for v in values if v is not None), key=lambda v: v.field):
            word = plan.words[value]
            text(f"w{word} = ld64(ld64(x + {layout.word(word)}) + 8 * (start + i))")
        for place in places:
            if place.ring < 0:
                _let_in_loose(text, plan, place)
        for ring in plan.rings:
            mine = [place for place in places if place.ring == ring.index]
            if mine:
                _let_in_ring(text, plan, layout, ring, mine)


def _guard(plan: Plan, place: Place, *, value: bool = True) -> str:
    parts = [f"r{place.lookup} > 0"]
    entering = _enters(plan, place)
    if entering:
        parts.append(entering)
    if place.pair >= 0:
        parts.append(f"r{place.pair} > 0")
    elif value and place.entry.value is not None:
        parts.append(f"w{plan.words[place.entry.value]} != NULL")
    return " and ".join(parts)


def _let_in_loose(text: Text, plan: Plan, place: Place) -> None:
    """A stepped window, or a last value: no ring."""
    window, slots, row = place.window, place.slots, f"a{place.lookup}"
    with text.block(f"if {_guard(plan, place)}:"):
        value = f"w{plan.words[place.entry.value]}" if place.entry.value in plan.words else ""
        if window.aggregate == "last":
            text(f"st64({row} + {slots['value']}, {value})")
            text(f"st64({row} + {slots['at']}, t)")
            return
        n = place.tiles
        text(f"s = t // {window.step}")
        if window.aggregate in ("min", "max"):
            sign = 1 if window.aggregate == "min" else -1
            text(f"tile_extreme({row} + {slots['tiles']}, s, {n}, {value}, {sign})")
            return
        text(f"old = turn({row} + {slots['step']}, s)")
        for name in ("sum", "count", "true"):
            if name in slots:
                text(f"roll({row} + {slots[name]}, old, s, {n})")
        match window.aggregate:
            case "count":
                text(f"tile_add({row} + {slots['count']}, s, {n}, 1)")
            case "sum":
                text(f"tile_add({row} + {slots['sum']}, s, {n}, {value})")
            case "mean":
                text(f"tile_add({row} + {slots['sum']}, s, {n}, {value})")
                text(f"tile_add({row} + {slots['count']}, s, {n}, 1)")
            case "share":
                is_true, is_false = (_bit_set(bit) for bit in (place.of, place.of_not))
                text(f"if {is_true}: tile_add({row} + {slots['true']}, s, {n}, 1)")
                text(f"if {is_true} or {is_false}: tile_add({row} + {slots['count']}, s, {n}, 1)")
            case "distinct":
                text(
                    f"tile_pair({row} + {slots['count']}, a{place.pair} + {slots['pair']}, s, {n})"
                )
            case _:
                text(f"q = ld64(a{place.pair} + {slots['seen']})")
                text(f"st64(a{place.pair} + {slots['seen']}, t)")
                with text.block(f"if q == 0 or q < t - {window.within}:"):
                    text(f"tile_add({row} + {slots['count']}, s, {n}, 1)")


def _bit_set(bit: int) -> str:
    return f"(m{bit // 62} & {1 << bit % 62}) != 0"


def _let_in_ring(text: Text, plan: Plan, layout: Layout, ring: Ring, places: list[Place]) -> None:
    text(f"head = ld64(v + {layout.head(ring.index)})")
    text(f"ring = ld64(x + {layout.ring(ring.index)})")
    text(f"rec = record(ring, head, {ring.size})")
    text("m = np.int64(0)")
    guards: dict[str, list[Place]] = {}
    for place in places:
        guards.setdefault(_guard(plan, place), []).append(place)
    for guard, group in guards.items():
        with text.block(f"if {guard}:"):
            bits = {place.bit for place in group if place.window.aggregate not in ("share", "new")}
            if bits:
                text(f"m |= np.int64({sum(1 << bit for bit in bits)})")
            for place in group:
                _let_in(text, plan, layout, place)
    with text.block("if m != 0:"):
        text("st64(rec, t)")
        text(f"st{8 * ring.mask_bytes}(rec + 8, m)")
        lookups = {place.lookup for place in places}
        lookups |= {p.pair for p in places if p.window.aggregate == "distinct"}
        for lookup in sorted(lookups):
            text(f"st32(rec + {ring.rows[lookup]}, max(r{lookup}, 0))")
        for lookup in sorted(set(ring.rows) - lookups):
            text(f"st32(rec + {ring.rows[lookup]}, 0)")
        for value in sorted({p.entry.value for p in places if p.value_at}, key=str):
            assert value is not None
            text(f"st64(rec + {ring.values[value]}, w{plan.words[value]})")
        text(
            f"if head == ld64(v + {layout.tail(ring.index)}): st64(v + {layout.due(ring.index)}, t)"
        )
        text(f"st64(v + {layout.head(ring.index)}, head + 1)")
        text(f"if (head + 1) & {CHUNK - 1} == 0: open_chunk(ring, head + 1, {ring.size})")


def _let_in(text: Text, plan: Plan, layout: Layout, place: Place) -> None:
    window, slots, row = place.window, place.slots, f"a{place.lookup}"
    match window.aggregate:
        case "count":
            add32(text, f"{row} + {slots['count']}", 1)
        case "sum" | "mean":
            assert place.entry.value is not None
            at = f"{row} + {slots['sum']}"
            text(f"st64({at}, ld64({at}) + w{plan.words[place.entry.value]})")
            if window.aggregate == "mean":
                add32(text, f"{row} + {slots['count']}", 1)
        case "share":
            is_true, is_false = (_bit_set(bit) for bit in (place.of, place.of_not))
            with text.block(f"if {is_true}:"):
                text(f"m |= np.int64({1 << place.of_bits[0]})")
                add32(text, f"{row} + {slots['true']}", 1)
            with text.block(f"if {is_true} or {is_false}:"):
                text(f"m |= np.int64({1 << place.of_bits[1]})")
                add32(text, f"{row} + {slots['count']}", 1)
        case "distinct":
            at = f"a{place.pair} + {slots['pair']}"
            text(f"q = ld32({at})")
            text(f"st32({at}, q + 1)")
            with text.block("if q == 0:"):
                add32(text, f"{row} + {slots['count']}", 1)
        case "new":
            at = f"a{place.pair} + {slots['seen']}"
            text(f"q = ld64({at})")
            text(f"st64({at}, t)")
            with text.block(f"if q == 0 or q < t - {window.within}:"):
                text(f"m |= np.int64({1 << place.bit})")
                add32(text, f"{row} + {slots['count']}", 1)
        case _:
            _let_in_extreme(text, plan, layout, place)


def _let_in_extreme(text: Text, plan: Plan, layout: Layout, place: Place) -> None:
    """Candidates for a row's extreme are chained through the records, best first, youngest last."""
    assert place.entry.value is not None
    slots, row, ring = place.slots, f"a{place.lookup}", plan.rings[place.ring]
    value = f"w{plan.words[place.entry.value]}"
    worse = ">=" if place.window.aggregate == "min" else "<="
    text(f"back = ld32({row} + {slots['tail']})")
    text(f"mine = (head & {layout.ring_mask}) + 1")
    # The row knows the value of its youngest candidate: most events need not look at its record.
    with text.block(f"if back != 0 and ld64({row} + {slots['youngest']}) {worse} {value}:"):
        text(f"back = ld32(record(ring, back - 1, {ring.size}) + {place.link_at})")
        with text.block(
            f"while back != 0 and "
            f"ld64(record(ring, back - 1, {ring.size}) + {place.value_at}) {worse} {value}:"
        ):
            text(f"back = ld32(record(ring, back - 1, {ring.size}) + {place.link_at})")
    text(f"st32(rec + {place.link_at}, back)")
    text(f"st32(rec + {place.link_at + 4}, 0)")
    with text.block("if back == 0:"):
        text(f"st32({row} + {slots['head']}, mine)")
        text(f"st64({row} + {slots['best']}, {value})")
    with text.block("else:"):
        text(f"st32(record(ring, back - 1, {ring.size}) + {place.link_at + 4}, mine)")
    text(f"st32({row} + {slots['tail']}, mine)")
    text(f"st64({row} + {slots['youngest']}, {value})")
