"""Messages → one of the given departments or topics."""

from __future__ import annotations

from functools import cache
from itertools import product
from random import Random

from recipes.etl.choosing import choosing
from recipes.etl.messages import PARTS, TOPICS
from recipes.etl.source import Source, faker
from recipes.etl.task import Brief, Item

_ASKS = (
    "Which team should handle [this message|each message]",
    "Classify [the ticket|each ticket]",
    "Route [this request|each request] to the right queue",
    "What is [this e-mail|each e-mail] about",
    "Assign a category to [the customer's message|every customer message]",
    "Pick the topic of [the text below|each text below]",
    "Sort [this enquiry|these enquiries] into our categories",
    "Tag [the message|each message] with the department in charge",
    "Triage [this ticket|these tickets]",
    "[Read the request|Read the requests] and choose the category",
)
_COMPOSED = 0.75
_OPEN = (
    "", "", "", "Hello, ", "Hi, ", "Good morning, ", "Dear team, ", "Hi {name} here: ", "Quick one: ",
    "Sorry to bother you again, ", "Hello from {city}, ",
    "To whom it may concern: ", "Third message: ", "URGENT: ", "Me again, ", "Sent from my phone - ",
)  # fmt: skip
_CLOSE = (
    "", "", ". Thanks, {name}", "!", "?!", ". Please answer soon", ". {name}, {city}", " - customer no. {n}{n}7",
    ". Best, {name}", "...",
    ". Call me if needed", ". This is the second time I ask", " (ref {n})", ". Regards", ". Not amused", ". No rush",
)  # fmt: skip


class Topics:
    name = "topics"
    output = "label"
    columns = ("message", "ticket_text", "request", "enquiry", "email_text", "subject_and_body", "question_text")
    answer = ("topic", "department", "queue", "category", "team")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        chosen = rng.sample(sorted(TOPICS), rng.randint(3, 6))
        other = rng.choice(("other", "something else", "", "", ""))
        # Labels of one kind: the first names of all topics, or the second ones … Beside a label for the rest only the
        # first: a message about an exchange belongs to "returns", but perhaps not to "refunds".
        kind = 0 if other else rng.randrange(3)
        labels = {topic: TOPICS[topic][0][kind] for topic in chosen}
        if rng.random() < 0.2:
            labels = {topic: label.upper() for topic, label in labels.items()}
        rule = rng.choice(('"{other}" is for everything that fits none', "What belongs nowhere is {other}"))
        words = rng.choice(_ASKS), "sort {column} into one of", ("message", "messages")
        return choosing(labels, (other, rule), words, rng)

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:
        labels: dict[str, str] = brief.mode["labels"]
        other = str(brief.mode["other"])
        strange = bool(other) and rng.random() < 0.2
        topic = rng.choice([t for t in sorted(TOPICS) if (t in labels) != strange])
        frame, thing = rng.choice(_said(source, topic, composed=rng.random() < _COMPOSED))
        opening, closing = rng.choice(_OPEN), rng.choice(_CLOSE)
        people = faker(rng, ("en_US", "en_GB", "de_DE", "fr_FR", "it_IT", "sv_SE"))
        filled = {"name": people.first_name(), "city": people.city(), "n": rng.randint(3, 60)}
        part = frame.replace("{t}", thing)
        text = (opening + part + closing).format(**filled)
        text = text[:1].upper() + text[1:] if rng.random() < 0.85 else text
        truth = other if strange else labels[topic]
        unlisted = [label for t, (names, _) in sorted(TOPICS.items()) if t not in labels for label in names[:1]]
        wrong = [("explained", f"{truth}: the writer says that {part.format(**filled)}")]
        if unlisted:
            wrong.append(("label_not_offered", rng.choice(unlisted)))
        return Item(text, truth, f"{topic} {frame}", tuple(wrong), "*")


@cache
def _said(source: Source, topic: str, *, composed: bool) -> list[tuple[str, str]]:
    """Frames and the things they speak of, of which this domain has its share."""
    if not composed:
        return [(frame, "") for frame in source.share(TOPICS[topic][1].split("|"))]
    things, frames = (text.split("|") for text in PARTS[topic])
    return source.share(list(product(frames, things)), key=" ".join)


task = Topics()
