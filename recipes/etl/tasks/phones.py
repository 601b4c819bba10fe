"""Telephone numbers → E.164."""

from __future__ import annotations

from functools import cache
from random import Random

import phonenumbers
from babel import Locale
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from recipes.etl.contract import Contract
from recipes.etl.source import Source, listed
from recipes.etl.task import Brief, Item
from recipes.etl.wording import compose, only, otherwise

_REGIONS = listed(
    "US GB DE FR ES IT PT NL BE AT CH SE NO DK FI PL CZ HU RO GR IE BR MX AR CL CO IN JP KR AU NZ ZA TR IL SG",
    " ",
)
_ASKS = (
    "Write [this phone number|these phone numbers] in E.164 form",
    "Normalise the phone [number|numbers] to E.164 (plus sign, country code, digits)",
    "Convert [the number|every number] to international format without spaces: +, country code, national number",
    "Clean [this telephone number|these telephone numbers]: E.164, digits only after the plus",
    "[This phone number was|These phone numbers were] typed by customers. Give E.164",
    "Turn the phone [number|numbers] into the form +<country code><number>",
    "Standardise [this contact number|each contact number] as E.164",
    "What is the E.164 notation of [this number|each number]",
    "Reformat to E.164 so that our dialler can use [it|them]",
)
_HOME = (
    "Numbers without a country code are from {country}",
    "The default country is {country}",
    "Assume {country} if there is no country code",
    "Where no international prefix is given, it is a number in {country}",
)
_WHEN = ("it isn't a possible number", "there are too few or too many digits", "it can't be a phone number")


class Phones:
    name = "phones"
    output = "text"
    columns = ("phone", "phone_raw", "tel", "contact_number", "mobile", "phone_as_typed")
    answer = ("phone_e164", "e164", "phone_clean", "dialable")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        home = rng.choice(_REGIONS)
        country = _country(home)
        word = rng.choice(("invalid", "", "unknown", "none"))
        contract = Contract(pattern=r"\+\d{7,15}", otherwise=word, passed=rng.random() < 0.5)
        rules = [rng.choice(_HOME).format(country=country)]
        when = rng.choice(_WHEN)
        rules += [otherwise(when, word, rng)] if word else []
        rules.append(only("the number", rng))
        single, many = compose(rng.choice(_ASKS), rules, ("phone number", "phone numbers"), rng)
        note = f"; '{word}' if {when}" if word else ""
        want = f"bring {{column}} into E.164 form (numbers without a country code are from {country}{note})"
        return Brief(single, many, want, contract, mode={"home": home, "word": word})

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:  # noqa: ARG002
        home, word = str(brief.mode["home"]), str(brief.mode["word"])
        region = home if rng.random() < 0.6 else rng.choice(_REGIONS)
        number = _number(region, rng)
        if number is None:
            return None
        truth = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        abroad = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
        forms = [(abroad, "international"), (abroad.replace("+", "00", 1), "00"), (truth, "E.164")]
        if region == home:
            forms += [(national, "national"), (national, "national"), (national, "national")]
        text, template = rng.choice(forms)
        if word and rng.random() < 0.1:
            cut = text[: max(4, len(text) // 3)].strip(" -()")
            rolled = f"+{number.country_code}{''.join(c for c in cut if c.isdigit())}"
            return Item(cut, word, f"cut {template} {region}", (("kept_impossible_number", rolled),))
        mark = rng.choice(("", "", ".", "-", "/", " ", "  "))
        if mark:
            text, template = text.replace(" ", mark), f"{template} '{mark}'"
        around = rng.choice(
            (
                "{}",
                "{}",
                "{}",
                "{}",
                "Tel. {}",
                "phone: {}",
                "{} (mobile)",
                "call {}",
                "ph {}",
                "{} home",
                "T: {}",
                "tel:{}",
            )
        )
        if rng.random() < 0.1:
            text, template = text.replace("0", "O"), f"{template} O for 0"
        digits = truth.removeprefix(f"+{number.country_code}")
        wrong = (
            ("national_format", national),
            ("country_code_missing", digits),
            ("zero_kept", f"+{number.country_code}0{digits}"),
            ("digit_lost", truth[:-1]),
            ("digits_swapped", truth[:-3] + truth[-2] + truth[-3] + truth[-1]),
            ("with_spaces", abroad),
        )
        # The same digits are a valid number elsewhere only when the text doesn't say where it is from.
        parsed = _parsed(text.replace("O", "0"), home)
        if parsed != truth:
            return None
        return Item(around.format(text), truth, f"{template} {region} in {around}", wrong)


def _country(region: str) -> str:
    name = str(Locale("en").territories[region])
    return f"the {name}" if name in ("United States", "United Kingdom", "Netherlands") else name


def _parsed(text: str, home: str) -> str:
    try:
        number = phonenumbers.parse(text, home)
    except phonenumbers.NumberParseException:
        return ""
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


@cache
def _examples(region: str) -> tuple[str, ...]:
    kinds = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
    found = [phonenumbers.example_number_for_type(region, kind) for kind in kinds]
    return tuple(phonenumbers.national_significant_number(number) for number in found if number)


def _number(region: str, rng: Random) -> phonenumbers.PhoneNumber | None:
    """A valid number like the example of its region, with other last digits."""
    example = rng.choice(_examples(region))
    keep = rng.randint(3, 4)
    digits = example[:keep] + "".join(rng.choice("0123456789") for _ in example[keep:])
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number_for_region(number, region) else None


task = Phones()
