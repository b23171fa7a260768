"""Every way of running a policy gives the same answer: the slow engine, the fast one, and SQL."""

from collections.abc import Iterator
from functools import lru_cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairtone.engine import Engine
from fairtone.events import Batch, Event
from fairtone.policy.model import Policy
from tests.engine.agreement import Outcome, agree, differences, outcome
from tests.engine.duckdb_oracle import sql_outcome
from tests.engine.policies import random_policy
from tests.engine.streams import batches, cut, full_batch, random_events, slices, small_streams
