"""Faults of the fast engine: edits to the text of its kernel, as a slip in the generator makes them."""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace what a regular expression finds in the kernel's text, line by line."""

    pattern: str
    change: str


KERNEL_FAULTS: dict[str, tuple[Edit, ...]] = {
    "a window is one tick short": (
        Edit(r"if due >= cutoff or", "if due > cutoff or"),
        Edit(r"(if ld64\(v \+ \d+\)) < (t - \d+:)", r"\1 <= \2"),
    ),
    "a window is one tick long": (Edit(r"if due >= cutoff or", "if due >= cutoff - 1 or"),),
    "nothing is evicted": (Edit(r"expire_\d+\(x, t - \d+, np.int64\(-1\)\)", "pass"),),
    "events of one time share it": (Edit(r"if claimed <= now:", "if claimed < now:"),),
    "a late event turns the clock back": (
        Edit(r"if claimed <= now:", "if claimed == now:"),
    ),
    "the second word of a key is not compared": (Edit(r" and ld64\(p \+ 8\) == k1", ""),),
    "a key of which half is unknown is known": (
        Edit(r"(if \(k0 == NULL and .*?\)\)\)) or .*:", r"\1:"),
    ),
    "a value that leaves takes its sum along twice": (
        Edit(r"- ld64\(rec \+ (\d+)\)\)", r"- 2 * ld64(rec + \1))"),
    ),
    "a distinct value leaves with its first event": (Edit(r"if left == 0:\n( +st32\(a\d+ \+ \d+, ld32\(a\d+ \+ \d+\) - 1\))", r"if left >= 0:\n\1"),),
    "`new within` is one tick short": (Edit(r"q < t - (\d+):", r"q <= t - \1:"),),
    "`new` is always new": (Edit(r"if q == 0 or q < t - \d+:", "if True:"),),
    "an extreme is not followed by the next": (
        Edit(r"following = ld32\(rec \+ \d+\)", "following = np.int64(0)"),
    ),
    "an extreme is dropped by any later value": (
        Edit(r"while back != 0 and .*:", "while back != 0:"),
    ),
    "`where` is not asked": (Edit(r" and m0 & \d+ != 0", ""),),
    "tiles are rolled a step too late": (Edit(r"while place <= step:", "while place < step:"),),
    "a tile too many is kept": (
        Edit(r"place = step - tiles \+ 1", "place = step - tiles + 2"),
    ),
    "`once per` is off": (
        Edit(r"if last != 0 and t - last < once:", "if False:"),
    ),
    "`once per` is one tick long": (
        Edit(r"t - last < once:", "t - last <= once:"),
    ),
    "a missing field exempts": (
        Edit(r"if (c_\d+) != 2:\n( +(?:c = ld64|emit))", r"if \1 == 0:\n\2"),
    ),
    "what is unknown fires": (
        Edit(r"if c_\d+ == 1 or \(", "if ("),
    ),
    "not unknown is true": (
        Edit(r"= 2 - (c_\d+)$", r"= 2 if \1 != 2 else 0"),
    ),
    "a division by 0 is known": (Edit(r" and [ud]_\d+ != 0", ""),),
    "comparisons are turned about": (
        Edit(r"(compare\(.*?\)) >= 0 else", r"\1 > 0 else"),
    ),
    "keys are forgotten while they are in a window": (
        Edit(r"\(\(t - \d+\) >> 21\) - 2\)", "(t >> 21) + 2)"),
    ),
    "a table loses rows when it grows": (Edit(r"^( +)st32\(heads \+ 4 \* made, go\)", r"\1pass"),),
}  # fmt: skip


def planted(name: str) -> Callable[[str], str]:
    """What plants a fault in a text."""

    def plant(text: str) -> str:
        for edit in KERNEL_FAULTS[name]:
            text = re.sub(edit.pattern, edit.change, text, flags=re.MULTILINE)
        return text

    return plant
