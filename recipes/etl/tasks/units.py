"""Measurements in any unit → a number in the one that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from recipes.etl.contract import Contract
from recipes.etl.source import Source
from recipes.etl.task import Brief, Item
from recipes.etl.wording import compose, only, otherwise


@dataclass(frozen=True, slots=True)
class _Quantity:
    """Units with their factor to the first, by international definition, and how people write them."""

    noun: str
    units: dict[str, tuple[str, tuple[str, ...]]]
    targets: tuple[str, ...]
    least: int
    most: int


_QUANTITIES = (
    _Quantity("length", {
        "cm": ("1", ("cm", "centimetres", " cm.", "CM")), "m": ("100", ("m", "metres", "meters", "mtr")),
        "mm": ("0.1", ("mm", "millimetres", "millimeter")), "in": ("2.54", ("in", "inches", '"', "inch")),
        "ft": ("30.48", ("ft", "feet", "foot")), "km": ("100000", ("km", "kilometres", "kms")),
        "yd": ("91.44", ("yd", "yards")), "mi": ("160934.4", ("mi", "miles")),
    }, ("cm", "m", "mm", "in"), 1, 900),
    _Quantity("weight", {
        "g": ("1", ("g", "grams", "gr", "grammes")), "kg": ("1000", ("kg", "kilos", "kilograms", "KG", "kgs")),
        "mg": ("0.001", ("mg", "milligrams")), "lb": ("453.59237", ("lb", "lbs", "pounds")),
        "oz": ("28.349523125", ("oz", "ounces")), "t": ("1000000", ("tonnes", "metric tons")),
    }, ("g", "kg", "lb"), 1, 500),
    _Quantity("volume", {
        "ml": ("1", ("ml", "millilitres", "mL", "milliliters")), "l": ("1000", ("l", "litres", "L", "liters", "ltr")),
        "cl": ("10", ("cl", "centilitres")), "dl": ("100", ("dl", "decilitres")),
        "US gal": ("3785.411784", ("US gal", "US gallons")), "US fl oz": ("29.5735295625", ("US fl oz",
        "US fluid ounces")),
    }, ("ml", "l"), 1, 300),
    _Quantity("duration", {
        "min": ("1", ("min", "minutes", "mins", "min.")), "h": ("60", ("h", "hours", "hrs", "hr")),
        "s": ("0.01666666666666666666666666667", ("s", "sec", "seconds", "secs")), "d": ("1440", ("days", "d",
        "day(s)")),
        "wk": ("10080", ("weeks", "wks")),
    }, ("min", "h"), 1, 200),
    _Quantity("data size", {
        "kB": ("1", ("kB", "KB", "kilobytes")), "MB": ("1000", ("MB", "megabytes", "Mbyte")),
        "GB": ("1000000", ("GB", "gigabytes", "Gbyte")), "TB": ("1000000000", ("TB", "terabytes")),
    }, ("MB", "GB"), 1, 900),
)  # fmt: skip
_ASKS = (
    "Convert [this {noun}|these {noun}s] to {unit}, rounded to {places}",
    "Give the {noun} in {unit}[| for each line], {places}",
    "How many {unit} is [this|each]? Round to {places}",
    "Express [the {noun}|every {noun}] in {unit} with {places}",
    "Normalise the {noun} column to {unit} ({places})",
    "[The {noun} was|The {noun}s were] typed in all kinds of units. We need {unit}, {places}",
    "Turn [the measurement|the measurements] into {unit}; {places}",
    "Standardise to {unit}, rounded half up to {places}",
    "What is [this {noun}|each {noun}] in {unit}, {places}",
)
_WHEN = ("there is no number", "it isn't a {noun}", "no {noun} can be read")
_NONE = (
    "n/a",
    "unknown",
    "see label",
    "various",
    "tbd",
    "-",
    "not measured",
    "one size",
    "?",
    "standard",
    "as agreed",
    "missing",
)
_AROUND = (
    "{}", "{}", "{}", "{}", "approx. {}", "~{}", "ca. {}", "{} (total)", "{} each", "{} gross", "about {}", "up to {}",
    "exactly {}", "min. {}", "= {}", "{} or so",
)  # fmt: skip
_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


class Units:
    name = "units"
    output = "number"
    columns = ("size_text", "quantity_raw", "measured", "value_as_typed", "dimension", "reading", "extent")
    answer = ("value_clean", "converted", "amount_std", "normalised")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        quantity = rng.choice(_QUANTITIES)
        unit, digits = rng.choice(quantity.targets), rng.choice((0, 1, 2, 2))
        places = "whole numbers" if not digits else f"{digits} decimal{'s' if digits > 1 else ''}"
        word = rng.choice(("", "none", "unknown", "n/a", "?"))
        pattern = r"\d+" if not digits else rf"\d+\.\d{{{digits}}}"
        contract = Contract(
            pattern=pattern,
            type=f"DECIMAL(18,{digits})",
            otherwise=word,
            passed=word != "?" and rng.random() < 0.4,
        )
        when = rng.choice(_WHEN).format(noun=quantity.noun)
        rules = [otherwise(when, word, rng)] if word else []
        if quantity.noun == "data size":
            rules.append("1 GB is 1000 MB")
        rules.append(only("the bare number", rng))
        ask = rng.choice(_ASKS).format(noun=quantity.noun, unit=unit, places=places)
        single, many = compose(ask, rules, (quantity.noun, f"{quantity.noun}s"), rng)
        typed = f"convert the {quantity.noun} in {{column}} to {unit}, rounded to {places}"
        note = f" ('{word}' if {when})" if word else ""
        mode = {"quantity": quantity, "unit": unit, "digits": digits, "word": word}
        return Brief(single, many, f"{typed}{note}", contract, typed, mode)

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:  # noqa: ARG002
        quantity: _Quantity = brief.mode["quantity"]
        unit, digits, word = str(brief.mode["unit"]), int(brief.mode["digits"]), str(brief.mode["word"])
        if word and rng.random() < 0.07:
            text = rng.choice([none for none in _NONE if none != word])
            return Item(text, word, f"none {text}", (("zero_for_missing", "0"),))
        size, text, template = _written(quantity, rng)
        factor = Decimal(quantity.units[unit][0])
        if size / factor < Decimal("0.5") or size / factor > 10_000_000:
            return None
        truth = _rounded(size / factor, digits)
        # An exact half is rounded up by some and to the even digit by others.
        if (size / factor).scaleb(digits) % 1 == Decimal("0.5"):
            return None
        written_in = template.split()[-1]
        wrong = [
            ("unit_kept", f"{truth} {unit}"),
            ("factor_of_ten", _rounded(size / factor / 10, digits)),
            ("factor_of_thousand", _rounded(size / factor * 1000, digits)),
            ("thousands_mark", f"{Decimal(truth):,}") if Decimal(truth) >= 1000 else ("", ""),
            ("not_rounded", f"{size / factor:.6f}"),
            ("off", _rounded(size / factor * Decimal("1.1"), digits)),
        ]
        around = rng.choice(_AROUND)
        kept = tuple(pair for pair in wrong if pair[1])
        return Item(around.format(text), truth, f"{template} to {unit} {written_in} in {around}", kept)


def _rounded(value: Decimal, digits: int) -> str:
    return str(value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def _written(quantity: _Quantity, rng: Random) -> tuple[Decimal, str, str]:
    """Size in the first unit, the text, the template."""
    unit = rng.choice(sorted(quantity.units))
    factor, names = quantity.units[unit]
    name = rng.choice(names)
    amount = Decimal(rng.randint(quantity.least * 10, quantity.most * 10)) / 10
    kind = rng.choice(("plain", "comma", "whole", "word", "glued", "two parts", "half"))
    if kind == "two parts":
        return _two_parts(quantity, rng)
    if kind == "half":
        amount = Decimal(rng.randint(1, 20)) + Decimal("0.5")
        text = f"{int(amount)} 1/2 {name}" if rng.random() < 0.6 else f"{int(amount)}½ {name}"
    elif kind == "word":
        amount = Decimal(rng.randint(2, 12))
        text = f"{_WORDS[int(amount)]} {name}"
    elif kind == "whole":
        amount = amount.quantize(Decimal(1)) + 1
        text = f"{amount} {name}"
    else:
        number = str(amount) if kind != "comma" else str(amount).replace(".", ",")
        text = f"{number}{name}" if kind == "glued" else f"{number} {name}"
    return amount * Decimal(factor), " ".join(text.split()), f"{kind} {unit} {name.strip()}"


def _two_parts(quantity: _Quantity, rng: Random) -> tuple[Decimal, str, str]:
    pairs = {
        "length": (("ft", "in", 11), ("m", "cm", 99)), "weight": (("lb", "oz", 15), ("kg", "g", 999)),
        "volume": (("l", "ml", 999),), "duration": (("h", "min", 59), ("min", "s", 59), ("d", "h", 23)),
        "data size": (("GB", "MB", 999),),
    }  # fmt: skip
    big, small, most = rng.choice(pairs[quantity.noun])
    first, second = rng.randint(1, 20), rng.randint(1, most)
    joint = rng.choice((" ", " and ", ", "))
    one, two = (rng.choice(quantity.units[u][1]).strip() for u in (big, small))
    size = first * Decimal(quantity.units[big][0]) + second * Decimal(quantity.units[small][0])
    return size, f"{first} {one}{joint}{second} {two}", f"{big}+{small} '{joint}'"


task = Units()
