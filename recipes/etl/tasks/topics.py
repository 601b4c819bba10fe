"""Messages → one of the given departments or topics."""

from __future__ import annotations

from random import Random

from recipes.etl.contract import Contract
from recipes.etl.source import Source, faker
from recipes.etl.task import Brief, Item
from recipes.etl.wording import compose, one_of

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
# Topic → labels for it, and what people write.
_TOPICS: dict[str, tuple[tuple[str, ...], str]] = {
    "billing": (
        ("billing", "invoices", "finance"),
        "the invoice lists {n} items I never had|you charged my card twice|where can I download my last bill|my "
        "direct debit was "
        "taken on the wrong day|please correct the VAT number on the invoice|the discount is missing on my bill|I "
        "need a receipt for "
        "my tax return|why is this month {n} euros dearer|the credit note hasn't been booked|can I pay in instalments|"
        "the amount due doesn't match the quote|I paid already and got a reminder",
    ),
    "shipping": (
        ("shipping", "delivery", "logistics"),
        "the parcel has been in {city} for {n} days|my package shows as delivered but nothing came|can you change "
        "the drop-off "
        "address|the courier left it in the rain|where is my parcel|I'd like it sent to {city} instead|tracking "
        "hasn't moved since "
        "Monday|the box went to my old flat|will it get here before Friday|the driver never rang the bell|half of "
        "the consignment "
        "is missing|how long does transport to {city} take",
    ),
    "technical": (
        ("technical", "it support", "bugs"),
        "the app crashes when I open the map|error {n} appears on every start|the page stays white after the update|"
        "nothing "
        "happens when I press save|the export file is empty|the screen freezes after {n} seconds|search gives no "
        "results since the "
        "new version|pictures don't load on my tablet|the printer driver can't be installed|the button is hidden "
        "behind the menu|"
        "the sync stops at {n} percent|video has no sound in the browser",
    ),
    "account": (
        ("account", "login", "user accounts"),
        "I forgot my password|please delete my profile|how do I change my user name|I'm locked out after {n} "
        "attempts|the "
        "confirmation code never arrives by text|merge my two profiles please|someone else seems to be signed in as "
        "me|I want to "
        "switch my e-mail address for signing in|my sign-in is rejected|please close my membership profile|"
        "two-factor codes are "
        "refused|my profile shows the wrong birthday",
    ),
    "sales": (
        ("sales", "quotes", "new business"),
        "we'd like a quote for {n} units|do you offer a rebate for schools|which edition fits a team of {n}|can "
        "someone show us a "
        "demo|is there a trial|what would a yearly licence cost for {n} users|we're comparing vendors, please send "
        "a price list|"
        "do you sell to resellers|I want to upgrade to the larger package|our purchasing needs an offer by Friday|"
        "is the bundle "
        "cheaper than the parts|who is your sales contact for {city}",
    ),
    "jobs": (
        ("jobs", "recruiting", "hr"),
        "I'd like to apply as a warehouse clerk|is the position in {city} still open|please find my CV attached|do "
        "you take "
        "interns in summer|I had an interview {n} days ago and heard nothing|can I do an apprenticeship with you|"
        "which documents does "
        "my application need|I'm looking for part-time work|my start date as an employee is unclear|do you hire "
        "people from "
        "abroad|I want to withdraw my application|what does a junior engineer earn at your firm",
    ),
    "returns": (
        ("returns", "refunds", "exchanges"),
        "I want to send the jacket back|the shoes are too small, can I swap them|how do I get a return label|I sent "
        "it back {n} "
        "days ago, where's my money|may I bring it back to the store in {city}|wrong colour, please exchange it|the "
        "lamp arrived "
        "broken and I want a replacement|how long may I keep it before returning it|I'd like my money back for the "
        "blender|"
        "the return was refused at the counter|can I return a gift without a receipt|please take back the {n} spare "
        "chairs",
    ),
    "press": (
        ("press", "media", "public relations"),
        "I'm a journalist and would like a statement|may we print your logo in our magazine|we're filming in {city} "
        "and need an "
        "interview with your director|please add me to the media list|I write for a paper in {city} about your "
        "sector|is there a "
        "press kit|we'd like to quote your CEO|our radio show has {n} questions for you|when is the next news "
        "conference|can we "
        "have high-resolution photos for an article|I need a comment by {n} o'clock for tonight's edition|who "
        "speaks for the company",
    ),
}  # fmt: skip
_OPEN = (
    "", "", "Hello, ", "Hi, ", "Good morning, ", "Dear team, ", "Hi {name} here: ", "Quick one: ",
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
        chosen = rng.sample(sorted(_TOPICS), rng.randint(3, 6))
        # Labels of one kind: the first names of all topics, or the second ones …
        kind = rng.randrange(3)
        labels = {topic: _TOPICS[topic][0][kind] for topic in chosen}
        if rng.random() < 0.2:
            labels = {topic: label.upper() for topic, label in labels.items()}
        other = rng.choice(("other", "something else", "", "", "")) if len(chosen) < len(_TOPICS) else ""
        choices = [*labels.values(), *([other] if other else [])]
        contract = Contract(choices=tuple(choices), passed=rng.random() < 0.5)
        rules = [one_of(contract, rng)]
        if other:
            rules.append(f'"{other}" is for everything that fits none')
        single, many = compose(rng.choice(_ASKS), rules, ("message", "messages"), rng)
        told = ", ".join(f"'{c}'" for c in choices)
        want = f"sort {{column}} into one of {told}" + (f" ('{other}' if none fits)" if other else "")
        return Brief(single, many, want, contract, mode={"labels": labels, "other": other})

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:
        labels: dict[str, str] = brief.mode["labels"]
        other = str(brief.mode["other"])
        strange = bool(other) and rng.random() < 0.2
        topic = rng.choice([t for t in sorted(_TOPICS) if (t in labels) != strange])
        part = rng.choice(source.share(_TOPICS[topic][1].split("|")))
        opening, closing = rng.choice(_OPEN), rng.choice(_CLOSE)
        people = faker(rng, ("en_US", "en_GB", "de_DE", "fr_FR", "it_IT", "sv_SE"))
        filled = {"name": people.first_name(), "city": people.city(), "n": rng.randint(3, 60)}
        text = (opening + part + closing).format(**filled)
        text = text[:1].upper() + text[1:] if rng.random() < 0.85 else text
        truth = other if strange else labels[topic]
        unlisted = [label for t, (names, _) in sorted(_TOPICS.items()) if t not in labels for label in names[:1]]
        wrong = [("explained", f"{truth}: the writer says that {part.format(**filled)}")]
        if unlisted:
            wrong.append(("label_not_offered", rng.choice(unlisted)))
        return Item(text, truth, f"{topic} {part} {opening}", tuple(wrong), "*")


task = Topics()
