"""Call records in every known format become events; what is wrong in a file is counted by place."""

import gzip
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from fairtone.events import AT, Event, check_batch, events_of
from fairtone.sources import (
    Mapping,
    MappingError,
    RecordSource,
    SourceError,
    formats,
    in_order,
    open_source,
)

DATA = Path(__file__).parent.parent / "data" / "records"
START = 1_795_212_843_000_000  # 2026-11-20 22:14:03 UTC


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000_000)


def events(source: RecordSource) -> list[Event]:
    return [event for batch in source.batches() for event in events_of(batch)]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    return tmp_path / "cdr.txt"


def of_kind(found: list[Event], kind: str) -> list[Event]:
    return [event for event in found if event.kind == kind]


@pytest.mark.parametrize("name", sorted(formats()))
def test_each_format_recognises_and_reads_its_own_example(name: str, file: Path) -> None:
    file.write_text(formats()[name].example)
    source = RecordSource(file)
    assert source.mapping.name == name
    found = events(source)
    assert source.unreadable.total == 0
    assert source.unreadable.by_reason() == {}
    end = found[-1]
    assert end.kind == "call.ended"
    assert end.at // 1_000_000 == START // 1_000_000 + 68
    assert end.values["duration"] == 62_000
    assert end.values["answered"] is True
    assert end.values["account"] in ("1001", "12025550100")
    assert str(end.values["callee.dialled"]).endswith("442079460018")
    if name != "fairtone-events":
        kinds = [event.kind for event in found]
        assert kinds == ["call.attempt", "call.answered", "call.ended"]
        assert [event.at for event in found] == sorted(event.at for event in found)
        assert "status" not in found[0].values
        assert found[1].values["status"] == found[2].values["status"] == 200


def test_a_night_of_an_asterisk() -> None:
    source = RecordSource(DATA / "asterisk-master.csv", zone="America/New_York")
    found = events(source)
    assert source.unreadable.by_reason() == {}
    assert source.counts["call records"] == 5
    assert source.counts["answered calls"] == 2
    assert [event.kind for event in found] == (
        ["call.attempt"] * 5 + ["call.answered"] * 2 + ["call.ended"] * 5
    )
    first = found[0]
    assert first == Event(
        "call.attempt",
        at("2026-11-21 03:14:03"),
        {
            "account": "1001",
            "caller.presented": "1001",
            "caller.name": "Alice",
            "callee.dialled": "011442079460018",
            "call": "1795212843.42",
        },
    )
    ends = of_kind(found, "call.ended")
    assert [event.values["account"] for event in ends] == ["1001", "sales", "1001", "1003", "1003"]
    assert ends[1].values["caller.name"] == "Bob, Sales"
    assert [event.values.get("status") for event in ends] == [200, 480, 200, 486, None]
    assert [event.values["answered"] for event in ends] == [True, False, True, False, False]
    assert [event.values["duration"] for event in ends] == [62_000, 0, 300_000, 0, 0]
    assert [event.values["ring"] for event in ends] == [6_000, 30_000, 2_000, 1_000, 1_000]


def test_what_is_wrong_is_counted_with_its_line_and_stops_nothing() -> None:
    source = RecordSource(DATA / "asterisk-damaged.csv")
    found = events(source)
    calls = [event.values["call"] for event in of_kind(found, "call.attempt")]
    assert calls == ["a1", "a8", "a10"]
    name = "asterisk-damaged.csv"
    unreadable = source.unreadable
    assert {reason: unreadable.examples(reason) for reason in unreadable.by_reason()} == {
        "wrong number of columns": [f"{name}:2: 8 columns, expected 18"],
        "ends before it starts; record left out": [f"{name}:3"],
        "`start` is no time": [f"{name}:5: `yesterday`"],
        "negative duration; record left out": [f"{name}:6"],
        "quote not closed in its line": [f"{name}:7"],
        "no start time; record left out": [f"{name}:9"],
        "`duration` is no duration": [f"{name}:10: `about a minute`"],
        "answered before it starts or after it ends; taken as at its edge": [f"{name}:10"],
    }
    assert source.counts["call records left out"] == 4


def test_a_call_s_answer_is_kept_inside_the_call() -> None:
    found = events(RecordSource(DATA / "asterisk-damaged.csv"))
    answer = of_kind(found, "call.answered")[-1]
    end = of_kind(found, "call.ended")[-1]
    assert answer.at == at("2026-11-20 22:14:03")
    assert end.values["duration"] == 68_000


HEADER = "start,answer,end,account,callee,duration_s\n"
LINE = "2026-11-20 22:14:03Z,2026-11-20 22:14:09Z,2026-11-20 22:15:11Z,1001,+442079460018,62\n"


def test_a_file_may_be_compressed(file: Path) -> None:
    file.write_bytes(gzip.compress((HEADER + LINE * 3).encode()))
    source = RecordSource(file)
    assert len(events(source)) == 9
    read, total = source.progress()
    assert read == total == file.stat().st_size


def test_a_compressed_file_that_is_cut_off_gives_what_there_is(file: Path) -> None:
    packed = gzip.compress((HEADER + LINE * 50_000).encode(), 1)
    file.write_bytes(packed[: len(packed) // 2])
    source = RecordSource(file)
    assert 1_000 < len(events(source)) < 150_000
    assert "compressed data is cut off or damaged" in source.unreadable.by_reason()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_a_text_may_be_in_another_encoding(file: Path, encoding: str) -> None:
    line = LINE.replace("1001", "Søren")
    file.write_bytes((HEADER + line).encode(encoding))
    source = RecordSource(file)
    found = events(source)
    assert found[0].values["account"] == "Søren"
    latin = source.counts["lines that are not UTF-8, read as Latin-1"]
    assert latin == (1 if encoding == "latin-1" else 0)


def test_a_text_without_a_mark_that_is_utf_16_is_refused_with_advice(file: Path) -> None:
    file.write_bytes((HEADER + LINE).encode("utf-16-le"))
    with pytest.raises(SourceError, match="holds zero bytes; if it is UTF-16"):
        RecordSource(file)


def test_an_encoding_that_does_not_exist_is_refused(file: Path) -> None:
    file.write_text(HEADER + LINE)
    mapping = Mapping.from_toml(
        'encoding = "klingon"\n[fields]\nstart="start"\nend="end"\n"callee.dialled"="callee"\n', "m"
    )
    with pytest.raises(SourceError, match="`klingon` is not an encoding; expected a name such as"):
        RecordSource(file, mapping)


def test_lines_may_end_as_windows_ends_them(file: Path) -> None:
    file.write_bytes((HEADER + "\n" + LINE + "\n\n" + LINE).replace("\n", "\r\n").encode())
    source = RecordSource(file)
    assert len(events(source)) == 6
    assert source.unreadable.total == 0


def test_the_last_line_may_lack_its_end(file: Path) -> None:
    file.write_text(HEADER + LINE.strip())
    assert len(events(RecordSource(file))) == 3


def test_a_long_file_comes_in_batches_of_bounded_size(file: Path) -> None:
    file.write_text(HEADER + LINE * 50_000)
    source = RecordSource(file)
    sizes = []
    for batch in source.batches():
        check_batch(batch)
        sizes.append(batch.num_rows)
    assert sum(sizes) == 150_000
    assert max(sizes) <= 65_536


def test_a_line_without_end_is_left_out(file: Path) -> None:
    file.write_bytes((HEADER + LINE).encode() + b"x" * (40 << 20) + b"\n" + LINE.encode())
    source = RecordSource(file)
    assert len(events(source)) == 6
    assert source.unreadable.by_reason() == {"line longer than 16 MB": 1}
    assert source.unreadable.examples("line longer than 16 MB") == ["cdr.txt:3"]


def test_a_line_number_is_that_of_the_file_in_every_block(file: Path) -> None:
    bad = LINE.replace("2026-11-20 22:14:03Z", "never")
    file.write_text(HEADER + LINE * 60_000 + bad + LINE * 60_000 + "\n" + bad)
    source = RecordSource(file)
    assert len(events(source)) == 360_000
    assert source.unreadable.examples("`start` is no time") == [
        "cdr.txt:60002: `never`",
        "cdr.txt:120004: `never`",
    ]


def test_an_unknown_format_says_what_is_closest(file: Path) -> None:
    file.write_text("calldate,src,dst,duration,bill_sec,disposition\n")
    with pytest.raises(SourceError) as raised:
        RecordSource(file)
    assert "closest to asterisk-table, but has no column `billsec`" in str(raised.value)
    assert "did you mean the column `bill_sec`" in str(raised.value)
    assert "write a mapping" in str(raised.value)


@pytest.mark.parametrize("text", ["", "hello world\n", "<xml/>\n", "a;b;c\n1;2;3\n"])
def test_what_is_no_call_record_is_refused(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(SourceError, match="is in no format of call records that is known here"):
        RecordSource(file)


def test_a_mapping_that_does_not_fit_names_the_nearest_column(file: Path) -> None:
    file.write_text("begin,finish,called,bill\n")
    mapping = Mapping.from_toml(
        '[fields]\nstart = "begin"\nend = "finnish"\n"callee.dialled" = "called"\n', "m.toml"
    )
    with pytest.raises(MappingError) as raised:
        RecordSource(file, mapping)
    assert "has no column `finnish` for `end`; did you mean `finish`" in str(raised.value)


def test_a_column_that_is_there_twice_is_refused(file: Path) -> None:
    file.write_text("start,end,end,account,callee,duration_s\n")
    with pytest.raises(SourceError, match="there are two columns `end`"):
        RecordSource(file)


def test_a_parquet_file_keeps_its_types(file: Path) -> None:
    columns = {
        "calldate": pa.array([START] * 2, pa.timestamp("us")),
        "dst": pa.array([442079460018, 12025550143]),
        "src": pa.array([1001, 1002], pa.int32()),
        "duration": pa.array([68, 30]),
        "billsec": pa.array([62.5, 0.0]),
        "disposition": pa.array(["ANSWERED", "BUSY"]).dictionary_encode(),
        "channel": pa.array(["SIP/1001-0000002a", None]),
    }
    pq.write_table(pa.table(columns), file)
    source = RecordSource(file, zone="America/New_York")
    assert source.mapping.name == "asterisk-table"
    found = events(source)
    assert found[0].at == at("2026-11-21 03:14:03")
    assert found[0].values["callee.dialled"] == "442079460018"
    assert found[-2].values["duration"] == 62_500
    assert found[-2].values["ring"] == 5_500
    assert found[-1].values["status"] == 486


def test_a_damaged_parquet_file_is_refused(file: Path) -> None:
    file.write_bytes(b"PAR1 and nothing more")
    with pytest.raises(SourceError, match="is no whole Parquet file"):
        RecordSource(file)


OWN = pa.record_batch(
    {
        "kind": pa.array(["call.attempt", "registration", "call.ended"]),
        "at": pa.array([START, START + 1, START + 2], pa.int64()).cast(AT),
        "account": pa.array(["1001", None, "1002"]),
        "callee": pa.array([442079460018, None, None], pa.int64()),
        "duration": pa.array([None, None, 62_000], pa.int64()),
        "answered": pa.array([None, None, True]),
    }
)


def test_events_in_parquet_come_back_as_they_were(file: Path) -> None:
    pq.write_table(pa.table(OWN), file)
    source = RecordSource(file)
    assert source.mapping.name == "fairtone-events"
    [batch] = source.batches()
    assert batch.to_pylist() == OWN.to_pylist()
    assert source.counts["registration"] == 1


def test_events_in_csv_come_back_as_they_were(file: Path) -> None:
    with pa_csv.CSVWriter(file, OWN.schema) as writer:
        writer.write_batch(OWN)
    source = RecordSource(file)
    found = events(source)
    assert found == list(events_of(OWN))
    assert source.unreadable.by_reason() == {}


def test_events_of_no_kind_or_time_are_left_out(file: Path) -> None:
    file.write_text(
        "kind,at,duration,answered\n"
        "call.ended,2026-11-20T22:15:11Z,1000,true\n"
        "call.eaten,2026-11-20T22:15:11Z,1000,true\n"
        "call.ended,,1000,true\n"
        "call.ended,1795212843000000,long,perhaps\n"
    )
    source = RecordSource(file)
    assert [dict(event.values) for event in events(source)] == [
        {"duration": 1000, "answered": True},
        {},
    ]
    assert source.unreadable.by_reason() == {
        "`kind` is no kind of event; row left out": 1,
        "`at` is no time; row left out": 1,
        "`duration` is no whole number": 1,
        "`answered` is neither true nor false": 1,
    }


def json_lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"


CALL = formats()["freeswitch-json"].example.strip()


def test_json_that_cannot_be_read_is_counted(file: Path) -> None:
    file.write_text(json_lines(CALL, CALL[:100], "", "17", CALL))
    source = RecordSource(file)
    assert len(events(source)) == 6
    assert source.unreadable.examples("not JSON") == ["cdr.txt:2"]
    assert source.unreadable.examples("JSON, but no object") == ["cdr.txt:4"]


def test_json_may_be_an_array_or_one_document(file: Path) -> None:
    import json

    for text in (
        f"[{CALL},\n{CALL}]",
        f"[\n{CALL},\n{CALL}\n]\n",
        json.dumps([json.loads(CALL)] * 2, indent=2),
    ):
        file.write_text(text)
        assert len(events(RecordSource(file))) == 6, text[:40]
    file.write_text(json.dumps(json.loads(CALL), indent=2))
    assert len(events(RecordSource(file))) == 3


def test_the_other_leg_of_a_call_is_no_second_call(file: Path) -> None:
    file.write_text(json_lines(CALL, CALL.replace('"inbound"', '"outbound"')))
    source = RecordSource(file)
    assert len(events(source)) == 3
    assert source.counts["rows that are no calls of this format"] == 1


@pytest.mark.parametrize(
    ("cause", "status"),
    [
        ("USER_BUSY", 486),
        ("NO_ANSWER", 480),
        ("ORIGINATOR_CANCEL", 487),
        ("CALL_REJECTED", 403),
        ("UNALLOCATED_NUMBER", 404),
        ("NORMAL_CLEARING", None),
    ],
)
def test_a_hangup_cause_is_the_status_of_a_call_without_an_answer(
    file: Path, cause: str, status: int | None
) -> None:
    example = formats()["freeswitch-example"].example
    refused = example.replace("2026-11-20 22:14:09", "").replace('"62"', '"0"')
    file.write_text((refused + example).replace("NORMAL_CLEARING", cause))
    ends = of_kind(events(RecordSource(file)), "call.ended")
    assert [event.values.get("status") for event in ends] == [status, 200]


ACC = "method,callid,sip_code,time,src_user,dst_user,from_tag\n"


def test_transactions_of_one_call_belong_together(file: Path) -> None:
    file.write_text(
        ACC + "INVITE,a,200,2026-11-20 22:14:09,1001,12025550143,t\n"
        "INVITE,b,407,2026-11-20 22:14:10,1002,12025550143,t\n"
        "INVITE,b,486,2026-11-20 22:14:11,1002,12025550143,t\n"
        "INVITE,a,200,2026-11-20 22:14:20,1001,12025550143,t\n"
        "BYE,a,200,2026-11-20 22:15:09,1001,12025550143,t\n"
        "BYE,z,200,2026-11-20 22:15:10,1001,12025550143,t\n"
        "MESSAGE,m,200,2026-11-20 22:15:10,1001,12025550143,t\n"
        "INVITE,c,200,2026-11-20 22:16:00,1003,12025550143,t\n"
    )
    source = RecordSource(file)
    found = [(event.kind, event.values["call"]) for event in events(source)]
    assert found == [
        ("call.attempt", "a"),
        ("call.answered", "a"),
        ("call.attempt", "b"),
        ("call.ended", "b"),
        ("call.ended", "a"),
        ("call.attempt", "c"),
        ("call.answered", "c"),
    ]
    assert source.counts["transactions that belong to a call already seen"] == 2
    assert source.counts["BYEs of calls that did not begin in this file"] == 1
    assert source.counts["transactions of other methods"] == 1
    assert source.counts["calls that did not end in this file"] == 1


def test_a_julian_day_is_a_time(file: Path) -> None:
    file.write_text(
        "start_time,end_time,duration,src_user,dst_user\n2461365.42644676,2461365.42716435,62.0,a,b\n"
    )
    start, _, end = events(RecordSource(file))
    assert abs(start.at - START - 2_000_000) < 1_000
    assert abs(end.at - start.at - 62_000_000) < 1_000


def test_a_record_that_begins_with_the_answer_does_not_say_how_long_it_rang(file: Path) -> None:
    file.write_text(formats()["kamailio-cdrs"].example)
    assert "ring" not in events(RecordSource(file))[-1].values


def test_a_cost_in_another_currency_is_unknown_and_counted(file: Path) -> None:
    header = HEADER.strip() + ",cost,currency\n"
    file.write_text(header + LINE.strip() + ",0.5,EUR\n" + LINE.strip() + ",0.25,usd\n")
    source = RecordSource(file)
    ends = of_kind(events(source), "call.ended")
    assert [event.values.get("cost") for event in ends] == [None, 250_000]
    assert source.counts["costs in another currency, left out"] == 1


def test_the_source_says_how_late_events_may_come(file: Path) -> None:
    file.write_text(HEADER)
    source = open_source(file)
    assert source.lateness == 2 * 3600 * 1_000_000
    assert source.name == "cdr.txt"
    assert list(source.batches()) == []


def test_a_file_that_is_not_there_is_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"`.*nothing\.csv` cannot be read: No such file"):
        open_source(tmp_path / "nothing.csv")
    with pytest.raises(SourceError, match="is a folder, expected a file"):
        open_source(tmp_path)


def test_a_capture_is_not_taken_for_records(file: Path) -> None:
    file.write_bytes(b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00" + bytes(8) + b"\xff\xff\0\0\x01\0\0\0")
    assert type(open_source(file)).__name__ == "CaptureSource"
    file.write_bytes(gzip.compress(file.read_bytes()))
    assert type(open_source(file)).__name__ == "CaptureSource"


MANGLED = [
    *(bytes([byte]) for byte in b'0123456789,";\n\r\x00\xff\xe9-{}[]=:. e+'),
    *(b"999999999999999999999", b"-1", b'""', b"nan", b"inf", b"1e400", b"0000-00-00", b"\\u0000"),
    *(b"9999-12-31 23:59:59", b"0001-01-01T00:00:00Z", b"null", b"{}", b"[]", b"\xf0\x9f\x98\x80"),
]


@pytest.mark.parametrize("name", sorted(formats()))
def test_nothing_in_a_file_raises_anything_but_a_source_error(name: str, file: Path) -> None:
    pick = random.Random(name)
    example = formats()[name].example.strip().encode() + b"\n"
    others = [None, *formats().values()]
    taken = 0
    for _ in range(80):
        data = bytearray(example * pick.randint(1, 4))
        for _ in range(pick.choice([0, 1, 1, 2, 5, 30])):
            place = pick.randrange(len(data))
            data[place : place + pick.randint(0, 6)] = pick.choice(MANGLED)
        file.write_bytes(bytes(data))
        try:
            source = RecordSource(file, pick.choice(others), zone="America/New_York")
            for batch in in_order([source]):
                check_batch(batch)
                taken += batch.num_rows
        except SourceError:
            continue
    assert taken > 0


def test_a_quote_inside_a_value_does_not_swallow_the_next_line(file: Path) -> None:
    odd = LINE.replace("1001", 'x"y').replace("+442079460018", '"z')
    file.write_text(HEADER + LINE + odd + LINE)
    source = RecordSource(file)
    assert [event.values["account"] for event in events(source)[:2]] == ["1001", "1001"]
    assert source.unreadable.examples("wrong number of columns") == [
        "cdr.txt:3: 5 columns, expected 6"
    ]


def test_the_called_number_is_not_optional(file: Path) -> None:
    file.write_text("start_time,end_time,duration,to\n")
    with pytest.raises(MappingError, match=r"has no column `dst_ouser` for `callee\.dialled`"):
        RecordSource(file)


def test_a_field_that_does_not_exist_is_named(file: Path) -> None:
    file.write_text("kind,at,durration\n")
    with pytest.raises(
        SourceError, match=r"`durration` is no field of any event \(did you mean `du"
    ):
        RecordSource(file)
