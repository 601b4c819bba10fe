"""An analyst's note: articles dropped, comparisons as signs, the columns wanted put behind."""

from __future__ import annotations

import re
from random import Random

from factory.intents.english import capped
from factory.intents.intent import Intent
from factory.intents.registers.ask import taken_apart
from factory.intents.registers.prose import own_words, reworded, swapped
from factory.intents.registers.said import Said
from factory.intents.registers.tails import columns, first_day_of, rounded
from factory.intents.registers.values import abbreviated, dated, rounded_off
from factory.records import Database

_NUMBER = r"(?=[$€£]?\d|C\$)"
_SIGNS: tuple[tuple[str, str], ...] = (
    (rf"\b(?:of |at )?(?<!no )(?<!not )(?:more than|above|over) {_NUMBER}", ">|> "),
    (rf"\b(?:of |at )?(?<!no )(?<!not )(?:less than|fewer than|below|under) {_NUMBER}", "<|< "),
    (rf"\b(?:of |at )?at least {_NUMBER}", ">=|>= |min "),
    (rf"\b(?:of |at )?at most {_NUMBER}", "<=|<= |max "),
    (rf"\b(?:of )?([$€£]?[\d.,]+) to {_NUMBER}", r"\1-|\1 to "),
    (r"\bfor (?:each|every)(?= \w)", "per|by|per"),
    (r"\b[Pp]er\b", "per|by|per|for each"),
    (r"\b[Nn]umber of\b", "# of|no. of|count of|num"),
    (r"\b[Aa]verage\b", "avg|avg.|mean"),
    (r"\bhighest first\b", "desc|top down|high to low"),
    (r"\blowest first\b", "asc|low to high"),
    (r"\b[Oo]ldest first\b", "chronological|by date asc|oldest first"),
    (r"\bin chronological order\b", "chronological|in date order|oldest first"),
    (r"\bin percent\b", "in %|as pct"),
    (r"\bpercentage of\b", "% of|pct of"),
    (r"\bwith\b", "w/|with"),
    (r"\bwithout\b", "w/o|without"),
    (r"\bplease\b", "pls"),
    (r"\b[Ww]hat is\b", "what's|"),
    (r"\(by ([^()]+)\)", r"(\1)|by \1|(by \1)"),
    (r",? and (?=\w)", " & | + |, | and "),
    (r"\bfrom (\S+) to below (?=\S)", r"\1 to <"),
)
_ARTICLES = re.compile(r"\b(?:[Tt]he|[Aa]n?(?! few| lot| day| week| month| year| hour)) (?=\S)")
_LEADS = re.compile(
    r"^(?:I (?:need|want|am looking for|would like|have)|I'd like|[Cc]an you|[Cc]ould you|[Pp]lease|[Gg]ive me|"
    r"[Ss]how me|[Ff]ind|[Ll]ist|[Ss]how|[Rr]eturn|[Cc]onsider|[Cc]onsidering) (?:to see |to know |all )?"
)
_COLUMNS = ("{}", "cols: {}", "-> {}", "show {}", "output {}", "need {}", "fields: {}", "just {}", "=> {}", "return {}")
_DATED = (
    "{0} = first day",
    "{0} as date (first day)",
    "{0}s by first day",
    "date {0}s by day 1",
    "first day of {0} as date",
)
_ROUNDED = ("2 decimals", "round 2", "2 dp", "rounded to 2", "2 places", "to 2 decimals")


def say(intent: Intent, database: Database, rng: Random) -> tuple[Intent, Said]:
    own = own_words(database)
    signs = [(p, o) for p, o in _SIGNS if "average" not in p.lower() or "average" not in own]

    def change(text: str) -> str:
        ask = taken_apart(text)
        first = ask.noun or ask.deed or ask.bare
        first = _LEADS.sub("", first)
        notes = [_note(one, rng) for one in ask.rest]
        mark = "?" if ask.asks and rng.random() < 0.5 else ""
        glue = rng.choice(("; ", ", ", " - ", ". ", " / ", " | "))
        body = glue.join([first.rstrip(".") + mark, *notes])
        body = _ARTICLES.sub("", swapped(rounded_off(body) if rng.random() < 0.6 else body, signs, rng, 0.75))
        body = re.sub(r"\?(?:;|,|\.)", "?", abbreviated(dated(body, rng, 0.7), rng))
        return " ".join(body.split()) if rng.random() < 0.6 else capped(" ".join(body.split()))

    return intent, Said("shorthand", reworded(intent, change))


def _note(one: str, rng: Random) -> str:
    if nouns := columns(one):
        return rng.choice(_COLUMNS).format(nouns)
    if unit := first_day_of(one):
        return rng.choice(_DATED).format(unit)
    if rounded(one):
        return rng.choice(_ROUNDED)
    return one[:1].lower() + one[1:-1]
