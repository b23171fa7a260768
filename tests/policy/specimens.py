"""Policies for the tests: a small good one, and one with exactly the mistake an issue is about.

The example of an issue is as short as it can be. Its `shape` says what is put around it.
"""

from pathlib import Path

from fairtone.policy import Issue, Report, check

FRONT = {
    "organisation": "Voipkonnec",
    "contact": "compliance@voipkonnec.com",
    "version": "2026-11",
}

RULE = {
    "on": ["on call.ended"],
    "let": ["let calls = count per account over 1h"],
    "when": ["when calls > 100"],
    "then": ["then open case severity low"],
    "because": ['because "{account} breaks the rule"'],
    "mode": ["mode shadow"],
}

TEST = {
    "given": ['given 5 call.ended every 1s with account "1001"'],
    "expect": ["expect no finding"],
}

ONLY_CLAUSE = "# Acceptable use {#A}\n\nunenforced: an example\n"


def front(extra: str = "") -> str:
    """Front matter, with the lines of `extra` instead of those of the same name."""
    said = {line.split(":")[0] for line in extra.splitlines()}
    kept = [f"{name}: {value}" for name, value in FRONT.items() if name not in said]
    return "\n".join(["---", *kept, *extra.splitlines(), "---", ""])


def rule_block(lines: str, name: str = "blast") -> str:
    """A rule with these statements, and the usual ones where they say nothing."""
    return _block(f"rule {name}", RULE, lines)


def policy(clauses: str) -> str:
    """Clauses under the usual front matter."""
    return f"{front()}\n{clauses}\n"


def rule_policy(lines: str) -> str:
    """A policy of one clause and one rule with these statements."""
    return policy(f"# No spam {{#A1}}\n\n{rule_block(lines)}")


def files_of(issue: type[Issue]) -> dict[str, bytes]:
    """The files of a policy that has the mistake of an issue's example, and no other."""
    example = issue.example
    match issue.shape:
        case "front matter":
            files = {"policy.md": f"{front(example)}\n{ONLY_CLAUSE}"}
        case "clauses":
            files = {"policy.md": policy(example)}
        case "rule":
            files = {"policy.md": rule_policy(example)}
        case "test":
            block = _block("test blast", TEST, example)
            files = {"policy.md": policy(f"# No spam {{#A1}}\n\n{rule_block('')}\n\n{block}")}
        case "ladder":
            text = f"{ONLY_CLAUSE}\n```ladder\n{example}\n```"
            files = {"policy.md": policy(text)}
        case "files":
            files = {"policy.md": policy(ONLY_CLAUSE)}
            for part in example.split("\n== "):
                name, _, content = part.partition(": ")
                files[name] = policy(content) if content.startswith("## ") else content
    # `\xe9` in an example is that octet, which is not UTF-8.
    return {name: text.encode().replace(rb"\xe9", b"\xe9") for name, text in files.items()}


def write(files: dict[str, bytes], folder: Path) -> Path:
    """A policy's files in a folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def check_specimen(issue: type[Issue], folder: Path) -> Report:
    """What a check says of an issue's example."""
    return check(write(files_of(issue), folder))


def _block(info: str, usual: dict[str, list[str]], lines: str) -> str:
    said = lines.splitlines()
    words = {line.split(" ")[0] for line in said if not line.startswith(" ")}
    kept = [line for word, known in usual.items() if word not in words for line in known]
    return "\n".join([f"```{info}", *kept, *said, "```"])
