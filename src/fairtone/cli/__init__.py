"""The command line: one file for each command, all of them named here.

Commands are imported when they are called, so that `fairtone check` does not wait for an engine.
"""

import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError
from rich.console import Console
from rich.markup import escape

import fairtone

COMMANDS = {
    "check": "Say what is wrong with a policy, and what watches over each clause.",
    "test": "Run the examples that a policy carries with it.",
    "explain": "Say in plain words what a rule does, what it shares and what it costs.",
    "fmt": "Align the blocks of a policy; prose and comments stay as they are.",
    "replay": "Try the policy on recorded traffic and write down what it finds.",
    "simulate": "Write a simulated provider's traffic, with labels of what is abuse.",
}
"""Every command and what it is for. `fairtone.cli.NAME` has a function NAME that runs it."""

INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells have it: 128 and the number of the signal."""

app = App(
    name="fairtone",
    help="Turn an acceptable use policy into something that is enforced.",
    version=fairtone.__version__,
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)
for _name, _purpose in COMMANDS.items():
    app.command(f"fairtone.cli.{_name}:{_name}", name=_name, help=_purpose)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status: 0 as it should be, 1 as it should not, 2 impossible."""
    errors = Console(stderr=True, soft_wrap=True)
    try:
        status = app(
            list(sys.argv[1:] if arguments is None else arguments),
            console=Console(),
            exit_on_error=False,
            print_error=False,
        )
        sys.stdout.flush()
    except CycloptsError as problem:
        words = str(problem).strip().rstrip(".")
        errors.print(f"error: {escape(words[:1].lower() + words[1:])}", highlight=False)
        errors.print("`fairtone --help` lists the commands, and what each takes", highlight=False)
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output, `head` say, has seen enough; Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status if isinstance(status, int) else 0


__all__ = ["COMMANDS", "app", "main"]
