"""The policy is the program: Markdown text to clauses, rules, windows, lists and tests."""

from fairtone.policy.coverage import ClauseCoverage, coverage_of
from fairtone.policy.example_events import events_of_test
from fairtone.policy.formatting import format_text
from fairtone.policy.issue import Issue, PolicyErrors, nearest
from fairtone.policy.issues import ISSUES
from fairtone.policy.loading import Report, check, load, parse
from fairtone.policy.model import Policy
from fairtone.policy.wording import span_text, text_of

__all__ = [
    "ISSUES",
    "ClauseCoverage",
    "Issue",
    "Policy",
    "PolicyErrors",
    "Report",
    "check",
    "coverage_of",
    "events_of_test",
    "format_text",
    "load",
    "nearest",
    "parse",
    "span_text",
    "text_of",
]
