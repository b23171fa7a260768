"""The formats of call records that Fairtone knows, and which of them a file has."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from fairtone.events import FIELDS
from fairtone.sources.mapping import TRANSACTION, Mapping, MappingError
from fairtone.sources.source import SourceError

PARQUET = b"PAR1"


@cache
def formats() -> dict[str, Mapping]:
    """The known formats by name, in the order in which they are tried: the narrowest first."""
    folder = files("fairtone.sources") / "formats"
    found = [
        Mapping.from_toml(entry.read_text("utf-8"), f"formats/{entry.name}")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".toml")
    ]
    found.sort(key=lambda mapping: (-len(mapping.recognise), mapping.name))
    return {mapping.name: mapping for mapping in found}


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of a file, as far as its kind of table can be told without a mapping."""

    table: str
    header: tuple[str, ...]
    lines: tuple[str, ...]


def recognise(name: str, sample: Sample) -> Mapping:
    """The format of a file by its columns or first lines; `SourceError` if it is none of them."""
    for mapping in formats().values():
        if mapping.table != sample.table and not (
            sample.table == "parquet" and mapping.table == "csv" and mapping.columns is None
        ):
            continue
        if _fits(mapping, sample):
            return mapping
    raise SourceError(_advice(name, sample))


def _fits(mapping: Mapping, sample: Sample) -> bool:
    if mapping.table == "log":
        return any(marker in line for marker in mapping.markers for line in sample.lines)
    if mapping.columns is None:
        if mapping.rows == "events":
            known = {"kind", "at", *FIELDS}
            return {"kind", "at"} <= set(sample.header) and known >= set(sample.header)
        return set(mapping.required) <= set(sample.header)
    rows = list(csv.reader(sample.lines[:20], delimiter=mapping.delimiter))
    return bool(rows) and all(_row_fits(mapping, row) for row in rows[:1])


def _row_fits(mapping: Mapping, row: Sequence[str]) -> bool:
    columns = mapping.columns or ()
    least = max((columns.index(name) + 1 for name in mapping.required), default=len(columns))
    if not least <= len(row) <= len(columns):
        return False
    values = dict(zip(columns, row, strict=False))
    return all(
        re.search(pattern, values.get(name, "").strip()) is not None
        for name, pattern in mapping.recognise.items()
    )


def _advice(name: str, sample: Sample) -> str:
    message = f"`{name}` is in no format of call records that is known here"
    wanted = [
        mapping
        for mapping in formats().values()
        if mapping.columns is None and mapping.required and mapping.table == sample.table
    ]
    closest = max(
        wanted, key=lambda mapping: len(set(mapping.required) & set(sample.header)), default=None
    )
    if closest is not None and set(closest.required) & set(sample.header):
        message += f"; it is closest to {closest.name}, but {_difference(closest, sample)}"
    elif sample.lines:
        message += f"; it begins with `{sample.lines[0][:60]}`"
    else:
        message += "; it is empty"
    return f"{message}; write a mapping and give it with --map (docs/reference/mapping.md)"


def _difference(closest: Mapping, sample: Sample) -> str:
    missing = [column for column in closest.required if column not in sample.header]
    if missing:
        near = get_close_matches(missing[0], sample.header, 1, 0.4)
        hint = f" (did you mean the column `{near[0]}`)" if near else ""
        return f"has no column `{missing[0]}`{hint}"
    strange = next(column for column in sample.header if column not in ("kind", "at", *FIELDS))
    near = get_close_matches(strange, FIELDS, 1, 0.5)
    hint = f" (did you mean `{near[0]}`)" if near else ""
    return f"its column `{strange}` is no field of any event{hint}"


def check_columns(name: str, mapping: Mapping, have: Sequence[str]) -> None:
    """Raise `MappingError` unless the columns that the mapping cannot do without are there.

    Lines of JSON and of a log may each hold something else, so what the first lacks is not missing.
    """
    if mapping.rows == "events":
        for column in ("kind", "at"):
            if column not in have:
                raise MappingError(f"`{name}` has no column `{column}`; {_hint(column, have)}")
        return
    if mapping.table in ("json", "log"):
        return
    called = {"callee", "callee.dialled"} & set(mapping.fields)
    missing = {
        field: rule
        for field, rule in mapping.fields.items()
        if not any(source in have for source in rule.sources)
    }
    for field, rule in missing.items():
        needed = set(mapping.required) & set(rule.sources) or not mapping.required
        needed = needed or (field in called and called <= set(missing))
        if needed or (mapping.rows == "transactions" and field in TRANSACTION):
            source = rule.sources[0]
            hint = _hint(source, have)
            raise MappingError(f"`{name}` has no column `{source}` for `{field}`; {hint}")


def _hint(column: str, have: Sequence[str]) -> str:
    near = get_close_matches(column, have, 1, 0.5)
    return f"did you mean `{near[0]}`" if near else f"it has {', '.join(have)}"


def sample_of(head: str) -> Sample:
    """A look at the beginning of a text file."""
    lines = tuple(line for line in head.splitlines() if line.strip())
    first = lines[0].strip() if lines else ""
    if first.startswith(("{", "[")):
        return Sample("json", (), lines)
    log = [mapping for mapping in formats().values() if mapping.table == "log"]
    if any(marker in line for mapping in log for marker in mapping.markers for line in lines):
        return Sample("log", (), lines)
    delimiter = max(",;\t|", key=first.count)
    header = next(csv.reader([first], delimiter=delimiter), [])
    return Sample("csv", tuple(value.strip() for value in header), lines)
