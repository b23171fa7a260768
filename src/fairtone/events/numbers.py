"""Telephone numbers: what was dialled, read with the provider's dial plan, as E.164.

Emergency numbers are recognised here and nowhere else. Where a number could be one, it is one.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from functools import lru_cache
from typing import Protocol
from urllib.parse import unquote

import phonenumbers
from phonenumbers import NumberParseException
from phonenumbers.phonemetadata import PhoneMetadata

from fairtone.events.plans import LONGEST, world

SHORTEST = 7
"""Fewer digits than this are an extension or a service code, not somebody's number."""

TAIL = 10**9
BLOCK = 10_000

_EVERYWHERE = ("112", "911")  # 3GPP TS 22.101 section 10.1: emergency numbers in any network
_DIAL_OUT = ("0", "9")  # what people dial for a line even where no dial plan asks for it
_SERVICE = re.compile(r"^[*#]+\d{2,3}[*#]?(?=\+?\d{7})")  # *67, #31#: before the number
_SEPARATORS = str.maketrans("", "", " \t-.()[]/\u00a0\u2010\u2011\u2012\u2013")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was dialled or presented, and what is known of it.

    `e164` is `None` if it cannot be one: a name, an extension, a service code. A number of E.164
    shape that no number plan contains has the type `invalid`. `prefix` is the number without its
    last four digits, `tail` the last nine digits as dialled.
    """

    dialled: str
    e164: int | None = None
    country: str | None = None
    type: str | None = None
    prefix: int | None = None
    tail: int | None = None
    emergency: bool = False


class DialPlanError(ValueError):
    """A dial plan that cannot be used: says which setting, what came and what was expected."""


@dataclass(frozen=True)
class DialPlan:
    """How people dial at this provider: the country they are in, and the prefixes they use.

    `national` and `international` prefixes are those of the country unless they are given. `strip`
    lists what is dialled for an outside line or routes a call, such as `9` or `8888#`, and is no
    part of the number. `emergency` lists numbers beyond those of the country.

    >>> DialPlan("US").read("011 44 20 7946 0000").e164
    442079460000
    """

    country: str = "US"
    national: tuple[str, ...] | None = None
    international: tuple[str, ...] = ()
    strip: tuple[str, ...] = ()
    emergency: tuple[str, ...] = ()
    _cached: "_Reader" = field(init=False, repr=False, compare=False)
    _code: str = field(init=False, repr=False, compare=False)
    _trunk: tuple[str, ...] | None = field(init=False, repr=False, compare=False)
    _abroad: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _lengths: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        code = phonenumbers.country_code_for_region(self.country)
        if not code:
            near = get_close_matches(self.country.upper(), phonenumbers.SUPPORTED_REGIONS, 1, 0.5)
            hint = f"; did you mean `{near[0]}`" if near else ""
            raise DialPlanError(
                f"the dial plan's country is `{self.country}`, expected a country of two letters "
                f"such as `US` (ISO 3166){hint}"
            )
        for name in ("national", "international", "emergency"):
            for prefix in getattr(self, name) or ():
                if not (prefix.isascii() and prefix.isdigit()):
                    raise DialPlanError(
                        f"the dial plan's `{name}` has `{prefix}`, expected digits only"
                    )
        if "" in self.strip:
            raise DialPlanError("the dial plan's `strip` has an empty prefix, expected digits")
        metadata = PhoneMetadata.metadata_for_region(self.country)
        own = metadata.international_prefix if metadata else None
        usual = (own,) if own and own.isdigit() else ()
        shape = metadata.general_desc if metadata else None
        lengths = shape.possible_length if shape else ()
        object.__setattr__(self, "_code", str(code))
        object.__setattr__(self, "_lengths", tuple(lengths))
        object.__setattr__(self, "_trunk", self.national or _literals(self.country))
        object.__setattr__(self, "_abroad", (*self.international, *usual, "00"))
        object.__setattr__(self, "_cached", lru_cache(maxsize=1 << 17)(self._read))

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, str | Sequence[str]]) -> "DialPlan":
        """A dial plan from settings, each a text or a list of texts, as a policy's front matter."""
        names = [item.name for item in fields(cls) if item.init]
        settings: dict[str, str | tuple[str, ...]] = {}
        for name, value in mapping.items():
            if name not in names:
                near = get_close_matches(name, names, 1, 0.5)
                hint = f"did you mean `{near[0]}`" if near else f"expected {', '.join(names)}"
                raise DialPlanError(f"the dial plan has no setting `{name}`; {hint}")
            listed = (value,) if isinstance(value, str) else tuple(value)
            if not all(isinstance(item, str) for item in listed):
                raise DialPlanError(
                    f"the dial plan's `{name}` is `{value}`, expected text; put digits in quotes"
                )
            if name == "country" and len(listed) != 1:
                raise DialPlanError(f"the dial plan's country is `{value}`, expected one country")
            settings[name] = listed[0].upper() if name == "country" else listed
        return cls(**settings)  # type: ignore[arg-type]

    @property
    def code(self) -> int:
        """The country code of the provider's country."""
        return int(self._code)

    @property
    def trunk(self) -> tuple[str, ...] | None:
        """The national prefixes, if they are plain digits; else `None`, and reading is slower."""
        return self._trunk

    @property
    def abroad(self) -> tuple[str, ...]:
        """The international prefixes, the provider's own first."""
        return self._abroad

    def read(self, dialled: str) -> Number:
        """What is known of a number as it was dialled or presented; never raises.

        Takes digits, `+` and visual separators, the user part of a SIP URI, a whole `sip:` or
        `tel:` URI (RFC 3966) with its parameters, and `urn:service:sos` (RFC 5031).
        """
        return self._cached(dialled)

    def _read(self, dialled: str) -> Number:
        if dialled.lower().startswith("urn:service:sos"):
            return Number(dialled, emergency=True)
        digits, plus = digits_of(dialled)
        if not digits:
            return Number(dialled)
        tail = int(digits) % TAIL
        if self._is_emergency(digits, plus):
            return Number(dialled, tail=tail, emergency=True)
        shaped = None
        for number, certain in self._candidates(digits, plus):
            country, kind = world().country_and_type(number)
            if kind != "invalid":
                return Number(dialled, number, country, kind, number // BLOCK, tail)
            if shaped is None and certain and SHORTEST <= len(str(number)) <= LONGEST:
                shaped = (number, country)
        if len(digits) < SHORTEST:
            return Number(dialled, tail=tail)
        if shaped is None:
            return Number(dialled, type="invalid", tail=tail)
        number, country = shaped
        return Number(dialled, number, country, "invalid", number // BLOCK, tail)

    def _is_emergency(self, digits: str, plus: bool) -> bool:
        if len(digits) > 12:
            return False
        rests = [digits]
        rests += [digits[len(p) :] for p in (*_DIAL_OUT, *self.strip) if digits.startswith(p)]
        if plus or digits.startswith(self._code):
            rests.append(digits.removeprefix(self._code))
        return any(
            rest in _EVERYWHERE
            or rest in self.emergency
            or phonenumbers.is_emergency_number(rest, self.country)
            for rest in rests
            if 2 <= len(rest) <= 6
        )

    def _candidates(self, digits: str, plus: bool) -> Iterator[tuple[int, bool]]:
        """What the digits could mean, the likeliest first; the first that is valid is meant.

        The flag says that a number of this form can only be meant so, even if it is not valid.
        """
        if plus and digits[0] != "0":
            yield int(digits), True
            yield from self._without_trunk(digits)
            return
        stripped = [digits[len(p) :] for p in self.strip if digits.startswith(p)]
        readings = [rest for rest in (digits, *stripped) if rest]
        for rest in readings:
            for prefix in self._abroad:
                abroad = rest.removeprefix(prefix)
                if abroad != rest and abroad and abroad[0] != "0":
                    yield int(abroad), True
                    yield from self._without_trunk(abroad)
            if SHORTEST <= len(rest) <= LONGEST:
                yield from self._national(rest)
        for rest in readings:
            if rest[0] != "0" and SHORTEST <= len(rest) <= LONGEST:
                yield int(rest), False

    def _national(self, digits: str) -> Iterator[tuple[int, bool]]:
        if self._trunk is None:
            number = _parsed(digits, self.country)
            if number is not None:
                yield number, len(str(number)) - len(self._code) in self._lengths
            return
        for prefix in self._trunk:
            if digits.startswith(prefix) and len(digits) > len(prefix):
                rest = digits[len(prefix) :]
                yield int(self._code + rest), len(rest) in self._lengths
        yield int(self._code + digits), len(digits) in self._lengths

    @staticmethod
    def _without_trunk(digits: str) -> Iterator[tuple[int, bool]]:
        """Abroad, people leave the national prefix in: +44 (0)20 7946 0000."""
        number = _parsed(f"+{digits}", None)
        if number is not None and str(number) != digits:
            yield number, False


def _parsed(text: str, country: str | None) -> int | None:
    try:
        parsed = phonenumbers.parse(text, country)
    except NumberParseException:
        return None
    return int(f"{parsed.country_code}{phonenumbers.national_significant_number(parsed)}")


class _Reader(Protocol):
    def __call__(self, dialled: str, /) -> Number: ...


def digits_of(dialled: str) -> tuple[str, bool]:
    """The digits of a number without what surrounds them, and whether a `+` stood before them.

    No digits if it is not a number: a name, or longer than any number.
    """
    text = dialled.strip()
    scheme, colon, rest = text.partition(":")
    if colon and scheme.lower() in ("sip", "sips", "tel"):
        text = rest
    text = text.partition("@")[0]
    text, _, parameters = text.partition(";")
    text = unquote(text).partition(",")[0].translate(_SEPARATORS)
    text = _SERVICE.sub("", text)
    if "#" in text:  # a routing prefix, as 8888#14155550123; or the key that ends dialling
        text = text.rstrip("#").rpartition("#")[2]
    plus = text.startswith("+")
    digits = text[1:] if plus else text
    if not digits.isdecimal() or len(digits) > 64:
        return "", False
    if not digits.isascii():
        digits = "".join(str(unicodedata.decimal(digit)) for digit in digits)
    context = _CONTEXT.search(parameters)
    if context and not plus and len(digits) >= SHORTEST - 3:
        return re.sub(r"\D", "", context[1]) + digits, True
    return digits, plus


# RFC 3966 section 5.1.5: a local number is to be read behind the digits of its context.
_CONTEXT = re.compile(r"phone-context=\+([\d().-]+)", re.IGNORECASE)


def _literals(country: str) -> tuple[str, ...] | None:
    """The national prefixes of a country, if they are plain digits that are only taken away."""
    metadata = PhoneMetadata.metadata_for_region(country)
    rule = metadata.national_prefix_for_parsing if metadata else None
    if rule is None:
        return ()
    choices = rule.split("|")
    plain = metadata and metadata.national_prefix_transform_rule is None
    return tuple(choices) if plain and all(choice.isdigit() for choice in choices) else None
