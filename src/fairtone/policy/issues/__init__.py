"""Every check of a policy, one class each: what is wrong, what to do, and an example."""

from fairtone.policy.issue import Issue
from fairtone.policy.issues import events, meaning, names, statements, text, units, windows

ISSUES: dict[str, type[Issue]] = {
    found.id: found
    for family in (text, statements, names, units, windows, meaning, events)
    for found in vars(family).values()
    if isinstance(found, type) and issubclass(found, Issue) and found is not Issue
}
"""The class of every issue by its id, in the order in which one meets them."""

__all__ = ["ISSUES"]
