"""A question as the row of things that it says, however it says them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from factory.paraphrase.lexicon import CONTRACTED, NUMBERS, Lexicon

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if name[3:] else name for name in _MONTHS.split("|")) + "|Sept"
_QUOTED = re.compile(r"(?<!\w)'([^']*)'(?!\w)|\"([^\"]*)\"|“([^”]*)”|‘([^’]*)’(?!\w)|`([^`]*)`")
_UNITS = {"$": "USD", "€": "EUR", "£": "GBP", "C$": "CAD", "%": "%"}
_UNIT_WORDS = {"dollar": "USD", "dollars": "USD", "usd": "USD", "euro": "EUR", "euros": "EUR", "eur": "EUR",
               "pounds": "GBP", "gbp": "GBP", "percent": "%"}  # fmt: skip
_SIZES = {"k": 1_000, "m": 1_000_000, "K": 1_000, "M": 1_000_000}
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}

# Where a sentence ends, and where a clause may: they decide what is asking and what is asked, and are told by nobody.
END, COMMA = ".", ","
_ENDING = re.compile(r"[.;:!?…]")
# Each alternative is one kind of token; what matches none of them is a character of its own and never ignored.
_TOKEN = re.compile(
    rf"""
    (?P<mask>[\ue000-\uf8ff])
  | (?P<iso>\b\d{{4}}-\d\d-\d\d\b)
  | (?P<dmy>\b(?:the\ )?(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:\ of)?\ (?P<m1>{_MONTH})\.?,?\ (?P<y1>\d{{4}})\b)
  | (?P<mdy>\b(?P<m2>{_MONTH})\.?\ (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\ (?P<y2>\d{{4}})\b)
  | (?P<my>\b(?P<m3>{_MONTH})\.?,?\ (?:of\ )?(?:(?P<y3>\d{{4}})\b|'(?P<y4>\d\d)\b))
  | (?P<quarter>\bQ(?P<q1>[1-4])\ (?:of\ )?(?P<y5>\d{{4}})\b
      |\b(?:the\ )?(?P<q2>first|second|third|fourth|1st|2nd|3rd|4th)\ quarter\ (?:of\ )?(?P<y6>\d{{4}})\b)
  | (?P<half>\bH(?P<h1>[12])\ (?:of\ )?(?P<y7>\d{{4}})\b
      |\b(?:the\ )?(?P<h2>first|second|1st|2nd)\ half\ of\ (?P<y8>\d{{4}})\b)
  | (?P<number>(?:(?<![\w.])[-–−])?(?P<money>C\$|[$€£])?(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)
      (?:(?P<size>[kKmM])\b)?(?P<percent>\ ?%)?(?!\w))
  | (?P<compare>[<>]=?)
  | (?P<word>\w/o\b|\bw/|[^\W_][\w.]*\w(?:['’]\w+)?|[^\W\d_](?:['’]\w+)?|\w+)
  | (?P<blank>[\s.,;:!?()\[\]/|…*&]+|[-–—])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def canonical(text: str, values: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """What is said, in its order. `values` are literals that may stand without quotes; they count as they are written.

    Literals come as "v:…", numbers as "n:…" with "u:…" after those that have a unit, dates as "d:…"; concepts of the
    lexicon in capitals; every other word as itself, in its very form, since "customer" isn't "customers".
    """
    hidden: list[str] = []

    def hide(value: str) -> str:
        hidden.append(value)
        return f" {chr(0xE000 + len(hidden) - 1)} "

    text = _QUOTED.sub(lambda m: hide(next(part for part in m.groups() if part is not None)), text)
    for value in sorted(set(values), key=lambda v: (-len(v), v)):
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", lambda m: hide(m[0]), text)
    tokens = [token for match in _TOKEN.finditer(" ".join(text.split())) for token in _tokens(match, hidden)]
    return tuple(_reached(_concepts(tokens, lexicon)))


def _tokens(m: re.Match[str], hidden: Sequence[str]) -> list[str]:
    kind = m.lastgroup if m.lastgroup in ("mask", "iso", "compare", "word", "blank", "other") else _kind(m)
    if kind == "blank":
        return [END] if _ENDING.search(m[0]) else [COMMA] if "," in m[0] else ["&"] if "&" in m[0] else []
    if kind == "mask":
        return [f"v:{hidden[ord(m[0]) - 0xE000]}"]
    if kind == "iso":
        return [f"d:{m[0]}"]
    if kind in ("dmy", "mdy"):
        day, month, year = (m["d1"], m["m1"], m["y1"]) if kind == "dmy" else (m["d2"], m["m2"], m["y2"])
        return [f"d:{year}-{_month(month):02d}-{int(day):02d}"]
    if kind == "my":
        return [f"d:{m['y3'] or '20' + m['y4']}-{_month(m['m3']):02d}"]
    if kind == "quarter":
        return [f"d:{m['y5'] or m['y6']}-Q{m['q1'] or _ORDINALS[m['q2']]}"]
    if kind == "half":
        return [f"d:{m['y7'] or m['y8']}-H{m['h1'] or _ORDINALS[m['h2']]}"]
    if kind == "number":
        value = Decimal(m["digits"].replace(",", "")) * _SIZES.get(m["size"] or "", 1)
        sign = "-" if m[0][0] in "-–−" else ""
        unit = _UNITS.get(m["money"] or ("%" if m["percent"] else ""), "")
        return [f"n:{sign}{value.normalize():f}", *([f"u:{unit}"] if unit else [])]
    return _words(m[0]) if kind == "word" else [m[0]]


def _kind(m: re.Match[str]) -> str:
    return next(
        name for name in ("dmy", "mdy", "my", "quarter", "half", "number", "word", "other") if m[name] is not None
    )


def _month(name: str) -> int:
    return [month[:3] for month in _MONTHS.split("|")].index(name[:3].title()) + 1


def _words(word: str) -> list[str]:
    lower = word.lower().replace("’", "'").rstrip(".")
    if lower in CONTRACTED:
        return CONTRACTED[lower].split()
    if lower in NUMBERS:
        return [f"n:{NUMBERS[lower]}"]
    # "US" is no "us", "IT" no "it".
    return [word if len(word) > 1 and word.isupper() and lower in ("us", "it", "who", "at", "an", "of") else lower]


def _concepts(tokens: list[str], lexicon: Lexicon) -> list[str]:
    found: list[str] = []
    place, begins = 0, True
    while place < len(tokens):
        if tokens[place] in (END, COMMA):
            begins = begins or tokens[place] == END
            place += 1
            continue
        before = tokens[place - 1] if place else END
        size = _asking(
            tokens, place, lexicon.asking if begins else lexicon.showing if before in _AFTER else frozenset()
        )
        if size:
            place += size
            continue
        size, concept = _longest(tokens, place, lexicon)
        if concept or not size:
            found.append(concept or tokens[place])
            begins = False
        place += max(1, size)
    return found


_AFTER = (COMMA, "and", "&", "then")


def _asking(tokens: list[str], place: int, phrases: frozenset[tuple[str, ...]]) -> int:
    """How many tokens from here on only say that something is asked for."""
    sizes = range(min(max(map(len, phrases), default=0), len(tokens) - place), 0, -1)
    return next((size for size in sizes if tuple(tokens[place : place + size]) in phrases), 0)


def _longest(tokens: list[str], place: int, lexicon: Lexicon) -> tuple[int, str]:
    for size in range(min(lexicon.longest, len(tokens) - place), 0, -1):
        phrase = tuple(tokens[place : place + size])
        if phrase in lexicon.phrases:
            return size, lexicon.phrases[phrase]
        following = tokens[place + size] if place + size < len(tokens) else ""
        if following.startswith("n:") and (*phrase, "#") in lexicon.phrases:
            return size, lexicon.phrases[*phrase, "#"]
    return 0, ""


def _reached(tokens: list[str]) -> list[str]:
    """ "5 or more" as "at least 5", "50 dollars" as "$50"."""
    found: list[str] = []
    for token in tokens:
        if token in _UNIT_WORDS and found and found[-1].startswith("n:"):
            token = f"u:{_UNIT_WORDS[token]}"
        elif token == "PERCENTAGE" and found and found[-1].startswith("n:"):
            token = "u:%"
        start = max((i for i, t in enumerate(found) if t.startswith("n:")), default=-9)
        # Between the number and "or more" there's room for its unit alone.
        if token in ("more", "less", "fewer") and found[-1:] == ["or"] and len(found) - start <= 3:
            found[start:] = ["AT_LEAST" if token == "more" else "AT_MOST", *found[start:-1]]
            continue
        found.append(token)
    return found


def numbers(text: str) -> list[str]:
    """The numbers of a text, in the plain form in which they can be compared; years of dates are among them."""
    plain = " ".join(text.split())
    tokens = [token for match in _TOKEN.finditer(plain) for token in _tokens(match, ())]
    found = [token[2:] for token in tokens if token.startswith("n:")]
    return found + [token[2:6] for token in tokens if token.startswith("d:")]
