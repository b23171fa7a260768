"""What makes two windows, two rules or two texts the same: hashes of what they mean.

A window is what it counts: its name in a rule and the thresholds it is held against are not part of
it. A rule is its condition and its consequence: not its place, its layout or its comments.
"""

import hashlib
import json
from dataclasses import replace

from fairtone.policy.model import Let, Rule, Window
from fairtone.policy.wording import text_of

LENGTH = 16


def digest(*parts: object) -> str:
    """The first 16 hex digits of the SHA-256 of some plain data as canonical JSON."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]


def identified(window: Window) -> Window:
    """The window with its hash."""
    parts = (
        window.kind,
        window.aggregate,
        window.field,
        None if window.of is None else text_of(window.of),
        None if window.where is None else text_of(window.where),
        list(window.keys),
        window.length,
        window.step,
        window.within,
    )
    return replace(window, hash=digest("window", *parts))


def identified_rule(rule: Rule) -> Rule:
    """The rule with its hash."""
    parts = (
        rule.kind,
        list(rule.subject),
        [[let.name, let.window.hash, list(let.lookup)] for let in _sorted(rule.lets)],
        text_of(rule.when),
        None if rule.unless is None else text_of(rule.unless),
        [text_of(action) for action in rule.actions],
        rule.because,
        rule.once,
        rule.mode,
    )
    return replace(rule, hash=digest("rule", *parts))


def _sorted(lets: tuple[Let, ...]) -> list[Let]:
    return sorted(lets, key=lambda let: let.name)
