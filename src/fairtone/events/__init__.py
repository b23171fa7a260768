"""What can be observed: kinds of event, their fields and units, numbers and addresses."""

from fairtone.events.addresses import address_words, network_of
from fairtone.events.batch import (
    AT,
    SCHEMA,
    Batch,
    BatchError,
    arrow_type,
    batch_of,
    check_batch,
    events_of,
)
from fairtone.events.event import Event
from fairtone.events.fields import FIELDS, Field, fields_of
from fairtone.events.kinds import KINDS, Kind
from fairtone.events.numbers import DialPlan, DialPlanError, Number, digits_of
from fairtone.events.plans import TYPES, NumberPlans, world
from fairtone.events.units import Unit, Value

__all__ = [
    "AT",
    "FIELDS",
    "KINDS",
    "SCHEMA",
    "TYPES",
    "Batch",
    "BatchError",
    "DialPlan",
    "DialPlanError",
    "Event",
    "Field",
    "Kind",
    "Number",
    "NumberPlans",
    "Unit",
    "Value",
    "address_words",
    "arrow_type",
    "batch_of",
    "check_batch",
    "digits_of",
    "events_of",
    "fields_of",
    "network_of",
    "world",
]
