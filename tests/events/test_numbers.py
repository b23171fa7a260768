"""What a dialled number is read as, with the provider's dial plan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairtone.events import DialPlan, DialPlanError, Number

AMERICA = DialPlan()
BRITAIN = DialPlan("GB")
OFFICE = DialPlan("US", strip=("9", "8888#"))


@pytest.mark.parametrize(
    ("plan", "dialled", "e164", "country", "line"),
    [
        (AMERICA, "+1 (202) 555-0100", 12025550100, "US", "fixed-or-mobile"),
        (AMERICA, "2025550100", 12025550100, "US", "fixed-or-mobile"),
        (AMERICA, "12025550100", 12025550100, "US", "fixed-or-mobile"),
        (AMERICA, "011 44 20 7946 0000", 442079460000, "GB", "fixed"),
        (AMERICA, "00442079460000", 442079460000, "GB", "fixed"),
        (AMERICA, "442079460000", 442079460000, "GB", "fixed"),
        (AMERICA, "+44 (0)20 7946 0000", 442079460000, "GB", "fixed"),
        (AMERICA, "%2B442079460000", 442079460000, "GB", "fixed"),
        (AMERICA, "+12025550100;npdi;rn=+12025550199", 12025550100, "US", "fixed-or-mobile"),
        (AMERICA, "sip:+12025550100@edge.example;user=phone", 12025550100, "US", "fixed-or-mobile"),
        (AMERICA, "tel:555-0100;phone-context=+1202", 12025550100, "US", "fixed-or-mobile"),
        (AMERICA, "*6712025550100", 12025550100, "US", "fixed-or-mobile"),
        (AMERICA, "8888#12025550100", 12025550100, "US", "fixed-or-mobile"),
        (AMERICA, "+8816123456789", 8816123456789, None, "satellite"),
        (AMERICA, "+18002345678", 18002345678, "US", "toll-free"),
        (AMERICA, "+19002345678", 19002345678, "US", "premium"),
        (BRITAIN, "020 7946 0000", 442079460000, "GB", "fixed"),
        (BRITAIN, "07400 123456", 447400123456, "GB", "mobile"),
        (BRITAIN, "0012025550100", 12025550100, "US", "fixed-or-mobile"),
        (DialPlan("IT"), "02 1234 5678", 390212345678, "IT", "fixed"),
        (DialPlan("AR"), "011 15 2345 6789", 5491123456789, "AR", "mobile"),
        (OFFICE, "912025550123", 12025550123, "US", "fixed-or-mobile"),
        (OFFICE, "9011442079460000", 442079460000, "GB", "fixed"),
        (OFFICE, "9195551234", 19195551234, "US", "fixed-or-mobile"),
    ],
)
def test_a_number_is_read_as_people_dial_it(
    plan: DialPlan, dialled: str, e164: int, country: str | None, line: str
) -> None:
    number = plan.read(dialled)
    assert (number.e164, number.country, number.type) == (e164, country, line)
    assert number.prefix == e164 // 10_000
    assert not number.emergency


@pytest.mark.parametrize(
    ("plan", "dialled"),
    [
        *((AMERICA, text) for text in ("911", "112", "9911", "9-112", "0911", "+911", "1911")),
        *((AMERICA, text) for text in ("+1911", "911#", "sip:911@edge.example", "tel:911")),
        *((AMERICA, text) for text in ("urn:service:sos", "urn:service:sos.fire", " 9 1 1 ")),
        *((BRITAIN, text) for text in ("999", "112", "911", "9999")),
        (DialPlan("DE"), "110"),
        (DialPlan("DE"), "0112"),
        (DialPlan("AU"), "000"),
        (DialPlan("US", strip=("77",)), "77911"),
        (DialPlan("US", emergency=("988",)), "988"),
    ],
)
def test_what_could_be_an_emergency_call_is_one(plan: DialPlan, dialled: str) -> None:
    assert plan.read(dialled).emergency


@pytest.mark.parametrize("dialled", ["988", "999", "9112025550", "411", "1001", "9191", "alice"])
def test_other_short_numbers_are_no_emergency(dialled: str) -> None:
    assert not AMERICA.read(dialled).emergency


@pytest.mark.parametrize("dialled", ["", "+", "#", "alice", "anonymous", "1a2b3c4d", "unknown@x"])
def test_a_name_is_not_a_number(dialled: str) -> None:
    assert AMERICA.read(dialled) == Number(dialled)


def test_an_extension_is_no_invalid_number() -> None:
    assert AMERICA.read("1001") == Number("1001", tail=1001)


@pytest.mark.parametrize(
    ("dialled", "e164"),
    [("+15551234567", 15551234567), ("5551234567", 15551234567), ("+99912345678", 99912345678)],
)
def test_an_invalid_number_keeps_its_digits(dialled: str, e164: int) -> None:
    number = AMERICA.read(dialled)
    assert (number.e164, number.type) == (e164, "invalid")


def test_an_invalid_number_says_where_it_leads_if_its_code_is_one_country_s() -> None:
    assert AMERICA.read("+53000000").country == "CU"
    assert AMERICA.read("+15551234567").country is None


def test_the_tail_stays_the_same_while_a_prefix_is_guessed() -> None:
    guesses = ["900442079460000", "00442079460000", "0011442079460000", "+442079460000"]
    assert {AMERICA.read(guess).tail for guess in guesses} == {79460000}


def test_too_many_digits_are_invalid() -> None:
    assert AMERICA.read("9" * 30).type == "invalid"
    assert AMERICA.read("9" * 30).e164 is None


@given(st.text())
def test_nothing_that_is_dialled_raises(dialled: str) -> None:
    assert AMERICA.read(dialled).dialled == dialled


@given(st.from_regex(r"\A[+*#]{0,2}[0-9 ().;,@:%-]{0,24}\Z"))
def test_nothing_that_looks_like_a_number_raises(dialled: str) -> None:
    for plan in (AMERICA, BRITAIN, OFFICE, DialPlan("AR"), DialPlan("BR")):
        number = plan.read(dialled)
        assert number.e164 is None or 0 < number.e164 < 10**15
        assert number.tail is None or 0 <= number.tail < 10**9


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"country": "UK"}, "the dial plan's country is `UK`, expected a country of two letters"),
        ({"strips": ["9"]}, "the dial plan has no setting `strips`; did you mean `strip`"),
        ({"emergency": "nine"}, "the dial plan's `emergency` has `nine`, expected digits only"),
        ({"strip": ""}, "the dial plan's `strip` has an empty prefix"),
        ({"strip": [9]}, "put digits in quotes"),
        ({"country": ["US", "CA"]}, "expected one country"),
    ],
)
def test_a_dial_plan_that_makes_no_sense_says_so(settings: dict[str, str], message: str) -> None:
    with pytest.raises(DialPlanError) as raised:
        DialPlan.from_mapping(settings)
    assert message in str(raised.value)


def test_a_dial_plan_comes_from_settings() -> None:
    plan = DialPlan.from_mapping({"country": "gb", "strip": "9", "emergency": ["101"]})
    assert plan == DialPlan("GB", strip=("9",), emergency=("101",))
    assert plan.read("9 020 7946 0000").e164 == 442079460000
