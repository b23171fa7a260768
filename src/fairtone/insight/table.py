"""Lists that an insight reads: CSV with a header, `#` comments, and errors that say where."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

_Value = TypeVar("_Value")


class ListError(ValueError):
    """A list that cannot be read: says file, line, what came and what was expected."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list, by column name; an empty value is missing."""

    where: str
    values: dict[str, str]

    def text(self, column: str) -> str | None:
        """The value of a column, or `None`."""
        return self.values.get(column) or None

    def need(self, column: str) -> str:
        """The value of a column that each line must have."""
        value = self.text(column)
        if value is None:
            raise ListError(f"{self.where}: `{column}` is empty, expected a value")
        return value

    def read(
        self, column: str, reader: Callable[[str], _Value | None], expected: str
    ) -> _Value | None:
        """The value of a column as `reader` understands it; `None` from it is an error."""
        text = self.text(column)
        if text is None:
            return None
        try:
            value = reader(text)
        except (ValueError, OverflowError, ArithmeticError):
            value = None
        if value is None:
            raise ListError(f"{self.where}: `{column}` is `{text}`, expected {expected}")
        return value


def rows_of(path: Path, columns: Sequence[str], required: Sequence[str]) -> Iterator[Row]:
    """The lines of a CSV file whose header names `columns`, all of `required` among them."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise ListError(f"{path}: not UTF-8 at byte {problem.start}; save it as UTF-8") from problem
    except OSError as problem:
        raise ListError(f"{path}: cannot be read: {problem.strerror}") from problem
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not lines:
        raise ListError(f"{path}: is empty, expected a header with {', '.join(required)}")
    header = [name.strip().lower() for name in next(csv.reader([lines[0][1]]))]
    for name in header:
        if name not in columns:
            near = get_close_matches(name, columns, 1, 0.5)
            hint = f"did you mean `{near[0]}`" if near else f"expected {', '.join(columns)}"
            raise ListError(f"{path}:{lines[0][0]}: there is no column `{name}`; {hint}")
    for name in required:
        if name not in header:
            raise ListError(f"{path}:{lines[0][0]}: the column `{name}` is missing")
    for number, line in lines[1:]:
        values = [value.strip() for value in next(csv.reader([line]))]
        if len(values) > len(header):
            raise ListError(
                f"{path}:{number}: has {len(values)} values, expected {len(header)} as the header"
            )
        yield Row(f"{path}:{number}", dict(zip(header, values, strict=False)))
