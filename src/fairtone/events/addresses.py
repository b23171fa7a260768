"""IP addresses as two 64-bit words, the form in which windows are kept per address.

An IPv4 address is taken as its IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2), so the two
families share one table and never collide.
"""

import ipaddress
from functools import lru_cache

_SIGN = 1 << 63
_WRAP = 1 << 64


@lru_cache(maxsize=1 << 16)
def address_words(text: str) -> tuple[int, int] | None:
    """The two signed 64-bit words of an address, high word first; `None` if it is not one."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    whole = int(address)
    if address.version == 4:
        whole |= 0xFFFF << 32
    high, low = whole >> 64, whole & (_WRAP - 1)
    return (high - _WRAP if high & _SIGN else high, low - _WRAP if low & _SIGN else low)


@lru_cache(maxsize=1 << 16)
def network_of(text: str) -> str | None:
    """The first address of the /24 (IPv4) or /64 (IPv6) that an address lies in."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    bits = 24 if address.version == 4 else 64
    return str(ipaddress.ip_network((address, bits), strict=False).network_address)
