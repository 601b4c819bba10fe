"""Amounts of money as people write them → a plain number, or code and number."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from babel.numbers import format_currency, format_decimal, get_currency_name

from recipes.etl.contract import Contract
from recipes.etl.source import Source
from recipes.etl.task import Brief, Item
from recipes.etl.wording import compose, only, otherwise

_CURRENCIES = ("EUR", "USD", "GBP", "CHF", "SEK", "PLN", "BRL", "INR", "MXN", "CZK", "TRY", "CAD", "AUD", "DKK")
_LOCALES = (
    "en_US",
    "en_GB",
    "de_DE",
    "fr_FR",
    "es_ES",
    "it_IT",
    "pt_BR",
    "nl_NL",
    "sv_SE",
    "pl_PL",
    "de_CH",
    "en_IN",
    "cs_CZ",
)
_NUMBER_ASKS = (
    "Extract the amount from [this price|each of these prices] as a plain number with two decimals",
    "Give [this amount|each amount] as a number: point as decimal mark, no thousands marks, two decimals",
    "Turn [the price text|the price texts] into [a number|numbers] like 1234.50",
    "What number is meant by [this amount of money|each amount of money]? Two decimals, decimal point",
    "Normalise [the amount|the amounts]: digits, a point and two decimals",
    "Read [this sum|these sums], whatever the country's notation, and write [it|each] like 1234.50",
    "Parse the price [below|on each line] to a decimal number with exactly two decimals",
    "Strip currency and grouping from [this price|these prices], keep two decimals",
)
_CODE_ASKS = (
    "Write [this price|each price] as ISO currency code and number, like EUR 1234.50",
    "Normalise [the amount|the amounts] to currency code, a space and the number with two decimals",
    "Bring [this amount of money|these amounts of money] into the form USD 99.00 (ISO code, two decimals)",
    "Give code and amount for [the price|every price], for example GBP 20.00",
    "Standardise [this price|these prices]: ISO 4217 code, blank, number with point and two decimals",
    "[The price was|The prices were] typed freely. Output it as code and number, such as SEK 500.00",
    "Convert to <ISO code> <amount>, two decimals, no thousands marks",
    "Which currency and how much? Answer like CHF 12.30",
)
_WHEN = ("there is no amount", "no price is given", "it isn't an amount of money")
_NONE = ("on request", "tbc", "see quote", "call us", "n/a", "price follows", "??", "ask for price")
_WORDS = (
    ("k", 1000),
    ("thousand", 1000),
    ("m", 1_000_000),
    ("million", 1_000_000),
    ("mio", 1_000_000),
    ("bn", 1_000_000_000),
)


class Amounts:
    name = "amounts"
    output = "number"
    columns = ("price_text", "amount_raw", "price", "fee_as_typed", "total_text", "cost", "amount_entered")
    answer = ("amount", "price_clean", "amount_value", "sum_clean")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        coded = rng.random() < 0.4
        word = rng.choice(("none", "", "unknown", "n/a", "missing"))
        number = r"-?\d+\.\d{2}"
        contract = Contract(
            pattern=f"[A-Z]{{3}} {number}" if coded else number,
            type="" if coded else "DECIMAL(18,2)",
            otherwise=word,
            passed=rng.random() < 0.4,
        )
        ask = rng.choice(_CODE_ASKS if coded else _NUMBER_ASKS)
        when = rng.choice(_WHEN)
        rules = [otherwise(when, word, rng)] if word else []
        rules.append(only("code and number" if coded else "the number", rng))
        single, many = compose(ask, rules, ("price", "prices"), rng)
        form = "code and amount, like 'EUR 1234.50'" if coded else "a plain number with two decimals"
        want = f"read the price in {{column}} as {form}"
        note = f" ('{word}' if {when})" if word else ""
        return Brief(single, many, f"{want}{note}", contract, want, {"coded": coded, "word": word})

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:  # noqa: ARG002
        coded, word = brief.mode["coded"], str(brief.mode["word"])
        if word and rng.random() < 0.08:
            currency = rng.choice(_CURRENCIES)
            text = rng.choice(
                (f"{rng.choice(_NONE)}", f"{currency} {rng.choice(_NONE)}", f"{rng.choice(_NONE)} ({currency})")
            )
            zero = f"{currency} 0.00" if coded else "0.00"
            return Item(text, word, f"no amount {text}", (("zero_for_missing", zero),))
        currency, locale = rng.choice(_CURRENCIES), rng.choice(_LOCALES)
        amount = Decimal(rng.choice((rng.randrange(100, 100_000), rng.randrange(100_000, 90_000_000)))) / 100
        text, amount, template = _written(amount, currency, locale, rng)
        sign = ""
        if rng.random() < 0.07:
            text, amount, sign = rng.choice((f"-{text}", f"minus {text}")), -amount, " negative"
        around = rng.choice(
            ("{}", "{}", "{}", "{}", "total {}", "{} net", "approx. {}", "{} incl. VAT", "price: {}", "only {}!")
        )
        truth = f"{currency} {amount:.2f}" if coded else f"{amount:.2f}"
        head = f"{currency} " if coded else ""
        wrong = [
            ("thousands_mark_kept", f"{head}{amount:,.2f}"),
            ("decimal_mark_misread", f"{head}{amount * 100:.2f}"),
            ("factor_of_thousand", f"{head}{amount / 1000:.2f}"),
            ("decimal_comma", f"{head}{amount:.2f}".replace(".", ",")),
            (
                "currency_kept" if not coded else "code_missing",
                f"{amount:.2f}" if coded else f"{currency} {amount:.2f}",
            ),
        ]
        if coded:
            wrong.append(("wrong_currency", f"{rng.choice([c for c in _CURRENCIES if c != currency])} {amount:.2f}"))
        return Item(around.format(text), truth, f"{template}{sign} in {around}", tuple(wrong))


def _written(amount: Decimal, currency: str, locale: str, rng: Random) -> tuple[str, Decimal, str]:
    """Text, the amount that it says, and the template. Only what can be read in one way: with two decimals, or with
    more than one group, or with none."""
    kind = rng.choice(("local", "local", "code", "word", "scaled", "plain"))
    pattern = "#,##0.00"
    if kind == "local":
        # A dollar or krona sign stands for several currencies; the code is unmistakable.
        signed = currency in ("EUR", "GBP", "PLN", "INR", "TRY", "CHF", "CZK", "BRL")
        text = format_currency(
            amount, currency, format=f"¤{'' if signed else '¤ '}{pattern}", locale=locale, currency_digits=False
        )
    elif kind == "code":
        number = format_decimal(amount, format=pattern, locale=locale)
        text = rng.choice(
            (f"{currency} {number}", f"{number} {currency}", f"{currency}{number}", f"{number} {currency.lower()}")
        )
    elif kind == "word":
        amount = amount.quantize(Decimal(1)) if rng.random() < 0.4 and amount < 1000 else amount
        number = format_decimal(amount, format=pattern if amount % 1 else "0", locale=locale)
        text = f"{number} {get_currency_name(currency, count=2, locale='en_US')}"
    elif kind == "scaled":
        word, factor = rng.choice(_WORDS)
        few = Decimal(rng.randrange(11, 99)) / 10
        amount = few * factor
        mark = rng.choice((".", ","))
        text = f"{currency} {str(few).replace('.', mark)}{'' if len(word) < 2 else ' '}{word}"
    else:
        text = rng.choice((f"{currency} {amount:.2f}", f"{amount:.2f} {currency}", f"{amount:.2f}{currency}"))
    text = text.replace("\xa0", " ").replace("\u202f", " ")
    return text, amount, f"{kind} {locale if kind in ('local', 'code', 'word') else ''} {currency}"


task = Amounts()
