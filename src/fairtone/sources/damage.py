"""Where the reading of a capture can go on after damage: the next place that looks like a packet.

Neither pcap nor pcapng marks its packets, so a place is believed only if what follows it fits too.
"""

import struct
from typing import BinaryIO

WINDOW = 1 << 20
"""How many octets after the damage are searched."""
_DAY = 86_400


class Rereadable:
    """A stream that takes octets back. `offset` is the place of the next octet in the file."""

    def __init__(self, stream: BinaryIO, offset: int) -> None:
        self._stream = stream
        self._returned = b""
        self.offset = offset

    def read(self, size: int) -> bytes:
        """The next `size` octets; fewer at the end of the file."""
        if self._returned:
            data, self._returned = self._returned[:size], self._returned[size:]
            if len(data) < size:
                data += self._stream.read(size - len(data))
        else:
            data = self._stream.read(size)
        self.offset += len(data)
        return data

    def back(self, data: bytes) -> None:
        """Give octets back: they are read again."""
        self._returned = data + self._returned
        self.offset -= len(data)


def next_record(stream: Rereadable, order: str, limit: int, about: int) -> bool:
    """Move to the next packet record of a pcap file; false if none is found.

    `limit` is the longest packet that can be; `about` the second in which it must lie, within a
    day either way.
    """
    window = stream.read(WINDOW)
    record = struct.Struct(order + "IIII")

    def fits(at: int) -> int:
        """Where the record at `at` ends; 0 if there cannot be one."""
        seconds, fraction, held, length = record.unpack_from(window, at)
        good = held <= limit and 0 < held <= length <= 65_535 + limit and fraction < 1_000_000_000
        return at + 16 + held if good and abs(seconds - about) <= _DAY else 0

    for at in range(len(window) - 16):
        end = fits(at)
        if end and (end == len(window) or (end + 16 <= len(window) and fits(end))):
            stream.back(window[at:])
            return True
    return False


def next_block(stream: Rereadable, order: str, limit: int) -> bool:
    """Move to the next block of a pcapng file that begins and ends with the same length."""
    window = stream.read(WINDOW)
    pair = struct.Struct(order + "II")
    for at in range(0, len(window) - 12, 4):
        kind, length = pair.unpack_from(window, at)
        if kind in (1, 3, 5, 6) and 12 <= length <= limit and length % 4 == 0:
            tail = window[at + length - 4 : at + length]
            if tail == window[at + 4 : at + 8]:
                stream.back(window[at:])
                return True
    return False
