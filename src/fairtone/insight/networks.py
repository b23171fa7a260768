"""What an IP address says: its network, and its country by a list of networks."""

import ipaddress
import socket
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa

from fairtone.events import Batch, network_of
from fairtone.insight.columns import NONE, column_of, distinct, names_at, with_fields
from fairtone.insight.table import rows_of

_MAPPED = 0xFFFF << 32  # IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2): both families in one order


class Networks:
    """Adds the network of the source address and, from a list, its country."""

    name = "networks"
    fields = ("source.network", "source.country")

    def __init__(self, networks: Iterable[tuple[str, str]] = ()) -> None:
        self._starts, self._countries = _ranges(networks)

    @classmethod
    def from_file(cls, path: Path) -> "Networks":
        """Networks from a CSV file with the columns `network` (as 192.0.2.0/24) and `country`."""
        listed = []
        for row in rows_of(path, ("network", "country"), ("network", "country")):
            row.need("network")
            network = row.read("network", ipaddress.ip_network, "a network such as 192.0.2.0/24")
            listed.append((str(network), row.need("country").upper()))
        return cls(listed)

    def country_of(self, address: str) -> str | None:
        """The country of the smallest listed network that holds the address."""
        number = _v4(address)
        try:
            number = number or _number(ipaddress.ip_address(address))
        except ValueError:
            return None
        return self._countries[bisect_right(self._starts, number)]

    def add(self, batch: Batch) -> Batch:
        """The batch with `source.network` and `source.country`."""
        column = column_of(batch, "source.address")
        if column is None:
            nothing = pa.nulls(batch.num_rows, pa.string())
            return with_fields(batch, dict.fromkeys(self.fields, nothing))
        values, positions = distinct(column)
        addresses = values.to_pylist()
        columns = {}
        for name, known in (
            ("source.network", [_network(address) for address in addresses]),
            ("source.country", [self.country_of(address) for address in addresses]),
        ):
            names = list(dict.fromkeys(value for value in known if value is not None))
            place = {value: position for position, value in enumerate(names)}
            at = np.array(
                [*(NONE if value is None else place[value] for value in known), NONE], np.int64
            )
            columns[name] = names_at(pa.array(names, pa.string()), at[positions])
        return with_fields(batch, columns)


def _v4(address: str) -> int | None:
    """An IPv4 address as `_number` has it; several times as fast as `ipaddress`."""
    try:
        return int.from_bytes(socket.inet_pton(socket.AF_INET, address)) | _MAPPED
    except (OSError, ValueError):
        return None


def _network(address: str) -> str | None:
    return network_of(address) if _v4(address) is None else address.rpartition(".")[0] + ".0"


def _number(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> int:
    return int(address) | (_MAPPED if address.version == 4 else 0)


def _ranges(networks: Iterable[tuple[str, str]]) -> tuple[list[int], list[str | None]]:
    """Where the country changes along the line of all addresses, and to what.

    The country of an address is `countries[bisect_right(starts, address)]`.
    """
    listed = sorted(
        (
            (_number(network.network_address), -network.num_addresses, country)
            for text, country in networks
            for network in (ipaddress.ip_network(text, strict=False),)
        ),
    )
    starts: list[int] = []
    countries: list[str | None] = [None]
    around: list[tuple[int, str]] = []  # the networks that hold the present place: end, country

    def change(place: int, country: str | None) -> None:
        if starts and starts[-1] == place:
            countries[-1] = country
        else:
            starts.append(place)
            countries.append(country)

    def leave(place: int) -> None:
        while around and around[-1][0] <= place:
            end, _ = around.pop()
            change(end, around[-1][1] if around else None)

    for first, size, country in listed:
        leave(first)
        around.append((first - size, country))
        change(first, country)
    leave(1 << 129)
    return starts, countries
