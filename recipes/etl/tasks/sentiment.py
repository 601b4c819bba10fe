"""Sentiment of reviews, composed of parts whose polarity is known."""

from __future__ import annotations

from random import Random

from recipes.etl.contract import Contract
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
_GOOD = listed(
    "the {a} exceeded everything I had hoped for|{a} was a delight from start to finish|I couldn't fault the {a} at "
    "all|"
    "the {a} made my week|hats off for the {a}|the {a} alone is worth coming back for|not a single complaint about "
    "the {a}|"
    "the {a} was better than at places twice the price|I keep telling friends about the {a}|the {a} won me over|"
    "never had such good {a}|the {a} left nothing to be desired|we were spoilt by the {a}|finally someone who gets "
    "{a} right|"
    "the {a} turned a bad day into a good one|the {a} deserves every star|I was pleasantly surprised by the {a}|"
    "the {a} is what keeps me loyal|the {a} was spot on|can't recommend the {a} enough|the {a} is second to none|"
    "I'd pay more for {a} like that|the {a} was no disappointment, quite the contrary|the {a} worked like a charm|"
    "you rarely see {a} this good|the {a} put a smile on my face|full marks for the {a}|the {a} hit the mark|"
    "I would choose you again for the {a} alone|the {a} was anything but ordinary|what a treat the {a} was|"
    "the {a} could hardly have been better|thrilled with the {a}|the {a} was flawless|{a} as it should be everywhere|"
    "I have never been let down by the {a}|the {a} has improved beyond recognition|the {a} is a joy"
)
_BAD = listed(
    "the {a} was a letdown|never again with {a} like that|I expected far more from the {a}|the {a} ruined it for us|"
    "the {a} is a joke|I want my money back for the {a}|the {a} could hardly have been worse|shame about the {a}|"
    "the {a} was not worth a cent|I have lost all patience with the {a}|the {a} fell apart at the first test|"
    "nobody seems to care about the {a}|the {a} gave me a headache|we felt cheated over the {a}|the {a} is beneath "
    "contempt|"
    "the {a} made me cancel|if the {a} is the best you can do, good night|the {a} was an insult|avoid the {a} at "
    "all costs|"
    "the {a} has gone downhill|I am fed up with the {a}|the {a} was far from what was promised|what a waste, the {a}|"
    "the {a} left a bad taste|still angry about the {a}|the {a} was no better than last year, which says it all|"
    "I regret having paid for the {a}|the {a} failed when it mattered|the {a} drove me to your competitor|"
    "there is nothing good to say about the {a}|the {a} was painful to sit through|zero stars for the {a}|"
    "the {a} was a mess from the first minute|you should be ashamed of the {a}|the {a} stank|I'd warn anybody of "
    "the {a}|"
    "the {a} cost me an entire day|the {a} was one long excuse"
)
_PLAIN = listed(
    "the {a} was handled on Tuesday|we asked about the {a} at the desk|the {a} is listed on page two|"
    "I used the {a} in March|the {a} starts at nine|they sent a form about the {a}|the {a} is included in the price|"
    "the {a} was the subject of my call|my colleague booked the {a}|the {a} is next to the entrance|"
    "we were two for the {a}|the {a} took forty minutes|the {a} has a number and a date|this was my second time "
    "with the {a}|"
    "the {a} comes under section four|the {a} is done by another firm now|I read about the {a} in the leaflet|"
    "the {a} was moved to the second floor|I filled in the part about the {a}|the {a} is billed monthly|"
    "there was a note concerning the {a}|the {a} lasts until the end of the month|I picked the {a} from the list|"
    "the {a} was confirmed by mail"
)
_ASPECTS = listed(
    "service,delivery,staff,breakfast,checkout,packaging,support,price,booking,app,website,waiting time,cleaning,"
    "room,location,menu,installation,quality,refund,battery,screen,material,seating,sound,lighting,"
    "parking,reception,phone line,newsletter,return process,guided tour,loyalty card,sign-up,invoice",
    ",",
)
_DETAILS = (
    "", "", "", "", " last weekend", " this time", " in {city}", " for our group", " at your branch in {city}",
    " in May",
    " that {name} had booked", " on the second day", " during the fair", " after the renovation", " on our anniversary",
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
        pools = {"good": source.share(_GOOD), "bad": source.share(_BAD), "plain": source.share(_PLAIN)}
        first = rng.choice(_ASPECTS)
        second = _detailed(rng.choice([a for a in _ASPECTS if a != first]), rng)
        mentioned, first = first, _detailed(first, rng)
        shape = "both"
        if kind == "mixed":
            sides = [pools["good"], pools["bad"]]
            rng.shuffle(sides)
            parts = [rng.choice(sides[0]), rng.choice(sides[1])]
            body = parts[0].format(a=first) + rng.choice(_BUT) + parts[1].format(a=second)
        else:
            shape = rng.choice(
                ("one", "two", "overcome" if kind != "plain" and "mixed" not in names else "two", "fact")
            )
            parts = [rng.choice(pools[kind])]
            body = parts[0].format(a=first)
            if shape == "two":
                parts.append(rng.choice(pools[kind]))
                body += rng.choice(_JOIN) + parts[1].format(a=second)
            elif shape == "overcome":
                other = rng.choice(pools["bad" if kind == "good" else "good"])
                verdict = rng.choice(_OVERALL[kind])
                parts = [other, parts[0]]
                body = other.format(a=second) + rng.choice(_BUT) + body + rng.choice(_WINS).format(verdict=verdict)
            elif shape == "fact":
                parts.append(rng.choice(pools["plain"]))
                body = parts[1].format(a=second) + rng.choice((". ", "; ", ", and ")) + body
        people = faker(rng, ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "nl_NL", "sv_SE"))
        opening, closing = rng.choice(_OPEN), rng.choice(_CLOSE)
        text = (opening + body + closing).format(name=people.first_name(), city=people.city())
        text = _capitals(text) if rng.random() < 0.85 else text
        wrong = [("explained", f"{names[kind]}: the writer mentions the {mentioned}")]
        if kind != "mixed" and "mixed" not in names:
            wrong.append(("label_not_offered", "mixed"))
        return Item(text, names[kind], f"{kind} {shape} {parts[0]} {opening}", tuple(wrong), "*")


def _detailed(aspect: str, rng: Random) -> str:
    return f"{aspect}{rng.choice(_DETAILS)}"


def _capitals(text: str) -> str:
    """A capital at the start and after a full stop."""
    parts = text.split(". ")
    return ". ".join(part[:1].upper() + part[1:] for part in parts)


task = Sentiment()
