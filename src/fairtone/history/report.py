"""The report of a replay: one HTML file that needs nothing else, to read, print and mail.

Words and numbers are made ready here, where they lie on the page is the templates' business.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from fractions import Fraction

import jinja2
from markdown_it import MarkdownIt
from markupsafe import Markup

import fairtone
from fairtone.engine import Side, duration, worded
from fairtone.events import Unit
from fairtone.history.amounts import moment, money, number, percent, size, titled, zone_of
from fairtone.history.atlas import atlas, spots
from fairtone.history.calls import clock_of, table_of
from fairtone.history.chart import HEIGHT, WIDTH, chart_of, lane_of, volume_of
from fairtone.history.exhibit import Exhibit, Panel, Similar
from fairtone.history.result import Replay
from fairtone.policy import text_of
from fairtone.policy.model import Clause, Condition, Let, Rule

# Raw HTML is shown as text; images would have to be fetched.
_PROSE = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")

_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("fairtone.history", "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def report_of(replay: Replay) -> str:
    """The report as one HTML document; every text from outside is escaped."""
    words = Words(replay)
    return _TEMPLATES.get_template("report.html").render(
        replay=replay,
        policy=replay.policy,
        meta=replay.policy.meta,
        words=words,
        titled=titled,
        atlas=atlas(),
        spots=spots,
        volume=volume_of(replay.overview),
        lanes=[lane_of(each.clause, dict(each.marks)) for each in replay.clauses],
        quiet=[rule for rule in replay.policy.rules if rule.name not in _names(replay)],
        box=(WIDTH, HEIGHT),
        version=fairtone.__version__,
    )


def _names(replay: Replay) -> set[str]:
    return {each.rule.name for each in replay.fired}


@dataclass(frozen=True, slots=True)
class Words:
    """How the report says things: amounts in the policy's currency, times in its time zone."""

    replay: Replay

    @property
    def zone(self) -> tzinfo:
        """The provider's time zone."""
        return zone_of(self.replay.policy.meta.timezone)

    @property
    def zone_name(self) -> str:
        """What the times on the page are in."""
        return str(self.zone)

    def when(self, at: int) -> str:
        """A moment to the second."""
        when = moment(at, self.zone)
        return f"{when.day} {when:%b %Y, %H:%M:%S}"

    def day(self, at: int) -> str:
        """A moment to the minute, without the year."""
        when = moment(at, self.zone)
        return f"{when.day} {when:%b %H:%M}"

    def iso(self, at: int) -> str:
        """A moment for machines."""
        return moment(at).isoformat()

    def tick(self, at: int, panel: Panel) -> str:
        """A moment under a drawing, as fine as the drawing is wide."""
        when = moment(at, self.zone)
        wide = panel.moments[-1] - panel.moments[0]
        if wide > 86_400_000_000:
            return f"{when.day} {when:%b %H:%M}"
        return f"{when:%H:%M:%S}" if wide < 7_200_000_000 else f"{when:%H:%M}"

    def clock(self, at: int) -> str:
        """A moment to the millisecond."""
        return clock_of(at, self.zone)

    def span(self, microseconds: int) -> str:
        """How long something took."""
        return duration(microseconds // 1000)

    def money(self, millionths: int | None) -> str:
        """An amount, or a dash where no cost is known."""
        return "–" if millionths is None else money(millionths, self.replay.policy.meta.currency)

    def amount(self, millionths: int) -> str:
        """An amount without its currency."""
        return money(millionths, "").strip()

    def count(self, value: int, one: str, many: str = "") -> str:
        """A count with its noun."""
        return number(value, one, many)

    def size(self, count: int) -> str:
        """A number of bytes."""
        return size(count)

    def percent(self, part: int, whole: int) -> str:
        """A part of a whole."""
        return percent(part, whole)

    def value(self, value: float | None, unit: Unit) -> str:
        """A measured value in words."""
        return worded(None if value is None else Fraction(value), unit, self._currency)

    @property
    def _currency(self) -> str:
        return self.replay.policy.meta.currency

    def subjects(self, kinds: dict[str, int]) -> str:
        """`12 accounts, 1 address`: the subjects of a clause by kind."""
        plural = {"address": "addresses"}
        parts = [number(count, kind, plural.get(kind, "")) for kind, count in kinds.items()]
        return ", ".join(parts)

    def actions(self, exhibit: Exhibit) -> list[str]:
        """What the rule says should follow, in the policy's words."""
        return [text_of(action, self._currency) for action in exhibit.finding.actions]

    def policy_text(self, node: Condition | Let) -> str:
        """A condition or a window in the policy's words."""
        return text_of(node, self._currency)

    def prose(self, clause: Clause) -> Markup:
        """The text of a clause as HTML, with what its front matter fills in."""
        meta = self.replay.policy.meta
        text = clause.text.replace("{organisation}", meta.organisation)
        text = text.replace("{contact}", meta.contact)
        # Safe: markdown-it escapes what it does not understand, raw HTML included.
        return Markup(_PROSE.render(text))

    def chart(self, panel: Panel, exhibit: Exhibit) -> object:
        """A panel as paths."""
        return chart_of(panel, exhibit.finding.at)

    def at_finding(self, panel: Panel, exhibit: Exhibit) -> str:
        """The value that a panel had when the finding came."""
        place = panel.moments.index(exhibit.finding.at)
        return self.value(panel.left[place], panel.unit)

    def told(self, panel: Panel, exhibit: Exhibit) -> str:
        """A panel in a sentence, for those who do not see it."""
        known = [value for value in panel.left if value is not None]
        if not known:
            return f"{panel.text}: nothing is known of it"
        low, high = self.value(min(known), panel.unit), self.value(max(known), panel.unit)
        return (
            f"{panel.text}, over time: between {low} and {high}, "
            f"{self.at_finding(panel, exhibit)} when it was found"
        )

    def events(self, exhibit: Exhibit) -> object:
        """The table of events."""
        return table_of(exhibit.events, exhibit.finding.subject_fields, self._currency, self.zone)

    def side(self, side: Side) -> str:
        """The value that a comparison looked at."""
        return worded(side.left, side.unit, self._currency)

    def held_back(self, similar: Similar, rule: Rule) -> str:
        """Why a subject was not found, in a sentence."""
        if similar.exempt and rule.unless is not None:
            spared = text_of(rule.unless, self._currency)
            return f"Every line was passed, but the rule spares it: {spared}."
        failing = [side for side in similar.sides if not side.holds]
        parts = [f"{text} did not hold" for text in similar.lacking]
        for side in failing:
            if side.left is None or side.right is None:
                parts.append(f"{side.text} could not be known")
            else:
                left = worded(side.left, side.unit, self._currency)
                right = worded(side.right, side.unit, self._currency)
                parts.append(f"{_left(side)} was {left}, the line is {right}")
        return ("; ".join(parts) or "the condition as a whole did not hold") + "."

    def brief(self, found: Sequence[Similar]) -> str:
        """Who came near, in half a sentence."""
        return ", ".join(each.subject for each in found)


def _left(side: Side) -> str:
    """The left side of a comparison as the policy writes it."""
    for op in (" >= ", " <= ", " != ", " = ", " > ", " < "):
        if op in side.text:
            return side.text.split(op, 1)[0]
    return side.text
