"""Rows become batches of the vocabulary: every field that a rule may ask for, already worked out.

Names are looked up in the tables of the world, once for a whole batch; what a kind of event does
not carry is null, as in the schema.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc

from fairtone.events import AT, FIELDS, SCHEMA, Batch
from fairtone.simulate.rows import (
    ATTEMPT,
    ATTESTATIONS,
    EMERGENCY,
    ENDED,
    KIND_NAMES,
    METHODS,
    NATIONAL,
    RELEASED,
    TRANSPORTS,
    UNKNOWN,
    WORDS,
    Ints,
    Rows,
)

if TYPE_CHECKING:
    from fairtone.simulate.world import World

REALM: Final = "sip.voipkonnec.example"

Mask = npt.NDArray[np.bool_]

# International prefix, national prefix and emergency number of a provider's country.
_DIALLING: Final = {
    "US": ("011", "", "911"), "CA": ("011", "", "911"), "GB": ("00", "0", "999"),
    "AU": ("0011", "0", "000"), "JP": ("010", "0", "119"),
}  # fmt: skip
_DIALLING_ELSEWHERE: Final = ("00", "0", "112")

_CARRIES: Final = {
    name: np.array([kind in field.kinds for kind in KIND_NAMES]) for name, field in FIELDS.items()
}


class Encoder:
    """Turns rows of one world into batches. Texts that many events share are dictionaries."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.dialling = _DIALLING.get(world.country, _DIALLING_ELSEWHERE)
        blocks = world.numbering.blocks
        self._countries = _Texts([b.country or None for b in blocks])
        self._types = _Texts([*(b.type for b in blocks), "invalid"])
        self._accounts, self._words, self._addresses = (
            pa.array([]),
            pa.array([]),
            (pa.array([]),) * 2,
        )
        self._source_countries = _Texts([])

    def batch(self, rows: Rows) -> Batch:
        """One batch of `SCHEMA`, in the order of the rows."""
        self._refresh()
        made = self._everyone(rows) | self._calls(rows) | self._signals(rows)
        kind = rows["kind"]
        arrays = []
        for name in SCHEMA.names:
            if name in made:
                arrays.append(
                    made[name](_CARRIES[name][kind]) if name in FIELDS else made[name](True)
                )
            else:
                arrays.append(pa.nulls(len(rows), SCHEMA.field(name).type))
        schema = pa.schema(
            pa.field(name, array.type, SCHEMA.field(name).nullable)
            for name, array in zip(SCHEMA.names, arrays, strict=True)
        )
        return pa.record_batch(arrays, schema=schema)

    def _refresh(self) -> None:
        """Tables grow while scenes are made; afterwards this does nothing."""
        world = self.world
        if len(self._words) != len(world.words.texts) or len(self._accounts) != len(world.accounts):
            self._words = pa.array(world.words.texts, pa.string())
            self._accounts = pa.array(world.accounts.names, pa.string())
            self._names = pa.concat_arrays([self._accounts, self._words])
        if len(self._addresses[0]) != len(world.networks.texts):
            self._addresses = (
                pa.array(world.networks.texts, pa.string()),
                pa.array(world.networks.networks, pa.string()),
            )
            self._source_countries = _Texts([*world.networks.countries])

    def _everyone(self, rows: Rows) -> "_Columns":
        world, at = self.world, rows["at"]
        table = world.accounts.table
        who = rows["account"].astype(np.int64)
        known = who >= 0
        of = np.maximum(who, 0)
        named = np.where(known, who, len(table) - 2 - who)
        source = rows["source"].astype(np.int64)
        here = source >= 0
        clock, _ = world.clocks.of_day(at, world.provider)
        weekend = world.clocks.weekend(at, world.provider)

        def word(column: str) -> Callable[[Any], pa.Array]:
            return lambda carried: _take(self._words, table[column][of], carried & known)

        return {
            "kind": lambda _: pa.DictionaryArray.from_arrays(rows["kind"].copy(), list(KIND_NAMES)),
            "at": lambda _: pa.array(at.copy(), pa.int64()).cast(AT),
            "account": lambda c: _take(self._names, named, c & (who != UNKNOWN)),
            "account.tier": word("tier"),
            "account.relation": word("relation"),
            "account.payer": word("payer"),
            "account.country": word("country"),
            "account.minutes": lambda c: _whole(table["minutes"][of], c & known),
            "account.channels": lambda c: _whole(table["channels"][of], c & known),
            "account.age": lambda c: _whole(
                np.maximum(at - table["since"][of], 0) // 1000, c & known
            ),
            "source.address": lambda c: _take(self._addresses[0], source, c & here),
            "source.network": lambda c: _take(self._addresses[1], source, c & here),
            "source.country": lambda c: self._source_countries.take(source, c & here),
            "transport": lambda c: _coded(TRANSPORTS, rows["transport"], c),
            "user_agent": lambda c: _take(self._words, rows["agent"], c & (rows["agent"] >= 0)),
            "realm": lambda c: _coded((REALM,), np.zeros(len(rows), np.int8), c),
            "edge": lambda c: _coded(("edge-1",), np.zeros(len(rows), np.int8), c),
            "signalling.encrypted": lambda c: _flag(
                rows["transport"] >= TRANSPORTS.index("tls"), c & (rows["transport"] >= 0)
            ),
            "clock": lambda c: _whole(clock, c),
            "weekend": lambda c: _flag(weekend, c),
            "status": lambda c: _whole(
                rows["status"], c & (rows["status"] >= 0) & (rows["kind"] != ATTEMPT)
            ),
        }

    def _calls(self, rows: Rows) -> "_Columns":
        world = self.world
        caller, callee = rows["caller"], rows["callee"]
        from_block, to_block = (
            rows["caller_block"].astype(np.int64),
            rows["callee_block"].astype(np.int64),
        )
        shown, reached = caller > 0, callee > 0
        emergency = rows["dialled"] == EMERGENCY
        dialled = self._dialled(rows)
        price = world.numbering.price[to_block]
        priced = to_block >= 0
        clock, certain = world.clocks.of_day(rows["at"], np.where(to_block >= 0, to_block, 0))
        ended = rows["kind"] == ENDED
        cost = (price * rows["duration"] + 30_000) // 60_000
        return {
            "call": lambda c: _joined([_text(rows["call"])], c),
            "caller": lambda c: _whole(caller, c & shown),
            "caller.presented": lambda c: pc.if_else(
                pa.array(shown), _joined(["+", _text(caller)], c), _joined(["anonymous"], c)
            ),
            "caller.name": lambda c: _take(
                self._words, rows["caller_name"], c & (rows["caller_name"] >= 0)
            ),
            "caller.country": lambda c: self._countries.take(from_block, c & (from_block >= 0)),
            "caller.type": lambda c: self._types.take(from_block, c & shown),
            "caller.prefix": lambda c: _whole(caller // 10_000, c & shown),
            "callee": lambda c: _whole(callee, c & reached),
            "callee.dialled": lambda c: pc.if_else(
                pa.array(np.broadcast_to(c, callee.shape)), dialled, None
            ),
            "callee.country": lambda c: self._callee_country(to_block, emergency, c),
            "callee.type": lambda c: self._types.take(to_block, c & reached),
            "callee.prefix": lambda c: _whole(callee // 10_000, c & reached),
            "callee.tail": lambda c: _tail(dialled, c),
            "callee.emergency": lambda c: _flag(emergency, c),
            "callee.international": lambda c: _flag(
                ~world.at_home[to_block] & ~emergency, c & (priced | emergency)
            ),
            "callee.clock": lambda c: _whole(clock, c & certain & priced),
            "attestation": lambda c: _coded(ATTESTATIONS, rows["attestation"], c),
            "media.encrypted": lambda c: _flag(rows["media"] == 1, c & (rows["media"] >= 0)),
            "price": lambda c: _whole(price, c & priced),
            "answered": lambda c: _flag(rows["status"] == 200, c),
            "ring": lambda c: _whole(rows["ring"], c),
            "duration": lambda c: _whole(rows["duration"], c),
            "released": lambda c: _coded(RELEASED, rows["released"], c),
            "cost": lambda c: _whole(cost, c & ended & priced),
        }

    def _callee_country(self, block: Ints, emergency: Mask, carried: Mask) -> pa.Array:
        return self._countries.take(block, carried & (block >= 0) & ~emergency)

    def _signals(self, rows: Rows) -> "_Columns":
        return {
            "credentials": lambda c: _flag(
                rows["credentials"] == 1, c & (rows["credentials"] >= 0)
            ),
            "device": lambda c: _joined(
                ["device-", _text(rows["device"])], c & (rows["device"] > 0)
            ),
            "expires": lambda c: _whole(
                rows["expires"].astype(np.int64) * 1000, c & (rows["expires"] >= 0)
            ),
            "method": lambda c: _coded(METHODS, rows["method"], c),
            "user": lambda c: _take(self._words, rows["user"], c & (rows["user"] >= 0)),
        }

    def _dialled(self, rows: Rows) -> pa.Array:
        """The called numbers as they were dialled, by the habits of the provider's country."""
        international, national, emergency = self.dialling
        style, callee = rows["dialled"], rows["callee"]
        digits = np.floor(np.log10(np.maximum(callee, 1))).astype(np.int64) + 1
        code = 10 ** np.maximum(digits - self._code_digits(), 0)
        local = callee % code
        is_national = style == NATIONAL
        number = _text(np.where(is_national, local, callee))
        prefixes = pa.array(["+", national, international, emergency])
        prefix = prefixes.take(pa.array(np.minimum(style, EMERGENCY)))
        number = pc.if_else(pa.array(style == EMERGENCY), "", number)
        plain = pc.binary_join_element_wise(prefix, number, "")
        if (style >= WORDS).any():
            spelt = _take(self._words, np.maximum(style - WORDS, 0), style >= WORDS)
            return pc.coalesce(spelt, plain)
        return plain

    def _code_digits(self) -> int:
        home = self.world.numbering.blocks[self.world.numbering.home[0]]
        number = int(home.prefix) * 10**home.digits
        return len(str(number)) - len(_national(number))


_Columns = dict[str, Callable[[Any], pa.Array]]


def _national(number: int) -> str:
    return str(phonenumbers.national_significant_number(phonenumbers.parse(f"+{number}")))


class _Texts:
    """A few texts that many rows share; index -1 is the last."""

    def __init__(self, texts: Sequence[str | None]) -> None:
        distinct = sorted({text for text in texts if text is not None})
        place = {text: index for index, text in enumerate(distinct)}
        self._code = np.array(
            [place.get(t, UNKNOWN) if t is not None else UNKNOWN for t in texts], np.int32
        )
        self._texts = pa.array(distinct, pa.string())

    def take(self, index: Ints, present: Mask) -> pa.Array:
        code = self._code[index] if len(self._code) else np.full(len(index), UNKNOWN, np.int32)
        mask = ~(present & (code >= 0))
        return pa.DictionaryArray.from_arrays(pa.array(code, mask=mask), self._texts)


def _take(texts: pa.Array, index: npt.NDArray[Any], present: Mask) -> pa.Array:
    return texts.take(pa.array(index.astype(np.int64), mask=~np.broadcast_to(present, index.shape)))


def _coded(texts: Sequence[str], code: npt.NDArray[Any], present: Mask) -> pa.Array:
    mask = ~(present & (code >= 0))
    return pa.DictionaryArray.from_arrays(
        pa.array(code.astype(np.int8), mask=mask), pa.array(texts)
    )


def _whole(values: npt.NDArray[Any], present: Mask) -> pa.Array:
    return pa.array(values.astype(np.int64), mask=~np.broadcast_to(present, values.shape))


def _flag(values: npt.NDArray[Any], present: Mask) -> pa.Array:
    return pa.array(values, mask=~np.broadcast_to(present, values.shape))


def _text(values: npt.NDArray[Any]) -> pa.Array:
    return pa.array(values.astype(np.int64)).cast(pa.string())


def _joined(parts: Sequence[Any], present: Mask) -> pa.Array:
    joined = pc.binary_join_element_wise(*parts, "") if len(parts) > 1 else parts[0]
    return pc.if_else(pa.array(present), joined, pa.scalar(None, pa.string()))


def _tail(dialled: pa.Array, present: Mask) -> pa.Array:
    digits = pc.utf8_ltrim(pc.utf8_slice_codeunits(dialled, -9), "+")
    mask = pa.array(present)
    return pc.if_else(mask, digits, pa.scalar(None, pa.string())).cast(pa.int64())
