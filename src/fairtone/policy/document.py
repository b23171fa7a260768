"""A policy's Markdown taken apart: front matter, clauses with their prose, blocks with their lines.

Nothing is understood here but headings, fences and braces; every line keeps its number.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from fairtone.policy.issue import Issue, nearest
from fairtone.policy.issues import text as wrong
from fairtone.policy.model import Place

BLOCKS = ("rule", "test", "ladder")

_HEADING = re.compile(r"^(?P<title>.*?)\s*\{#(?P<inside>[^{}]*)\}\s*$")
_INSIDE = re.compile(
    r"^(?P<id>[A-Za-z0-9][\w.-]*)(?P<rest>(?:\s+[a-z]+=(?:\"[^\"]*\"|[^\s\"]+))*)\s*$"
)
_ATTRIBUTE = re.compile(r"([a-z]+)=(?:\"([^\"]*)\"|([^\s\"]+))")
_KEPT_BY = re.compile(r"^\s*(unenforced|control):\s+(\S.*?)\s*$")
_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*$")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: `lines` are the source lines inside it, the first has number `first`.

    `clause` is the id of the clause that it stands under, or empty.
    """

    kind: str
    name: str
    clause: str
    lines: tuple[str, ...]
    first: int
    place: Place


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with an id, and the lines of prose under it (number, text)."""

    id: str
    title: str
    level: int
    control: str
    unenforced: str
    prose: tuple[tuple[int, str], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Document:
    """A policy's text in pieces. `front` is the front matter, `None` if the text has none."""

    file: str
    front: str | None
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    prose: tuple[tuple[int, str], ...]


def read_document(text: str, file: str, issues: list[Issue]) -> Document:
    """Take a policy's text apart; what is wrong with its headings and fences goes to `issues`."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    front, body_start = _front_matter(lines)
    body = [""] * body_start + lines[body_start:]
    return _Reader(file, body, issues).read(front)


def _front_matter(lines: list[str]) -> tuple[str | None, int]:
    """The text between the first two `---`, and how many lines both take."""
    if lines[0].lstrip("\ufeff").rstrip() != "---":
        return None, 0
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in ("---", "..."):
            return "\n".join(lines[1:number]), number + 1
    return "\n".join(lines[1:]), len(lines)


class _Reader:
    """Walks over the tokens of markdown-it once, and remembers under which clause it is."""

    def __init__(self, file: str, lines: list[str], issues: list[Issue]) -> None:
        self.file = file
        self.lines = lines
        self.issues = issues
        self.sections: list[Section] = []
        self.blocks: list[Block] = []
        self.hidden: set[int] = set()  # numbers of lines that are not prose
        self.starts: list[tuple[int, Section | None]] = []  # where a clause begins, or ends

    def read(self, front: str | None) -> Document:
        tokens = MarkdownIt("commonmark").parse("\n".join(self.lines))
        current: Section | None = None
        for index, token in enumerate(tokens):
            if token.type == "heading_open":
                current = self._heading(token, tokens[index + 1], current)
            elif token.type == "fence":
                self._fence(token, current)
        prose = tuple(
            (number, line)
            for number, line in enumerate(self.lines, start=1)
            if number not in self.hidden
        )
        return Document(self.file, front, self._with_prose(prose), tuple(self.blocks), prose)

    def _heading(self, token: Token, inline: Token, current: Section | None) -> Section | None:
        line = token.map[0] + 1 if token.map else 1
        level = int(token.tag[1:])
        source = self.lines[line - 1]
        braces = _HEADING.match(inline.content)
        inside = _INSIDE.match(braces["inside"]) if braces else None
        if braces and not inside:
            offending = "{#" + braces["inside"] + "}"
            place = Place(self.file, line, source.find("{#") + 1)
            self.issues.append(wrong.BrokenHeading(place, offending))
        if braces is None or inside is None:
            # A deeper heading without an id is part of the clause; another one ends it.
            if current is None or level > current.level:
                return current
            self.starts.append((line, None))
            return None
        attributes = {name: a or b for name, a, b in _ATTRIBUTE.findall(inside["rest"])}
        place = Place(self.file, line, source.find("{#") + 3)
        section = Section(
            id=inside["id"],
            title=braces["title"],
            level=level,
            control=attributes.get("control", ""),
            unenforced=attributes.get("unenforced", ""),
            prose=(),
            place=place,
        )
        for earlier in self.sections:
            if earlier.id == section.id:
                self.issues.append(
                    wrong.DuplicateClause(place, section.id, line=earlier.place.line)
                )
        self.sections.append(section)
        self.starts.append((line, section))
        return section

    def _fence(self, token: Token, current: Section | None) -> None:
        kind, _, name = token.info.strip().partition(" ")
        if not token.map or kind not in BLOCKS:
            near = nearest(kind, BLOCKS) if kind != "text" else ""  # `text` is a sample
            if near and token.map:
                place = Place(self.file, token.map[0] + 1, 1)
                self.issues.append(wrong.UnknownBlock(place, kind, near=near))
            return
        start, end = token.map
        name = name.strip()
        source = self.lines[start]
        place = Place(self.file, start + 1, source.find(token.info.strip()) + 1)
        closed = end - start >= 2 and token.markup in self.lines[end - 1]
        self.hidden.update(range(start + 1, end + 1))
        if not closed:
            self.issues.append(wrong.UnclosedBlock(place, kind))
            return
        if current is None:
            self.issues.append(wrong.RuleOutsideClause(place, kind))
        if kind != "ladder" and not _NAME.match(name):
            self.issues.append(wrong.NamelessBlock(place, name, block=kind))
        inside = token.content.split("\n")[: end - start - 2]
        raw = self.lines[start + 1 : end - 1]
        lines = tuple(
            " " * (len(line) - len(content)) + content
            for line, content in zip(raw, inside, strict=False)
        )
        clause = current.id if current else ""
        self.blocks.append(Block(kind, name, clause, lines, start + 2, place))

    def _with_prose(self, prose: tuple[tuple[int, str], ...]) -> tuple[Section, ...]:
        """The sections with their lines of prose, and what these say of how they are kept."""
        starts = [*self.starts, (len(self.lines) + 1, None)]
        filled = []
        for (begin, section), (end, _) in pairwise(starts):
            if section is None:
                continue
            own, said = [], {"control": section.control, "unenforced": section.unenforced}
            for number, line in prose:
                if begin < number < end:
                    kept = _KEPT_BY.match(line)
                    if kept:
                        said[kept[1]] = kept[2]
                    else:
                        own.append((number, line))
            filled.append(
                Section(
                    id=section.id,
                    title=section.title,
                    level=section.level,
                    control=said["control"],
                    unenforced=said["unenforced"],
                    prose=tuple(own),
                    place=section.place,
                )
            )
        return tuple(filled)
