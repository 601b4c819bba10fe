"""Postal addresses in one line → their parts."""

from __future__ import annotations

import json
from random import Random

from babel import Locale

from recipes.etl.contract import Contract
from recipes.etl.source import Source, faker
from recipes.etl.task import Brief, Item
from recipes.etl.wording import compose, only

# Locale → how an address is written there.
_LOCALES = {
    "de_DE": ("{street} {number}", "{postcode} {city}"), "fr_FR": ("{number} {street}", "{postcode} {city}"),
    "it_IT": ("{street} {number}", "{postcode} {city}"), "es_ES": ("{street} {number}", "{postcode} {city}"),
    "nl_NL": ("{street} {number}", "{postcode} {city}"), "en_US": ("{number} {street}", "{city} {postcode}"),
    "en_GB": ("{number} {street}", "{city} {postcode}"), "sv_SE": ("{street} {number}", "{postcode} {city}"),
    "da_DK": ("{street} {number}", "{postcode} {city}"), "pl_PL": ("{street} {number}", "{postcode} {city}"),
    "cs_CZ": ("{street} {number}", "{postcode} {city}"), "fi_FI": ("{street} {number}", "{postcode} {city}"),
    "no_NO": ("{street} {number}", "{postcode} {city}"), "de_AT": ("{street} {number}", "{postcode} {city}"),
    "de_CH": ("{street} {number}", "{postcode} {city}"), "pt_PT": ("{street} {number}", "{postcode} {city}"),
    "en_AU": ("{number} {street}", "{city} {postcode}"), "hu_HU": ("{street} {number}.", "{postcode} {city}"),
}  # fmt: skip
_ASKS = (
    "Parse [this address|each address] into JSON with {keys}",
    "Split [the address|every address] into {keys}",
    "Take [this postal address|these postal addresses] apart; JSON keys {keys}",
    "Return {keys} of [the address|each address] as JSON",
    "[An address was|Addresses were] typed into one line. Structure [it|each] as JSON: {keys}",
    "Break the address [down|on each line down] into {keys}, as a JSON object",
    "Extract {keys} from [this address|these addresses] (JSON)",
    "Turn the shipping [address|addresses] into JSON: {keys}",
    "We need [the address|each address] in columns. Give JSON with {keys}",
)
_KEYS = (
    {"street": "street", "number": "number", "postcode": "postcode", "city": "city"},
    {"street": "street", "number": "house_number", "postcode": "postal_code", "city": "city"},
    {"street": "street_name", "number": "house_no", "postcode": "zip", "city": "town"},
    {"postcode": "postcode", "city": "city"},
    {"street": "street", "number": "number", "city": "city"},
)
_JOINTS = (", ", ", ", "; ", " - ", " / ", " | ", ",")
_BEFORE = ("", "", "", "", "c/o {person}, ", "{person}, ", "Attn: {person}; ", "Address: ", "ship to: ", "{person} - ")
_AFTER = ("", "", "", ", {country}", ", {country}", " ({country})", " / {country}", ", {COUNTRY}")


class Addresses:
    name = "addresses"
    output = "json"
    columns = ("address", "address_line", "ship_to", "location_text", "postal_address", "addr_raw")
    answer = ("address_parts", "parsed_address", "address_json")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        keys = rng.choice(_KEYS)
        names = list(keys.values())
        schema = {
            "type": "object",
            "properties": {name: {"type": "string"} for name in names},
            "required": names,
            "additionalProperties": False,
        }
        shown = ", ".join(names)
        ask = rng.choice(_ASKS).format(keys=shown)
        rules = ["All values are strings, spelt as in the address", only("the JSON object", rng)]
        single, many = compose(ask, rules, ("address", "addresses"), rng)
        want = f"parse the address in {{column}} into a JSON object with {shown}, all strings as they are spelt there"
        return Brief(single, many, want, Contract(schema=json.dumps(schema)), mode={"keys": keys})

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:  # noqa: ARG002
        keys: dict[str, str] = brief.mode["keys"]
        locale = rng.choice(sorted(_LOCALES))
        place = faker(rng, (locale,))
        number = str(rng.randint(1, 240)) + rng.choice(("", "", "", "a", "B"))
        # Some locales have street names with a number or a flat in them: those aren't clear.
        parts = {"street": place.street_name(), "number": number, "postcode": place.postcode(), "city": place.city()}
        if any(mark in parts["street"] + parts["city"] for mark in ",;/|(") or any(
            c.isdigit() for c in parts["street"]
        ):
            return None
        line, town = _LOCALES[locale]
        joint, before, after = rng.choice(_JOINTS), rng.choice(_BEFORE), rng.choice(_AFTER)
        if "-" in joint and "-" in "".join(parts.values()):
            return None
        language, _, territory = locale.partition("_")
        country = str(Locale(rng.choice(("en", language if language != "no" else "nb"))).territories[territory])
        person = f"{place.first_name()} {place.last_name()}"
        body = f"{line.format(**parts)}{joint}{town.format(**parts)}"
        text = before.format(person=person) + body + after.format(country=country, COUNTRY=country.upper())
        truth = {keys[key]: value for key, value in parts.items() if key in keys}
        street, town_key, code = keys.get("street"), keys["city"], keys.get("postcode")
        wrong = [
            ("extra_key", json.dumps({**truth, "country": country}, ensure_ascii=False)),
            ("not_json", "; ".join(f"{key}={value}" for key, value in truth.items())),
            ("single_quotes", str(truth)),
            ("city_with_country", json.dumps({**truth, town_key: f"{parts['city']}, {country}"}, ensure_ascii=False)),
        ]
        if street:
            wrong.append(("number_in_street", json.dumps({**truth, street: line.format(**parts)}, ensure_ascii=False)))
            wrong.append(
                ("key_missing", json.dumps({k: v for k, v in truth.items() if k != street}, ensure_ascii=False))
            )
        if code and parts["postcode"].isdigit():
            number_like = json.dumps(truth, ensure_ascii=False).replace(
                f'"{parts["postcode"]}"', parts["postcode"].lstrip("0")
            )
            wrong.append(("postcode_as_number", number_like))
        template = f"{locale} {before}{joint}{after}"
        return Item(text, json.dumps(truth, ensure_ascii=False), template, tuple(wrong))


task = Addresses()
