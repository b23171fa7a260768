"""A mapping: which column of a file is which field of a call, and how it is written there.

A mapping is a TOML file; the formats that Fairtone knows are mappings too (`formats/`).
"""

import re
import tomllib
from collections.abc import Mapping as Settings
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from fairtone.events import FIELDS, Unit
from fairtone.sources.source import SourceError

TABLES: Final = ("csv", "json", "parquet", "log")
ROWS: Final = ("calls", "events", "transactions")

MOMENTS: Final = ("start", "answer", "end")
"""When the call was asked for, answered, over; a mapping can give them, no event carries them."""

EXTRA: Final[dict[str, str]] = {
    "start": "when the call was asked for",
    "answer": "when it was answered",
    "end": "when it was over",
    "total": "how long it took from start to end, ringing included",
    "cause": "why it was released: a Q.850 number or a FreeSWITCH name",
    "currency": "the currency of `cost`",
    "method": "the SIP method of a transaction",
    "tag": "the tag of the From header of a transaction, to tell its two ends apart",
}
"""What a mapping can name beside the fields of calls."""

TRANSACTION: Final = ("start", "method", "status", "call")
"""What a row must say if it is a SIP transaction."""

HOW_MOMENTS: Final = ("iso", "epoch", "epoch-ms", "epoch-us", "julian", "any")
HOW_DURATIONS: Final = ("s", "ms", "us", "ns", "min", "hms", "go")
_TOP: Final = (
    "name", "title", "about", "table", "rows", "columns", "required", "delimiter", "markers",
    "separator", "zone", "encoding", "currency", "recognise", "only", "fields", "example",
)  # fmt: skip
_RULE: Final = ("from", "take", "values", "as", "decode")
_DURATIONS: Final = ("total", *(name for name, f in FIELDS.items() if f.unit is Unit.DURATION))
_DERIVED: Final = ("clock", "weekend", "callee.clock", "account.age", "source.network")
_CALLS: Final = frozenset({"call.attempt", "call.answered", "call.ended"})


class MappingError(SourceError):
    """A mapping that makes no sense, or does not fit the file: says where, and what would."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a field comes from: the first of `sources` that holds something.

    `take` keeps what its group matches; `values` turns texts into values (`*` any other text, an
    empty value unknown); `how` is the form of a time or the unit of a duration; `decode` undoes
    percent-encoding.
    """

    sources: tuple[str, ...]
    take: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    how: str = ""
    decode: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """How the rows of a file become events."""

    name: str
    fields: Settings[str, Rule]
    title: str = ""
    about: str = ""
    table: str = "csv"
    rows: str = "calls"
    columns: tuple[str, ...] | None = None
    required: tuple[str, ...] = ()
    delimiter: str = ","
    markers: tuple[str, ...] = ()
    separator: str = ";"
    zone: str | None = None
    encoding: str | None = None
    currency: str | None = None
    recognise: Settings[str, str] = field(default_factory=dict)
    only: Settings[str, tuple[str, ...]] = field(default_factory=dict)
    example: str = ""

    @classmethod
    def from_file(cls, path: Path) -> "Mapping":
        """A mapping from a TOML file; `MappingError` says what is wrong with it."""
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as problem:
            raise MappingError(f"{path}: cannot be read as text: {problem}") from problem
        return cls.from_toml(text, str(path))

    @classmethod
    def from_toml(cls, text: str, where: str) -> "Mapping":
        """A mapping from TOML; `where` names it in messages."""
        try:
            settings = tomllib.loads(text)
        except tomllib.TOMLDecodeError as problem:
            raise MappingError(f"{where}: is no TOML: {str(problem).lower()}") from problem
        return _Reader(where).mapping(settings)

    @property
    def wanted(self) -> tuple[str, ...]:
        """All columns that it reads."""
        named = [source for rule in self.fields.values() for source in rule.sources]
        return tuple(dict.fromkeys([*named, *self.only]))


@dataclass(frozen=True, slots=True)
class _Reader:
    where: str

    def mapping(self, settings: dict[str, Any]) -> Mapping:
        for key in settings:
            self._known(key, _TOP, "setting")
        table = self._choice(settings, "table", TABLES)
        rows = self._choice(settings, "rows", ROWS)
        columns = self._texts(settings.get("columns"), "columns") or None
        rules = settings.get("fields", {})
        if not isinstance(rules, dict) or (not rules and rows != "events"):
            raise self._error("`[fields]` is missing", "say which column is which field")
        found = {name: self._rule(name, rule, columns) for name, rule in rules.items()}
        self._complete(found, rows)
        zone = settings.get("zone")
        if zone is not None:
            self._zone(zone)
        delimiter = settings.get("delimiter", ",")
        if not isinstance(delimiter, str) or len(delimiter) != 1:
            raise self._error(f"`delimiter` is `{delimiter}`", "expected one character")
        markers = self._texts(settings.get("markers"), "markers")
        if table == "log" and not markers:
            raise self._error(
                "`markers` is missing", "a log needs the text that stands before the pairs"
            )
        recognise = settings.get("recognise", {})
        for name, pattern in recognise.items():
            self._pattern(f"recognise.{name}", pattern)
        only = settings.get("only", {})
        return Mapping(
            name=str(settings.get("name", Path(self.where).stem)),
            fields=found,
            title=str(settings.get("title", "")),
            about=str(settings.get("about", "")),
            table=table,
            rows=rows,
            columns=columns,
            required=self._texts(settings.get("required"), "required"),
            delimiter=delimiter,
            markers=markers,
            separator=str(settings.get("separator", ";")),
            zone=zone,
            encoding=settings.get("encoding"),
            currency=settings.get("currency"),
            recognise=recognise,
            only={name: self._texts(values, f"only.{name}") for name, values in only.items()},
            example=str(settings.get("example", "")),
        )

    def _rule(self, name: str, rule: Any, columns: tuple[str, ...] | None) -> Rule:
        where = f"fields.{name}"
        fields = [item.name for item in FIELDS.values() if item.kinds & _CALLS]
        self._known(name, (*EXTRA, *fields), "field")
        if name in _DERIVED:
            raise self._error(f"`{where}` cannot be mapped", "it follows from other fields")
        if isinstance(rule, str | list):
            rule = {"from": rule}
        if not isinstance(rule, dict):
            raise self._error(f"`{where}` is `{rule}`", "expected a column or { from = ... }")
        for key in rule:
            self._known(key, _RULE, f"setting of `{where}`")
        sources = self._texts(rule.get("from"), f"{where}.from")
        if not sources:
            raise self._error(f"`{where}` says no column", 'expected from = "column"')
        for source in sources if columns is not None else ():
            if source not in columns:  # type: ignore[operator]
                near = _near(source, columns)  # type: ignore[arg-type]
                raise self._error(f"`{where}` reads `{source}`, no column of `columns`", near)
        if "take" in rule:
            self._pattern(f"{where}.take", rule["take"], groups=1)
        values = rule.get("values", {})
        if not isinstance(values, dict):
            raise self._error(f"`{where}.values` is `{values}`", 'expected { "text" = value }')
        decode = rule.get("decode", "")
        if decode not in ("", "percent"):
            raise self._error(f"`{where}.decode` is `{decode}`", "expected `percent`")
        return Rule(
            sources,
            rule.get("take"),
            tuple((str(text), _plain(value)) for text, value in values.items()),
            self._how(name, rule.get("as")),
            bool(decode),
        )

    def _how(self, name: str, how: Any) -> str:
        if name in MOMENTS:
            known: tuple[str, ...] = HOW_MOMENTS
            usual = "iso"
        elif name in _DURATIONS:
            known, usual = HOW_DURATIONS, "s"
        elif how is None:
            return ""
        else:
            raise self._error(f"`fields.{name}.as` is `{how}`", "only times and durations have it")
        if how is None:
            return usual
        if how in known or (name in MOMENTS and isinstance(how, str) and "%" in how):
            return str(how)
        more = ', or a form such as "%d/%m/%Y %H:%M:%S"' if name in MOMENTS else ""
        raise self._error(f"`fields.{name}.as` is `{how}`", f"expected {', '.join(known)}{more}")

    def _complete(self, found: Settings[str, Rule], rows: str) -> None:
        if rows == "events":
            return
        if "callee.dialled" not in found and "callee" not in found:
            raise self._error(
                "no column is the called number", "add `callee.dialled`, or `callee` if it is E.164"
            )
        if rows == "transactions":
            for name in TRANSACTION:
                if name not in found:
                    raise self._error(f"`fields.{name}` is missing", "a transaction needs it")
            return
        if "start" not in found and not ("end" in found and {"total", "duration"} & set(found)):
            raise self._error(
                "no column says when a call began", "add `start`, or `end` and `total`"
            )
        if not {"end", "total", "duration"} & set(found):
            raise self._error(
                "no column says when a call ended", "add `end`, `duration` or `total`"
            )

    def _known(self, name: str, known: tuple[str, ...], what: str) -> None:
        if name not in known:
            raise self._error(f"there is no {what} `{name}`", _near(name, known))

    def _choice(self, settings: Settings[str, Any], name: str, known: tuple[str, ...]) -> str:
        value = settings.get(name, known[0])
        if value not in known:
            raise self._error(f"`{name}` is `{value}`", _near(str(value), known))
        return str(value)

    def _texts(self, value: Any, name: str) -> tuple[str, ...]:
        listed = [value] if isinstance(value, str) else value or []
        if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
            raise self._error(f"`{name}` is `{value}`", "expected text or a list of texts")
        return tuple(listed)

    def _pattern(self, name: str, pattern: Any, groups: int = 0) -> None:
        try:
            have = re.compile(pattern).groups
        except (re.error, TypeError) as problem:
            raise self._error(f"`{name}` is no regular expression: {problem}", "") from problem
        if groups and have != groups:
            raise self._error(f"`{name}` has {have} groups", "expected one: what is kept")

    def _zone(self, zone: Any) -> None:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError, TypeError) as problem:
            expected = "expected an IANA name such as `America/New_York`"
            raise self._error(f"`zone` is `{zone}`", expected) from problem

    def _error(self, what: str, advice: str) -> MappingError:
        return MappingError(
            f"{self.where}: {what}; {advice}" if advice else f"{self.where}: {what}"
        )


def _near(name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, 1, 0.5)
    return f"did you mean `{near[0]}`" if near else f"expected one of {', '.join(known)}"


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
