"""Source text, line by line, with its indentation."""

from collections.abc import Iterator
from contextlib import contextmanager


class Text:
    """Lines of generated Python. Call it with a line; open blocks with `block` and `function`."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._depth = 0
        self._names = 0

    def __call__(self, line: str) -> None:
        """Add one line at the present depth."""
        self._lines.append("    " * self._depth + line)

    def raw(self, text: str) -> None:
        """Add text as it is, at the margin."""
        self._lines.append(text)

    def name(self, stem: str) -> str:
        """A name that was not given before."""
        self._names += 1
        return f"{stem}_{self._names}"

    @contextmanager
    def block(self, opening: str) -> Iterator[None]:
        """What follows stands inside `opening`; an empty block passes."""
        self(opening)
        self._depth += 1
        before = len(self._lines)
        yield
        if len(self._lines) == before:
            self("pass")
        self._depth -= 1

    @contextmanager
    def function(
        self, signature: str, decorator: str = '@njit(nogil=True, error_model="numpy")'
    ) -> Iterator[None]:
        """What follows is the body of a function."""
        self("")
        self(decorator)
        with self.block(f"def {signature}:"):
            yield

    def __str__(self) -> str:
        return "\n".join(self._lines) + "\n"
