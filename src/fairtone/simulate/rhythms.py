"""When people call: the share of a day's calls in each hour of the provider's clock.

One row for working days and one for the weekend; a working day's shares add up to one.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

_WEEK: Final = {
    "home": (
        "1 0 0 0 0 0 1 3 5 6 7 7 8 7 6 7 8 11 13 14 13 9 5 2",
        "2 1 0 0 0 0 0 1 4 8 11 12 12 11 10 10 10 11 12 12 11 9 6 3",
    ),
    "business": (
        "0 0 0 0 0 0 1 4 11 16 17 15 9 12 16 15 13 8 3 1 1 0 0 0",
        "0 0 0 0 0 0 0 0 1 2 2 2 1 1 1 1 1 0 0 0 0 0 0 0",
    ),
    "shift": (
        "0 0 0 0 0 0 0 0 6 10 10 10 10 10 10 10 10 10 10 8 4 0 0 0",
        "0 0 0 0 0 0 0 0 0 5 5 5 5 5 5 5 3 0 0 0 0 0 0 0",
    ),
    "all": (
        "3 2 2 2 2 3 5 8 11 13 13 13 12 12 13 13 13 12 11 9 8 7 5 4",
        "3 2 2 2 2 2 3 5 7 9 9 9 9 9 9 9 9 9 8 7 6 5 4 3",
    ),
    "night": (
        "12 12 11 11 10 8 3 1 0 0 0 0 0 0 0 0 0 1 2 4 8 11 12 12",
        "9 9 9 8 8 6 2 1 0 0 0 0 0 0 0 0 0 1 2 3 6 8 9 9",
    ),
}

RHYTHM_NAMES: Final = tuple(_WEEK)

_HOURLY: Final = np.array(
    [[[float(x) for x in day.split()] for day in days] for days in _WEEK.values()]
)

RHYTHMS: Final[npt.NDArray[np.float64]] = _HOURLY / _HOURLY[:, :1].sum(axis=2, keepdims=True)
