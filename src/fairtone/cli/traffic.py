"""Files as one stream of events in order of time, with all that the policy knows of them added."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from fairtone.events import Batch, DialPlan
from fairtone.history import Input, Unread
from fairtone.insight import Accounts, Clocks, Insight, Networks, Numbering, Tariff
from fairtone.policy.model import Policy
from fairtone.sources import Order, Source, SourceError, in_order, open_source


def knowledge_of(policy: Policy, accounts: Path | None = None) -> Insight:
    """The insights that a policy's front matter asks for; `accounts` goes before its own list.

    Raises `ValueError` if a list cannot be used, `OSError` if it cannot be read.
    """
    meta = policy.meta
    folder = policy.folder or Path()
    plan = {name.replace(" ", "_"): codes for name, codes in meta.dial_plan}
    listed = accounts or (folder / meta.accounts if meta.accounts else None)
    return Insight.of(
        Numbering(DialPlan(country=meta.country, **plan)),
        Clocks(meta.timezone),
        Networks.from_file(folder / meta.networks) if meta.networks else Networks(),
        *([Accounts.from_file(listed)] if listed else []),
        *([Tariff.from_file(folder / meta.tariff, meta.currency)] if meta.tariff else []),
    )


class Traffic:
    """Several files as one stream; one that cannot be used at all is left out, see `refused`."""

    def __init__(
        self, files: Sequence[Path], policy: Policy, knowledge: Insight, mapping: Path | None = None
    ) -> None:
        self.files = tuple(files)
        self.order = Order()
        self.refused: list[str] = []
        self.sources: list[Source] = []
        self._knowledge = knowledge
        for file in files:
            try:
                source = open_source(
                    file,
                    mapping=mapping,
                    zone=policy.meta.timezone,
                    currency=policy.meta.currency,
                )
            except SourceError as problem:
                self.refused.append(str(problem))
            else:
                self.sources.append(source)

    def batches(self) -> Iterator[Batch]:
        """The events in order of time, ready to be judged."""
        if self.sources:
            for batch in in_order(self.sources, self.order):
                yield self._knowledge.add(batch)

    def progress(self) -> tuple[int, int]:
        """Bytes read so far, and in all."""
        parts = [source.progress() for source in self.sources]
        return sum(done for done, _ in parts), sum(total for _, total in parts)

    def empty(self) -> list[str]:
        """The sources of which nothing at all could be read, though there was something."""
        return [
            source.name
            for source in self.sources
            if source.unreadable.total and not sum(source.counts.values())
        ]

    def input(self) -> Input:
        """What was read and what was not; places bear the names of files, never their folders."""
        reasons: dict[str, Unread] = {}
        for source in self.sources:
            for reason, count in source.unreadable.by_reason().items():
                known = reasons.get(reason, Unread(reason, 0, ()))
                places = (*known.places, *source.unreadable.examples(reason))
                reasons[reason] = Unread(reason, known.count + count, places[:5])
        return Input(
            names=tuple(file.name for file in self.files),
            bytes=self.progress()[1],
            unreadable=tuple(sorted(reasons.values(), key=lambda each: -each.count)),
        )
