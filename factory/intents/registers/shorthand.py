"""An analyst's note: articles dropped, comparisons as signs, the columns wanted put behind."""

from __future__ import annotations

import re
from functools import partial
from random import Random

from factory.intents.english import capped
from factory.intents.intent import Intent
from factory.intents.registers.ask import taken_apart
from factory.intents.registers.loose import lately, named
from factory.intents.registers.prose import lower_first, own_words, reworded, swapped
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
    (rf"\b(?:of )?([$€£]?\d(?:[\d.,]*\d)?) to {_NUMBER}", r"\1-|\1 to "),
    (r"\b[Ff]or (?:each|every)(?! of| one)(?= \w)", "per|by|per"),
    (r"\b[Pp]er\b", "per|by|per|for each"),
    (r"(?<!\b[Nn]o )\b[Nn]umber of\b", "# of|no. of|count of|nr of"),
    (r"\b(?<![Oo]n )(?<!above )(?<!below )[Aa]verage\b", "avg|mean"),
    (r"\b(above|below|[Oo]n) average\b", r"\1 avg"),
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
    (r",? and (?=\w)(?!latitudes? -?\d)(?<!\d and )", " & | + |, | and "),
    (r"\bfrom (\S+) to < ?(?=\S)", r"\1 to <"),
)
_ARTICLES = re.compile(
    r"(?<!\beach of )(?<!\bevery of )(?<!\bper of )\b"
    r"(?:[Tt]he(?! two| row\b| three| \d| others?| rest)|"
    r"[Aa]n?(?! to Z\b| row\b| few| lot| day| week| month| year| hour)) (?=\S)"
)
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
        ask = taken_apart(lately(text, intent, rng, 0.7))
        first = ask.noun or ask.deed or ask.bare
        first = _LEADS.sub("", first)
        notes = [_note(one, rng) for one in ask.rest]
        mark = "?" if ask.asks and not ask.deed and rng.random() < 0.5 else ""
        glue = rng.choice(("; ", ", ", " - ", ". ", " / ", " | "))
        body = first.rstrip(".") + mark
        for note in notes:
            body += (" " if note.startswith(("->", "=>")) else glue) + note
        body = _ARTICLES.sub("", swapped(rounded_off(body) if rng.random() < 0.6 else body, signs, rng, 0.75))
        body = re.sub(r"\?(?:;|,|\.)", "?", abbreviated(dated(body, rng, 0.7), rng))
        return " ".join(body.split()) if rng.random() < 0.6 else capped(" ".join(body.split()))

    return intent, Said(
        "shorthand", reworded(intent, change, partial(named, intent=intent, database=database, rng=rng))
    )


def _note(one: str, rng: Random) -> str:
    if nouns := columns(one):
        return rng.choice(_COLUMNS).format(nouns)
    if unit := first_day_of(one):
        return rng.choice(_DATED).format(unit)
    if rounded(one):
        return rng.choice(_ROUNDED)
    return lower_first(one[:-1])
