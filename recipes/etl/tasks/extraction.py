"""One thing out of free text: an order number, an e-mail address, a version …, constrained by a regex."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from recipes.etl.contract import Contract
from recipes.etl.source import Source, faker
from recipes.etl.task import Brief, Item
from recipes.etl.wording import compose, only, otherwise

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def _drawn(mask: str, rng: Random) -> str:
    """`#` is a digit, `?` a letter."""
    return re.sub(r"[#?]", lambda m: rng.choice("0123456789" if m[0] == "#" else _LETTERS), mask)


def _domain(rng: Random) -> str:
    """Under a name that is reserved for examples."""
    host = re.sub(r"[^a-z]", "", faker(rng).last_name().lower()) or "mail"
    return f"{host}.{rng.choice(('example', 'example.com', 'example.org', 'example.net'))}"


def _email(rng: Random) -> str:
    people = faker(rng)
    user = re.sub(r"[^a-z]", "", people.first_name().lower()) or "info"
    return f"{user}{rng.choice(('', '.', '_'))}{rng.randint(1, 99)}@{_domain(rng)}"


def _url(rng: Random) -> str:
    return f"https://{_domain(rng)}/{rng.choice(('p', 'item', 'doc', 'case'))}/{rng.randint(10, 99999)}"


def _ip(rng: Random) -> str:
    return ".".join(str(rng.randint(1, 254)) for _ in range(4))


def _version(rng: Random) -> str:
    return f"{rng.randint(0, 12)}.{rng.randint(0, 30)}.{rng.randint(0, 90)}"


Draw = Callable[[Random], str]
# Kind → what it is called, the pattern, how one is made.
_KINDS: dict[str, tuple[str, str, Draw]] = {
    "order": ("order number", r"ORD-\d{6}", lambda rng: _drawn("ORD-######", rng)),
    "invoice": ("invoice number", r"INV\d{4}/\d{3}", lambda rng: _drawn("INV20##/###", rng)),
    "sku": ("SKU", r"[A-Z]{3}-\d{4}-[A-Z]", lambda rng: _drawn("???-####-?", rng)),
    "tracking": ("tracking number", r"1Z[0-9A-Z]{12}", lambda rng: _drawn("1Z?##?##?##?##", rng)),
    "ticket": ("ticket id", r"[A-Z]{2,5}-\d{2,5}",
    lambda rng: _drawn(f"{'?' * rng.randint(2, 5)}-{'#' * rng.randint(2, 5)}", rng)),
    "email": ("e-mail address", r"[a-z0-9._]+@[a-z0-9.\-]+", _email),
    "url": ("URL", r"https://[a-z0-9.\-]+/[a-z0-9/]+", _url),
    "ip": ("IP address", r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}", _ip),
    "version": ("version number", r"\d+\.\d+\.\d+", _version),
    "time": ("time of day", r"\d{2}:\d{2}", lambda rng: f"{rng.randrange(24):02d}:{rng.randrange(60):02d}"),
    "colour": ("hex colour", r"#[0-9A-F]{6}",
    lambda rng: "#" + "".join(rng.choice("0123456789ABCDEF") for _ in range(6))),
    "serial": ("serial number", r"SN\d{8}", lambda rng: _drawn("SN########", rng)),
    "room": ("room number", r"[A-Z]\d\.\d{2}", lambda rng: _drawn("?#.##", rng)),
    "flight": ("flight number", r"[A-Z]{2}\d{3,4}", lambda rng: _drawn("??###", rng)),
}  # fmt: skip
_ASKS = (
    "Extract the {noun} from [the text|each text]",
    "Find the {noun} in [this message|each of these messages]",
    "Pull out the {noun}",
    "Which {noun} is mentioned [here|in each line]",
    "Return the {noun} that [the note|each note] contains",
    "Get the {noun} out of [this line|every line]",
    "Copy the {noun} from [the text|each text], nothing changed",
    "[There is free text below|Free texts follow]. We only need the {noun}",
    "Scan [the remark|each remark] for the {noun}",
)
_WHEN = ("there is no {noun}", "the text has no {noun}", "none is mentioned")
_BEFORE = (
    "Customer called again about", "Please check", "As discussed, see", "Following up on", "Re:", "Urgent -",
    "Hi team, could someone look at", "Closed today after a long chat:", "Escalated by {person}:", "fyi",
    "Note to {person}:", "Second reminder concerning", "We can't find", "Duplicate of", "Copied from the old system:",
    "Spoke with {person}, who sent", "According to {person} it is", "{person} wrote:", "Moved to archive:",
    "New entry for",
    "For the record:", "Questions came in regarding", "Waiting for {person} to confirm", "Attached:",
)  # fmt: skip
_AFTER = (
    "which arrived broken", "please advise", "thanks, {person}", "since last week", "({count} open points)",
    "as of today",
    "and nothing else was said", "before the end of the month", "total {count} pieces", "approved by {person}",
    "still open after {count} days", "no further action", "to be checked by {person}", "handed over to {person}",
    "in the second attempt", "page {count}", "urgent!!", "ok?", "see also the file of {person}", "done",
)  # fmt: skip


class Extraction:
    name = "extraction"
    output = "text"
    columns = ("note", "message", "remark", "body", "free_text", "log_line", "subject_line")
    answer = ("extracted", "found", "matched_text", "reference")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        kind = rng.choice(sorted(_KINDS))
        noun, pattern, _ = _KINDS[kind]
        word = rng.choice(("none", "", "missing", "n/a", "not found"))
        contract = Contract(pattern=pattern, otherwise=word, passed=rng.random() < 0.75)
        when = rng.choice(_WHEN).format(noun=noun)
        rules = [otherwise(when, word, rng)] if word else []
        if rng.random() < 0.4:
            rules.append(f"It looks like {_example(kind)}")
        rules.append(only(f"the {noun}", rng))
        single, many = compose(rng.choice(_ASKS).format(noun=noun), rules, ("text", "texts"), rng)
        want = f"extract the {noun} from {{column}}" + (f" ('{word}' if {when})" if word else "")
        return Brief(single, many, want, contract, mode={"kind": kind, "word": word})

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:
        kind, word = str(brief.mode["kind"]), str(brief.mode["word"])
        _, pattern, draw = _KINDS[kind]
        before = rng.choice(source.share(_BEFORE) + list(_BEFORE[:4]))
        after = rng.choice(_AFTER)
        people = faker(rng)
        filled = {"person": people.first_name(), "count": rng.randint(2, 60)}
        others = [k for k in sorted(_KINDS) if k != kind]
        other = rng.choice(others)
        decoy = _KINDS[other][2](rng)
        missing = bool(word) and rng.random() < 0.12
        truth = draw(rng)
        middle = (
            decoy
            if missing
            else rng.choice((truth, truth, f"{truth} and {decoy}", f"{decoy} / {truth}", f"{truth} ({decoy})"))
        )
        text = f"{before} {middle} {rng.choice(('', '- ', ', '))}{after}".replace(" , ", ", ").format(**filled)
        # Only one part of the text may be what is asked for.
        found = re.findall(rf"(?<![\w.\-/@]){pattern}(?![\w\-/@])", text)
        inside = re.findall(pattern, text)
        if (missing and inside) or (not missing and (found != [truth] or inside != [truth])):
            return None
        template = f"{before} {'decoy' if decoy in middle else ''} {after} {kind}"
        if missing:
            return Item(text, word, f"missing {template}", (("hallucinated", truth), ("other_kind", decoy)))
        wrong = (
            ("other_kind", decoy) if decoy in text else ("hallucinated", draw(rng)),
            ("too_much", f"{before.split()[-1].format(**filled)} {truth}"),
            ("character_lost", truth[:-1]),
            ("whole_text", text),
            ("other_case", truth.lower() if truth.lower() != truth else truth.upper()),
        )
        return Item(text, truth, template, wrong)


def _example(kind: str) -> str:
    return _KINDS[kind][2](Random(f"example:{kind}"))


task = Extraction()
