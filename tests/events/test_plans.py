"""The automaton of all number plans, held against `phonenumbers`, which it was built from."""

import random
import re

import numpy as np
import phonenumbers
import pytest
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneNumberType

from fairtone.events import TYPES, world
from fairtone.events.patterns import Patterns

NAMES = {
    PhoneNumberType.FIXED_LINE: "fixed",
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed-or-mobile",
    PhoneNumberType.TOLL_FREE: "toll-free",
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.SHARED_COST: "shared-cost",
    PhoneNumberType.VOIP: "voip",
    PhoneNumberType.PERSONAL_NUMBER: "personal",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.UAN: "uan",
    PhoneNumberType.VOICEMAIL: "voicemail",
    PhoneNumberType.UNKNOWN: "invalid",
}
SATELLITE = (870, 881, 882, 883)


def slow(number: int) -> tuple[str | None, str]:
    """Country and type as `phonenumbers` says, without reading a national prefix into it."""
    text = str(number)
    codes = [int(text[:n]) for n in (1, 2, 3) if int(text[:n]) in COUNTRY_CODE_TO_REGION_CODE]
    if not codes or len(text) < 4:
        return None, "invalid"
    code = codes[0]
    national = text[len(str(code)) :]
    zeros = min(len(national) - len(national.lstrip("0")), len(national) - 1)
    parsed = phonenumbers.PhoneNumber(
        code,
        int(national),
        italian_leading_zero=zeros > 0 or None,
        number_of_leading_zeros=zeros if zeros > 1 else None,
    )
    kind = NAMES[phonenumbers.number_type(parsed)]
    region = phonenumbers.region_code_for_number(parsed)
    if code in SATELLITE and kind not in ("invalid", "voip", "voicemail"):
        kind = "satellite"
    return (None if region == "001" else region), kind


def numbers_of_all_plans(count: int) -> list[int]:
    """Random digits behind every country code, and examples of every type with their ends mixed."""
    pick = random.Random(20261121)
    codes = sorted(COUNTRY_CODE_TO_REGION_CODE)
    examples = [
        str(example.country_code) + phonenumbers.national_significant_number(example)
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        for kind in PhoneNumberType.values()
        if (example := phonenumbers.example_number_for_type(region, kind))
    ]
    found = []
    while len(found) < count:
        if len(found) % 3:
            text = pick.choice(examples)
            keep = len(text) - pick.randint(1, 7)
            text = text[:keep] + "".join(pick.choices("0123456789", k=len(text) - keep))
        else:
            code = str(pick.choice(codes))
            text = code + "".join(pick.choices("0123456789", k=pick.randint(4, 15 - len(code))))
        found.append(int(text))
    return found


def test_the_automaton_agrees_with_phonenumbers_on_100_000_numbers() -> None:
    numbers = numbers_of_all_plans(100_000)
    countries, types = world().look(np.array(numbers, np.int64))
    wrong = [
        (number, found, wanted)
        for number, country, kind in zip(numbers, countries, types, strict=True)
        if (found := (world().countries[country], TYPES[kind])) != (wanted := slow(number))
    ]
    assert wrong == []
    seen = {TYPES[kind] for kind in types.tolist()}
    assert seen == set(TYPES), "the sample must reach every line type"


def test_one_number_is_read_as_a_column_is() -> None:
    numbers = numbers_of_all_plans(3_000)
    countries, types = world().look(np.array(numbers, np.int64))
    columns = [(world().countries[c], TYPES[t]) for c, t in zip(countries, types, strict=True)]
    assert [world().country_and_type(number) for number in numbers] == columns


@pytest.mark.parametrize("number", [0, 1, 44, -442079460000, 10**15, 999123456789, 2**62])
def test_what_is_no_number_is_invalid(number: int) -> None:
    assert world().country_and_type(number) == (None, "invalid")
    countries, types = world().look(np.array([number], np.int64))
    assert (countries[0], TYPES[types[0]]) == (0, "invalid")


def test_an_empty_column_has_an_empty_answer() -> None:
    countries, types = world().look(np.array([], np.int64))
    assert len(countries) == len(types) == 0


@pytest.mark.parametrize("pattern", [r"\d{3}", "[2-46]5?7", "1(?:2|3[04]){1,2}9", "(?:0|80?)\\d"])
def test_a_pattern_means_what_it_means_to_python(pattern: str) -> None:
    patterns = Patterns()
    end = frozenset({patterns._state(0, frozenset(), ("XX", "fixed_line"))})
    start = patterns._compile(pattern, end)
    for length in range(1, 6):
        for number in range(10**length):
            text = f"{number:0{length}}"
            states = start
            for digit in text:
                states = patterns.step(states, int(digit))
            assert bool(states & end) == bool(re.fullmatch(pattern, text)), text


def test_a_pattern_of_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown form"):
        Patterns()._compile("1.*", frozenset())
