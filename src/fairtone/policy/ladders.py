"""Ladder blocks: the order of measures that people take for a clause."""

from typing import Any

from fairtone.policy import statements as said
from fairtone.policy.blocks import cut, read_statement
from fairtone.policy.document import Block
from fairtone.policy.issue import Issue, listed, nearest
from fairtone.policy.issues import meaning as wrong
from fairtone.policy.issues import names as wrong_names
from fairtone.policy.literals import LiteralReader
from fairtone.policy.model import Ladder, Place, Step

MEASURES = ("warn", "throttle", "restrict", "hold", "suspend", "revoke", "terminate", "refer")
"""What people can do, from the lightest to the heaviest."""

PEOPLE = {"suspend": 1, "revoke": 1, "terminate": 2, "refer": 2}
"""How many people must decide: machines restrain, people punish."""

ENDLESS = ("warn", "revoke", "terminate", "refer")
RELATIONS = ("employees", "contractors", "clients", "partners", "third-party")


class LadderReader:
    """Reads the ladder blocks of one policy."""

    def __init__(self, file: str, issues: list[Issue]) -> None:
        self._issues = issues
        self._literals = LiteralReader(file, "USD", issues)

    def ladder(self, block: Block) -> Ladder:
        """The ladder of a block."""
        relations: list[str] = []
        steps: list[Step] = []
        expire = 0
        for statement in cut(block):
            read = read_statement(statement, block, self._issues)
            match read:
                case said.ForStatement(words):
                    for word in words:
                        relations.append(self._known(word, RELATIONS, "relation"))
                case said.ExpireStatement(after):
                    expire = self._literals.span(after)
                case said.StepStatement():
                    place = Place(block.place.file, statement.first, statement.column)
                    step = self._step(read, place)
                    if steps:
                        self._order(steps[-1], step, place)
                    steps.append(step)
                case _:
                    continue
        return Ladder(block.clause, tuple(relations), tuple(steps), expire, block.place)

    def _step(self, read: said.StepStatement, place: Place) -> Step:
        measure = self._known(read.measure, MEASURES, "measure")
        people = self._literals.whole(read.people) if read.people is not None else 0
        lasting = self._literals.span(read.lasting) if read.lasting is not None else 0
        needed = PEOPLE.get(measure, 0)
        if people < needed:
            text = "1 person" if needed == 1 else f"{needed} people"
            self._issues.append(wrong.LadderPeople(place, measure, needed=text))
        if not lasting and measure not in ENDLESS:
            self._issues.append(wrong.OpenRestraint(place, measure))
        return Step(self._literals.whole(read.strikes), measure, lasting, people)

    def _order(self, before: Step, step: Step, place: Place) -> None:
        lighter = MEASURES.index(step.measure) < MEASURES.index(before.measure)
        if step.strikes <= before.strikes or lighter:
            facts = {"before": f"{before.strikes} {before.measure}"}
            text = f"{step.strikes} {step.measure}"
            self._issues.append(wrong.LadderOrder(place, text, **facts))

    def _known(self, word: Any, known: tuple[str, ...], what: str) -> str:
        text = str(word)
        if text not in known:
            facts = {"what": what, "near": nearest(text, known), "known": listed(known)}
            self._issues.append(wrong_names.UnknownWord(self._literals.place(word), text, **facts))
            return known[0]
        return text
