"""What a command says when it cannot do what it was asked: the reasons, and no traceback."""

from rich.console import Console
from rich.markup import escape

from fairtone.policy import PolicyErrors


def complain(problem: Exception | str, advice: str = "") -> None:
    """Say on standard error what is wrong, and what to do about it."""
    errors = Console(stderr=True, soft_wrap=True)
    match problem:
        case PolicyErrors():
            said = [str(issue) for issue in problem.issues]
            advice = advice or "`fairtone check` shows where each of them stands"
        case OSError(filename=file, strerror=reason) if file and reason:
            said = [f"`{file}`: {reason[:1].lower()}{reason[1:]}"]
        case _:
            said = [str(problem)]
    for line in said:
        errors.print(f"error: {escape(line)}", highlight=False)
    if advice:
        errors.print(escape(advice), highlight=False)
