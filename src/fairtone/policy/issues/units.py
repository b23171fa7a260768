"""What can be wrong with what a thing is: units, quantities, keys, flags, values."""

from fairtone.policy.issue import Issue


class WrongUnit(Issue):
    """Two things are compared or added that cannot be: seconds with dollars."""

    id = "wrong-unit"
    says = "`{text}` is {unit}, and `{other}` is {other_unit}"
    hint = "both sides must be the same; {sample}"
    otherwise = "both sides must be the same"
    example = "when duration > 25 USD"


class ForeignCurrency(Issue):
    """An amount is in another currency than the policy counts in."""

    id = "foreign-currency"
    says = "`{text}` is in another currency than the policy, which counts in {currency}"
    hint = "write the amount in {currency}, or change `currency` in the front matter"
    example = "when cost > 25 EUR"


class NotAQuantity(Issue):
    """Something that cannot be added or ordered stands where a quantity is needed."""

    id = "not-a-quantity"
    says = "`{text}` is {unit}, which cannot be {what}"
    hint = "{advice}"
    example = "when callee.country > 5"


class NotAKey(Issue):
    """Windows, findings and measures are kept per account, number, address or text."""

    id = "not-a-key"
    says = "`{text}` is {unit}, and nothing can be kept per {unit}"
    hint = "use an account, a number, an address or a text, such as {known}"
    example = "let calls = count per duration over 1h"


class NotACondition(Issue):
    """A value stands where something true or false is needed."""

    id = "not-a-condition"
    says = "`{text}` is {unit}, which is neither true nor false"
    hint = "compare it with something, or write `{text} is known`"
    example = "when duration and calls > 3"


class NotAValue(Issue):
    """Something true or false stands where a value is needed."""

    id = "not-a-value"
    says = "`{text}` is true or false, and a value is needed here"
    hint = "{advice}"
    example = "when (calls > 3) > 5"


class NotAField(Issue):
    """Only a field of the event can be on a list, be a text, or lie between two times."""

    id = "not-a-field"
    says = "`{text}` is not a field, and only a field can be {what}"
    hint = "{advice}"
    example = 'when calls starts with "a"'


class BadValue(Issue):
    """A value is not one that the field can be written with."""

    id = "bad-value"
    says = "`{text}` is not {unit}, which `{field}` is"
    hint = "write {sample}"
    example = 'when source.address is "192.0.2.300"'


class ImpossibleValue(Issue):
    """The field never has this value, so the comparison is never true."""

    id = "impossible-value"
    says = "`{field}` is never `{text}`"
    hint = "did you mean `{near}`"
    otherwise = "it is {known}"
    example = 'when transport is "upd"'


class TwoDivisions(Issue):
    """Two divisions on one side of a comparison: an exact answer would need too large numbers."""

    id = "two-divisions"
    says = "`{text}` divides twice"
    hint = "write two comparisons, or use the aggregate `share`"
    example = (
        "let short = count where duration < 6s per account over 1h\n"
        "let calls = count per account over 1h\nwhen short / calls / calls > 3"
    )


class ProductOfWindows(Issue):
    """Two windows are multiplied: the product could be larger than anything that can be counted."""

    id = "product-of-windows"
    says = "`{text}` multiplies two fields or windows"
    hint = "compare each of them, or divide one by the other"
    example = (
        "let calls = count per account over 1h\nlet minutes = sum duration per account over 1h\n"
        "when calls * minutes > 3h"
    )


class NoSuchUnit(Issue):
    """A product or quotient that has no unit: seconds times seconds, dollars per second."""

    id = "no-such-unit"
    says = "there is no unit for {unit} {op} {other}, in `{text}`"
    hint = "multiply and divide by plain numbers, or divide by the same unit"
    example = "when cost / duration > 3"


class DivisionByZero(Issue):
    """Something is divided by nothing; the result would always be unknown."""

    id = "division-by-zero"
    says = "`{text}` divides by zero, and is always unknown"
    example = "when calls / 0 > 3"


class UnguardedRatio(Issue):
    """A part of the whole is compared, however small the whole: one of one is 100 %."""

    id = "unguarded-ratio"
    severity = "warning"
    says = "`{text}` can be true when `{whole}` is 1: one of one is 100 %"
    hint = "add `and {whole} >= 20`, or however many make it worth looking at"
    example = (
        "let calls = count per account over 1h\n"
        "let short = count where duration < 6s per account over 1h\nwhen short / calls > 60%"
    )
