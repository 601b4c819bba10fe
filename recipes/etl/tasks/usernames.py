"""Human or bot, by the user name alone."""

from __future__ import annotations

import re
from functools import cache
from random import Random
from unicodedata import normalize

from recipes.etl.contract import Contract
from recipes.etl.domains import DOMAINS
from recipes.etl.source import LATIN, Source, listed, people
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
    "Spot bots by user name. Job names, feeds and serial names are bots, names and nicknames of people are not",
    "Label [the account name|every account name]",
    "Person or bot? Judge by the [user name|user names] alone",
)
_LABELS = (("human", "bot"), ("person", "bot"), ("human", "automated"), ("real", "bot"), ("HUMAN", "BOT"), ("H", "B"))
_HOBBIES = listed(
    "chess yoga surf hike bike bake garden guitar drums skate ski climb dance film anime tea coffee vinyl knit cat dog "
    "fox owl wolf panda moon star rain storm river mango pickle waffle noodle taco pixel retro ninja pirate wizard "
    "robot botany abbot jabot sabotage gamer reader runner sailor painter teacher nurse dad mum granny twin lefty",
    " ",
)
_ADJECTIVES = listed(
    "happy sleepy tiny lazy grumpy silent crazy lucky salty spicy fuzzy clumsy quiet sunny rusty shy old mad real just "
    "only the your not so very little big dr mr ms its im iam call",
    " ",
)
_JOBS = listed(
    "weather news alert feed price stock deal promo coupon quote trivia reminder status uptime backup deploy build "
    "ticket invoice report sync mirror crawl scrape index ping health traffic quake rss crypto fx odds score job "
    "listing rental archive poll digest welcome mod spam greet translate convert notify post tweet share repost like "
    "follow giveaway raffle ads traffic lead mailer newsletter monitor cron queue worker agent webhook gateway",
    " ",
)
_ROLES = [
    "bot",
    "auto",
    "svc",
    "service",
    "daemon",
    "notifier",
    "relay",
    "poster",
    "publisher",
    "updates",
    "alerts",
    "stream",
    "api",
    "script",
    "job",
]
_LEET = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "5"})
# Pools of names a domain draws from, and the tries that each is made of.
_POOLS, _DRAWN = 4, 6000
_PLAIN = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"})
_SEPARATORS = ("", "", "", "_", "_", ".", "-")


class Usernames:
    name = "usernames"
    output = "label"
    columns = ("username", "user_name", "handle", "login", "account_name", "screen_name", "nick")
    answer = ("account_type", "kind", "user_type", "author_kind")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        human, bot = rng.choice(_LABELS)
        contract = Contract(choices=(human, bot) if rng.random() < 0.5 else (bot, human), passed=rng.random() < 0.5)
        rules = [one_of(contract, rng)]
        if len(human) == 1:
            rules.append("H is a human, B is a bot")
        single, many = compose(rng.choice(_ASKS), rules, ("user name", "user names"), rng)
        want = rng.choice(
            (
                f"tell from {{column}} whether the account is a human ('{human}') or a bot ('{bot}')",
                f"classify the names in {{column}} as '{human}' for people or '{bot}' for automated accounts",
                f"label {{column}} with '{human}' or '{bot}', depending on whether a person or a script uses the "
                f"account",
            )
        )
        return Brief(single, many, want, contract, mode={"human": human, "bot": bot})

    def item(self, brief: Brief, source: Source, rng: Random) -> Item:
        value, kind, template = rng.choice(_pool(source.fold, rng.randrange(_POOLS)))
        return Item(value, str(brief.mode[kind]), template)


@cache
def _pool(fold: int, number: int) -> list[tuple[str, str, str]]:
    """Name, kind and template. Every bot has a person of the same length, digits, separators and capitals beside it, so
    that none of these tells which is which."""
    rng = Random(f"usernames:{fold}:{number}")
    source = Source(DOMAINS[fold], fold)
    sides: dict[tuple[object, ...], dict[str, list[tuple[str, str, str]]]] = {}
    for _ in range(_DRAWN):
        for kind, draw in (("human", _human), ("bot", _bot)):
            value, template = draw(rng)
            if not 6 <= len(value) <= 20 or not source.owns(value):
                continue
            looks = (
                len(value),
                sum(c.isdigit() for c in value),
                any(not c.isalnum() for c in value),
                any(c.isupper() for c in value),
            )
            sides.setdefault(looks, {"human": [], "bot": []})[kind].append((value, kind, f"{kind} {template}"))
    matched = []
    for both in sides.values():
        matched += [name for pair in zip(both["human"], both["bot"], strict=False) for name in pair]
    return matched


def _ascii(text: str) -> str:
    return re.sub(r"[^a-z]", "", normalize("NFKD", text.lower().translate(_PLAIN)).encode("ascii", "ignore").decode())


def _digits(rng: Random) -> tuple[str, str]:
    kind = rng.choice(("", "", "1", "2", "2", "3", "4", "year"))
    if kind == "year":
        return str(rng.randint(1955, 2012)), "year"
    return "".join(rng.choice("0123456789") for _ in range(int(kind or 0))), f"{kind or 'no'} digits"


def _cased(text: str, rng: Random) -> str:
    return rng.choice((text, text, text, text.capitalize(), text.title(), text.upper() if len(text) < 9 else text))


def _human(rng: Random) -> tuple[str, str]:
    names = people(rng.choice(LATIN))
    first, last = _ascii(rng.choice(names)[0]), _ascii(rng.choice(names)[1])
    hobby, adjective = rng.choice(_HOBBIES), rng.choice(_ADJECTIVES)
    if not first or not last:
        return "", ""
    base, name = rng.choice(
        (
            ((first, last), "first last"), ((first[0], last), "initial last"), ((first, last[0]), "first initial"),
            ((last, first), "last first"), ((first, hobby), "first hobby"), ((adjective, first), "adjective first"),
            ((adjective, hobby), "adjective hobby"), ((hobby, first), "hobby first"), ((first[:3], last[:4]),
            "clipped"),
            ((adjective, hobby, first), "adjective hobby first"), ((first,), "first"), ((last,), "last"),
        )
    )  # fmt: skip
    separator, (digits, tail) = rng.choice(_SEPARATORS), _digits(rng)
    text = separator.join(base)
    if rng.random() < 0.1:
        text, name = text[:1] + text[1:].translate(_LEET), f"{name} leet"
    if rng.random() < 0.08:
        text, name = f"{text}{text[-1] * 2}", f"{name} stretched"
    between = separator if digits and rng.random() < 0.5 else ""
    return _cased(text, rng) + between + digits, f"{name} '{separator}' {tail}"


def _bot(rng: Random) -> tuple[str, str]:
    job, other, role = rng.choice(_JOBS), rng.choice(_JOBS), rng.choice(_ROLES)
    mash = "".join(rng.choice("bcdfghjklmnpqrstvwxz") for _ in range(rng.randint(5, 9)))
    mixed = "".join(rng.choice("bcdfghjkmnpqrstvwxz0123456789") for _ in range(rng.randint(7, 12)))
    base, name = rng.choice(
        (
            ((job, role), "job role"), ((job, other, role), "job job role"), ((role, job), "role job"),
            ((job, other), "job job"), (("auto", job), "auto job"), (("daily", job), "daily job"),
            ((job, "24", "7"), "job 24 7"), (("user", mixed[:6]), "user serial"), ((mash,), "letters"),
            ((mixed,), "serial"), (("free", job, "now"), "free job now"),
            ((job, "to", role), "job to role"), (("the", job, role), "the job role"),
        )
    )  # fmt: skip
    separator, (digits, tail) = rng.choice(_SEPARATORS), _digits(rng)
    between = separator if digits and rng.random() < 0.5 else ""
    return _cased(separator.join(base), rng) + between + digits, f"{name} '{separator}' {tail}"


task = Usernames()
