"""`make bench`: every benchmark there is, one after the other; names on the command line choose."""

import importlib.util
import runpy
import sys

BENCHMARKS = ("conformance", "quality", "engine")


def main(arguments: list[str]) -> None:
    """Run the named benchmarks, or all of them; what follows the names is handed on to each."""
    names = [name for name in arguments if name in BENCHMARKS]
    rest = [argument for argument in arguments if argument not in names]
    status = 0
    for name in names or BENCHMARKS:
        if importlib.util.find_spec(f"bench.{name}") is None:
            print(f"bench.{name}: not built yet", file=sys.stderr)
            continue
        sys.argv = [f"bench.{name}", *rest]
        try:
            runpy.run_module(f"bench.{name}", run_name="__main__")
        except SystemExit as ended:
            status = status or int(ended.code or 0)
    sys.exit(status)


if __name__ == "__main__":
    main(sys.argv[1:])
