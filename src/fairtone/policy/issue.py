"""Something that is wrong with a policy, where it stands, and what to do about it.

Every check has a class of its own in issues/; here is what they have in common.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from string import Formatter
from typing import ClassVar
from typing import Literal as Choice

from fairtone.policy.model import Place


class Issue:
    """One thing that is wrong.

    A subclass says `id`, `severity`, what is wrong (`says`), what to do (`hint`, or `otherwise`
    where a fact that the hint needs is not there), and shows an `example` that has the issue; the
    reference page and the tests are made of them. `text` is the offending piece of the policy,
    `facts` what else the sentences need.
    """

    id: ClassVar[str]
    severity: ClassVar[Choice["error", "warning"]] = "error"
    says: ClassVar[str]
    hint: ClassVar[str] = ""
    otherwise: ClassVar[str] = ""
    example: ClassVar[str]
    shape: ClassVar[Choice["rule", "clauses", "front matter", "test", "ladder", "files"]] = "rule"

    __slots__ = ("facts", "place", "text")

    def __init__(self, place: Place, text: str = "", **facts: str | int) -> None:
        self.place = place
        self.text = text
        self.facts = facts

    @property
    def message(self) -> str:
        """What is wrong: lowercase start, no full stop, the policy's own words in backticks."""
        return self.says.format(**self._words())

    @property
    def advice(self) -> str:
        """What to do about it; empty if the message says it."""
        words = self._words()
        for template in (self.hint, self.otherwise):
            needed = [name for _, name, _, _ in Formatter().parse(template) if name]
            if template and all(words.get(name) != "" for name in needed):
                return template.format(**words)
        return ""

    def _words(self) -> dict[str, str | int]:
        """What the sentences are filled with; a piece of text that is too long is cut."""
        words = {"text": self.text, **self.facts}
        ours = ("known", "expected", "kinds")
        return {name: word if name in ours else clipped(word) for name, word in words.items()}

    def __str__(self) -> str:
        where = f"{self.place.file}:{self.place.line}:{self.place.column}"
        advice = f"; {self.advice}" if self.advice else ""
        return f"{where}: {self.severity}: {self.message}{advice} [{self.id}]"

    def __repr__(self) -> str:
        return f"<{self}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Issue) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


LONGEST = 80
"""How many characters of a policy an issue repeats."""


def clipped(word: str | int) -> str | int:
    """A word on one line, its end left out if it is too long."""
    if isinstance(word, int):
        return word
    line = " ".join(word.split()) if "\n" in word else word
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}..."


class PolicyErrors(ValueError):
    """A policy cannot be used: `issues` says why, each with its place."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(map(str, self.issues)))


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was most likely meant, or nothing."""
    by_lower = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else ""


def listed(words: Iterable[str], last: str = "or") -> str:
    """Words as one reads them: `a`, `b` or `c`."""
    quoted = [f"`{word}`" for word in words]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"
