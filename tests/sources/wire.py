"""Captures made by hand: packets between addresses, as pcap or pcapng."""

import socket
import struct


class Wire:
    """Packets between addresses, written as pcap or pcapng. Times are in seconds."""

    def __init__(self) -> None:
        self.packets: list[tuple[float, bytes]] = []

    def udp(self, at: float, source: str, destination: str, payload: bytes) -> "Wire":
        ports = struct.pack("!HHHH", 5060, 5060, 8 + len(payload), 0)
        self.packets.append((at, self.ip(source, destination, 17, ports + payload)))
        return self

    def tcp(
        self,
        at: float,
        source: str,
        destination: str,
        sequence: int,
        payload: bytes,
        flags: int = 24,
    ) -> "Wire":
        head = struct.pack("!HHIIBBHHH", 40000, 5060, sequence % 2**32, 0, 5 << 4, flags, 0, 0, 0)
        self.packets.append((at, self.ip(source, destination, 6, head + payload)))
        return self

    @staticmethod
    def ip(
        source: str,
        destination: str,
        protocol: int,
        payload: bytes,
        *,
        ident: int = 1,
        fragment: int = 0,
    ) -> bytes:
        if ":" in source:
            pack = lambda text: socket.inet_pton(socket.AF_INET6, text)  # noqa: E731
            head = struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64)
            return head + pack(source) + pack(destination) + payload
        return (
            struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), ident, fragment, 64, protocol, 0)
            + socket.inet_aton(source)
            + socket.inet_aton(destination)
            + payload
        )

    def pcap(
        self, *, order: str = "<", nano: bool = False, link: int = 101, before: bytes = b""
    ) -> bytes:
        magic = 0xA1B23C4D if nano else 0xA1B2C3D4
        out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)]
        for at, data in self.packets:
            frame = before + data
            fraction = round(at % 1 * (1_000_000_000 if nano else 1_000_000))
            out.append(
                struct.pack(order + "IIII", int(at), fraction, len(frame), len(frame)) + frame
            )
        return b"".join(out)

    def pcapng(self, *, order: str = "<", resolution: int = 6, link: int = 101) -> bytes:
        def block(kind: int, body: bytes) -> bytes:
            body += bytes(-len(body) % 4)
            length = struct.pack(order + "I", len(body) + 12)
            return struct.pack(order + "I", kind) + length + body + length

        option = struct.pack(order + "HHB3x", 9, 1, resolution) + bytes(4)
        out = [
            block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1)),
            block(1, struct.pack(order + "HHI", link, 0, 65535) + option),
            block(4, b"names of hosts, of no interest"),
        ]
        for at, data in self.packets:
            ticks = int(at) * 10**resolution + round(at % 1 * 10**resolution)
            head = struct.pack(
                order + "IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data)
            )
            out.append(block(6, head + data))
        return b"".join(out)
