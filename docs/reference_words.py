"""The words of the policy language and what each means: the texts of docs/reference/language.md.

Every table is complete: tests/test_reference_pages.py holds each against the code.
"""

# ruff: noqa: E501
# A sentence of a table is one line.

# (word, how it is written, what it says)
RULE = (
    ("on", "on call.ended", "The [kind of event](events.md) that the rule looks at."),
    ("subject", "subject account, callee", "The fields whose values say whom a finding is about. Unless said: the keys of the first `let`, else `account`."),
    ("let", "let calls = count per account over 1h", "A [window](#windows) under a name. A rule may have any number of them, each on its own line."),
    ("when", "when calls >= 200 and not answered", "The [condition](#conditions) of a finding. What is unknown never fires a rule."),
    ("unless", 'unless account.tier is "school"', "Who is exempt. Only what is known exempts."),
    ("then", "then throttle account to 1 call per 10s for 1h", "What is done: one [action](#actions) on each line, the further ones indented."),
    ("because", 'because "{calls} calls within an hour."', "The sentence for the person it concerns. Names of lets and fields stand in braces; `{{` is a brace. Several texts in a row are joined by a space."),
    ("why", 'why "Carriers publish 15 % as their limit."', "The reason for the thresholds, for those who keep the policy."),
    ("once", "once per 1h", "How long the rule leaves a subject alone after a finding. Unless said: not at all."),
    ("mode", "mode enforce", "Whether the rule acts; `shadow` unless said."),
)  # fmt: skip

MODES = {
    "shadow": "Records what it would have done. Touches nothing, tells nobody.",
    "review": "Opens a case for a person. Touches nothing.",
    "enforce": "Does what `then` says.",
}

AGGREGATES = {
    "count": ("count where answered", "How many events."),
    "sum": ("sum duration", "A quantity of each event, added up."),
    "mean": ("mean duration where answered", "The sum divided by how many events have the field; unknown if none has."),
    "min": ("min ring", "The smallest value; unknown if no event has one."),
    "max": ("max cost", "The largest value; unknown if no event has one."),
    "distinct": ("distinct callee", "How many different values."),
    "share": ("share where duration < 6s among answered", "The part of the events (all of them, or those `among`) that satisfy `where`; unknown if there are none."),
    "last": ("last duration", "The value of the newest event that has one."),
    "new": ("new callee.country within 30d", "How many different values that were not seen for the key during `within` before."),
}  # fmt: skip

WINDOW = (
    ("of", "count of call.attempt", "Counts events of another kind than the rule's own."),
    ("within", "new callee within 30d", "Only for `new`: how far back a value must not have been seen."),
    ("where", "count where duration < 6s", "Only events that satisfy a condition. It can use fields, not other lets."),
    ("among", "share where duration < 6s among answered", "Only for `share`: the events of which the share is taken."),
    ("per", "count per account, callee", "One or two fields; each value, or pair of values, has its own window."),
    ("as", "count of call.attempt per callee as caller", "Looks the window up under another field: what the callee of this event did as a caller."),
    ("over", "count per account over 1h", "How long the window is: it ends with the event at hand, which is in it. Up to `48h` it is exact."),
    ("by", "count per account over 30d by 1d", "For windows over `48h`: the step in which their beginning moves."),
)  # fmt: skip

# (operator, example, what it needs, true if)
OPERATORS = (
    ("=", "status = 401", "quantities, texts", "Both sides are equal."),
    ("!=", "status != 401", "quantities, texts", "They are not."),
    ("<", "duration < 6s", "quantities", "The left side is smaller."),
    ("<=", "duration <= 6s", "quantities", "It is not larger."),
    (">", "cost > 25 USD", "quantities", "The left side is larger."),
    (">=", "calls >= 200", "quantities", "It is not smaller."),
    ("is", 'transport is "udp"', "all but flags", "The field has this value, or the value of another field."),
    ("is not", "caller is not callee", "all but flags", "It has another one."),
    ("in", 'callee.country in ("FR", "DE")', "all but flags", "The field has one of these values, or is on the [list](#lists) of this name."),
    ("not in", 'transport not in ("udp", "tcp")', "all but flags", "It has another one, or is not on the list."),
    ("starts with", 'user_agent starts with "sip"', "texts", "The text begins so, in any case."),
    ("contains", 'user_agent contains "scan"', "texts", "The text has this in it, in any case."),
    ("between", "clock between 22:00 and 06:00", "times of day", "It is from the first time on and before the second; the span may pass midnight."),
    ("is known", "attestation is known", "fields, lets", "There is a value. Never unknown itself."),
    ("is unknown", "attestation is unknown", "fields, lets", "There is none."),
    ("not", "not answered", "conditions", "The condition is false."),
    ("and", "answered and weekend", "conditions", "Both are true. Binds tighter than `or`."),
    ("or", "answered or weekend", "conditions", "One of them is true."),
    ("+", "ring + duration > 60s", "one unit", "Two quantities, added."),
    ("-", "duration - ring > 60s", "one unit", "The right one taken off the left."),
    ("*", "calls * 2 > 100", "one side a number", "A quantity, so many times."),
    ("/", "ring / duration > 60%", "one division a side", "Of two of the same unit: a share. By nothing: unknown."),
)  # fmt: skip

# unit of fields -> (how it is written, what it is)
UNITS = {
    "count": ("200", "A plain number; `0.5` has a point, and a thousand is `1000`."),
    "share": ("60%", "A part of a whole."),
    "duration": ("6s", "A number and, without a space, `ms`, `s`, `m` (minutes), `h` or `d`."),
    "money": ("25 USD", "A number and the currency of the policy."),
    "size": ("2 GB", "A number, a space, and `B`, `kB`, `MB`, `GB` or `TB`; each a thousand of the one before."),
    "clock": ("22:00", "Hours and minutes."),
    "flag": ("answered", "Stands alone, or after `not`."),
    "text": ('"udp"', 'Between two `"`; `\\"` is a quote in it. Compared whole, in any case.'),
    "account": ('"1001"', "As a text, but compared exactly."),
    "number": ("+33123456789", "`+`, the country code and the number; spaces may stand in it."),
    "address": ('"192.0.2.7"', "An IPv4 or IPv6 address, as a text. Networks go on a list."),
}  # fmt: skip

ACTIONS = {
    "refuse": ("refuse with 603", "What is asked for does not pass. The SIP code from 400 to 699 is 603 unless said. Not once a call is answered or over."),
    "challenge": ("challenge", "Somebody must show that a person is there before it passes. Not once a call is answered or over."),
    "throttle": ("throttle account to 1 call per 10s for 1h", "At most so many calls in each span, for a time."),
    "block": ("block account, callee for 1h", "Nothing from or to the target passes, for a time. Two fields are a pair: only what goes between them."),
    "hold": ("hold account for 1h", "What the target sends waits for a person, for at most so long."),
    "notify": ("notify subject", "Tells somebody."),
    "open case": ("open case severity high", "Opens a case, or adds to the open one; `medium` unless said."),
}  # fmt: skip

ROLES = {
    "subject": "whom the finding is about",
    "compliance": "the compliance officer",
    "analyst": "the abuse desk",
    "engineer": "who runs the network",
}
SEVERITIES = ("low", "medium", "high", "critical")

LISTS = {
    "number": ("callee", "Numbers with `+` and their country code."),
    "prefix": ("callee", "Leading digits of numbers, country code first."),
    "address": ("source.address", "Addresses and networks such as `192.0.2.0/24`."),
    "account": ("account", "Accounts, compared exactly."),
    "country": ("callee.country", "Countries as two letters."),
    "text": ("realm", "Texts, compared whole, in any case."),
    "pattern": ("user_agent", "Texts that are contained, in any case."),
}

TEST = (
    ("given", 'given 260 call.ended from 0s every 10s with account "1001", callee +33123450000 rising, duration 3s, answered', "So many events of a kind: the first after `from`, one `every` so often, `with` these values."),
    ("given", 'given calls from "robocall.csv"', "The events of a file in the policy's folder `tests/`, whose first line names `kind`, `at` and fields."),
    ("expect", 'expect finding of blast on account "1001" before event 260', "Something is found: `of` a rule, `on` a subject, `before` an event of that subject, `within` a time from the first event. Each may be left out."),
    ("expect", 'expect no finding on account "1002"', "Nothing of this is found."),
)  # fmt: skip

SETTINGS_OF_EVENTS = (
    ("rising", "callee +33123450000 rising", "Counts up from event to event: numbers, addresses, and the digits at the end of a text."),
    ("cycling", "callee +33123450000 cycling 20", "Counts up, and begins again after so many."),
    ("cycling", 'callee.country cycling ("FR", "DE")', "Goes through these values, and begins again."),
    ("not", "not answered", "A flag that is false."),
)  # fmt: skip

LADDER = (
    ("for", "for clients, partners", "For whom the ladder is; for all unless said."),
    ("strike", "1 strike warn", "A rung: at so many strikes this measure."),
    ("strikes", "3 strikes suspend for 30d by 1 person", "`for` says how long, `by` how many people must decide."),
    ("strikes", "strikes expire after 180d", "How long a strike counts; for ever unless said."),
)  # fmt: skip

MEASURES = {
    "warn": "The person is told.",
    "throttle": "Fewer calls for a time.",
    "restrict": "Some services or destinations are closed for a time.",
    "hold": "What the subject sends waits for a person.",
    "suspend": "Nothing passes for a time. One person must decide.",
    "revoke": "Access is taken away. One person must decide.",
    "terminate": "The agreement ends. Two people must decide.",
    "refer": "The case goes to the authorities. Two people must decide.",
}

MEANING = (
    "A window over `1h` at the time t holds the events from t - 1h to t, both included; the event at hand is in it.",
    "Events are in the order of their time, and of their arrival where times are the same.",
    "What needs an unknown value is unknown. `and` is false if one side is false, else unknown if one is unknown; `or` is true if one side is true, else unknown if one is unknown; `not` unknown is unknown. A division by nothing is unknown.",
    "Unknown never fires a rule, and never exempts from one.",
    "Comparisons are exact: nothing is rounded.",
)  # fmt: skip
