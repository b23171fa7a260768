"""Memory that is reserved at once and used as it is needed.

Rows and records are reached by address and must never move, so each array is given far more
address space than it will use; the system hands out pages when they are first touched. Growth
copies nothing and never pauses.
"""

import mmap

import numpy as np
import numpy.typing as npt

_NORESERVE = getattr(mmap, "MAP_NORESERVE", 0x4000 if hasattr(mmap, "MAP_ANONYMOUS") else 0)
_PAGE = mmap.PAGESIZE
_SMALL = 1 << 20


class Reserved:
    """`size` bytes of zeroes at `address`, of which only what was touched takes room."""

    def __init__(self, size: int) -> None:
        self.size = size + -size % _PAGE
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _NORESERVE
        try:
            self._map = mmap.mmap(-1, self.size, flags=flags)
        except OSError as error:
            raise MemoryError(
                f"cannot reserve {self.size >> 30} GB of address space: {error.strerror}; "
                "ask the engine for a smaller `capacity`"
            ) from error
        self.words: npt.NDArray[np.int64] = np.frombuffer(self._map, np.int64)
        self.address = int(self.words.ctypes.data)

    def prefer_large_pages(self) -> None:
        """Ask for large pages from here on: rows are met at random, and page tables are long.

        The first megabyte stays in small pages, so that a small table stays small. The first touch
        of a large page takes milliseconds: good for bulk, bad for one event that waits.
        """
        if self.size > _SMALL and hasattr(mmap, "MADV_HUGEPAGE"):
            self._map.madvise(mmap.MADV_HUGEPAGE, _SMALL, self.size - _SMALL)


def aligned(words: int) -> npt.NDArray[np.int64]:
    """So many zeroed words that begin a cache line."""
    whole = np.zeros(words + 8, np.int64)
    skip = (-whole.ctypes.data % 64) // 8
    return whole[skip : skip + words]
