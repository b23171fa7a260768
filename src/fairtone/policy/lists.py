"""The lists of a policy: files `lists/NAME.csv` whose first line says what is on them.

The first line is `TYPE,note`; every other line is an entry and, where somebody wrote one, a note.
Lines that begin with `#` are comments.
"""

import csv
import ipaddress
import re
from collections.abc import Iterable
from pathlib import Path

from phonenumbers import SUPPORTED_REGIONS

from fairtone.policy.issue import Issue, listed, nearest
from fairtone.policy.issues import text as wrong
from fairtone.policy.model import NamedList, Place
from fairtone.policy.vocabulary import LISTS

_EXPECTED = {
    "number": "a number with `+` and its country code",
    "prefix": "the leading digits of numbers, country code first",
    "address": "an address or a network such as `192.0.2.0/24`",
    "country": "a country as two letters (ISO 3166)",
    "account": "an account",
    "text": "a text",
    "pattern": "a text",
}


def read_lists(folder: Path, besides: Iterable[str], issues: list[Issue]) -> tuple[NamedList, ...]:
    """The lists in a policy's folder, but for the files `besides` that are something else."""
    other = {(folder / name).resolve() for name in besides if name}
    found = []
    for path in sorted((folder / "lists").glob("*.csv")):
        if path.resolve() not in other:
            text = read_text(path, f"lists/{path.name}", issues)
            if text is not None:
                made = read_list(path.stem, text, f"lists/{path.name}", issues)
                if made is not None:
                    found.append(made)
    return tuple(found)


def read_text(path: Path, name: str, issues: list[Issue]) -> str | None:
    """A file's text, or `None` after an issue."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"octet {error.object[error.start]:#04x} at offset {error.start}"
        line = error.object[: error.start].count(b"\n") + 1
        issues.append(wrong.UnreadableText(Place(name, line), reason=reason))
        return None


def read_list(name: str, text: str, file: str, issues: list[Issue]) -> NamedList | None:
    """A list from its text; entries that are not what it holds become issues and are left out."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1)]
    rows = [(number, line) for number, line in lines if line.strip() and line[:1] != "#"]
    header = rows[0][1].split(",")[0].strip() if rows else ""
    if header not in LISTS:
        facts = {"near": nearest(header, LISTS), "known": listed(LISTS)}
        issues.append(wrong.BadList(Place(file, rows[0][0] if rows else 1), header, **facts))
        return None
    entries: dict[str, str] = {}
    seen: dict[str, int] = {}
    for number, line in rows[1:]:
        try:
            cells = next(csv.reader([line]))
        except csv.Error:
            cells = line.split(",")
        entry = cells[0].strip()
        note = ",".join(cells[1:]).strip()
        if not _fits(entry, header):
            facts = {"expected": _EXPECTED[header]}
            issues.append(wrong.BadEntry(Place(file, number), entry, **facts))
            continue
        if header == "number":
            entry = entry.replace(" ", "")
        # An account is compared exactly; everything else without regard to case.
        same = entry if header == "account" else entry.lower()
        if same in seen:
            issues.append(wrong.DuplicateEntry(Place(file, number), entry, line=seen[same]))
            continue
        seen[same] = number
        entries[entry] = note
    return NamedList(name, header, tuple(entries.items()), file)  # type: ignore[arg-type]


def _fits(entry: str, holds: str) -> bool:
    match holds:
        case "number":
            return re.fullmatch(r"\+[1-9][\d ]{1,20}", entry, re.ASCII) is not None
        case "prefix":
            return re.fullmatch(r"\+?[1-9]\d{0,16}", entry, re.ASCII) is not None
        case "address":
            try:
                ipaddress.ip_network(entry, strict=False)
            except ValueError:
                return False
            return True
        case "country":
            return entry.upper() in SUPPORTED_REGIONS
        case _:
            return bool(entry)
