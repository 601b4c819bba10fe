"""Function words and set phrases of questions that can be put in other words without asking anything else."""

from __future__ import annotations

import re
from random import Random

from factory.intents.registers.prose import own_words, swapped
from factory.records import Database

_NUMBER = r"(?=[$€£]|C\$|\d)"
_LARGE = r"(?=[$€£]|C\$|\d\d|\d,)"
_NOT = r"(?<!no )(?<!not )"

_PHRASES: tuple[tuple[str, str], ...] = (
    (r"\bin chronological order\b", "in order of time|chronologically|from earliest to latest|in date order"),
    (r"\bin order of time\b", "in chronological order|chronologically|earliest to latest|in date order"),
    (r"\b[Oo]ldest first\b", "earliest first|chronological order|in time order|starting with the oldest"),
    (r"\b[Ff]or each(?! of| one)(?= \w)", "per|for every|for each"),
    (r"\b[Ff]or every(?! one)(?= \w)", "per|for each"),
    (r"\bper (?=week|month|quarter|year)\b", "for each |for every |by |in each "),
    (rf"{_NOT}\bmore than {_LARGE}", "over |upwards of |more than "),
    (rf"{_NOT}\b(?:less|fewer) than {_LARGE}", "under |less than "),
    (rf"(?<!of )\bat least {_NUMBER}", "no less than |a minimum of |not less than "),
    (rf"(?<!of )\bat most {_NUMBER}", "no more than |a maximum of |not more than "),
    (rf"\bof at least {_NUMBER}", "of at least |of no less than |not below |of not less than "),
    (rf"\bof at most {_NUMBER}", "of at most |of no more than |not above |of not more than "),
    (rf"\babove {_NUMBER}", "over |greater than |higher than |above "),
    (rf"\bbelow {_NUMBER}", "under |lower than |less than |below "),
    (r"\b(IDs?) and (names?)\b", r"\1 and \2|\1 plus \2|\1 with \2|\1 & \2|\1 along with \2"),
    (r"\bwithout any(?=[.;,])", "without any|with none|that have none|having none"),
    (r"\bthe number of\b", "the count of|the number of"),
    (r"\bthe average\b", "the mean|the average"),
    (r"\ban average\b", "a mean|an average"),
    (r"\bnumber of different\b", "number of distinct|number of unique|count of distinct"),
    (r"\b[Ww]hich different\b", "which distinct|which unique|which"),
    (r"\bwith no duplicates\b", "no repeats|each once|deduplicated|without duplicates"),
    (r"\bwithout repeats\b", "no duplicates|each only once|with duplicates removed"),
    (r"\b[Ll]eave out\b", "skip|ignore|exclude|drop|omit|don't count"),
    (r"\b(?:Ignore|Skip)\b", "leave out|exclude|drop|omit|disregard"),
    (r"\b[Gg]oing by\b", "based on|judged by|according to|as per|using"),
    (r"\((?:by|going by) ([^()]+)\)", r"(by \1)|(based on \1)|(using \1)|(\1)|going by \1|according to \1"),
    (r"\bties included\b", "including ties|with all ties|keeping ties"),
    (r"\b(?:[Cc]ompute|[Cc]alculate|[Ww]ork out)\b", "work out|calculate|determine|figure out|compute"),
    (
        r"\band (?:return|show|give)(?: me)?\b",
        "and show|and give|and return|and list|and report|and output|and tell me",
    ),
    (r"^Find (?=all|the|every)", "find |identify |look up |search for |pick out |determine "),
    (r"^Among\b", "Of|Out of|Among|Looking at|Within"),
    (r"^Of all\b", "Among all|Out of all|Of all|Taking all"),
    (r"^I am looking for\b", "I'm looking for|I'm trying to find|I'm after|We're looking for|I need to find"),
    (r"^I would like\b", "I'd like|I'd love|We'd like|I want|We need"),
    (r"^I need\b", "I'd like|We need|I'm after|I want|I require"),
    (r"^Consider\b", "Take|Look at|Think of|Consider"),
    (r"\bas well\.", "too.|also.|as well."),
    (r"\b[Aa]lso give\b", "add|also show|include|also list|throw in"),
    (r"\bin percent\b", "as a percentage|in percent|in %"),
    (r"\b[Ww]hat percentage of\b", "what percent of|what share (in percent) of|what percentage of"),
    (r"\b[Tt]ogether with\b", "along with|plus|together with|and also"),
    (r"\balong with\b", "together with|plus|as well as"),
    (r"\band next to each\b", "and beside each|with|plus for each"),
    (r"\balphabetically\b", "A to Z|in alphabetical order|by the alphabet"),
    (r"\bfor all (?=\w)", "for all |for "),
    (r"\bof all (?=[a-z]+s\b)", "of |of all |for all "),
    (r"\b[Ss]tart with\b", "begin with|start with|lead with"),
    (r"\binclude them as\b", "keep them as|show them as"),
    (r"\b[Ll]ist the highest first\b", "highest on top|largest first|sorted from highest to lowest"),
    (r"\b[Hh]ighest first\b", "highest first|from high to low|in descending order|highest at the top"),
    (r"\b[Ll]owest first\b", "lowest first|from low to high|in ascending order|lowest at the top"),
)
_CONTRACTED: tuple[tuple[str, str], ...] = (
    (r"\bI would\b", "I'd"),
    (r"\bI am\b", "I'm"),
    (r"\b([Ww]hat|[Ww]ho) is\b", r"\1's"),
    (r"\b(do|does|did|is|are|was|were|has|have) not\b", r"\1n't"),
    (r"\bthere is\b", "there's"),
)


def varied(text: str, database: Database, rng: Random, chance: float = 0.7) -> str:
    """The masked text in other words, but for words that the database uses itself."""
    own = own_words(database)
    groups = [(pattern, options) for pattern, options in _PHRASES if not re.search(pattern, own)]
    return swapped(text, groups, rng, chance)


def contracted(text: str, rng: Random, chance: float = 0.85) -> str:
    return swapped(text, _CONTRACTED, rng, chance)
