"""Makes the rule by rule part of explanation/thresholds.md from the shipped policy itself.

Run it after a rule has changed: `python docs/thresholds.py`. A test fails while the page is behind.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
POLICY = ROOT / "policies" / "acceptable-use" / "policy.md"
PAGE = ROOT / "docs" / "explanation" / "thresholds.md"
MARK = "<!-- From here on made by docs/thresholds.py from the policy. -->"

_HEADING = re.compile(r"^#+ (?P<title>.+?) \{#(?P<id>[^ }]+)")
_RULE = re.compile(r"^```rule (?P<name>\S+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_PARTS = re.compile(r"^(?=\S)", re.MULTILINE)


def page(text: str, policy: str) -> str:
    """The page `text` with its second part made anew from the text of a policy."""
    return text.split(MARK)[0].rstrip() + f"\n\n{MARK}\n\n" + _rules(policy)


def _rules(policy: str) -> str:
    lines = ["## Rule by rule", ""]
    for section in re.split(r"^(?=#)", policy, flags=re.MULTILINE):
        heading = _HEADING.match(section)
        rules = list(_RULE.finditer(section))
        if heading and rules:
            lines += [f"### {heading['id']}: {heading['title']}", ""]
            for rule in rules:
                lines += _rule(rule["name"], rule["body"])
    return "\n".join(lines)


def _rule(name: str, body: str) -> list[str]:
    statements = [part.rstrip() for part in _PARTS.split(body) if part.strip()]
    shown = [part for part in statements if part.split()[0] in ("on", "let", "when", "unless")]
    reason = next(part for part in statements if part.startswith("why")).split(None, 1)[1]
    mode = next(part for part in statements if part.startswith("mode")).split()[1]
    return [
        f"#### {name}",
        "",
        reason.strip().strip('"'),
        "",
        f"Mode: {mode}. What it watches, and the line:",
        "",
        "```rule",
        *shown,
        "```",
        "",
    ]


if __name__ == "__main__":
    before = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(page(before, POLICY.read_text(encoding="utf-8")), encoding="utf-8")
