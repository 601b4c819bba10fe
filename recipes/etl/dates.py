"""Dates as people and machines write them: layouts, languages, slips of the scanner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random

from babel.dates import format_date, get_month_names

_LOOKALIKES = {"0": "Oo", "1": "lI", "5": "S", "8": "B"}
_LANGUAGES = (
    "en",
    "en",
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "sv",
    "da",
    "nb",
    "fi",
    "pl",
    "cs",
    "ro",
    "hu",
    "tr",
    "id",
)
_WORDY = (
    "d MMMM y", "d. MMMM y", "d MMM y", "EEEE, d MMMM y", "EEE d MMM y", "d-MMM-y", "MMMM d, y", "MMM d, y",
    "EEEE, MMMM d, y", "y MMMM d", "y, d MMMM", "d/MMM/y", "MMMM y, d", "dd MMMM y", "dd-MMM-y", "d MMMM, y",
)  # fmt: skip
_AROUND = (
    "{}", "{}", "{}", "{}", "{}", "{}", "on {}", "dated {}", "({})", "date: {}", "rec'd {}", "{} (signed)", "{} 14:05",
    "{} 09:30:00", "as of {}", "~{}", "{}.", "'{}'", "valid from {}", "{} / copy", "Datum: {}", "le {}", "due {}",
)  # fmt: skip
# Numbers alone, the year before the others.
_YEAR_FIRST = ("compact", "timestamp", "wide digits", "Arabic digits", "dotted ymd")
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_NOT_DATES = ("tbd", "n.a.", "see file", "----", "soon", "??/??/????", "illegible", "not given", "next week maybe")


@dataclass(frozen=True, slots=True)
class Layout:
    """`order` of numeric dates, "" where nobody said; `short` allows two-digit years, and says that they come last;
    `year_first` says that what starts with the year goes on with the month. Nothing is written that what was said
    leaves open, but for numeric dates that end in the year, of which `write` tells whether they are."""

    order: str
    short: bool
    year_first: bool


def read_both_ways(day: date) -> date | None:
    """The date with day and month exchanged, when there is one and it is another."""
    return date(day.year, day.day, day.month) if day.day <= 12 and day.day != day.month else None


def write(day: date, layout: Layout, rng: Random, *, numeric: bool = False) -> tuple[str, str, bool]:
    """The date as text, the template, and whether the text can be read as another date too. Empty text: try again."""
    writers = (_numeric,) if numeric else (_numeric, _numeric, _worded, _worded, _odd)
    text, template, ambiguous = rng.choice(writers)(day, layout, rng)
    if not text:
        return "", "", False
    # A scanner's I would be one more Roman number.
    if rng.random() < 0.2 and "roman" not in template:
        spoiled = _scanned(text, rng)
        text, template = (spoiled, f"{template} scanned") if spoiled != text else (text, template)
    around = rng.choice(_AROUND)
    return around.format(text), f"{template} in {around}" if around != "{}" else template, ambiguous


def _numeric(day: date, layout: Layout, rng: Random) -> tuple[str, str, bool]:
    separator = rng.choice(("/", ".", "-", " ", " / ", ". ", ",", "_"))
    pad = rng.random() < 0.6
    short = layout.short and 1931 <= day.year <= 2030 and rng.random() < 0.5
    year = f"{day.year % 100:02d}" if short else str(day.year)
    d, m = (f"{day.day:02d}", f"{day.month:02d}") if pad else (str(day.day), str(day.month))
    order = rng.choice(("ymd", layout.order or rng.choice(("dmy", "mdy")), layout.order or "dmy"))
    if order == "ymd" and short:
        order = layout.order or "dmy"
    if order == "ymd" and not layout.year_first and read_both_ways(day):
        return "", "", False
    text = separator.join({"y": year, "m": m, "d": d}[part] for part in order)
    # Of 05.06.07 the year could be any of the three; only an order that was told decides.
    if short and not layout.order:
        return "", "", False
    template = f"{order} '{separator}'{' padded' if pad else ''}{' short' if short else ''}"
    unclear = order != "ymd" and read_both_ways(day) is not None
    if unclear and not layout.order and rng.random() < 0.35:
        other = read_both_ways(day)
        if other and other.weekday() != day.weekday():
            return f"{rng.choice((f'{day:%A}', f'{day:%a}'))} {text}", f"weekday {template}", False
    return text, template, unclear


def _worded(day: date, layout: Layout, rng: Random) -> tuple[str, str, bool]:
    language, pattern = rng.choice(_LANGUAGES), rng.choice(_WORDY)
    text = format_date(day, pattern, locale=language)
    short = layout.short and pattern.endswith("y") and day.year <= 2030 and rng.random() < 0.25
    if short:
        text = text.replace(str(day.year), rng.choice(("'", "")) + f"{day.year % 100:02d}")
    template = f"{pattern} {language}{' short' if short else ''}"
    if rng.random() < 0.2:
        text = rng.choice((text.upper(), text.lower(), text.replace(" ", "  ")))
    elif "MMMM" in pattern and rng.random() < 0.25:
        month = get_month_names("wide", locale=language)[day.month]
        wrong = _misspelt(month, day.month, rng)
        if month in text:
            text, template = text.replace(month, wrong), f"{template} misspelt"
    return text, template, False


def _odd(day: date, layout: Layout, rng: Random) -> tuple[str, str, bool]:
    iso = day.isocalendar()
    nth = f"{day.day}{'th' if 11 <= day.day <= 13 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day.day % 10, 'th')}"
    drawn = (
        (f"{day:%Y%m%d}", "compact"), (f"{day:%Y-%m-%d}T{rng.randrange(24):02d}:{rng.randrange(60):02d}:00Z",
        "timestamp"),
        (f"{day.day}.{_ROMAN[day.month - 1]}.{day.year}", "roman month"), (f"{day.year}年{day.month}月{day.day}日",
        "kanji"),
        (f"{day.year}년 {day.month}월 {day.day}일", "hangul"), (f"{nth} of {day:%B} {day.year}", "ordinal of"),
        (f"{day:%B} the {nth}, {day.year}", "the ordinal"), (f"{day:%b} {nth} {day.year}", "month ordinal"),
        (f"{iso.year}-W{iso.week:02d}-{iso.weekday}", "ISO week"), (f"{day:%Y-%m-%d}".translate(_WIDE), "wide digits"),
        (f"{day:%Y/%m/%d}".translate(_ARABIC), "Arabic digits"), (f"{day.day} {day:%B} in the year {day.year}",
        "in the year"),
        (f"{day:%a %b %d} 08:12:44 {day.year}", "ctime"), (f"{day:%d}{day:%b}{day.year}".upper(), "glued"),
        (f"y{day.year} m{day.month:02d} d{day.day:02d}", "lettered"), (f"{day:%Y.%m.%d}", "dotted ymd"),
        (f"day {day.day}, month {day.month}, year {day.year}", "spelt out"), (f"{day:%B} {day.day} {day.year}",
        "no comma"),
    )  # fmt: skip
    text, template = rng.choice(drawn)
    if template == "roman month" and day.month < 3:  # a scanner's eleven looks like II
        return "", "", False
    if template in _YEAR_FIRST and not layout.year_first and read_both_ways(day):
        return "", "", False
    return text, template, False


def impossible(order: str, rng: Random) -> tuple[str, str, list[date | str]]:
    """Text that is no date, its template, and what models make of it."""
    if rng.random() < 0.15:
        text = rng.choice(_NOT_DATES)
        return text, f"no date {text}", [date(rng.randint(2000, 2024), 1, 1)]
    year = rng.choice((1999, 2001, 2003, 2010, 2014, 2018, 2019, 2021, 2022, 2023))
    day, month = rng.choice(
        ((30, 2), (31, 4), (29, 2), (31, 6), (31, 9), (31, 11), (30, 2), (29, 2), (32, 1), (34, 12))
    )
    after = date(year, month % 12 + 1, 1)
    last = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30, 1: 31, 12: 31}[month]
    made: list[date | str] = [f"{year}-{month:02d}-{day:02d}", date(year, month, last), after]
    names = get_month_names("wide", locale="en")
    separator = rng.choice(("/", ".", "-"))
    numeric = (f"{month:02d}", f"{day}", f"{year}") if order == "mdy" else (f"{day}", f"{month:02d}", f"{year}")
    text, template = rng.choice(
        (
            (separator.join(numeric), f"numeric '{separator}'"),
            (f"{year}-{month:02d}-{day}", "ymd"),
            (f"{day} {names[month]} {year}", "d month y"),
            (f"{names[month]} {day}, {year}", "month d, y"),
            (f"{day}-{names[month][:3]}-{year}", "d-mon-y"),
        )
    )
    return text, f"{template} {month}", made


def _scanned(text: str, rng: Random) -> str:
    """One or two digits read as the letters that look like them."""
    places = [n for n, c in enumerate(text) if c in _LOOKALIKES]
    letters = list(text)
    for n in rng.sample(places, min(len(places), rng.choice((1, 1, 2)))):
        letters[n] = rng.choice(_LOOKALIKES[letters[n]])
    return "".join(letters)


@cache
def _months() -> list[tuple[int, str]]:
    """Numbers and names in all languages: a reader doesn't know which one it is."""
    names = (get_month_names("wide", locale=language).items() for language in sorted(set(_LANGUAGES)))
    return sorted({(number, name.casefold()) for months in names for number, name in months})


def _misspelt(month: str, number: int, rng: Random) -> str:
    """One letter dropped, doubled or swapped, so that the month is still the nearest by far, in any language."""
    if len(month) < 5:
        return month
    n = rng.randrange(2, len(month) - 1)
    wrong = rng.choice(
        (
            month[:n] + month[n + 1 :],
            month[:n] + month[n] + month[n:],
            month[:n] + month[n + 1] + month[n] + month[n + 2 :],
        )
    )
    plain = wrong.casefold()
    others = [name for other, name in _months() if other != number and abs(len(name) - len(plain)) <= 2]
    return wrong if all(_distance(plain, other) > 2 for other in others) else month


def _distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]
