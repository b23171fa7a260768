"""Is a value on a list of the policy? One matcher per kind of list.

A value that is unknown is the caller's business: matchers are asked about known values only.
"""

import ipaddress
import re
from bisect import bisect_right
from collections.abc import Callable
from typing import TypeAlias

from fairtone.events import Value, address_words
from fairtone.policy.model import NamedList

Matcher: TypeAlias = Callable[[Value], bool]

_UNSIGNED = (1 << 64) - 1
_FOLD = {ord(upper): ord(upper) + 32 for upper in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def fold(text: str) -> str:
    """A text as texts are compared: ASCII capitals as small letters, everything else as it is."""
    return text.translate(_FOLD)


def matcher_of(listed: NamedList) -> Matcher:
    """What tells whether a value of the list's kind is on it."""
    entries = [entry for entry, _ in listed.entries]
    match listed.holds:
        case "number":
            numbers = {int(_digits(entry)) for entry in entries}
            return lambda value: value in numbers
        case "prefix":
            return _prefixes({_digits(entry) for entry in entries})
        case "address":
            return _networks(entries)
        case "account":
            accounts = set(entries)
            return lambda value: value in accounts
        case "country" | "text":
            texts = {fold(entry) for entry in entries}
            return lambda value: fold(str(value)) in texts
        case "pattern":
            if not entries:
                return lambda value: False
            found = re.compile("|".join(re.escape(fold(entry)) for entry in entries)).search
            return lambda value: found(fold(str(value))) is not None


def _digits(entry: str) -> str:
    return "".join(char for char in entry if char.isascii() and char.isdigit())


def _prefixes(prefixes: set[str]) -> Matcher:
    lengths = sorted({len(prefix) for prefix in prefixes})

    def on_list(value: Value) -> bool:
        digits = str(value)
        return any(digits[:length] in prefixes for length in lengths if length <= len(digits))

    return on_list


def _networks(entries: list[str]) -> Matcher:
    spans: list[tuple[int, int]] = []
    for entry in entries:
        network = ipaddress.ip_network(entry, strict=False)
        offset = (0xFFFF << 32) if network.version == 4 else 0
        first, last = int(network.network_address) + offset, int(network.broadcast_address) + offset
        spans.append((first, last))
    spans.sort()
    merged: list[list[int]] = []
    for first, last in spans:
        if merged and first <= merged[-1][1] + 1:
            merged[-1][1] = max(merged[-1][1], last)
        else:
            merged.append([first, last])
    starts = [first for first, _ in merged]

    def on_list(value: Value) -> bool:
        words = address_words(str(value))
        if words is None:
            return False
        whole = ((words[0] & _UNSIGNED) << 64) | (words[1] & _UNSIGNED)
        place = bisect_right(starts, whole) - 1
        return place >= 0 and whole <= merged[place][1]

    return on_list
