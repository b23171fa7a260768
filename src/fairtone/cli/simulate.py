"""`fairtone simulate`: write a provider's days, innocent and not, with labels of what is abuse."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, validators
from rich.console import Console
from rich.markup import escape

from fairtone.history.amounts import number
from fairtone.simulate import simulate as simulation

_Whole = Annotated[int, Parameter(validator=validators.Number(gte=1))]


def simulate(
    *,
    out: Path,
    seed: int = 1,
    accounts: _Whole = 500,
    days: _Whole = 1,
    start: datetime = datetime(2026, 3, 2, tzinfo=UTC),
    country: str = "US",
) -> int:
    """Write a simulated provider's traffic, with labels of what is abuse in it.

    The same numbers give the same files, byte for byte.

    Parameters
    ----------
    out
        The folder that is written: events, call records, lists and labels.
    seed
        Which of all possible simulations it is.
    accounts
        How many ordinary accounts the provider has.
    days
        How many days are simulated.
    start
        The first moment; UTC if it names no zone.
    country
        Where the provider is, ISO 3166 alpha-2.
    """
    errors = Console(stderr=True, soft_wrap=True)
    begins = start if start.tzinfo else start.replace(tzinfo=UTC)
    try:
        made = simulation(seed, accounts, days, out, start=begins, country=country)
    except (OSError, ValueError) as problem:
        errors.print(f"error: {escape(str(problem))}", highlight=False)
        return 2
    console = Console(soft_wrap=True)
    console.print(
        f"{number(sum(made.events.values()), 'event')} of {number(made.accounts, 'account')}, "
        f"{number(made.labels, 'label')}, in {escape(str(made.out))}",
        highlight=False,
    )
    for name in sorted(path.name for path in made.out.iterdir() if path.is_file()):
        console.print(f"  {escape(name)}", highlight=False)
    return 0
