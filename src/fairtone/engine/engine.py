"""The engine that everything else uses: feed it events, ask it about one, have it explained."""

from fairtone.engine.finding import Finding, Verdict
from fairtone.engine.reference import ReferenceEngine
from fairtone.engine.testimony import Moment, Testimony, verdict_of
from fairtone.events import Batch, Event, check_batch, events_of
from fairtone.policy.model import Policy


class Engine:
    """Judges events against a policy, in the order given.

    State is a function of the policy and of the events so far; nothing else goes in.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._core = ReferenceEngine(policy)
        self._testimony = Testimony(policy)
        self._sequence = 0

    def feed(self, batch: Batch) -> list[Finding]:
        """Judge a batch of events; the findings, in order."""
        check_batch(batch)
        return [found for event in events_of(batch) for found in self._judge(event)]

    def ask(self, event: Event) -> Verdict:
        """Judge one event that waits for an answer. An emergency call passes, whatever is found."""
        findings = self._judge(event)
        if event.values.get("callee.emergency"):
            return Verdict("allow", "an emergency call always passes", findings=tuple(findings))
        return verdict_of(findings)

    def statistics(self) -> dict[str, object]:
        """Counts since the start: events, findings, and per rule how often it could not be judged."""
        return {"events": self._sequence, "unknown": dict(self._core.unknown)}

    def _judge(self, event: Event) -> list[Finding]:
        self._sequence += 1
        now, fired = self._core.judge(event)
        moment = Moment(now, event.at, self._sequence)
        return [
            self._testimony.finding(found.rule, moment, event.values.get, found.values)
            for found in fired
        ]
