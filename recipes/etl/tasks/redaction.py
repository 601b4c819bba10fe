"""Personal data in a message → tags in its place."""

from __future__ import annotations

import re
from random import Random

from recipes.etl.contract import Contract
from recipes.etl.source import Source, faker, listed
from recipes.etl.task import Brief, Item
from recipes.etl.wording import compose, only

_ASKS = (
    "Redact personal data in [this message|each message]: {tags}",
    "Replace personal data by tags: {tags}",
    "Anonymise [the text|each text]. Use {tags}",
    "Mask PII in [the note|each note] with {tags}",
    "Remove what identifies people from [this text|these texts] and put {tags} in its place",
    "Make [the message|each message] safe to share: {tags}",
    "Substitute {tags} in [the ticket|each ticket]",
    "Before it goes to the data team, hide personal data ({tags})",
    "De-identify [the remark|each remark], with these tags: {tags}",
)
_SLOT = re.compile(r"\{[A-Z]+\}")
_STYLES = ("[{}]", "<{}>", "{{{}}}", "##{}##", "({})")
_MEANINGS = {
    "NAME": "names of people", "EMAIL": "e-mail addresses", "PHONE": "phone numbers", "IBAN": "bank account numbers",
    "ADDRESS": "street addresses",
}  # fmt: skip
_SENTENCES = listed(
    "{NAME} asked to be called back on {PHONE}|please send the contract to {EMAIL}|my account is {IBAN}, pay there|"
    "{NAME} moved to {ADDRESS}|reach me at {EMAIL} or {PHONE}|the parcel for {NAME} goes to {ADDRESS}|{NAME} says "
    "the refund to {IBAN} never arrived|new address of {NAME}: {ADDRESS}|copy {EMAIL} and {NAME} on this|wrong "
    "number, {PHONE} belongs to {NAME}|invoice to {NAME}, {EMAIL}|the door code was sent to {PHONE}|{NAME} logged "
    "in as {EMAIL}|direct debit from {IBAN} was refused|we visited {ADDRESS} and met {NAME}|it was signed by "
    "{NAME} on behalf of her sister|nobody opens at {ADDRESS}|text {PHONE} once you have paid to {IBAN}|{EMAIL} "
    "bounced, {NAME} has a new one|contact for emergencies is {NAME}, {PHONE}|{NAME} forgot the password|transfer "
    "the deposit of {NAME} to {IBAN}|deliver to {ADDRESS}, ring {PHONE}|I am {NAME} and I want my data deleted|the "
    "patient {NAME} asked for a copy to {EMAIL}|pick-up from {ADDRESS} is fine|{PHONE} rang twice at night|booked "
    "under the name of {NAME}|{NAME} pays from {IBAN}|answer {EMAIL} directly|keys are with {NAME} at {ADDRESS}|"
    "the witness is {NAME}|who is {EMAIL}|call {PHONE} before noon|{NAME} changed her bank, now {IBAN}|meet at "
    "{ADDRESS}|{NAME} complained at the desk|{NAME} would like a receipt|ask {NAME} for the second key|{NAME} "
    "didn't turn up|please thank {NAME}|the form is from {NAME}|{NAME} wants to cancel|the room is taken by {NAME}|"
    "{NAME} will be late|tell {NAME} that it is ready|the complaint of {NAME} is settled|give {NAME} a refund|send "
    "the slides to {EMAIL}|{EMAIL} is on the mailing list twice|the link went to {EMAIL}|write to {EMAIL} instead|"
    "we never got anything from {EMAIL}|{EMAIL} asked to unsubscribe|forward it to {EMAIL}|the reply went to "
    "{EMAIL} by mistake|remove {EMAIL} from the list|{PHONE} doesn't answer|leave a message on {PHONE}|the new "
    "number is {PHONE}|a call from {PHONE} was cut off|send the code to {PHONE}|{PHONE} is out of service|dial "
    "{PHONE} for the gate|we called {PHONE} three times|fax it to {PHONE}|the deposit came from {IBAN}|refund it "
    "to {IBAN}|{IBAN} was typed wrong|please check {IBAN}|the payment to {IBAN} failed|charge {IBAN} from now on|"
    "the rent goes to {IBAN}|{IBAN} belongs to somebody else|the new account is {IBAN}|stop all transfers to "
    "{IBAN}|there is no bell at {ADDRESS}|the meter at {ADDRESS} was read|{ADDRESS} is closed for works|the driver "
    "waited at {ADDRESS}|collect the key from {ADDRESS}|the mail for {ADDRESS} comes back|we have moved from "
    "{ADDRESS}|the house at {ADDRESS} is empty|the inspection of {ADDRESS} is due"
)
_EXTRA = listed(
    "||| - order 4471 is affected| (since 3 May)|, see ticket 88-120|, thanks| as agreed on Monday|. It is urgent|, "
    "third request|"
    ", amount 250 EUR| - checked twice|. No reply needed|, room 12| (version 2.4)|, please confirm| by Friday at "
    "17:00|, status open"
)
_BEFORE = (
    "",
    "",
    "",
    "",
    "Hello, ",
    "fyi: ",
    "Note: ",
    "Hi team, ",
    "Agent's note - ",
    "Chat log: ",
    "Voicemail: ",
    "Re: ",
)


class Redaction:
    name = "redaction"
    output = "text"
    columns = ("message", "note", "ticket_text", "chat", "transcript", "remark", "email_body")
    answer = ("redacted", "message_safe", "text_anonymised", "masked_text")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        style = rng.choice(_STYLES)
        kinds = sorted(_MEANINGS) if rng.random() < 0.6 else sorted(rng.sample(sorted(_MEANINGS), rng.randint(1, 3)))
        tags = ", ".join(f"{style.format(kind)} for {_MEANINGS[kind]}" for kind in kinds)
        rules = []
        if len(kinds) < len(_MEANINGS) and rng.random() < 0.8:
            rules.append("Everything else stays, other personal data too")
        else:
            rules.append("Change nothing else")
        rules.append(only("the text", rng))
        single, many = compose(rng.choice(_ASKS).format(tags=tags), rules, ("text", "texts"), rng)
        want = f"redact {{column}} ({tags}; the rest stays as it is)"
        return Brief(single, many, want, Contract(), mode={"style": style, "kinds": kinds})

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:
        style, kinds = str(brief.mode["style"]), list(brief.mode["kinds"])
        sentence, extra, before = rng.choice(source.share(_SENTENCES)), rng.choice(_EXTRA), rng.choice(_BEFORE)
        form = before + sentence
        # A second sentence, of other things.
        others = [s for s in source.share(_SENTENCES) if not set(_SLOT.findall(s)) & set(_SLOT.findall(sentence))]
        if others and rng.random() < 0.4:
            second = rng.choice(others)
            form += rng.choice(("; ", ", and ", " - ")) + second
            sentence = f"{sentence} {second}"
        form += extra
        form = form[:1].upper() + form[1:]
        drawn = _drawn(rng)
        inside = [kind for kind in _MEANINGS if f"{{{kind}}}" in form]
        if not set(inside) & set(kinds) and rng.random() < 0.6:
            return None
        text = form.format(**drawn)
        truth = form.format(**{k: style.format(k) if k in kinds else v for k, v in drawn.items()})
        hidden = [kind for kind in inside if kind in kinds]
        wrong = [
            ("too_much", re.sub(r"\d[\d\-.:]*", style.format("NUMBER"), truth)),
            ("deleted", form.format(**_blank(drawn, kinds))),
        ]
        if hidden:
            left = rng.choice(hidden)
            kept = {k: style.format(k) if k in kinds and k != left else v for k, v in drawn.items()}
            wrong.append(("left_in", form.format(**kept)))
            wrong.append(("unchanged", text))
            other = rng.choice([k for k in sorted(_MEANINGS) if k != left])
            swapped = {**{k: style.format(k) if k in kinds else v for k, v in drawn.items()}, left: style.format(other)}
            wrong.append(("wrong_tag", form.format(**swapped)))
            wrong.append(("generic_tag", truth.replace(style.format(left), style.format("REDACTED"))))
        return Item(text, truth, sentence, tuple(wrong), "*")


def _blank(drawn: dict[str, str], kinds: list[str]) -> dict[str, str]:
    return {kind: "***" if kind in kinds else value for kind, value in drawn.items()}


def _drawn(rng: Random) -> dict[str, str]:
    people = faker(rng, ("de_DE", "fr_FR", "en_GB", "it_IT", "es_ES", "nl_NL", "sv_SE", "pl_PL", "fi_FI"))
    number = rng.randint(1, 190)
    start = rng.choice(("+44 20", "0171", "+49-30", "+33 6", "040/", "(02)"))
    first, last = people.first_name(), people.last_name()
    return {
        "NAME": rng.choice((f"{first} {last}", f"Mrs {last}", first)),
        "EMAIL": people.ascii_safe_email(),
        "PHONE": f"{start} {rng.randint(100, 999)} {rng.randint(1000, 9999)}",
        "IBAN": people.iban(),
        "ADDRESS": f"{people.street_name()} {number}",
    }


task = Redaction()
