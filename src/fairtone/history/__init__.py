"""A policy tried on the past: replay, its findings on disk, its summary and its report."""

from fairtone.history.exhibit import Destination, Exhibit, Panel, Similar
from fairtone.history.record import RECORD
from fairtone.history.replay import Judge, Progress, run
from fairtone.history.report import report_of
from fairtone.history.result import Fired, Input, Replay, Unknown, Unread
from fairtone.history.summary import Broken, Overview

__all__ = [
    "RECORD",
    "Broken",
    "Destination",
    "Exhibit",
    "Fired",
    "Input",
    "Judge",
    "Overview",
    "Panel",
    "Progress",
    "Replay",
    "Similar",
    "Unknown",
    "Unread",
    "report_of",
    "run",
]
