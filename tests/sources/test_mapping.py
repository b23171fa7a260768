"""A mapping says what is wrong with it, and values are read as it says they are written."""

from pathlib import Path

import pytest

from fairtone.events import Event, events_of
from fairtone.sources import Mapping, MappingError, RecordSource, formats
from fairtone.sources.causes import STATUS_OF_CAUSE, status_of
from fairtone.sources.mapping import EXTRA, HOW_DURATIONS, HOW_MOMENTS

REFERENCE = Path(__file__).parent.parent.parent / "docs" / "reference" / "mapping.md"
LEAST = '[fields]\nstart = "s"\nend = "e"\n"callee.dialled" = "n"\n'


def ended(tmp_path: Path, mapping: str, text: str, **options: str) -> list[Event]:
    path = tmp_path / "cdr.csv"
    path.write_text(text)
    source = RecordSource(path, Mapping.from_toml(mapping, "m.toml"), **options)  # type: ignore[arg-type]
    found = [event for batch in source.batches() for event in events_of(batch)]
    return [event for event in found if event.kind == "call.ended"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fields = ", "m.toml: is no TOML: "),
        ("", "m.toml: `[fields]` is missing; say which column is which field"),
        ("feilds = 1\n" + LEAST, "there is no setting `feilds`; did you mean `fields`"),
        ('table = "cvs"\n' + LEAST, "`table` is `cvs`; did you mean `csv`"),
        ('rows = "call"\n' + LEAST, "`rows` is `call`; did you mean `calls`"),
        ('zone = "Mars"\n' + LEAST, "`zone` is `Mars`; expected an IANA name"),
        ('delimiter = ""\n' + LEAST, "`delimiter` is ``; expected one character"),
        ('table = "log"\n' + LEAST, "`markers` is missing; a log needs the text"),
        (LEAST + 'acount = "x"\n', "there is no field `acount`; did you mean `account`"),
        (LEAST + 'clock = "x"\n', "`fields.clock` cannot be mapped; it follows from other fields"),
        (LEAST + "account = 3\n", "`fields.account` is `3`; expected a column"),
        (
            LEAST + 'account = { form = "x" }\n',
            "no setting of `fields.account` `form`; did you mean",
        ),
        (LEAST + "account = { from = [] }\n", "`fields.account` says no column"),
        (LEAST + 'account = { from = "x", take = "(" }\n', "is no regular expression"),
        (LEAST + 'account = { from = "x", take = "y" }\n', "has 0 groups; expected one"),
        (LEAST + 'account = { from = "x", as = "s" }\n', "only times and durations have it"),
        (LEAST + 'account = { from = "x", decode = "b64" }\n', "`b64`; expected `percent`"),
        (LEAST + 'duration = { from = "x", as = "secs" }\n', "`secs`; expected s, ms, us, ns, min"),
        (LEAST + 'answer = { from = "x", as = "unix" }\n', "`unix`; expected iso, epoch"),
        ('[fields]\nstart = "s"\nend = "e"\n', "no column is the called number"),
        ('[fields]\nend = "e"\ncallee = "n"\n', "no column says when a call began"),
        ('[fields]\nstart = "s"\ncallee = "n"\n', "no column says when a call ended"),
        ('columns = ["s", "e", "m"]\n' + LEAST, "reads `n`, no column of `columns`"),
        ('rows = "transactions"\n' + LEAST, "`fields.method` is missing; a transaction needs it"),
    ],
)
def test_a_mapping_that_makes_no_sense_says_why(text: str, message: str) -> None:
    with pytest.raises(MappingError) as raised:
        Mapping.from_toml(text, "m.toml")
    assert message in str(raised.value)
    assert str(raised.value).startswith("m.toml: ")


def test_a_mapping_that_is_no_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="cannot be read as text"):
        Mapping.from_file(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("iso", "2026-11-20 22:14:03"),
        ("iso", "2026-11-20T22:14:03Z"),
        ("iso", "2026-11-20T17:14:03-05:00"),
        ("iso", "2026-11-20 22:14:03.000000"),
        ("epoch", "1795212843"),
        ("epoch", "1795212843.0"),
        ("epoch-ms", "1795212843000"),
        ("epoch-us", "1795212843000000"),
        ("%d/%m/%Y %H.%M.%S", "20/11/2026 22.14.03"),
        ("any", "2026-11-20 22:14:03"),
        ("any", "1795212843"),
        ("any", "1795212843000"),
        ("any", "1795212843000000"),
    ],
)
def test_a_time_is_read_as_it_is_written(tmp_path: Path, how: str, text: str) -> None:
    mapping = f'[fields]\nstart={{from="s",as="{how}"}}\nduration="d"\n"callee.dialled"="n"\n'
    [event] = ended(tmp_path, mapping, f"s,d,n\n{text},10,123\n")
    assert event.at == 1_795_212_853_000_000


def test_times_of_all_forms_may_stand_in_one_column(tmp_path: Path) -> None:
    mapping = '[fields]\nstart={from="s",as="any"}\nduration="d"\n"callee.dialled"="n"\n'
    times = ["2026-11-20 22:14:03", "1795212843", "2026-11-20T22:14:03+00:00", "2461365.426423611"]
    found = ended(tmp_path, mapping, "s,d,n\n" + "".join(f"{time},0,1\n" for time in times))
    assert {round(event.at / 1e6) for event in found} == {1_795_212_843}


def test_local_time_has_the_zone_of_the_mapping_before_that_of_the_provider(
    tmp_path: Path,
) -> None:
    rows = "s,e,n\n2026-11-20 22:14:03,2026-11-20 22:14:03,1\n"
    [event] = ended(tmp_path, LEAST, rows, zone="America/New_York")
    assert event.at == 1_795_230_843_000_000
    [event] = ended(tmp_path, 'zone = "Asia/Tokyo"\n' + LEAST, rows, zone="America/New_York")
    assert event.at == 1_795_180_443_000_000


def test_the_hour_that_comes_twice_is_the_first_and_the_missing_one_is_read(tmp_path: Path) -> None:
    rows = "s,e,n\n2026-11-01 01:30:00,2026-11-01 01:30:00,1\n2026-03-08 02:30:00,2026-03-08 03:30:00,1\n"
    found = ended(tmp_path, LEAST, rows, zone="America/New_York")
    assert [event.at for event in found] == [1_793_511_000_000_000, 1_772_955_000_000_000]


@pytest.mark.parametrize(
    ("how", "text", "milliseconds"),
    [
        ("s", "62", 62_000),
        ("s", "1.5", 1_500),
        ("ms", "62000", 62_000),
        ("us", "62000000", 62_000),
        ("ns", "62000000000", 62_000),
        ("min", "1.5", 90_000),
        ("hms", "01:02:03", 3_723_000),
        ("hms", "02:03", 123_000),
        ("hms", "7", 7_000),
        ("go", "1m2s", 62_000),
        ("go", "1h0m0.5s", 3_600_500),
        ("go", "250ms", 250),
        ("go", "62000000000", 62_000),
        ("go", "0", 0),
    ],
)
def test_a_duration_is_read_as_it_is_written(
    tmp_path: Path, how: str, text: str, milliseconds: int
) -> None:
    mapping = f'[fields]\nstart="s"\nduration={{from="d",as="{how}"}}\n"callee.dialled"="n"\n'
    [event] = ended(tmp_path, mapping, f"s,d,n\n2026-11-20 22:14:03,{text},1\n")
    assert event.values["duration"] == milliseconds
    assert event.at == 1_795_212_843_000_000 + milliseconds * 1000


@pytest.mark.parametrize(
    ("columns", "row", "expected"),
    [
        ("answer total", ("22:14:09", "68"), (68, 6, 62)),
        ("end total duration", ("22:15:11", "68", "62"), (68, 6, 62)),
        ("answer duration", ("22:14:09", "62"), (68, 6, 62)),
        ("ring duration", ("6", "62"), (68, 6, 62)),
        ("end duration", ("22:15:11", "62"), (68, None, 62)),
        ("end answer", ("22:15:11", "22:14:09"), (68, 6, 62)),
        ("end answer", ("22:15:11", ""), (68, 68, 0)),
        ("end duration", ("22:15:11", "0"), (68, 68, 0)),
        ("end answered", ("22:15:11", "yes"), (68, None, None)),
        ("end status", ("22:15:11", "486"), (68, 68, 0)),
        ("end status", ("22:15:11", "200"), (68, None, None)),
    ],
)
def test_what_a_record_leaves_out_is_derived_but_not_guessed(
    tmp_path: Path, columns: str, row: tuple[str, ...], expected: tuple[int | None, ...]
) -> None:
    names = columns.split()
    rules = "".join(f'{name} = "{name}"\n' for name in names)
    mapping = '[fields]\nstart = "start"\n"callee.dialled" = "n"\n' + rules
    values = [f"2026-11-20 {value}" if value.count(":") == 2 else value for value in row]
    text = f"start,n,{','.join(names)}\n2026-11-20 22:14:03,1,{','.join(values)}\n"
    [event] = ended(tmp_path, mapping, text)
    ring, talk = event.values.get("ring"), event.values.get("duration")
    found = (event.at / 1e6 - 1_795_212_843, *(v and int(v) // 1000 for v in (ring, talk)))
    assert found == expected


def test_a_start_may_follow_from_the_end(tmp_path: Path) -> None:
    mapping = '[fields]\nend = "e"\ntotal = "t"\nduration = "d"\n"callee.dialled" = "n"\n'
    path = tmp_path / "cdr.csv"
    path.write_text("e,t,d,n\n2026-11-20 22:15:11,68,62,1\n")
    source = RecordSource(path, Mapping.from_toml(mapping, "m"))
    [batch] = source.batches()
    offsets = [event.at // 1_000_000 - 1_795_212_843 for event in events_of(batch)]
    assert offsets == [0, 6, 68]


def test_values_are_taken_turned_and_decoded(tmp_path: Path) -> None:
    mapping = (
        LEAST
        + """
account = { from = ["a", "b"], take = '^([^@]+)@' }
released = { from = "r", values = { A = "caller", B = "callee", "*" = "" } }
"media.encrypted" = { from = "m", values = { srtp = true, "*" = false } }
user_agent = { from = "u", decode = "percent" }
caller = "c"
cost = "p"
"""
    )
    head = "s,e,n,a,b,r,m,u,c,p\n2026-11-20 22:14:03,2026-11-20 22:14:04,1,"
    [event] = ended(tmp_path, mapping, head + ",1001@pbx,B,rtp,Acme%20Phone,+12025550100, 0.0124\n")
    assert event.values["account"] == "1001"
    assert event.values["released"] == "callee"
    assert event.values["media.encrypted"] is False
    assert event.values["user_agent"] == "Acme Phone"
    assert event.values["caller"] == 12025550100
    assert event.values["cost"] == 12_400
    [event] = ended(tmp_path, mapping, head + "9@x,8@y,C,srtp,,0123,free\n")
    assert event.values["account"] == "9"
    assert event.values["media.encrypted"] is True
    assert not {"released", "user_agent", "caller", "cost"} & set(event.values)


def test_a_value_that_no_list_knows_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "cdr.csv"
    path.write_text("s,e,n,d\n2026-11-20 22:14:03,2026-11-20 22:14:04,1,BSY\n")
    mapping = Mapping.from_toml(LEAST + 'status = {from="d", values={BUSY=486}}\n', "m")
    source = RecordSource(path, mapping)
    [batch] = source.batches()
    assert batch.num_rows == 2
    assert source.unreadable.examples("value that `values` does not list") == ["cdr.csv:2: `BSY`"]


def test_another_delimiter_and_no_header(tmp_path: Path) -> None:
    mapping = 'delimiter = ";"\ncolumns = ["s", "e", "n", "x"]\n' + LEAST
    [event] = ended(tmp_path, mapping, "2026-11-20 22:14:03;2026-11-20 22:14:04;12,5\n")
    assert event.values["callee.dialled"] == "12,5"


def test_causes_become_the_statuses_of_rfc_3398() -> None:
    assert status_of("17") == (True, 486)
    assert status_of("Q.850:1") == (True, 404)
    assert status_of("user_busy") == (True, 486)
    assert status_of("16") == (True, None)
    assert status_of("LUNCH") == (False, None)
    assert status_of("999") == (False, None)
    assert all(400 <= status < 600 for status in STATUS_OF_CAUSE.values())


def test_the_reference_names_everything_a_mapping_can_say() -> None:
    text = REFERENCE.read_text("utf-8")
    words = [*EXTRA, *HOW_MOMENTS, *HOW_DURATIONS, *formats()]
    words += ["name", "title", "about", "table", "rows", "columns", "required", "delimiter"]
    words += ["markers", "separator", "zone", "encoding", "currency", "recognise", "only", "fields"]
    words += ["example", "from", "take", "values", "as", "decode"]
    assert [word for word in words if f"`{word}`" not in text] == []


def test_every_format_explains_itself_here_and_in_the_reference() -> None:
    text = REFERENCE.read_text("utf-8")
    for mapping in formats().values():
        assert mapping.example.strip() in text, mapping.name
        assert mapping.about.strip() in text, mapping.name
        assert mapping.title, mapping.name
        assert mapping.about, mapping.name
        assert mapping.example, mapping.name
