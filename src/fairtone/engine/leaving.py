"""The kernel's text for events that leave: what has grown too old for its windows is taken back."""

from fairtone.engine.layout import Layout
from fairtone.engine.plan import Place, Plan, Ring
from fairtone.engine.text import Text
from fairtone.engine.windows import CHUNK


def write_expiry(text: Text, plan: Plan, layout: Layout, ring: Ring) -> None:
    """Take out of the windows of one length what is older than `cutoff`, up to `budget` records."""
    tables = {lookup: plan.tables[plan.lookups[lookup].table] for lookup in ring.rows}
    load_mask = "ld32" if ring.mask_bytes == 4 else "ld64"
    with text.function(f"expire_{ring.index}(x, cutoff, budget)"):
        text(f"v = ld64(x + {layout.vars})")
        text(f"tail = ld64(v + {layout.tail(ring.index)})")
        text(f"head = ld64(v + {layout.head(ring.index)})")
        text(f"q = ld64(x + {layout.ring(ring.index)})")
        for lookup, table in tables.items():
            text(f"b{lookup} = ld64(ld64(x + {layout.table(table.index)}))")
        text(f"due = np.int64({(1 << 62)})")
        with text.block("while tail < head:"):
            text(f"rec = record(q, tail, {ring.size})")
            text("due = ld64(rec)")
            text("if due >= cutoff or budget == 0: break")
            text("budget -= 1")
            text(f"ahead = record(q, min(tail + 6, head), {ring.size})")
            for lookup, table in tables.items():
                text(f"prefetch(b{lookup} + ld32(ahead + {ring.rows[lookup]}) * {table.size})")
            text(f"m = {load_mask}(rec + 8)")
            for lookup, table in tables.items():
                text(f"a{lookup} = b{lookup} + ld32(rec + {ring.rows[lookup]}) * {table.size}")
            for bit, places in _by_bit(plan, ring).items():
                with text.block(f"if m & {1 << bit} != 0:"):
                    for place, role in places:
                        _take_out(text, plan, layout, place, role)
            text("tail += 1")
            text(f"if tail & {CHUNK - 1} == 0: close_chunk(q, tail - 1, {ring.size})")
            text(f"due = np.int64({(1 << 62)})")
        text(f"st64(v + {layout.tail(ring.index)}, tail)")
        text(f"st64(v + {layout.due(ring.index)}, due)")
        text("return budget")


def _by_bit(plan: Plan, ring: Ring) -> dict[int, list[tuple[Place, str]]]:
    found: dict[int, list[tuple[Place, str]]] = {}
    for place in plan.places.values():
        if place.ring != ring.index:
            continue
        if place.window.aggregate == "share":
            found.setdefault(place.of_bits[0], []).append((place, "true"))
            found.setdefault(place.of_bits[1], []).append((place, "known"))
        else:
            found.setdefault(place.bit, []).append((place, ""))
    return found


def _take_out(text: Text, plan: Plan, layout: Layout, place: Place, role: str) -> None:
    row, slots = f"a{place.lookup}", place.slots
    match place.window.aggregate:
        case "share":
            add32(text, f"{row} + {slots['true' if role == 'true' else 'count']}", -1)
        case "count" | "new":
            add32(text, f"{row} + {slots['count']}", -1)
        case "sum" | "mean":
            at = f"{row} + {slots['sum']}"
            text(f"st64({at}, ld64({at}) - ld64(rec + {place.value_at}))")
            if place.window.aggregate == "mean":
                add32(text, f"{row} + {slots['count']}", -1)
        case "distinct":
            at = f"a{place.pair} + {slots['pair']}"
            text(f"left = ld32({at}) - 1")
            text(f"st32({at}, left)")
            with text.block("if left == 0:"):
                add32(text, f"{row} + {slots['count']}", -1)
        case "min" | "max":
            # Only the head of the row's chain of candidates can be the oldest of its records.
            size = plan.rings[place.ring].size
            with text.block(
                f"if ld32({row} + {slots['head']}) == (tail & {layout.ring_mask}) + 1:"
            ):
                text(f"following = ld32(rec + {place.link_at + 4})")
                text(f"st32({row} + {slots['head']}, following)")
                text(f"if following == 0: st32({row} + {slots['tail']}, 0)")
                with text.block("else:"):
                    text(f"best = record(q, following - 1, {size})")
                    text(f"st32(best + {place.link_at}, 0)")
                    text(f"st64({row} + {slots['best']}, ld64(best + {place.value_at}))")


def add32(text: Text, at: str, amount: int) -> None:
    """Add to a counter of four bytes."""
    text(f"st32({at}, ld32({at}) {'+' if amount > 0 else '-'} {abs(amount)})")
