"""Which words may stand for each other in any question, and which say nothing about what is asked.

Each class is a claim about English that holds whatever stands around it. What isn't here counts as meaning something.
A class is put aside for a database that uses one of its words for a thing of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from factory.intents.english import words

Phrase = tuple[str, ...]

# Concept → the phrases that mean it. A phrase that ends in "#" means it before a number only.
_CLASSES: Mapping[str, str] = {
    "COUNT": "number of|the count of|count of|how many|total number of|total count of",
    "AVERAGE": "average|mean|avg",
    "SUM": "total|sum",
    "HIGH": "highest|largest|greatest|biggest|maximum|max",
    "LOW": "lowest|smallest|minimum|min",
    "GREATER": ">|more than|greater than|higher than|larger than|in excess of|over #|above #|exceeding #|upwards of #",
    "LESS": "<|less than|fewer than|lower than|smaller than|under #|below #",
    "AT_LEAST": "at least|no less than|not less than|no fewer than|not fewer than|a minimum of #|minimum of #"
    "|not below #|>=",
    "AT_MOST": "at most|no more than|not more than|a maximum of #|maximum of #|not above #|<=",
    "EACH": "for each|for every|per|in each|in every|within each|each|every",
    # Said apart from EACH: what borders every other one isn't what two that border each other do.
    "EACH_OTHER": "each other|one another",
    "DIFFERENT": "different|distinct|unique",
    "WITHOUT": "without any|without|with no|with none|having no|that have no|who have no|which have no",
    "WITH": "with|w|that have|that has|who have|who has|which have|which has|having|have|has",
    "PERCENTAGE": "percentage|percent",
    "ALPHABETICAL": "sorted alphabetically|sort alphabetically|in alphabetical order|alphabetically|a to z"
    "|by the alphabet",
    "CHRONOLOGICAL": "in chronological order|chronologically|in order of time|in date order|in time order"
    "|earliest first|oldest first|from earliest to latest|earliest to latest|sorted chronologically"
    "|sort chronologically",
    "DESCENDING": "highest first|largest first|biggest first|in descending order|descending|desc|from high to low"
    "|high to low|from highest to lowest|highest to lowest|highest on top|highest at the top|top down"
    "|from largest to smallest|sort descending|sorted descending|sort from highest to lowest"
    "|sorted from highest to lowest|sort from high to low|sorted from high to low|sort in descending order"
    "|sorted in descending order|with the highest first|starting with the highest|ordered from highest to lowest",
    "ASCENDING": "lowest first|smallest first|in ascending order|ascending|asc|from low to high|low to high"
    "|from lowest to highest|lowest to highest|lowest on top|lowest at the top|from smallest to largest"
    "|sort ascending|sorted ascending|sort from lowest to highest|sorted from lowest to highest|sort from low to high"
    "|sorted from low to high|sort in ascending order|sorted in ascending order|with the lowest first"
    "|starting with the lowest|ordered from lowest to highest",
    "SORTED_BY": "sort by|sorted by|order by|ordered by|arrange by|arranged by|sort them by|order them by"
    "|sort the results by|sort results by|order the results by|order results by|in order of",
    "INCLUDE_TIES": "ties included|including ties|with all ties|keeping ties|with ties",
    "ALL_OF": "for all of|of all of|all of",
    "AS_WELL": "as well|too|also",
    "EXCEPT": "leave out|exclude|excluding|omit|disregard|ignore|skip",
    "COMPUTE": "compute|calculate|work out|determine|figure out",
}

# Grammar: it carries no meaning of its own between the words that do.
_GRAMMAR = words(
    "a an the of in at on for is are was were be been am do does did and & that which who whom those these it its "
    "them they their his her what there then so please thanks thank kindly"
)
_GRAMMAR_PHRASES = (
    "that have been|who have been|which have been|that has been|who has been|which has been|have been|has been|had been"
    "|are there|is there|there are|there is|do we have|do we know|along with|together with|as well as|and also"
    "|thank you|of all|for all"
)
# How people begin to ask. Later in a sentence these words mean something: "orders that need to be delivered".
_ASKING = (
    "i would like to|i'd like to|i would like|i'd like|i want to|i want|i need to|i need|we need to|we need|we want to"
    "|we want|we would like to|we would like|i am looking for|i'm looking for|we are looking for|looking for"
    "|could you|can you|would you|could you please|can you please|let me see|let me know|i am|i'm|i|we|me|us|you"
    "|see|know|a list of|the list of|list of|hi|hello|hey|can i have|may i have|can i get|could i have|could i get"
)
# These may also stand after "and" or a comma: "…, and show their names".
_SHOWING = "show|list|give|get|return|display|find|provide|tell|fetch|retrieve"
_SHOWN = ("{}", "{} me", "{} us", "{} me all", "{} us all")
# Verbs even where the database has a noun of the same spelling, such as a list price.
_SHOWN_SURELY = ("{} the", "{} all", "{} their")

NUMBERS: Mapping[str, int] = {
    name: value
    for value, name in enumerate(
        ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=2
    )
} | {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100}

CONTRACTED: Mapping[str, str] = {
    "isn't": "is not", "aren't": "are not", "wasn't": "was not", "weren't": "were not", "don't": "do not",
    "doesn't": "does not", "didn't": "did not", "hasn't": "has not", "haven't": "have not", "hadn't": "had not",
    "can't": "can not", "cannot": "can not", "what's": "what is", "who's": "who is", "there's": "there is",
    "that's": "that is", "it's": "it is", "where's": "where is", "werent": "were not", "wasnt": "was not",
    "isnt": "is not", "arent": "are not", "didnt": "did not", "w/o": "without", "w/": "with",
}  # fmt: skip


# What these mean doesn't change by what a database calls its things.
_FIXED = frozenset({"GREATER", "LESS", "AT_LEAST", "AT_MOST", "EACH", "EACH_OTHER", "WITH", "WITHOUT", "AS_WELL"})


class Lexicon:
    """The classes that hold for a database, given what it calls its things and says of them (in lower case).

    `phrases` have their concept, or "" for what says nothing; `asking` says nothing where a sentence begins, `showing`
    also after "and" or a comma.
    """

    def __init__(self, nouns: str, phrases: str) -> None:
        named, spoken = f" {' '.join(nouns.split())} ", f" {' '.join(phrases.split())} "
        self.phrases: dict[Phrase, str] = {}
        for concept, listed in _CLASSES.items():
            options = [tuple(option.split()) for option in listed.split("|")]
            said = (f" {' '.join(option).removesuffix(' #')} " for option in options)
            if concept in _FIXED or not any(text in named or text in spoken for text in said):
                self.phrases |= dict.fromkeys(options, concept)
        self.phrases |= {tuple(phrase.split()): "" for phrase in (*_GRAMMAR_PHRASES.split("|"), *sorted(_GRAMMAR))}
        forms = [form.format(verb) for verb in _SHOWING.split("|") for form in _SHOWN if f" {verb} " not in named]
        forms += [form.format(verb) for verb in _SHOWING.split("|") for form in _SHOWN_SURELY]
        self.showing = frozenset(tuple(form.split()) for form in forms)
        asking = [phrase for phrase in _ASKING.split("|") if f" {phrase} " not in named]
        self.asking = self.showing | {tuple(phrase.split()) for phrase in asking}
        self.longest = max(map(len, (*self.phrases, *self.asking)))
