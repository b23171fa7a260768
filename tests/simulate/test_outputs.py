"""The files beside the events: call records that read back as the same calls, and lists."""

import ipaddress

import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
from tests.simulate.conftest import Simulation

from fairtone.insight import Accounts, Networks, Tariff
from fairtone.simulate import RECORD_COLUMNS
from fairtone.sources import Order, in_order, open_source


def test_records_have_the_documented_columns(simulation: Simulation) -> None:
    with (simulation.out / "records.csv").open(encoding="utf-8") as file:
        assert file.readline().strip().replace('"', "") == ",".join(RECORD_COLUMNS)


def test_records_read_back_as_the_same_calls(simulation: Simulation) -> None:
    source = open_source(simulation.out / "records.csv", mapping=None, zone="UTC", currency="USD")
    read = pa.Table.from_batches(list(in_order([source], Order())))
    assert source.unreadable.total == 0
    ours, theirs = simulation.of("call.ended"), read.filter(pc.equal(read["kind"].cast(pa.string()), "call.ended"))  # fmt: skip
    names = [
        "at",
        "call",
        "account",
        "status",
        "duration",
        "ring",
        "cost",
        "released",
        "source.address",
    ]

    def rows(table: pa.Table) -> list[dict[str, object]]:
        return sorted(table.select(names).to_pylist(), key=lambda row: row["call"])

    assert rows(theirs) == rows(ours)


def test_lists_are_readable_by_the_insights(simulation: Simulation) -> None:
    Accounts.from_file(simulation.out / "accounts.csv")
    Networks.from_file(simulation.out / "networks.csv")
    Tariff.from_file(simulation.out / "tariff.csv", "USD")


def test_accounts_own_valid_numbers_and_none_twice(simulation: Simulation) -> None:
    owned = [row["number"] for row in simulation.rows("numbers.csv")]
    assert len(owned) == len(set(owned))
    for number in owned[:: max(len(owned) // 300, 1)]:
        assert phonenumbers.is_valid_number(phonenumbers.parse(f"+{number}")), number


def test_addresses_are_never_routed(simulation: Simulation) -> None:
    reserved = [ipaddress.ip_network("240.0.0.0/4"), ipaddress.ip_network("2001:db8::/32")]
    for text in pc.unique(simulation.events["source.address"]).to_pylist():
        address = ipaddress.ip_address(text)
        assert any(address in network for network in reserved if network.version == address.version)


def test_networks_know_the_country_of_every_address(simulation: Simulation) -> None:
    networks = {ipaddress.ip_network(row["network"]): row["country"] for row in simulation.rows("networks.csv")}  # fmt: skip
    pairs = simulation.events.select(["source.address", "source.country"]).group_by(["source.address", "source.country"]).aggregate([])  # fmt: skip
    for row in pairs.slice(0, 300).to_pylist():
        address = ipaddress.ip_address(row["source.address"])
        length = 16 if address.version == 4 else 40
        network = ipaddress.ip_network(f"{address}/{length}", strict=False)
        assert networks[network] == row["source.country"]
