"""Small policies in a folder, for the commands that look at a policy."""

from pathlib import Path

from tests.policy.specimens import policy

GOOD = """\
## 1. No spam {#A1}

You may not.

```rule short-calls
on       call.ended
let      calls = count                      per account over 1h
let      short = count where duration < 6s  per account over 1h
when     calls >= 5 and short / calls > 60%
unless   account.tier is "emergency-services"
then     throttle account to 1 call per 10s for 1h
         open case severity high
because  "{short} of {calls} calls were short."
why      "A busy day has one in ten."
once per 1h
mode     enforce
```

```rule many-calls
on       call.ended
let      calls = count per account over 1h
when     calls > 1000
then     open case severity low
because  "{calls} calls in an hour."
mode     review
```

```test short-calls
given  8 call.ended every 2s with account "fast", duration 3s
given  8 call.ended every 2s with account "slow", duration 3m
expect finding of short-calls on account "fast" before event 6
expect no finding on account "slow"
```

## 2. Agreement {#B1 control=agreement}

Everybody agrees first.

## 3. Also no spam {#B2 control=A1}

As in the first part.

## 4. No viruses {#B3}

You may not send any.

unenforced: nobody looks into files yet
"""

BAD = GOOD.replace("duration < 6s", "duraton < 6s").replace("mode     review", "mode     revue")


def folder_of(clauses: str, folder: Path) -> Path:
    """A policy with these clauses in a folder."""
    (folder / "policy.md").write_text(policy(clauses), encoding="utf-8")
    return folder
