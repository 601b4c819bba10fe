"""Many spellings of a few entities → the one on the list."""

from __future__ import annotations

import re
from random import Random

from recipes.etl.choosing import choosing
from recipes.etl.source import LATIN, Source, faker
from recipes.etl.task import Brief, Item

_ASKS = (
    "Which company on the list is meant by [this spelling|each spelling]",
    "Map [the supplier name|the supplier names] to the official one",
    "Merge spellings: give the listed name for [this entry|each entry]",
    "[This firm was|These firms were] typed by hand. Return the name on our list",
    "Deduplicate [the vendor|the vendors]: answer with the canonical name",
    "Find the master record for [this company name|each company name]",
    "Replace [the variant|every variant] by the preferred company name",
    "Resolve [this name|each name] to one of our customers",
    "[The name is|The names are] misspelt or abbreviated. Give the right one from the list",
)
_FORMS = ("GmbH", "Ltd", "Inc", "SA", "AG", "BV", "AB", "SpA", "Group", "LLC", "Oy", "plc", "& Sons", "Holding")
_TRADES = (
    "Foods",
    "Logistics",
    "Textiles",
    "Energy",
    "Optics",
    "Marine",
    "Timber",
    "Media",
    "Pharma",
    "Steel",
    "Paper",
    "Rail",
)


class Spellings:
    name = "spellings"
    output = "label"
    columns = ("supplier", "vendor_name", "company", "customer_typed", "firm", "client_name")
    answer = ("canonical_name", "master_name", "company_clean", "supplier_clean")

    def brief(self, source: Source, rng: Random) -> Brief:
        other = rng.choice(("other", "not listed", "", "", "unknown"))
        names: list[str] = []
        for _ in range(400):
            name = _company(rng)
            # Names that resemble each other would make a misspelling of one a spelling of two.
            apart = all(name.split()[0][:2].lower() != n.split()[0][:2].lower() for n in names)
            if source.owns(name) and "|" not in name and apart:
                names.append(name)
            if len(names) == 5:
                break
        names = names[: rng.randint(3, 5)]
        words = rng.choice(_ASKS), "map the spellings in {column} to", ("company name", "company names")
        rule = rng.choice(('Anything else is "{other}"', "A company that isn't listed is {other}"))
        return choosing({name: name for name in names}, (other, rule), words, rng)

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:  # noqa: ARG002
        names = list(brief.mode["labels"])
        other = str(brief.mode["other"])
        if other and rng.random() < 0.15:
            stranger = _company(rng)
            if any(stranger[:2].lower() == name[:2].lower() or stranger.split()[0] in name for name in names):
                return None
            text, template = _spelt(stranger, rng)
            template += f" {stranger.split()[-1]}"
            return Item(text, other, f"stranger {template}", (("nearest_name", rng.choice(names)),), "*")
        truth = rng.choice(names)
        text, template = _spelt(truth, rng)
        if "as listed" in template and rng.random() < 0.8:
            return None
        wrong = (("copied", text), ("invented_form", f"{truth} International"), ("short_form", truth.split()[0]))
        return Item(text, truth, template, wrong, "*")


def _company(rng: Random) -> str:
    family = faker(rng, LATIN).last_name().split()[-1].replace("'", "")
    return (
        f"{family} {rng.choice(_TRADES)} {rng.choice(_FORMS)}"
        if rng.random() < 0.7
        else f"{family} {rng.choice(_FORMS)}"
    )


def _spelt(name: str, rng: Random) -> tuple[str, str]:
    text, done = name, []
    for kind in rng.sample(_CHANGES, rng.choice((1, 2, 2, 3, 3))):
        changed = _changed(text, kind, rng)
        if changed != text and len(changed) > 3:
            text = changed
            done.append(kind)
    return " ".join(
        text.split()
    ), f"{len(name.split())} words {name.split()[-1]} {'+'.join(sorted(done)) or 'as listed'}"


_CHANGES = (
    "upper", "lower", "no form", "typo", "swap", "no spaces", "dots", "dashes", "abbreviated", "prefix", "suffix",
    "double",
    "form spelt out", "underscores",
)  # fmt: skip


def _changed(text: str, kind: str, rng: Random) -> str:
    words = text.split()
    n = rng.randrange(2, max(3, len(words[0]) - 1))
    first, rest = words[0], words[1:]
    if kind == "typo" and len(first) > 5:
        return " ".join([first[:n] + first[n + 1 :], *rest])
    if kind == "double" and len(first) > 4:
        return " ".join([first[:n] + first[n] + first[n:], *rest])
    if kind == "swap" and len(first) > 5:
        return " ".join([first[:n] + first[n + 1 : n + 2] + first[n] + first[n + 2 :], *rest])
    if kind == "abbreviated" and len(words) > 2:
        return " ".join([first, f"{words[1][:3]}.", *words[2:]])
    if kind == "prefix":
        return f"{rng.choice(('The', 'Fa.', 'Messrs', 'c/o', 'attn.'))} {text}"
    if kind == "suffix":
        return f"{text} {rng.choice(('(HQ)', '- Berlin', '#2', '/ billing', 'dept. 4', 'EU'))}"
    if kind == "form spelt out":
        return re.sub(r"\bLtd$", "Limited", re.sub(r"\bInc$", "Incorporated", re.sub(r"&", "and", text)))
    simple = {
        "upper": text.upper(), "lower": text.lower(), "no form": " ".join(words[:-1]) if len(words) > 2 else text,
        "no spaces": "".join(words), "dots": ".".join(words), "dashes": "-".join(words), "underscores": "_".join(words),
    }  # fmt: skip
    return simple.get(kind, text)


task = Spellings()
