"""A policy from its folder or its text: read, checked as a whole, and named by its hash."""

import re
from dataclasses import dataclass
from pathlib import Path

from fairtone.policy.contradictions import contradictions
from fairtone.policy.coverage import coverage_of
from fairtone.policy.document import Document, Section, read_document
from fairtone.policy.example_events import read_events
from fairtone.policy.examples import ExampleReader
from fairtone.policy.front_matter import FILES, FrontMatter, read_front_matter
from fairtone.policy.identity import digest
from fairtone.policy.issue import Issue, PolicyErrors, listed, nearest
from fairtone.policy.issues import meaning as wrong_meaning
from fairtone.policy.issues import names as wrong_names
from fairtone.policy.issues import text as wrong
from fairtone.policy.ladders import LadderReader
from fairtone.policy.lists import read_lists, read_text
from fairtone.policy.model import Clause, Ladder, NamedList, Place, Policy, Rule, Test
from fairtone.policy.ratios import unguarded_ratios
from fairtone.policy.rules import RuleReader
from fairtone.policy.wording import text_of

FILE = "policy.md"
FILLED = ("organisation", "contact", "version")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. `policy` is there if nothing was an error."""

    policy: Policy | None
    issues: tuple[Issue, ...]

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that keep the policy from being used."""
        return tuple(issue for issue in self.issues if issue.severity == "error")


def load(path: str | Path) -> Policy:
    """The policy in a folder, or in one Markdown file.

    Raises `PolicyErrors` if something is wrong with it, `OSError` if it cannot be read.
    """
    return _usable(check(path))


def parse(text: str, file: str = FILE) -> Policy:
    """A policy from its text alone, without lists or files. Raises `PolicyErrors`."""
    return _usable(check_text(text, file))


def _usable(report: Report) -> Policy:
    if report.policy is None:
        raise PolicyErrors(report.errors)
    return report.policy


def check(path: str | Path) -> Report:
    """Everything that can be said about the policy in a folder, or in one Markdown file."""
    path = Path(path)
    file = path / FILE if path.is_dir() else path
    issues: list[Issue] = []
    file.stat()
    text = read_text(file, file.name, issues)
    if text is None:
        return Report(None, tuple(issues))
    return check_text(text, file.name, file.parent if path.is_dir() else None)


def check_text(text: str, file: str = FILE, folder: Path | None = None) -> Report:
    """Everything that can be said about a policy's text, with the files of its folder."""
    issues: list[Issue] = []
    document = read_document(text, file, issues)
    front = read_front_matter(document.front, file, issues)
    lists: tuple[NamedList, ...] = ()
    if folder is not None:
        _check_files(front, folder, issues)
        named = [str(getattr(front.meta, name)) for name in FILES]
        lists = read_lists(folder, named, issues)
    policy = _Assembly(document, front, lists, folder, issues).policy()
    ordered = sorted(issues, key=lambda issue: (issue.place.file != file, *_order(issue)))
    if any(issue.severity == "error" for issue in issues):
        return Report(None, tuple(ordered))
    return Report(policy, tuple(ordered))


def _order(issue: Issue) -> tuple[str, int, int]:
    return issue.place.file, issue.place.line, issue.place.column


def _check_files(front: FrontMatter, folder: Path, issues: list[Issue]) -> None:
    for name in FILES:
        value = str(getattr(front.meta, name))
        if value and not (folder / value).is_file():
            there = [str(p.relative_to(folder)) for p in sorted(folder.rglob("*.csv"))]
            place = front.places.get(name, Place(FILE, 1))
            issues.append(wrong.MissingFile(place, value, near=nearest(value, there)))


class _Assembly:
    """Puts the pieces of a document together."""

    def __init__(
        self,
        document: Document,
        front: FrontMatter,
        lists: tuple[NamedList, ...],
        folder: Path | None,
        issues: list[Issue],
    ) -> None:
        self._document = document
        self._front = front
        self._lists = lists
        self._folder = folder
        self._issues = issues

    def policy(self) -> Policy:
        document, meta = self._document, self._front.meta
        clauses = tuple(self._clause(section) for section in document.sections)
        rules = self._rules()
        tests = self._tests(rules)
        ladders = self._ladders()
        self._placeholders()
        self._unused_lists(rules)
        for rule in rules:
            self._issues.extend(contradictions(rule))
            self._issues.extend(unguarded_ratios(rule))
        prose = "\n".join(line for _, line in document.prose)
        policy = Policy(
            meta=meta,
            clauses=clauses,
            rules=rules,
            ladders=ladders,
            tests=tests,
            lists=self._lists,
            folder=self._folder,
            hash=self._hash(clauses, rules, ladders),
            prose=self._fill(prose),
        )
        self._coverage(policy)
        return policy

    def _hash(
        self, clauses: tuple[Clause, ...], rules: tuple[Rule, ...], ladders: tuple[Ladder, ...]
    ) -> str:
        return digest(
            "policy",
            self._front.meta.version,
            [[clause.id, clause.hash] for clause in clauses],
            [[rule.name, rule.clause, rule.hash] for rule in rules],
            [[ladder.clause, ladder.relations, repr(ladder.steps)] for ladder in ladders],
            [
                [one.name, one.holds, sorted(entry for entry, _ in one.entries)]
                for one in self._lists
            ],
        )

    def _clause(self, section: Section) -> Clause:
        text = self._fill("\n".join(line for _, line in section.prose)).strip()
        text = re.sub(r"\n{3,}", "\n\n", text)
        return Clause(
            id=section.id,
            title=self._fill(section.title),
            level=section.level,
            text=text,
            hash=digest("clause", section.id, section.title, text),
            control=section.control,
            unenforced=section.unenforced,
            place=section.place,
        )

    def _fill(self, text: str) -> str:
        meta = self._front.meta
        words = {name: str(getattr(meta, name)) for name in FILLED}
        return _PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), text)

    def _placeholders(self) -> None:
        for number, line in self._document.prose:
            for found in _PLACEHOLDER.finditer(line):
                if found[1] not in FILLED:
                    place = Place(self._document.file, number, found.start() + 1)
                    facts = {"near": nearest(found[1], FILLED), "known": listed(FILLED, "and")}
                    self._issues.append(wrong.UnknownPlaceholder(place, found[1], **facts))

    def _rules(self) -> tuple[Rule, ...]:
        lists = {listed_here.name: listed_here for listed_here in self._lists}
        reader = RuleReader(self._document.file, self._front.meta, lists, self._issues)
        found: dict[str, Rule] = {}
        places: dict[str, Place] = {}
        for block in self._document.blocks:
            if block.kind != "rule":
                continue
            rule = reader.rule(block)
            if block.name and block.name in places:
                line = places[block.name].line
                self._issues.append(wrong.DuplicateRule(block.place, block.name, line=line))
                continue
            places[block.name] = block.place
            if rule is not None:
                found[rule.name] = rule
        return tuple(found.values())

    def _tests(self, rules: tuple[Rule, ...]) -> tuple[Test, ...]:
        reader = ExampleReader(self._document.file, self._front.meta, self._issues)
        named = {block.name for block in self._document.blocks if block.kind == "rule"}
        tests = []
        for block in self._document.blocks:
            if block.kind != "test":
                continue
            test, places = reader.example(block)
            tests.append(test)
            for expect in test.expect:
                if expect.rule and expect.rule not in named:
                    facts = {"near": nearest(expect.rule, named), "known": listed(sorted(named))}
                    place = places[expect.rule]
                    self._issues.append(wrong_names.UnknownRule(place, expect.rule, **facts))
            for given in test.given:
                if (
                    given.file
                    and self._folder
                    and not (self._folder / "tests" / given.file).is_file()
                ):
                    near = nearest(given.file, (p.name for p in (self._folder / "tests").glob("*")))
                    place = places[given.file]
                    self._issues.append(wrong.MissingFile(place, f"tests/{given.file}", near=near))
                elif given.file and self._folder:
                    name = f"tests/{given.file}"
                    text = read_text(self._folder / name, name, self._issues)
                    if text is not None:
                        read_events(text, name, self._front.meta.currency, self._issues)
        covered = {expect.rule for test in tests for expect in test.expect}
        covered |= {test.name for test in tests}
        for rule in rules:
            if rule.mode == "enforce" and rule.name not in covered:
                self._issues.append(wrong_meaning.EnforcedWithoutTest(rule.place, rule.name))
        return tuple(tests)

    def _ladders(self) -> tuple[Ladder, ...]:
        reader = LadderReader(self._document.file, self._issues)
        found: list[Ladder] = []
        for block in self._document.blocks:
            if block.kind != "ladder":
                continue
            ladder = reader.ladder(block)
            for other in found:
                same = set(other.relations) & set(ladder.relations) or (
                    not other.relations and not ladder.relations
                )
                if other.clause == ladder.clause and same:
                    whom = listed(sorted(set(ladder.relations)), "and") or "everybody"
                    facts: dict[str, str | int] = {"whom": whom, "line": other.place.line}
                    self._issues.append(
                        wrong_meaning.DuplicateLadder(block.place, ladder.clause, **facts)
                    )
            found.append(ladder)
        return tuple(found)

    def _unused_lists(self, rules: tuple[Rule, ...]) -> None:
        if any(issue.severity == "error" for issue in self._issues):
            return
        said = " ".join(
            text_of(part)
            for rule in rules
            for part in (rule.when, *([rule.unless] if rule.unless else []), *rule.lets)
        )
        for one in self._lists:
            if f'in "{one.name}"' not in said:
                self._issues.append(wrong.UnusedList(Place(one.file, 1), one.name))

    def _coverage(self, policy: Policy) -> None:
        blocks = {block.clause for block in self._document.blocks if block.kind == "rule"}
        clauses = policy.clauses
        for place, covered in enumerate(coverage_of(policy)):
            clause = covered.clause
            parent = place + 1 < len(clauses) and clauses[place + 1].level > clause.level
            if covered.state == "open" and not parent and clause.id not in blocks:
                self._issues.append(wrong.ClauseNotKept(clause.place, clause.id))
