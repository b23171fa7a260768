"""The engine that everything else uses: feed it events, ask it about one, have it explained."""

import copy
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from fairtone.engine.explaining import view
from fairtone.engine.fast import FastCore
from fairtone.engine.finding import Explanation, Finding, Verdict
from fairtone.engine.meaning import Meaning, Number
from fairtone.engine.recount import Recount
from fairtone.engine.reference import ReferenceEngine
from fairtone.engine.snapshot import restore, save
from fairtone.engine.testimony import Moment, Testimony, verdict_of
from fairtone.events import KINDS, Batch, Event, Value, check_batch, events_of
from fairtone.policy.model import Policy, Rule


class EventError(ValueError):
    """An event that cannot be judged: says what was wrong with it."""


class Engine:
    """Judges events against a policy, in the order given.

    State is a function of the policy and of the events so far; nothing else goes in. `secret` keys
    the hashes of accounts and texts in memory. `reference` runs the slow definition instead of the
    compiled kernel. `capacity` bounds the events in any one window, a power of two: it reserves
    address space, not memory.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        secret: bytes = b"",
        reference: bool = False,
        capacity: int = 1 << 28,
        cache: Path | None = None,
    ) -> None:
        self.policy = policy
        self._fast: FastCore | None = None
        self._slow: ReferenceEngine | None = None
        if reference:
            self._slow = ReferenceEngine(policy)
        else:
            self._fast = FastCore(policy, secret=secret, records=capacity, cache=cache)
            self._recount = Recount(self._fast)
        self._testimony = Testimony(policy)
        self._meaning = Meaning(policy)
        self._sequence = 0
        self._findings = 0
        self._faults = 0

    @property
    def now(self) -> int:
        """Engine time in microseconds, that of the last event or tick; 0 before the first."""
        core = self._fast or self._slow
        assert core is not None
        return core.now

    def feed(self, batch: Batch) -> list[Finding]:
        """Judge a batch of events, in order; the findings. `BatchError` if it has another shape."""
        check_batch(batch)
        found = list(self._feed(batch))
        self._findings += len(found)
        return found

    def _feed(self, batch: Batch) -> Iterator[Finding]:
        if self._slow is not None:
            for event in events_of(batch):
                yield from self._judge(event)
            return
        assert self._fast is not None
        before = self._sequence
        self._sequence += batch.num_rows
        claimed = batch.column("at")
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        for fired in self._fast.judge(batch):
            moment = Moment(fired.at, claimed[fired.row].value, before + fired.row + 1)
            fields = partial(_field, columns, fired.row)
            yield self._testimony.finding(fired.rule, moment, fields, fired.values)

    def ask(self, event: Event) -> Verdict:
        """Judge one event that waits for an answer. An emergency call passes, whatever is found."""
        if event.kind not in KINDS:
            raise EventError(f"`{event.kind}` is not a kind of event; one of {', '.join(KINDS)} is")
        if event.values.get("callee.emergency"):
            return self._let_pass(event)
        findings = self._judge(event)
        self._findings += len(findings)
        return verdict_of(findings) if findings else _NOTHING

    def _let_pass(self, event: Event) -> Verdict:
        """An emergency call is counted like any other, and passes even if that fails."""
        try:
            findings = self._judge(event)
        except Exception:  # noqa: BLE001
            # No fault of ours may stop an emergency call; it is told in `statistics`.
            self._faults += 1
            findings = []
        self._findings += len(findings)
        return Verdict("allow", "an emergency call always passes", findings=tuple(findings))

    def _judge(self, event: Event) -> list[Finding]:
        self._sequence += 1
        if self._slow is not None:
            now, fired = self._slow.judge(event)
            found: list[tuple[int, Rule, Any]] = [(now, one.rule, one.values) for one in fired]
        else:
            assert self._fast is not None
            found = [(one.at, one.rule, one.values) for one in self._fast.judge_one(event)]
        return [
            self._testimony.finding(
                rule, Moment(at, event.at, self._sequence), event.values.get, values
            )
            for at, rule, values in found
        ]

    def explain(self, event: Event) -> Explanation:
        """What every rule for this kind of event would say if it came now. Nothing is changed."""
        now = max(event.at, self.now + 1)
        value, last = self._hypothesis(event, now)
        views = []
        for rule in self.policy.rules:
            if rule.kind != event.kind:
                continue
            lets = {let.name: let for let in rule.lets}
            known = {name: value(rule, lets[name].name) for name in lets}
            before = last(rule)
            quiet = bool(rule.once and before and now - before < rule.once)
            views.append(view(rule, self._meaning, event, known.__getitem__, quiet=quiet))
        return Explanation(now, event.kind, tuple(views))

    def _hypothesis(
        self, event: Event, now: int
    ) -> tuple[Callable[[Rule, str], Number | None], Callable[[Rule], int]]:
        """How to look at a window, and at the last finding of a rule, as if the event had come."""
        if self._fast is not None:
            recount = self._recount

            def value(rule: Rule, name: str) -> Number | None:
                let = next(let for let in rule.lets if let.name == name)
                return recount.value(let, event, now)

            return value, lambda rule: recount.last_found(rule, event)
        assert self._slow is not None
        before, after = self._slow, copy.deepcopy(self._slow)
        after.judge(event)

        def slow_value(rule: Rule, name: str) -> Number | None:
            let = next(let for let in rule.lets if let.name == name)
            return after.value(let, event, now)

        return slow_value, lambda rule: before.last_found(rule, event)

    def tick(self, now: int, budget: int = 20_000) -> None:
        """Let engine time pass to `now` in quiet times, at most `budget` expiries at a call."""
        if self._fast is not None:
            self._fast.tick(now, budget)

    def snapshot(self, path: Path) -> None:
        """Write the whole state to a file."""
        if self._fast is None:
            raise ValueError("the reference engine keeps no snapshots; use the compiled one")
        save(self._fast, path, {"sequence": self._sequence, "findings": self._findings})

    def restore(self, path: Path) -> None:
        """Take the state of a snapshot of the same policy. `SnapshotError` if it is of another."""
        if self._fast is None:
            raise ValueError("the reference engine keeps no snapshots; use the compiled one")
        counts = restore(self._fast, path)
        self._sequence, self._findings = counts["sequence"], counts["findings"]

    def statistics(self) -> dict[str, Any]:
        """Counts since the start: events, findings, late events, faults, unknown per rule.

        With the compiled engine also the state: `rows` and `records` now held, and their `bytes`.
        """
        core = self._fast or self._slow
        assert core is not None
        counts: dict[str, Any] = {
            "events": self._sequence,
            "findings": self._findings,
            "late": core.late,
            "faults": self._faults,
            "unknown": dict(core.unknown),
        }
        if self._fast is not None:
            counts |= self._fast.sizes()
        return counts


_NOTHING = Verdict("allow", "no rule objects")


def _field(columns: Mapping[str, Any], row: int, name: str) -> Value | None:
    column = columns.get(name)
    value: Value | None = None if column is None else column[row].as_py()
    return value
