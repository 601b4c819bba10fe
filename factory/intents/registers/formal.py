"""A written request: complete sentences, courtesy, no contractions."""

from __future__ import annotations

import re
from random import Random

from factory.intents.english import capped
from factory.intents.intent import Intent
from factory.intents.registers.ask import Ask, taken_apart
from factory.intents.registers.context import Context
from factory.intents.registers.prose import one_of, reworded, swapped
from factory.intents.registers.said import Said
from factory.intents.registers.tails import columns
from factory.intents.registers.values import dated
from factory.records import Database

_WHOLE = (
    (r"\b([Dd]o|[Dd]oes|[Dd]id|[Ii]s|[Aa]re|[Ww]as|[Ww]ere|[Hh]as|[Hh]ave)n't\b", r"\1 not"),
    (r"\bI'd\b", "I would"),
)
_VERBS = "provide|supply|send me|let me have|prepare|compile|furnish|retrieve|forward|submit|share|produce|extract"
_REQUESTS = (
    "please {verb} {noun}.",
    "could you please {verb} {noun}?",
    "would you kindly {verb} {noun}?",
    "I would be grateful if you could {verb} {noun}.",
    "I hereby request {noun}.",
    "may I ask for {noun}?",
    "we would appreciate receiving {noun}.",
    "I would like to request {noun}.",
    "we kindly ask for {noun}.",
    "I am writing to ask for {noun}.",
    "it would be helpful to receive {noun}.",
    "would it be possible to {verb} {noun}?",
    "we require {noun}.",
    "I should be glad to have {noun}.",
)
_DEEDS = (
    "please {deed}.",
    "could you please {deed}?",
    "would you kindly {deed}?",
    "I would be grateful if you could {deed}.",
    "I would ask you to {deed}.",
    "we kindly ask you to {deed}.",
    "may I ask you to {deed}?",
    "it would be appreciated if you could {deed}.",
)
_QUESTIONS = (
    "please answer the following: {bare}?",
    "we would like to know the following: {bare}?",
    "kindly advise: {bare}?",
    "may I enquire: {bare}?",
    "I have a question: {bare}?",
    "an answer to this is requested: {bare}?",
    "our question is this: {bare}?",
    "could you please tell us the following: {bare}?",
    "we wish to establish the following: {bare}?",
    "{bare}?",
)
_TASKS = (
    "our request is as follows: {bare}.",
    "kindly proceed as follows: {bare}.",
    "this is our request: {bare}.",
    "may we ask you the following favour: {bare}.",
    "the task is this: {bare}.",
    "you would help us greatly with this: {bare}.",
)
_NEEDS = (
    "we need the following: {bare}.",
    "this is what we require: {bare}.",
    "the following is needed: {bare}.",
    "the information that we seek: {bare}.",
    "we are in need of these figures: {bare}.",
    "the following has been requested: {bare}.",
    "these data are needed: {bare}.",
    "the subject of our enquiry: {bare}.",
)
# A leading clause, then a command: "for each store, give …".
_COMMAND = re.compile(
    r"(?:^|[,:;] )(?:then )?(?:add|average|calculate|compare|compute|count|divide|find|get|give|group|list|match|"
    r"measure|number|pair|pick|put|rank|replace|return|select|show|sort|split|sum|take|tell|use|work) "
)
_SHOWN = (
    "Please state {nouns}.",
    "Kindly include {nouns}.",
    "The answer should contain {nouns}.",
    "The list should comprise {nouns}.",
    "We need {nouns}.",
    "Required columns: {nouns}.",
    "Please indicate {nouns}.",
    "The fields needed are {nouns}.",
    "Kindly list {nouns}.",
    "Please provide {nouns}.",
    "The result should consist of {nouns}.",
    "We ask for {nouns}.",
    "It should contain {nouns}.",
    "It should show {nouns}.",
    "Kindly report {nouns}.",
)
_END = (
    "Thank you.|Many thanks.|Thank you in advance.|With kind regards.|Kind regards.|Thank you for your help.|"
    "Yours sincerely.|I look forward to your answer.|Thank you for your time.|Best regards.||||||||||"
)


def say(intent: Intent, database: Database, rng: Random) -> tuple[Intent, Said]:
    context = Context(intent, database, rng)

    def change(text: str) -> str:
        ask = taken_apart(swapped(text, _WHOLE, rng, 1))
        request = _request(ask, rng)
        if rng.random() < 0.55:
            request = f"{capped(context.reason())}, {request}"
        rest = [_stated(one, rng) for one in ask.rest]
        return dated(" ".join([capped(request), *rest, one_of(rng, _END)]).strip(), rng, 0.5)

    return intent, Said("formal", reworded(intent, change))


def _request(ask: Ask, rng: Random) -> str:
    verb = one_of(rng, _VERBS)
    if ask.noun:
        return rng.choice(_REQUESTS).format(verb=verb, noun=ask.noun)
    if ask.deed:
        return rng.choice(_DEEDS).format(deed=ask.deed)
    if ask.asks and not _COMMAND.match(ask.bare):
        return rng.choice(_QUESTIONS).format(bare=ask.bare)
    if ask.bare.startswith(("I ", "we ")):
        return re.sub(r"^I (?:want|need)\b", "I would like", ask.bare) + "."
    return rng.choice(_TASKS if _COMMAND.search(ask.bare) else _NEEDS).format(bare=ask.bare.rstrip("?"))


def _stated(one: str, rng: Random) -> str:
    nouns = columns(one)
    return rng.choice(_SHOWN).format(nouns=f"the {nouns}") if nouns else one
