"""Numbers of things in sentences: `1 rule`, `2 rules`."""


def counted(number: int, what: str, many: str = "") -> str:
    """A number and what it is of. Without the engine's imports, which a quick command can spare."""
    return f"{number:,} {what if number == 1 else many or what + 's'}"
