"""One layout for blocks: nothing but blanks changes, and what is laid out stays so."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.policy.generate import NOWHERE, rule_text, rules
from tests.policy.specimens import policy
from tests.policy.test_loading import mangled

from fairtone.policy import format_text, parse
from fairtone.policy.model import Rule

RAGGED = """\
# No  spam {#A1}

Prose   stays,  and so does  `let x=1`.

```rule   blast
on call.ended
let calls=count per account over 1h
  let short = count where duration<6s   per account over 1h   # less  than six
let reached =distinct callee per account over 1h
# a  comment of its own
when calls>=200 and
  short/calls>60 %
  and ( reached > 3 )
unless account.tier is "a  tier"   or account in ("x" ,"y","a , b")
then throttle account to 1 call per 10s for 1h
  open case   severity high
because "{calls}   calls"
once per 1h

mode   review
```

```test blast
given 5 call.ended   every 1s with account "1001",duration 3s
expect no finding
```

```ladder
for clients,partners
1 strike warn
12 strikes suspend for 30d by 1 person
strikes expire after 180d
```
"""

LAID_OUT = """\
# No  spam {#A1}

Prose   stays,  and so does  `let x=1`.

```rule   blast
on       call.ended
let      calls   = count                      per account over 1h
let      short   = count where duration < 6s  per account over 1h  # less  than six
let      reached = distinct callee            per account over 1h
# a  comment of its own
when     calls >= 200 and
         short/calls > 60 %
         and (reached > 3)
unless   account.tier is "a  tier" or account in ("x", "y", "a , b")
then     throttle account to 1 call per 10s for 1h
         open case severity high
because  "{calls}   calls"
once per 1h

mode     review
```

```test blast
given  5 call.ended every 1s with account "1001", duration 3s
expect no finding
```

```ladder
for clients, partners
1 strike    warn
12 strikes  suspend for 30d by 1 person
strikes expire after 180d
```
"""


def test_words_stand_in_one_column_and_lets_below_each_other() -> None:
    assert format_text(RAGGED) == LAID_OUT


def test_what_is_laid_out_stays_as_it_is() -> None:
    assert format_text(LAID_OUT) == LAID_OUT


def test_the_meaning_stays() -> None:
    before, after = parse(policy(RAGGED)), parse(policy(LAID_OUT))
    assert [rule.hash for rule in before.rules] == [rule.hash for rule in after.rules]
    assert before.tests[0].given == after.tests[0].given
    assert before.ladders[0].steps == after.ladders[0].steps


def test_line_ends_and_the_mark_at_the_beginning_stay() -> None:
    text = "\ufeff" + RAGGED.replace("\n", "\r\n")
    assert format_text(text) == "\ufeff" + LAID_OUT.replace("\n", "\r\n")


@pytest.mark.parametrize(
    "block",
    [
        "```rule x\non  call.ended\nwehn  answered\n```",
        "```rule x\non  call.ended\nwhen  answered and\n```",
        "```rule x\non  call.ended",
        "```python\nlet   x=1\n```",
        "> ```rule x\n> on  call.ended\n> ```",
        "- item\n\n  ```rule x\n  on  call.ended\n  ```",
    ],
    ids=["unknown word", "no sentence", "unclosed", "other language", "quotation", "list"],
)
def test_what_is_no_sound_block_of_its_own_stays_as_it_is(block: str) -> None:
    text = f"# No spam {{#A1}}\n\n{block}\n"
    assert format_text(text) == text


def test_keys_are_not_put_below_each_other_where_a_line_would_get_too_long() -> None:
    long = "count where callee.country is " + " or callee.country is ".join(['"FR"'] * 4)
    text = (
        "# A {#A1}\n\n```rule x\n"
        f"let      calls = count per account over 1h\nlet      long  = {long} per account over 1h\n"
        "```\n"
    )
    assert format_text(text) == text


def test_lets_of_one_width_need_no_second_blank() -> None:
    text = (
        "# A {#A1}\n\n```rule x\n"
        "let      a = mean ring per account over 1h\nlet      b = last ring per account over 1h\n"
        "```\n"
    )
    assert format_text(text) == text


def test_words_in_quotes_are_no_words_of_the_language() -> None:
    text = (
        "# A {#A1}\n\n```rule x\n"
        'let      a = count where user_agent contains "one  per  day"  per account over 1h\n'
        "let      b = count                                            per account over 1h\n"
        "```\n"
    )
    assert format_text(text) == text


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule=rules())
def test_any_rule_keeps_its_meaning(rule: Rule) -> None:
    plain = replace(rule, place=NOWHERE)
    text = f"# No spam {{#A1}}\n\n{rule_text(plain)}\n"
    laid = format_text(text)
    assert "".join(laid.split()) == "".join(text.split())
    assert laid.count("\n") == text.count("\n")
    assert format_text(laid) == laid


@pytest.mark.parametrize("seed", range(20))
def test_any_text_keeps_all_but_its_blanks(seed: int, shipped_folder: Path) -> None:
    chance = random.Random(seed)
    whole = (shipped_folder / "policy.md").read_text(encoding="utf-8").split("\n")
    start = chance.randrange(20, len(whole))
    text = mangled("\n".join(whole[:14] + whole[start : start + 100]), chance)
    laid = format_text(text)
    assert "".join(laid.split()) == "".join(text.split())
    assert format_text(laid) == laid
