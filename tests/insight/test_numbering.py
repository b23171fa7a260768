"""What the number plans say of caller and callee, and that the fast reading is the slow one."""

import random

import pyarrow as pa
import pytest

from fairtone.events import AT, Batch, DialPlan, Event, batch_of, events_of
from fairtone.insight import Numbering, check_insight
from fairtone.insight.reading import read_column

NOON = 1_795_176_000_000_000  # 2026-11-20 12:00 UTC, a Friday


def calls(*numbers: tuple[str | None, str | None], at: int = NOON) -> Batch:
    return batch_of(
        Event(
            "call.attempt",
            at,
            {
                name: text
                for name, text in (("caller.presented", caller), ("callee.dialled", callee))
                if text is not None
            },
        )
        for caller, callee in numbers
    )


def known(batch: Batch, plan: DialPlan | None = None) -> list[dict[str, object]]:
    return [dict(event.values) for event in events_of(Numbering(plan).add(batch))]


def test_a_call_abroad_is_described() -> None:
    [values] = known(calls(("+12025550100", "011442079460000")))
    assert values == {
        "caller.presented": "+12025550100",
        "caller": 12025550100,
        "caller.country": "US",
        "caller.type": "fixed-or-mobile",
        "caller.prefix": 1202555,
        "callee.dialled": "011442079460000",
        "callee": 442079460000,
        "callee.country": "GB",
        "callee.type": "fixed",
        "callee.prefix": 44207946,
        "callee.tail": 79460000,
        "callee.emergency": False,
        "callee.international": True,
        "callee.clock": 12 * 3_600_000,
    }


def test_an_extension_calls_the_emergency_service() -> None:
    [values] = known(calls(("1001", "9911")))
    assert values == {
        "caller.presented": "1001",
        "callee.dialled": "9911",
        "callee.tail": 9911,
        "callee.emergency": True,
    }


def test_what_the_source_knew_stays() -> None:
    event = Event(
        "call.attempt",
        NOON,
        {
            "callee.dialled": "5551234",
            "callee": 442079460000,
            "callee.country": "XX",
            "callee.emergency": True,
        },
    )
    [values] = known(batch_of([event]))
    assert values["callee"] == 442079460000
    assert values["callee.country"] == "XX"
    assert values["callee.type"] == "fixed"
    assert values["callee.tail"] == 5551234
    assert values["callee.emergency"] is True


@pytest.mark.parametrize(
    ("dialled", "clock"),
    [
        ("+442079460000", 12),
        ("+12125550100", 7),
        ("+13235550100", 4),
        ("+551123456789", 9),
        ("+919876543210", 17.5),
        ("+18002345678", None),  # toll-free: all of North America
        ("+74951234567", 15),
        ("+15551234567", None),  # invalid
    ],
)
def test_the_callee_s_clock(dialled: str, clock: float | None) -> None:
    [values] = known(calls((None, dialled)))
    assert values.get("callee.clock") == (None if clock is None else clock * 3_600_000)


def test_the_callee_s_clock_changes_in_spring() -> None:
    before = 1_774_745_940_000_000  # 2026-03-29 00:59 UTC
    after = before + 60_000_000
    clocks = [
        known(calls((None, "+442079460000"), at=moment))[0]["callee.clock"]
        for moment in (before, after)
    ]
    assert clocks == [59 * 60_000, 2 * 3_600_000]


@pytest.mark.parametrize(
    ("dialled", "international"),
    [
        ("2025550100", False),
        ("+14165550100", True),  # Canada shares the code
        ("+15551234567", None),  # no such area code: nobody's
        ("+8816123456789", True),
        ("1001", None),
    ],
)
def test_international_is_another_country(dialled: str, international: bool | None) -> None:
    [values] = known(calls((None, dialled)))
    assert values.get("callee.international") == international


def test_the_home_country_is_the_dial_plan_s() -> None:
    [values] = known(calls((None, "020 7946 0000")), DialPlan("GB"))
    assert values["callee.international"] is False


def test_it_keeps_the_contract() -> None:
    events = [
        Event("call.attempt", NOON, {"caller.presented": "+12025550100", "callee.dialled": "911"}),
        Event("call.attempt", NOON + 1, {"callee.dialled": "+442079460000", "account": "a"}),
        Event("call.ended", NOON + 2, {"callee": 15551234567, "callee.country": "US"}),
        Event("registration", NOON + 3, {"account": "b"}),
        Event("call.attempt", NOON + 4, {"caller.presented": "alice", "callee.dialled": ""}),
    ]
    check_insight(Numbering(), batch_of(events))


PLANS = [
    DialPlan(),
    DialPlan("GB"),
    DialPlan("US", strip=("9", "8888#")),
    DialPlan("DE", strip=("0",)),
    DialPlan("BR"),
    DialPlan("IT"),
    DialPlan("FR", international=("0044",)),
]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: f"{plan.country}{plan.strip}")
def test_a_column_is_read_as_each_number_is(plan: DialPlan) -> None:
    pick = random.Random(7)
    heads = ["", "+", "0", "00", "011", "1", "9", "90", "9011", "90044", "8888#", "+1202", "202"]
    heads += ["+44207", "01144", "442079", "+440207", "+00", "0442079", "020", "911", "+9", "+39"]
    texts = sorted(
        {
            pick.choice(heads) + "".join(pick.choices("0123456789", k=pick.randint(0, 13)))
            for _ in range(20_000)
        }
    )
    read = read_column(plan, pa.array(texts))
    wrong = []
    for row, text in enumerate(texts):
        number = plan.read(text)
        wanted = (number.e164 or 0, number.tail, number.emergency, number.type == "invalid")
        tail = int(read.tail[row])
        found = (read.e164[row], None if tail < 0 else tail, read.emergency[row], read.invalid[row])
        if found != wanted:
            wrong.append((text, found, wanted))
    assert wrong == []


def test_dictionary_columns_with_a_null_value_are_taken() -> None:
    column = pa.DictionaryArray.from_arrays(
        pa.array([0, 1, 2], pa.int32()), pa.array(["911", None, "+442079460000"])
    )
    at = pa.array([NOON] * 3, pa.int64()).cast(AT)
    kinds = pa.array(["call.attempt"] * 3)
    batch = pa.record_batch({"kind": kinds, "at": at, "callee.dialled": column})
    assert Numbering().add(batch).column("callee.emergency").to_pylist() == [True, None, False]
