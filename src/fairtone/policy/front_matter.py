"""The front matter: whose policy this is, for whom, in which country and money.

Every value is read as text, so that `00`, `1.0` and `NO` stay what was written.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from phonenumbers import SUPPORTED_REGIONS

from fairtone.policy.issue import Issue, listed, nearest
from fairtone.policy.issues import text as wrong
from fairtone.policy.model import Meta, Place

SETTINGS: Mapping[str, str] = {
    "organisation": "Whose policy it is. Fills `{organisation}` in the prose.",
    "contact": "Where to report and to ask. Fills `{contact}` in the prose.",
    "version": "The name of this version, such as `2026-11`.",
    "applies to": "For whom it is in force: a list, such as `[clients, partners]`.",
    "country": "Where the provider is: ISO 3166 alpha-2, `US` unless said.",
    "currency": "The money in which the policy counts: ISO 4217, `USD` unless said.",
    "timezone": "The provider's time zone, such as `Europe/Paris`; `UTC` unless said.",
    "dial plan": "How numbers are dialled: `national`, `international`, `strip`, `emergency`.",
    "tariff": "The file with prices per minute by prefix.",
    "accounts": "The file with the accounts and what is known of them.",
    "networks": "The file with networks and their countries.",
}
DIAL_PLAN = ("national", "international", "strip", "emergency")
REQUIRED = ("organisation", "contact", "version")
FILES = ("tariff", "accounts", "networks")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The settings as far as they could be read, and where each stands."""

    meta: Meta
    places: Mapping[str, Place] = field(default_factory=dict)


def read_front_matter(text: str | None, file: str, issues: list[Issue]) -> FrontMatter:
    """Read the lines between the first two `---` of a policy."""
    if text is None:
        issues.append(wrong.MissingFrontMatter(Place(file, 1)))
        return FrontMatter(Meta("", "", ""))
    node = _compose(text, file, issues)
    if node is None:
        return FrontMatter(Meta("", "", ""))
    values: dict[str, tuple[str, ...]] = {}
    places: dict[str, Place] = {}
    plan: list[tuple[str, tuple[str, ...]]] = []
    for key, value in node.value:
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else "..."
        place = _place(key, file)
        if name not in SETTINGS:
            facts = {"near": nearest(name, SETTINGS), "known": listed(SETTINGS, "and")}
            issues.append(wrong.UnknownSetting(place, name, **facts))
        elif name == "dial plan":
            plan = _dial_plan(value, file, issues)
        else:
            values[name] = _texts(value)
            places[name] = _place(value, file)
    for name in REQUIRED:
        if not "".join(values.get(name, ())):
            issues.append(wrong.MissingSetting(Place(file, 1), name))
    for name, said in values.items():
        _check(name, said, places[name], issues)
    one = {name.replace(" ", "_"): said[0] for name, said in values.items() if said and said[0]}
    meta = Meta(
        organisation=one.get("organisation", ""),
        contact=one.get("contact", ""),
        version=one.get("version", ""),
        applies_to=values.get("applies to", ()),
        country=one.get("country", "US"),
        currency=one.get("currency", "USD"),
        timezone=one.get("timezone", "UTC"),
        dial_plan=tuple(plan),
        tariff=one.get("tariff", ""),
        accounts=one.get("accounts", ""),
        networks=one.get("networks", ""),
    )
    return FrontMatter(meta, places)


def _compose(text: str, file: str, issues: list[Issue]) -> yaml.MappingNode | None:
    """The YAML as nodes, which know where they stand; nothing is constructed from them."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 2, mark.column + 1) if mark else Place(file, 2)
        reason = (error.problem or error.context or "it is not YAML").lower()
        issues.append(wrong.BrokenFrontMatter(place, reason=reason))
        return None
    except (yaml.YAMLError, RecursionError) as error:
        reason = str(error).splitlines()[0] if isinstance(error, yaml.YAMLError) else "too deep"
        issues.append(wrong.BrokenFrontMatter(Place(file, 2), reason=reason))
        return None
    if isinstance(node, yaml.MappingNode):
        return node
    reason = "it has no `name: value` lines"
    issues.append(wrong.BrokenFrontMatter(Place(file, 2), reason=reason))
    return None


def _place(node: yaml.Node, file: str) -> Place:
    # Line 1 of the front matter is line 2 of the file.
    return Place(file, node.start_mark.line + 2, node.start_mark.column + 1)


def _texts(node: yaml.Node) -> tuple[str, ...]:
    """A value as texts: one, or those of a list."""
    if isinstance(node, yaml.ScalarNode):
        return (str(node.value).strip(),)
    if isinstance(node, yaml.SequenceNode):
        return tuple(
            str(item.value).strip() for item in node.value if isinstance(item, yaml.ScalarNode)
        )
    return ()


def _dial_plan(
    node: yaml.Node, file: str, issues: list[Issue]
) -> list[tuple[str, tuple[str, ...]]]:
    plan = []
    if not isinstance(node, yaml.MappingNode):
        facts = {"setting": "dial plan", "expected": f"lines for {listed(DIAL_PLAN, 'and')}"}
        issues.append(wrong.BadSetting(_place(node, file), "".join(_texts(node)), **facts))
        return []
    for key, value in node.value:
        name, place = str(key.value), _place(key, file)
        if name not in DIAL_PLAN:
            facts = {"near": nearest(name, DIAL_PLAN), "known": listed(DIAL_PLAN, "and")}
            issues.append(wrong.UnknownSetting(place, name, **facts))
            continue
        said = _texts(value)
        for digits in said:
            if not re.fullmatch(r"[0-9*#]{1,15}", digits, re.ASCII):
                facts = {"setting": name, "expected": "digits, as they are dialled"}
                issues.append(wrong.BadSetting(_place(value, file), digits, **facts))
        plan.append((name, said))
    return plan


def _check(name: str, said: tuple[str, ...], place: Place, issues: list[Issue]) -> None:
    """Issues for a value that cannot be right."""
    value = said[0] if said else ""
    expected = ""
    if name != "applies to" and len(said) != 1:
        expected = "one value"
    elif name == "country" and value not in SUPPORTED_REGIONS:
        expected = "a country as two capital letters (ISO 3166), such as `US`"
    elif name == "currency" and not re.fullmatch(r"[A-Z]{3}", value, re.ASCII):
        expected = "a currency as three capital letters (ISO 4217), such as `USD`"
    elif name == "timezone" and not _is_zone(value):
        expected = "a time zone, such as `America/New_York`"
    if expected:
        issues.append(wrong.BadSetting(place, value, setting=name, expected=expected))


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
