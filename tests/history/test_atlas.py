"""The map knows every country that a number can lead to."""

import phonenumbers

from fairtone.history import Destination
from fairtone.history.atlas import atlas, spots


def test_every_country_with_numbers_has_a_place_and_a_name() -> None:
    missing = set(phonenumbers.SUPPORTED_REGIONS) - set(atlas().middles)
    assert missing == set()
    assert set(atlas().middles) <= set(atlas().names)


def test_every_place_lies_on_the_sheet() -> None:
    sheet = atlas()
    for x, y in sheet.middles.values():
        assert 0 <= x <= sheet.width
        assert 0 <= y <= sheet.height


def test_circles_grow_with_the_calls_and_unknown_countries_are_left_out() -> None:
    found = spots(
        [Destination("CU", 100, None), Destination("MV", 1, None), Destination("??", 5, None)]
    )
    assert [spot.country for spot in found] == ["CU", "MV"]
    assert found[0].radius > found[1].radius > 3


def test_east_is_right_and_north_is_up() -> None:
    middles = atlas().middles
    assert middles["US"][0] < middles["FR"][0] < middles["JP"][0] < middles["NZ"][0]
    assert middles["NO"][1] < middles["IT"][1] < middles["ZA"][1]
