"""User names of people and of programs, in pairs that look alike."""

from __future__ import annotations

import re
from functools import cache
from random import Random
from unicodedata import normalize

from recipes.etl.domains import DOMAINS
from recipes.etl.source import LATIN, fold_of, listed, people

_HOBBIES = listed(
    "chess yoga surf hike bike bake garden guitar drums skate ski climb dance film anime tea coffee vinyl knit cat dog "
    "fox owl wolf panda moon star rain storm river mango pickle waffle noodle taco pixel retro ninja pirate wizard "
    "botany abbot jabot sabotage gamer reader runner sailor painter teacher nurse dad mum granny twin lefty "
    "feeder streamer postman scripture autograph apiary servicedog jobless relayrace mirrorball cronut queuer "
    "judo tango salsa rumba opera violin cello banjo ukulele pasta pizza gelato sushi ramen kimchi curry tofu olive "
    "papaya banana avocado paprika koala gecko beagle corgi poodle parrot otter badger turtle piranha tarantula comet "
    "nebula galaxy aurora thunder breeze meadow forest island canyon kayak rafting fishing archery karate boxing rugby "
    "cricket hockey tennis padel bowling pottery origami sudoku puzzle manga comics poetry novel theatre ballet choir "
    "farmer baker plumber welder pilot doctor vet lawyer student rookie captain cousin uncle auntie nonna abuela papa "
    "bookworm nightowl earlybird foodie greenthumb stargazer daydreamer globetrotter homebody tinkerer whittler",
    " ",
)
_ADJECTIVES = listed(
    "happy sleepy tiny lazy grumpy silent crazy lucky salty spicy fuzzy clumsy quiet sunny rusty shy old mad real just "
    "only the your not so very little big dr mr ms its im iam call proud tired hungry cosy curly barefoot vegan "
    "vintage midnight sassy gentle wild noisy cheeky classy northern southern rural urban retired",
    " ",
)
_JOBS = listed(
    "weather news alert feed price stock deal promo coupon quote trivia reminder status uptime backup deploy build "
    "ticket invoice report sync mirror crawl scrape index ping health traffic quake rss crypto fx odds score job "
    "listing rental archive poll digest welcome mod spam greet translate convert notify post tweet share repost like "
    "follow giveaway raffle ads lead mailer newsletter monitor cron queue worker agent webhook gateway "
    "meteo clima noticias precio oferta lotteria notizie borsa cambio orario trafico alerta aviso promocao preco "
    "wetter nachrichten angebot kurse fahrplan meldung nieuws koers aanbieding vaeder nyheter pogoda oferty "
    "headline bulletin timetable departure arrival tide pollen uv flood avalanche earthquake satellite launch patch "
    "release changelog commit merge pipeline test coverage lint audit log metric latency outage incident pager "
    "payment payout refund order delivery parcel stockout inventory catalogue voucher auction bid ticker exchange "
    "rate fuel petrol energy grid water air radar camera sensor meter device inbox survey form signup login captcha "
    "reply quiz horoscope meme photo video playlist radio lyrics recipe movie wiki dictionary fact data export import",
    " ",
)
_TOPICS = listed("news crypto stock radio quiz meme photo video recipe movie music weather", " ")
_ROLES = [
    "bot", "auto", "svc", "service", "daemon", "notifier", "relay", "poster", "publisher", "updates", "alerts",
    "stream", "api", "script", "job", "feed", "robot", "responder", "scheduler", "aggregator", "tracker", "watcher",
    "checker", "pusher", "loader", "sender", "info", "live", "online", "automatico", "automation", "machine", "engine",
    "app", "server", "node", "noreply", "system",
]  # fmt: skip
_SERIAL = ("user", "account", "acct", "guest", "client", "node", "device", "instance", "agent", "profile", "member_id")
_WORD, _VOWEL, _CAPITAL, _DIGIT, _CONSONANTS, _DOUBLED = map(
    re.compile, ("[a-z]+", "[aeiou]", "[A-Z]", "[0-9]", "[b-df-hj-np-tv-z]+", r"(.)\1")
)
_LEET = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "5"})
# How often a person's and a bot's name is drawn before the two are matched.
_DRAWN = 60_000
_PLAIN = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"})
_SEPARATORS = ("", "", "", "_", "_", ".", "-")


@cache
def names() -> list[list[tuple[str, str, str]]]:
    """By domain: name, kind and template. Every bot has a person of the same looks beside it, so that what tells them
    apart is what the words mean."""
    rng = Random("usernames")
    sides: dict[tuple[object, ...], dict[str, list[tuple[str, str, str]]]] = {}
    seen: set[str] = set()
    for _ in range(_DRAWN):
        for kind, draw in (("human", _human), ("bot", _bot)):
            value, template = draw(rng)
            if not 5 <= len(value) <= 20 or value.casefold() in seen:
                continue
            seen.add(value.casefold())
            key = (fold_of(value), *_looks(value))
            sides.setdefault(key, {"human": [], "bot": []})[kind].append((value, kind, f"{kind} {template}"))
    matched: list[list[tuple[str, str, str]]] = [[] for _ in DOMAINS]
    for (fold, *_), both in sides.items():
        assert isinstance(fold, int)
        matched[fold] += [name for pair in zip(both["human"], both["bot"], strict=False) for name in pair]
    return matched


def _looks(name: str) -> tuple[object, ...]:
    """What can be seen of a name without reading it."""
    lowered = name.lower()
    words = _WORD.findall(lowered)
    letters = sum(map(len, words))
    capitals, digits = len(_CAPITAL.findall(name)), len(_DIGIT.findall(name))
    return (
        len(name),
        digits,
        digits - (len(name) - len(name.rstrip("0123456789"))),
        len(name) - letters - digits,
        capitals if letters > capitals else "all",
        round(5 * len(_VOWEL.findall(lowered)) / max(1, letters)),
        bool(words) and words[-1][-1] in "aeiou",
        bool(words) and words[0][0] in "aeiou",
        len(words),
        min(4, min(map(len, words), default=0)),
        min(4, max(map(len, _CONSONANTS.findall(lowered)), default=0)),
        _DOUBLED.search(lowered) is not None,
    )


def _ascii(text: str) -> str:
    return re.sub(r"[^a-z]", "", normalize("NFKD", text.lower().translate(_PLAIN)).encode("ascii", "ignore").decode())


def _digits(rng: Random) -> tuple[str, str]:
    kind = rng.choice(("", "", "", "1", "2", "2", "3", "4", "6", "year"))
    if kind == "year":
        return str(rng.randint(1955, 2012)), "year"
    return "".join(rng.choice("0123456789") for _ in range(int(kind or 0))), f"{kind or 'no'} digits"


def _cased(text: str, rng: Random) -> str:
    return rng.choice((text, text, text, text.capitalize(), text.title(), text.upper() if len(text) < 9 else text))


@cache
def _plain_names() -> list[list[tuple[str, str]]]:
    drawn = ([(_ascii(first), _ascii(last)) for first, last in people(locale)] for locale in LATIN)
    return [[(first, last) for first, last in names if first and last] for names in drawn]


def _human(rng: Random) -> tuple[str, str]:
    known = rng.choice(_plain_names())
    first, last = rng.choice(known)[0], rng.choice(known)[1]
    hobby, adjective, topic = rng.choice(_HOBBIES), rng.choice(_ADJECTIVES), rng.choice(_TOPICS)
    base, name = rng.choice(
        (
            ((first, last), "first last"), ((first[0], last), "initial last"), ((first, last[0]), "first initial"),
            ((last, first), "last first"), ((first, hobby), "first hobby"), ((adjective, first), "adjective first"),
            ((adjective, hobby), "adjective hobby"), ((hobby, first), "hobby first"), ((hobby, "fan"),
            "hobby fan"),
            ((first[:3], last[:4]), "clipped"), ((adjective, hobby, first), "adjective hobby first"),
            ((first,), "first"), ((last,), "last"), ((topic, first), "topic first"), ((first, topic), "first topic"),
            ((hobby, rng.choice(_HOBBIES)), "hobby hobby"), ((first, rng.choice(known)[0]), "first first"),
            (("the", hobby, first), "the hobby first"), ((first, rng.choice("24"), rng.choice(known)[0]),
            "first 2 first"),
            (("born", "2", hobby), "born 2 hobby"), ((first, f"{rng.randrange(100):02d}", last), "first number last"),
        )
    )  # fmt: skip
    separator, (digits, tail) = rng.choice(_SEPARATORS), _digits(rng)
    text = separator.join(base)
    if rng.random() < 0.06:
        text, name = text[:1] + text[1:].translate(_LEET), f"{name} leet"
    if rng.random() < 0.05:
        text, name = f"{text}{text[-1] * 2}", f"{name} stretched"
    between = separator if digits and rng.random() < 0.5 else ""
    return _cased(text, rng) + between + digits, f"{name} '{separator}' {tail}"


def _bot(rng: Random) -> tuple[str, str]:
    job, other, role = rng.choice(_JOBS), rng.choice(_JOBS), rng.choice(_ROLES)
    number = "".join(rng.choice("0123456789") for _ in range(rng.randint(4, 6)))
    base, name = rng.choice(
        (
            ((job, role), "job role"), ((job, other, role), "job job role"),
            ((role, job), "role job"), (("auto", job), "auto job"),
            (("daily", job), "daily job"), ((job, "24"), "job 24"), ((rng.choice(_SERIAL), number), "serial"),
            (("free", job, "now"), "free job now"), ((job, "to", role), "job to role"),
            (("the", job, role), "the job role"), ((other, "2", job), "job 2 job"), (("get", job), "get job"),
            ((job, rng.choice(("eu", "us", "io", "es", "de", "it", "world", "hourly", "now"))), "job where"),
            ((job, "by", role), "job by role"), ((rng.choice("eix"), job), "e job"),
            ((job, role, rng.choice("vx")), "job role v"),
        )
    )  # fmt: skip
    separator, (digits, tail) = rng.choice(_SEPARATORS), _digits(rng)
    text = separator.join(base)
    if rng.random() < 0.06:
        text, name = text[:1] + text[1:].translate(_LEET), f"{name} leet"
    between = separator if digits and rng.random() < 0.5 else ""
    return _cased(text, rng) + between + digits, f"{name} '{separator}' {tail}"
