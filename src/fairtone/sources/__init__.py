"""Where events come from: call records in any format, captures, mirrored signalling."""

from fairtone.sources.captures import CaptureSource
from fairtone.sources.formats import formats
from fairtone.sources.mapping import Mapping, MappingError
from fairtone.sources.opened import open_source
from fairtone.sources.order import Jump, Order, in_order
from fairtone.sources.records import RecordSource
from fairtone.sources.source import Source, SourceError
from fairtone.sources.unreadable import Unreadable

__all__ = [
    "CaptureSource",
    "Jump",
    "Mapping",
    "MappingError",
    "Order",
    "RecordSource",
    "Source",
    "SourceError",
    "Unreadable",
    "formats",
    "in_order",
    "open_source",
]
