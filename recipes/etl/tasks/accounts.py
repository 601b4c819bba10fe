"""Human or bot, by what an account does: a rule of several signs, none of which decides alone."""

from __future__ import annotations

from random import Random

from recipes.etl.contract import Contract
from recipes.etl.signs import SIGNS, Limits, Signs, draw_figures, draw_signs
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
    "Look at the figures and classify [the account|the accounts]",
    "Does a person use [this account|each account]? The figures are per day unless they say otherwise",
    "Apply our bot policy to [this account|these accounts]",
    "[An account has been reported|Accounts have been reported]. Who runs [it|each]",
)
_RULES = (
    "{bot} is whoever {any}; everybody else is {human}",
    "We call an account {bot} if it {any}. One half of such a pair proves nothing: that is {human}",
    "Policy: {bot} when the account {any}, otherwise {human}",
    "An account that {any} is {bot}. All others are {human}, odd as a single figure may be",
    "Two signs have to come together. It is {bot} if it {any}, and {human} if not",
    "Answer {human} unless the account {any}; then it is {bot}",
    "Only these make it {bot}: the account {any}. Nothing else counts, so the rest is {human}",
)
_OR = (", or ", ", or it ", "; or ")
_PLACES = ("web", "phone app", "desktop app")
_JOINTS = ("; ", ", ", " | ", " / ", " · ")
_STYLES = ("{k}={v}", "{k}: {v}", "{k} {v}", "{v} {k}", '"{k}":{v}')
# What a column is called, in three houses.
COLUMNS = (
    {"posts": "posts_per_day", "hours": "active_hours", "same": "identical_posts_pct", "followers": "followers",
     "following": "following", "age": "age_days", "replies": "replies_pct", "client": "client", "links": "links_pct",
     "gap": "gap_stddev_s", "likes": "likes_per_day"},
    {"posts": "daily posts", "hours": "hours of the day active", "same": "% identical texts", "followers": "followers",
     "following": "follows", "age": "days old", "replies": "% replies", "client": "client", "links": "% with links",
     "gap": "seconds of spread between posts", "likes": "daily likes"},
    {"posts": "posts/day", "hours": "active hrs/24", "same": "identical %", "followers": "flwrs", "following": "flwng",
     "age": "acct age (d)", "replies": "reply %", "client": "via", "links": "link %", "gap": "gap spread (s)",
     "likes": "likes/day"},
)  # fmt: skip


class Accounts:
    name = "accounts"
    output = "label"
    columns = ("activity", "account_facts", "behaviour", "profile_stats", "usage_summary")
    answer = ("account_type", "verdict", "kind", "operated_by")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        human, bot = rng.choice(_LABELS)
        contract = Contract(choices=(human, bot) if rng.random() < 0.5 else (bot, human), passed=rng.random() < 0.5)
        limits = {name: rng.choice(pair.limits) for name, pair in SIGNS.items()}
        chosen = rng.sample(list(SIGNS), 3)
        told = [rng.choice(SIGNS[name].told).format(a=limits[name][0], b=limits[name][1]) for name in chosen]
        joint = rng.choice(_OR)
        rule = rng.choice(_RULES).format(human=human, bot=bot, any=joint.join(told))
        rules = [rule, one_of(contract, rng)]
        single, many = compose(rng.choice(_ASKS), rules, ("account", "accounts"), rng)
        want = (
            f"judge by {{column}} whether the account is run by a program ('{bot}': it {', or '.join(told)}) or by a "
            f"person ('{human}': all others)"
        )
        mode = {"human": human, "bot": bot, "chosen": tuple(chosen), "limits": limits}
        return Brief(single, many, want, contract, mode=mode)

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:  # noqa: ARG002
        chosen: tuple[str, ...] = brief.mode["chosen"]
        limits: dict[str, Limits] = brief.mode["limits"]
        kind = rng.choice(("human", "bot"))
        signs: Signs = draw_signs(kind == "bot", chosen, rng)
        facts = {**draw_figures(signs, limits, rng), "client": rng.choice(_PLACES)}
        names, style, joint = rng.choice(COLUMNS), rng.choice(_STYLES), rng.choice(_JOINTS)
        needed = [column for name in chosen for column in SIGNS[name].columns]
        spare = [column for column in facts if column not in needed]
        told = needed + rng.sample(spare, rng.randint(0, min(3, len(spare))))
        if rng.random() < 0.6:
            rng.shuffle(told)
        text = joint.join(style.format(k=names[key], v=facts[key]) for key in told)
        if rng.random() < 0.4:
            text = f"{faker(rng).user_name()}{joint}{text}"
        shown = "+".join(f"{name}{int(signs[name][0])}{int(signs[name][1])}" for name in sorted(chosen))
        return Item(text, str(brief.mode[kind]), f"{kind} {shown} {style} {joint} {names['posts']}")


task = Accounts()
