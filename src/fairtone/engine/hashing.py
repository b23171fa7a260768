"""Texts and accounts as 64-bit words: SipHash-1-3 with a secret, so that nobody can aim at a row.

Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012); one compression and three
finalisation rounds, as Rust and Python use it for their tables.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator, call-arg"
# mypy: disable-error-code="assignment"

import cffi
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import cfunc, njit

from fairtone.engine.machine import ld8, ld64
from fairtone.engine.windows import NULL

_ffi = cffi.FFI()


@njit(inline="always")
def _rotate(x, places):
    return (x << np.uint64(places)) | (x >> np.uint64(64 - places))


@njit(cache=True, nogil=True, error_model="numpy")
def _round(v0, v1, v2, v3):
    v0 += v1
    v1 = _rotate(v1, 13) ^ v0
    v0 = _rotate(v0, 32)
    v2 += v3
    v3 = _rotate(v3, 16) ^ v2
    v0 += v3
    v3 = _rotate(v3, 21) ^ v0
    v2 += v1
    v1 = _rotate(v1, 17) ^ v2
    v2 = _rotate(v2, 32)
    return v0, v1, v2, v3


@njit(cache=True, nogil=True, error_model="numpy")
def _siphash(at, length, key0, key1):
    v0 = np.uint64(key0) ^ np.uint64(0x736F6D6570736575)
    v1 = np.uint64(key1) ^ np.uint64(0x646F72616E646F6D)
    v2 = np.uint64(key0) ^ np.uint64(0x6C7967656E657261)
    v3 = np.uint64(key1) ^ np.uint64(0x7465646279746573)
    for block in range(length // 8):
        m = np.uint64(ld64(at + 8 * block))
        v3 ^= m
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
        v0 ^= m
    m = np.uint64(length & 255) << np.uint64(56)
    for rest in range(length & 7):
        byte = np.uint64(ld8(at + (length & ~7) + rest) & 255)
        m |= byte << np.uint64(8 * rest)
    v3 ^= m
    v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    v0 ^= m
    v2 ^= np.uint64(255)
    for _ in range(3):
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    word = np.int64(v0 ^ v1 ^ v2 ^ v3)
    return word if word != NULL else np.int64(0)


@njit(cache=True, nogil=True, error_model="numpy")
def _hash_all(offsets, data, key0, key1, out):
    for row in range(out.shape[0]):
        start = np.int64(offsets[row])
        out[row] = _siphash(data + start, np.int64(offsets[row + 1]) - start, key0, key1)


@njit(cache=True, nogil=True, error_model="numpy")
def _ipv4_all(offsets, data, high, low):
    """IPv4 addresses to words; how many rows are not one (their low word is left unknown)."""
    others = 0
    for row in range(low.shape[0]):
        whole = np.int64(0)
        part = np.int64(-1)
        dots = 0
        good = True
        for at in range(np.int64(offsets[row]), np.int64(offsets[row + 1])):
            byte = ld8(data + at)
            if byte == 46:
                good = good and part >= 0
                whole = (whole << 8) | part
                part = np.int64(-1)
                dots += 1
            elif 48 <= byte <= 57 and part != 0:
                part = byte - 48 if part < 0 else part * 10 + byte - 48
                good = good and part <= 255
            else:
                good = False
        if good and dots == 3 and part >= 0:
            high[row] = 0
            low[row] = np.int64(0xFFFF00000000) | (whole << 8) | part
        else:
            high[row] = NULL
            low[row] = NULL
            others += 1
    return others


@cfunc("int64(int64, int64, int64, int64)", cache=True, nopython=True)
def _hash_one(at, length, key0, key1):
    return _siphash(at, length, key0, key1)


class Hasher:
    """Words of texts under a 16-byte secret."""

    def __init__(self, secret: bytes) -> None:
        key = np.frombuffer((secret + bytes(16))[:16], np.int64)
        self._keys = (np.int64(key[0]), np.int64(key[1]))
        address = _hash_one.address or 0
        self._one = _ffi.cast("int64_t(*)(int64_t, int64_t, int64_t, int64_t)", address)

    def word(self, text: str) -> int:
        """The word of one text."""
        data = text.encode()
        at = int(_ffi.cast("intptr_t", _ffi.from_buffer(data)))
        return int(self._one(at, len(data), int(self._keys[0]), int(self._keys[1])))

    def words(self, column: pa.StringArray) -> npt.NDArray[np.int64]:
        """The words of a column of strings; of a null row, whatever stands there."""
        out = np.empty(len(column), np.int64)
        offsets, data = buffers(column)
        _hash_all(offsets, data, *self._keys, out)
        return out


def buffers(column: pa.StringArray) -> tuple[npt.NDArray[np.int32], int]:
    """The offsets of a string column and the address of its bytes."""
    _, offsets, data = column.buffers()
    if offsets is None:
        return np.zeros(len(column) + 1, np.int32), 0
    whole = np.frombuffer(offsets, np.int32)
    return whole[column.offset : column.offset + len(column) + 1], data.address if data else 0


def ipv4_words(
    column: pa.StringArray,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]:
    """High and low words of IPv4 addresses; rows that are not one are unknown, and counted."""
    high, low = np.empty(len(column), np.int64), np.empty(len(column), np.int64)
    offsets, data = buffers(column)
    others = int(_ipv4_all(offsets, data, high, low))
    return high, low, others
