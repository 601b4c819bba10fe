"""A command: one verb, no courtesy."""

from __future__ import annotations

from random import Random

from factory.intents.english import capped
from factory.intents.intent import Intent
from factory.intents.registers.ask import taken_apart
from factory.intents.registers.prose import one_of, reworded
from factory.intents.registers.said import Said
from factory.intents.registers.synonyms import varied
from factory.intents.registers.tails import columns, shortened
from factory.intents.registers.values import dated
from factory.records import Database

_VERBS = (
    "List|Show|Get|Fetch|Pull|Return|Report|Retrieve|Output|Print|Extract|Give me|Display|Bring up|Produce|Query|"
    "Select|Pull up|Look up|Dig out|Collect|Write out|Get me|Pull together|Spell out"
)
_ANSWER = "Answer this:|Find out:|Tell me:|Check:|Look into this:|Work this out:||||"
_WITH = (", with {}", ", showing {}", "; return {}", ", giving {}", " and show {}", "; include {}", ", listing {}")


def say(intent: Intent, database: Database, rng: Random) -> tuple[Intent, Said]:
    def change(text: str) -> str:
        ask = taken_apart(text)
        rest = list(ask.rest)
        if ask.noun:
            first = f"{one_of(rng, _VERBS)} {ask.noun}"
        elif ask.asks and not ask.deed:
            lead = "" if ":" in ask.bare else one_of(rng, _ANSWER)
            first = f"{lead} {ask.bare}?" if lead else ask.first
        else:
            first = capped(ask.deed or ask.bare)
        if not first.endswith("?"):
            wanted = columns(rest[0]) if rest else None
            if wanted and rng.random() < 0.7:
                first += rng.choice(_WITH).format(f"the {wanted}")
                del rest[0]
            first += "."
        first = varied(first, database, rng)
        return dated(" ".join([first, *shortened(rest, rng)]), rng, 0.5)

    return intent, Said("imperative", reworded(intent, change))
