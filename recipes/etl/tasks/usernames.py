"""Human or bot, by the user name alone."""

from __future__ import annotations

from random import Random

from recipes.etl.contract import Contract
from recipes.etl.handles import names
from recipes.etl.source import Source
from recipes.etl.task import Brief, Item
from recipes.etl.wording import compose, one_of

_ASKS = (
    "Is [this user name|each of these user names] a person or an automated account",
    "Classify the [user name|user names] below",
    "Decide whether [this account name belongs|these account names belong] to a human or to a bot",
    "Tell from the [username|usernames] whether a human or a bot is behind [it|each]",
    "Does [this handle look|each handle look] like a real person or like a script",
    "You see [a login name|login names] from our sign-up log. Human or automated",
    "Guess the kind of account from its [name|name, for each one]",
    "Spot bots by [user name|user name, one by one]",
    "Label [the account name|every account name]",
    "Person or bot? Judge by the [user name|user names] alone",
)
# By name alone nobody can be sure, so the instruction says what counts.
_HINTS = (
    "Names, nicknames and pastimes of people are {human}; services, feeds, jobs and serial accounts are {bot}",
    "Take what sounds like a person, with or without a topic, as {human}, and what sounds like a service as {bot}",
    "A person's name or nickname means {human}, the name of a feed, a tool or a numbered account {bot}",
    "{bot} is for accounts named after a job, a service or a number, {human} for those named after people or hobbies",
    "Count personal names and hobbies as {human}. Count names of software, alerts, offers and numbered users as {bot}",
    "Someone's name beside a topic is still {human}; a topic beside a technical word is {bot}",
    "Call it {bot} when the name says what a program does or merely counts users, else {human}",
    "Digits and spelling prove nothing: a human name or hobby is {human}, the name of a service is {bot}",
)
_LABELS = (("human", "bot"), ("person", "bot"), ("human", "automated"), ("real", "bot"), ("HUMAN", "BOT"), ("H", "B"))


class Usernames:
    name = "usernames"
    output = "label"
    columns = ("username", "user_name", "handle", "login", "account_name", "screen_name", "nick")
    answer = ("account_type", "kind", "user_type", "author_kind")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        human, bot = rng.choice(_LABELS)
        contract = Contract(choices=(human, bot) if rng.random() < 0.5 else (bot, human), passed=rng.random() < 0.5)
        rules = [rng.choice(_HINTS).format(human=human, bot=bot), one_of(contract, rng)]
        if len(human) == 1:
            rules.append("H is a human, B is a bot")
        elif rng.random() < 0.5:
            rules.reverse()
        single, many = compose(rng.choice(_ASKS), rules, ("user name", "user names"), rng)
        want = rng.choice(
            (
                f"tell from {{column}} whether the account is a human ('{human}': names, nicknames, pastimes) or a bot "
                f"('{bot}': services, feeds, serial names)",
                f"classify the names in {{column}} as '{human}' for names and hobbies of people or '{bot}' for "
                f"services, tools and numbered accounts",
                f"label {{column}} with '{human}' where it sounds like a person and '{bot}' where it sounds like a "
                f"program, a feed or a numbered account",
            )
        )
        return Brief(single, many, want, contract, mode={"human": human, "bot": bot})

    def item(self, brief: Brief, source: Source, rng: Random) -> Item:
        value, kind, template = rng.choice(names()[source.fold])
        return Item(value, str(brief.mode[kind]), template)


task = Usernames()
