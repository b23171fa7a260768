"""The addresses of the simulated world: who sits where, and in which country.

All IPv4 addresses lie in 240.0.0.0/4, which is reserved and never routed (RFC 1112 section 4), and
all IPv6 addresses in 2001:db8::/32, which is for documentation (RFC 3849): no simulated attack ever
points at a real host.
"""

from collections.abc import Iterator

import numpy as np

from fairtone.simulate.rows import Ints

COUNTRIES = (
    "US", "CA", "GB", "FR", "DE", "ES", "IT", "NL", "BE", "CH", "AT", "PT", "IE", "SE", "NO", "DK",
    "FI", "PL", "CZ", "MX", "BR", "AR", "CO", "CL", "IN", "CN", "JP", "KR", "AU", "NZ", "SG", "PH",
    "VN", "TH", "PK", "NG", "ZA", "EG", "MA", "TR", "AE", "IL", "RU", "UA", "RO", "BG", "PS", "SC",
)  # fmt: skip

_SLASH_16S = 24  # IPv4 networks that each country has


class Networks:
    """Addresses that were given out: text, network and country, by their index."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.networks: list[str] = []
        self.countries: list[str] = []
        self._taken: set[int] = set()

    def blocks(self) -> Iterator[tuple[str, str]]:
        """Every network with its country: what a networks list says."""
        for index, country in enumerate(COUNTRIES):
            for n in range(_SLASH_16S):
                yield f"{_first(index, n)}.0.0/16", country
            yield f"2001:db8:{index << 8:x}::/40", country

    def add(
        self, rng: np.random.Generator, country: str, count: int = 1, *, v6: float = 0.0
    ) -> Ints:
        """The indices of `count` new addresses of a country, a share `v6` of them IPv6."""
        index = COUNTRIES.index(country) if country in COUNTRIES else 0
        first = len(self.texts)
        while len(self.texts) < first + count:
            wanted = first + count - len(self.texts)
            drawn = rng.integers(0, _SLASH_16S << 16, wanted).tolist()
            for number, six in zip(drawn, (rng.random(wanted) < v6).tolist(), strict=True):
                host = number & 0xFFFF
                key = index << 24 | number
                if host & 0xFF in (0, 255) or key in self._taken:
                    continue
                self._taken.add(key)
                if six:
                    net = f"2001:db8:{index << 8 | number >> 16:x}:{host:x}::"
                    self._note(f"{net}{host * 7919 % 65521 + 1:x}", net, country)
                else:
                    net = f"{_first(index, number >> 16)}.{host >> 8}"
                    self._note(f"{net}.{host & 0xFF}", f"{net}.0", country)
        return np.arange(first, first + count)

    def _note(self, text: str, network: str, country: str) -> None:
        self.texts.append(text)
        self.networks.append(network)
        self.countries.append(country)


def _first(country: int, network: int) -> str:
    place = country * _SLASH_16S + network
    return f"{240 + (place >> 8)}.{place & 0xFF}"
