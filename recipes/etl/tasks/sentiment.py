"""Sentiment of reviews, composed of parts whose polarity is known."""

from __future__ import annotations

from random import Random

from recipes.etl.contract import Contract
from recipes.etl.opinions import clauses, drawn
from recipes.etl.source import Source, faker, listed
from recipes.etl.task import Brief, Item
from recipes.etl.wording import compose, one_of

_ASKS = (
    "What is the sentiment of [this review|each review]",
    "Classify the tone of [the comment|each comment]",
    "Is [this customer|each customer] happy or not",
    "Rate the mood of [this feedback|each line of feedback]",
    "Sentiment analysis of [the text below|the texts below]",
    "Decide how [the writer feels|the writers feel]",
    "Judge whether [this opinion is|these opinions are] favourable",
    "Label the sentiment of [the survey answer|the survey answers]",
    "[Read the review|Read the reviews] and give the overall attitude",
    "How does [the customer|each customer] feel overall",
)
_MIXED = (
    "Where praise and complaint balance each other, it is {mixed}",
    "{mixed} means as much praise as complaint",
    "Use {mixed} if the text praises one thing and condemns another",
)
_NEUTRAL = ("{neutral} is for texts that state facts without an opinion", "Plain facts without judgement are {neutral}")
_ASPECTS = listed(
    "service,delivery,catering,breakfast,checkout,packaging,support,price,booking,app,website,waiting time,cleaning,"
    "room,location,menu,installation,quality,refund,battery,screen,material,seating,sound,lighting,"
    "parking,reception,phone line,newsletter,return process,guided tour,loyalty card,sign-up,invoice",
    ",",
)
_DETAILS = (
    "", "", "", "", " last weekend", " this time", " in {city}", " for our group", " at your branch in {city}",
    " in May", " on the second day", " during the fair", " after the renovation", " on our anniversary",
    " at Christmas", " for two adults", " under the new owner", " since the move to {city}", " in the evening",
)  # fmt: skip
_OPEN = (
    "", "", "", "Honestly, ", "To be clear: ", "After three visits: ", "{name} here. ", "Second order. ", "Well, ",
    "Long story short, ",
    "As a regular, I can say ", "We came with {name}. ", "Visited with kids, ", "My verdict: ", "In all fairness, ",
    "Update: ",
)  # fmt: skip
_JOIN = (", and ", ". Also, ", "; ", " - ", ". And ", ". On top of that, ", ", plus ", ". What's more, ")
_BUT = (", but ", ". However, ", "; then again, ", ". On the other hand, ", ", yet ", ". Still, ", ", though ")
_WINS = (". All in all {verdict}", ". That's a small thing though: {verdict}", " - never mind, overall {verdict}")
_OVERALL = {
    "good": ("I'm very happy", "a great experience", "I'd come back any time", "a clear yes from me", "five stars"),
    "bad": ("I'm very unhappy", "a poor experience", "I won't come back", "a clear no from me", "one star"),
}
_CLOSE = ("", "", "", ".", "!", " ({name})", ". Greetings from {city}", "...", ". Thanks for reading.", ". {name}")


class Sentiment:
    name = "sentiment"
    output = "label"
    columns = ("review", "comment", "feedback", "opinion", "review_text", "survey_answer", "remarks")
    answer = ("sentiment", "tone", "mood", "attitude")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        names = rng.choice(
            (
                {"good": "positive", "bad": "negative"},
                {"good": "positive", "bad": "negative", "plain": "neutral"},
                {"good": "positive", "bad": "negative", "plain": "neutral", "mixed": "mixed"},
                {"good": "pos", "bad": "neg", "plain": "neu"},
                {"good": "happy", "bad": "unhappy"},
                {"good": "favourable", "bad": "unfavourable", "plain": "none", "mixed": "both"},
                {"good": "+", "bad": "-", "plain": "0"},
            )
        )
        labels = list(names.values())
        rng.shuffle(labels)
        # "+" would have to be escaped in a list that an operator turns into a pattern.
        contract = Contract(choices=tuple(labels), passed="+" not in labels and rng.random() < 0.5)
        rules = [one_of(contract, rng)]
        if "mixed" in names:
            rules.append(rng.choice(_MIXED).format(mixed=names["mixed"]))
        if "plain" in names:
            rules.append(rng.choice(_NEUTRAL).format(neutral=names["plain"]))
        single, many = compose(rng.choice(_ASKS), rules, ("review", "reviews"), rng)
        meanings = {
            "good": "satisfied",
            "bad": "dissatisfied",
            "plain": "no opinion",
            "mixed": "as much praise as complaint",
        }
        told = ", ".join(f"'{names[k]}' ({meanings[k]})" for k in names)
        return Brief(single, many, f"rate the sentiment of {{column}} as {told}", contract, mode={"names": names})

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:
        names: dict[str, str] = brief.mode["names"]
        kind = rng.choice(sorted(names))
        pools = clauses(source)
        first = rng.choice(_ASPECTS)
        second = _detailed(rng.choice([a for a in _ASPECTS if a != first]), rng)
        mentioned, first = first, _detailed(first, rng)
        shape = "both"
        if kind == "mixed":
            sides = [pools["good"], pools["bad"]]
            rng.shuffle(sides)
            parts = [drawn(sides[0], rng), drawn(sides[1], rng)]
            body = parts[0].said(first) + rng.choice(_BUT) + parts[1].said(second)
        else:
            shape = rng.choice(
                ("one", "two", "overcome" if kind != "plain" and "mixed" not in names else "two", "fact")
            )
            parts = [drawn(pools[kind], rng)]
            body = parts[0].said(first)
            if shape == "two":
                parts.append(drawn(pools[kind], rng))
                body += rng.choice(_JOIN) + parts[1].said(second)
            elif shape == "overcome":
                other = drawn(pools["bad" if kind == "good" else "good"], rng)
                verdict = rng.choice(_OVERALL[kind])
                parts = [other, parts[0]]
                body = other.said(second) + rng.choice(_BUT) + body + rng.choice(_WINS).format(verdict=verdict)
            elif shape == "fact":
                parts.append(drawn(pools["plain"], rng))
                body = parts[1].said(second) + rng.choice((". ", "; ", ", and ")) + body
        people = faker(rng, ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "nl_NL", "sv_SE"))
        opening, closing = rng.choice(_OPEN), rng.choice(_CLOSE)
        text = (opening + body + closing).format(name=people.first_name(), city=people.city())
        text = _capitals(text) if rng.random() < 0.85 else text
        wrong = [("explained", f"{names[kind]}: the writer mentions the {mentioned}")]
        if kind != "mixed" and "mixed" not in names:
            wrong.append(("label_not_offered", "mixed"))
        return Item(text, names[kind], f"{kind} {parts[0].frame}", tuple(wrong), "*")


def _detailed(aspect: str, rng: Random) -> str:
    return f"{aspect}{rng.choice(_DETAILS)}"


def _capitals(text: str) -> str:
    """A capital at the start and after a full stop."""
    parts = text.split(". ")
    return ". ".join(part[:1].upper() + part[1:] for part in parts)


task = Sentiment()
