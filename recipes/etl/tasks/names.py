"""Full names as they were typed → their parts."""

from __future__ import annotations

import json
from random import Random

from recipes.etl.contract import Contract
from recipes.etl.source import LATIN, Source, faker
from recipes.etl.task import Brief, Item
from recipes.etl.wording import compose, only

_KEYS = (
    ("given", "family"),
    ("first_name", "last_name"),
    ("given_name", "family_name"),
    ("first", "last"),
    ("forename", "surname"),
)
_ASKS = (
    "Split [this name|each name] into {a} and {b}",
    "Parse the full [name|names] into JSON with the keys {keys}",
    "Take [the person's name|every person's name] apart: {keys}",
    "Return [a JSON object|one JSON object per name] with {keys}",
    "Separate first names from family names ({keys} as JSON)",
    "Break [the name below into its|the names below into their] parts, JSON keys {keys}",
    "Structure [this contact name|these contact names] as JSON: {keys}",
    "[A name was|Names were] typed into one field. Give {keys} in JSON",
    "Extract {a} and {b} as JSON",
)
_TITLES = ("", "", "", "", "Dr.", "Prof.", "Mr", "Mrs", "Ms", "Dr", "Prof. Dr.", "Rev.", "Capt.", "Sir", "Dame", "Hon.")
_NAMED = {
    "Mr": "first_name_male",
    "Sir": "first_name_male",
    "Mrs": "first_name_female",
    "Ms": "first_name_female",
    "Dame": "first_name_female",
}
_SUFFIXES = ("", "", "", "", "", "Jr.", "PhD", "III", "MD", "Sr.", "MBA", "Esq.", "M.Sc.")
_FORMS = (
    "{t} {g} {f} {s}", "{t} {g} {f} {s}", "{f}, {g}", "{F}, {g}", "{t} {g} {F}", "{F} {g}", "{f}, {t} {g}", "{f}; {g}",
    "{t} {g} {f}, {s}", "{t} {g}  {f}", "{f},{g}", "{F}, {G}", "{f}, {g}, {s}", "{F}; {g}", "{f} , {g}", "{t} {f}, {g}",
)  # fmt: skip
_BEFORE = ("", "", "", "", "Contact: ", "attn ", "Name: ", "to: ", "1. ", "- ", "cc ", "* ", "payee ", "c/o ")
_AFTER = ("", "", "", "", "", " ({note})", " [{note}]", " - {note}", " / {note}", " *{note}*", " <{note}>")
_NOTES = ("new", "VIP", "via phone", "moved", "2nd contact", "office", "home", "verified", "see file", "deputy")


class Names:
    name = "names"
    output = "json"
    columns = ("full_name", "contact", "name_raw", "person", "customer_name", "name_as_typed")
    answer = ("name_parts", "parsed_name", "name_json", "parts")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        given, family = rng.choice(_KEYS)
        title = rng.choice(("", "", "title", "prefix"))
        keys = [*([title] if title else []), given, family]
        schema = {
            "type": "object",
            "properties": {key: {"type": "string"} for key in keys},
            "required": keys,
            "additionalProperties": False,
        }
        contract = Contract(schema=json.dumps(schema))
        shown = ", ".join(keys)
        ask = rng.choice(_ASKS).format(a=given, b=family, keys=shown)
        rules = [f"JSON with exactly these keys: {shown}"] if "JSON" not in ask or title else []
        rules.append("Write names in normal capitals, leave out suffixes and notes")
        if title:
            rules.append(f'The {title} is "" when there is none')
        else:
            rules.append("Titles are dropped")
        rules.append(only("the JSON object", rng) if rng.random() < 0.5 else "No text around the JSON, all on one line")
        single, many = compose(ask, rules, ("name", "names"), rng)
        want = (
            f"split {{column}} into a JSON object with {shown} (names in normal capitals; no suffixes, no notes"
            f"{'' if title else ', no titles'})"
        )
        return Brief(single, many, want, contract, mode={"keys": (title, given, family)})

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:  # noqa: ARG002
        title_key, given_key, family_key = brief.mode["keys"]
        locale = rng.choice(LATIN)
        people = faker(rng, (locale,))
        title, suffix, form, note = (rng.choice(pool) for pool in (_TITLES, _SUFFIXES, _FORMS, _NOTES))
        # A Dame has a woman's name, as far as the locale tells names apart.
        first = getattr(people, _NAMED[title]) if title in _NAMED else people.first_name
        given, family = first(), people.last_name()
        second = people.first_name() if rng.random() < 0.25 else ""
        if second == given or not (given + family).replace(" ", "").replace("-", "").replace("'", "").isalpha():
            return None
        if second:
            # Of three words the middle one may belong to either side, unless a mark divides them.
            divided = any(mark in form for mark in ("{f},", "{f};", "{F}", "{f} ,"))
            given = f"{given} {second if divided and rng.random() < 0.5 else second[0] + '.'}"
        # Two words in a row could be cut anywhere; capitals or a comma show where.
        if " " in family and not any(mark in form for mark in (",", ";", "{F}")):
            return None
        # In capitals a name doesn't show which of its letters are capital, nor can every language undo it.
        capitals = "{F}" in form or "{G}" in form
        if capitals and any(name.upper().title() != name for name in (family, given)):
            return None
        title = title if "{t}" in form else ""
        suffix = suffix if "{s}" in form else ""
        text = " ".join(
            form.format(t=title, g=given, f=family, F=family.upper(), G=given.upper(), s=suffix, note=note).split()
        )
        text = text.strip(" ,")
        before, after = rng.choice(_BEFORE), rng.choice(_AFTER)
        text = before + text + after.format(note=note)
        parts = {**({title_key: title} if title_key else {}), given_key: given, family_key: family}
        truth = json.dumps(parts, ensure_ascii=False)
        wrong = [
            ("parts_swapped", json.dumps({**parts, given_key: family, family_key: given}, ensure_ascii=False)),
            ("extra_key", json.dumps({**parts, "suffix": suffix}, ensure_ascii=False)),
            ("not_json", ", ".join(f"{key}: {value}" for key, value in parts.items())),
            ("single_quotes", str(parts)),
            ("fenced", f"```json\n{truth}\n```"),
        ]
        if capitals:
            wrong.append(("capitals_kept", json.dumps({**parts, family_key: family.upper()}, ensure_ascii=False)))
        if suffix:
            wrong.append(("suffix_kept", json.dumps({**parts, family_key: f"{family} {suffix}"}, ensure_ascii=False)))
        return Item(text, truth, f"{before}{form}{after} {title} {suffix} {'two' if second else ''}", tuple(wrong))


task = Names()
