"""Human or bot, by what an account does."""

from __future__ import annotations

from random import Random

from recipes.etl.contract import Contract
from recipes.etl.source import Source, faker
from recipes.etl.task import Brief, Item
from recipes.etl.wording import compose, one_of

_LABELS = (("human", "bot"), ("person", "bot"), ("genuine", "automated"), ("real", "fake"), ("organic", "automated"))
_ASKS = (
    "Judge from the activity whether [this account is|these accounts are] run by a person or by a program",
    "Human or bot? [Here is what the account did|Here is what the accounts did]",
    "Classify [the account|each account] by its behaviour",
    "Decide from these account columns who is behind [it|each]",
    "Is [this social media account|each of these accounts] automated",
    "Flag automated accounts using the activity [figures|figures on each line]",
    "Moderation check: [person or script|person or script for each account]",
    "Look at posting hours, repetition and follow pattern and classify [the account|the accounts]",
    "Does a person use [this account|each account]? The figures are per day unless they say otherwise",
)
_HINT = (
    "A few high figures don't make a bot: look for round-the-clock activity, repeated texts or mass following",
    "Busy people exist; bots never sleep, repeat themselves or follow thousands at once",
    "One odd figure is not enough",
    "",
)
_PLACES = ("web", "phone app", "desktop app", "third-party app")
_JOINTS = ("; ", ", ", " | ", " / ", " · ")
_STYLES = ("{k}={v}", "{k}: {v}", "{k} {v}", "{v} {k}", '"{k}":{v}')
_NAMES = (
    {"posts": "posts_per_day", "hours": "active_hours", "same": "identical_posts_pct", "followers": "followers",
     "following": "following", "age": "age_days", "replies": "replies_pct", "client": "client"},
    {"posts": "daily posts", "hours": "hours of the day active", "same": "% duplicate texts", "followers": "followers",
     "following": "follows", "age": "days old", "replies": "% replies", "client": "client"},
    {"posts": "tweets/day", "hours": "active hrs/24", "same": "dup %", "followers": "flwrs", "following": "flwng",
     "age": "acct age (d)", "replies": "reply %", "client": "via"},
)  # fmt: skip


class Accounts:
    name = "accounts"
    output = "label"
    columns = ("activity", "account_facts", "behaviour", "profile_stats", "usage_summary")
    answer = ("account_type", "verdict", "kind", "operated_by")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        human, bot = rng.choice(_LABELS)
        contract = Contract(choices=(human, bot) if rng.random() < 0.5 else (bot, human), passed=rng.random() < 0.5)
        hint = rng.choice(_HINT)
        rules = [*([hint] if hint else []), one_of(contract, rng)]
        single, many = compose(rng.choice(_ASKS), rules, ("account", "accounts"), rng)
        want = f"judge by {{column}} whether the account is run by a person ('{human}') or a program ('{bot}')"
        return Brief(single, many, want, contract, mode={"human": human, "bot": bot})

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:  # noqa: ARG002
        kind = rng.choice(("human", "bot"))
        profile, facts = rng.choice(_PEOPLE if kind == "human" else _PROGRAMS)(rng)
        names, style, joint = rng.choice(_NAMES), rng.choice(_STYLES), rng.choice(_JOINTS)
        # What gives a bot away is always told; the rest may be missing.
        told = [
            "posts",
            "hours",
            "same",
            *rng.sample(("followers", "following", "age", "replies", "client"), rng.randint(3, 5)),
        ]
        if "followers" not in told or "following" not in told:
            told = [*(k for k in told if k not in ("followers", "following")), "followers", "following"]
        if rng.random() < 0.4:
            rng.shuffle(told)
        text = joint.join(style.format(k=names[key], v=facts[key]) for key in told)
        if rng.random() < 0.4:
            text = f"{faker(rng).user_name()}{joint}{text}"
        template = f"{profile} {style} {joint} {names['posts']} {len(told)}"
        return Item(text, str(brief.mode[kind]), template)


def _facts(
    rng: Random, posts: int, hours: int, same: int, followers: int, following: int, age: int, replies: int
) -> dict[str, object]:
    return {
        "posts": posts, "hours": hours, "same": same, "followers": followers, "following": following, "age": age,
        "replies": replies, "client": rng.choice(_PLACES),
    }  # fmt: skip


def _casual(rng: Random) -> tuple[str, dict[str, object]]:
    r = rng.randint
    return "casual", _facts(rng, r(0, 9), r(3, 15), r(0, 5), r(20, 900), r(40, 1200), r(200, 4500), r(15, 70))


def _reporter(rng: Random) -> tuple[str, dict[str, object]]:
    r = rng.randint
    return "reporter", _facts(
        rng, r(60, 190), r(12, 17), r(0, 6), r(3000, 90000), r(300, 4000), r(700, 4500), r(25, 60)
    )


def _newcomer(rng: Random) -> tuple[str, dict[str, object]]:
    r = rng.randint
    return "newcomer", _facts(rng, r(1, 30), r(2, 10), r(0, 12), r(0, 30), r(10, 160), r(1, 20), r(10, 60))


def _seller(rng: Random) -> tuple[str, dict[str, object]]:
    r = rng.randint
    return "seller", _facts(rng, r(10, 60), r(8, 14), r(20, 38), r(400, 9000), r(300, 3000), r(300, 3000), r(15, 50))


def _clock(rng: Random) -> tuple[str, dict[str, object]]:
    r = rng.randint
    return "clock", _facts(rng, r(24, 190), 24, r(0, 35), r(20, 9000), r(0, 1200), r(20, 4500), r(0, 3))


def _repeater(rng: Random) -> tuple[str, dict[str, object]]:
    r = rng.randint
    return "repeater", _facts(rng, r(8, 150), r(8, 17), r(88, 100), r(10, 3000), r(20, 3000), r(20, 4000), r(0, 20))


def _mass_follower(rng: Random) -> tuple[str, dict[str, object]]:
    r = rng.randint
    return "mass follower", _facts(rng, r(0, 20), r(3, 17), r(0, 20), r(0, 60), r(4500, 7500), r(1, 30), r(0, 20))


def _praiser(rng: Random) -> tuple[str, dict[str, object]]:
    r = rng.randint
    return "praiser", _facts(rng, r(90, 190), r(22, 24), r(70, 95), r(5, 400), r(100, 2000), r(3, 900), r(96, 100))


_PEOPLE = (_casual, _reporter, _newcomer, _seller)
_PROGRAMS = (_clock, _repeater, _mass_follower, _praiser)
task = Accounts()
