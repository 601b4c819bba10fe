"""Names of tables and columns → the words that a person reads in them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from factory.naming import ABBREVIATIONS, INVARIABLE, plural_of

LEXICON: Mapping[str, Any] = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
Words = tuple[str, ...]

WHOLE = frozenset(LEXICON["split"]["whole"])
_SHORT: Mapping[str, str] = {
    **{short: word for word, shorts in reversed(list(ABBREVIATIONS.items())) for short in shorts if short not in WHOLE},
    **LEXICON["expand"],
}
_SHORTS = {short: [w for w, all_ in ABBREVIATIONS.items() if short in all_] for short in _SHORT}
_BEFORE: Mapping[str, Mapping[str, str]] = LEXICON["expand_before"]
_COMPOUNDS: Mapping[str, str] = LEXICON["compounds"]
_TAILS: Sequence[str] = sorted(LEXICON["split"]["tails"], key=lambda tail: (-len(tail), tail))
_AFTER_NOUNS = frozenset({"id", "key", "no", "item", "supp", "line"})
_HEADS = frozenset(LEXICON["split"]["heads"]) | frozenset(ABBREVIATIONS)
_ACRONYMS = {word.lower(): word for word in LEXICON["text"]["acronyms"]}
_MASS = frozenset(LEXICON["text"]["mass"])
_ONE_OF: Mapping[str, str] = LEXICON["text"]["one_of"]
_IRREGULAR: Mapping[str, str] = LEXICON["text"]["irregular"]
_SINGULAR = frozenset(LEXICON["text"]["no_plural"])
_PERSONS = frozenset(LEXICON["text"]["persons"])


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the names of one database have in common.

    `nouns` are the words of its table names, singular and expanded; they decide where ORDERKEY is split and which
    word a short form stands for.
    """

    nouns: frozenset[str] = frozenset()

    def words(self, name: str, comment: str = "") -> Words:
        """Lower-case words with short forms written out: `CUST_ADDR` → customer, address. Never empty.

        A comment decides where a short form stands for several words ("ln": line or loan).
        """
        hints = frozenset(split(comment))
        pieces = [part for word in split(name) for part in self._unglued(word)]
        found: list[str] = []
        for word, after in zip(pieces, [*pieces[1:], ""], strict=False):
            found += self._expanded(word, after, hints).split()
        for apart, together in _COMPOUNDS.items():
            found = f" {' '.join(found)} ".replace(f" {apart} ", f" {together} ").split()
        return tuple(found) or (name.strip().lower() or name,)

    def _expanded(self, word: str, after: str, hints: frozenset[str]) -> str:
        if word in WHOLE or (word == "no" and after not in ("", "of")):
            return word
        if after in _BEFORE.get(word, {}):
            return _BEFORE[word][after]
        possible = _SHORTS.get(word, ())
        here = [w for w in possible if w in hints or plural_of(w) in hints] or [w for w in possible if w in self.nouns]
        return here[0] if here else _SHORT.get(word, word)

    def _unglued(self, word: str) -> list[str]:
        if word in WHOLE or word in ABBREVIATIONS:
            return [word]
        known = word in self.nouns or singular(word) in self.nouns
        for tail in _TAILS:
            head = word[: -len(tail)]
            if not word.endswith(tail) or len(head) < 3:
                continue
            noun = head in self.nouns or _SHORT.get(head) in self.nouns
            # "paid" and "hockey" end like keys: before these only the noun of a table counts.
            plain = tail not in _AFTER_NOUNS and not known and (head in _HEADS or head in _SHORT)
            if noun or plain:
                return [head, tail]
        return [word]


def split(name: str) -> list[str]:
    """`customerID`, `customer_id` and `Customer Id` alike → customer, id. Unicode letters are letters."""
    spaced = ""
    for before, at, after in zip(" " + name, name, name[1:] + " ", strict=False):
        hump = at.isupper() and (before.islower() or before.isdigit() or (before.isupper() and after.islower()))
        spaced += f" {at}" if hump else at if at.isalnum() else " "
    return re.sub(r"(?<=[^\W\d_]{4})(?=\d+\b)", " ", spaced).lower().split()


@cache
def _inflect() -> Any:
    import inflect

    return inflect.engine()


@cache
def singular(word: str) -> str:
    """The word itself when it is no plural."""
    if word in _SINGULAR or word in WHOLE or len(word) < 3 or not word.isascii() or word.endswith(("ss", "us", "is")):
        return word
    if word in INVARIABLE and word != "sales":
        return word
    back = {plural: one for one, plural in _IRREGULAR.items()}
    if word in back:
        return back[word]
    return str(_inflect().singular_noun(word) or word) if word.endswith(("s", "men", "people")) else word


def plural(label: str) -> str:
    """Plural of a label; of "date of birth" it is the first noun that changes."""
    for link in (" of ", " per ", " to ", " at ", " in "):
        if link in label:
            head, _, rest = label.partition(link)
            return f"{plural(head)}{link}{rest}"
    *first, last = label.split(" ")
    if not last or not last[-1].isalpha() or not last.isascii() or last in _MASS:
        return label
    many = f"{last}s" if last.isupper() else _IRREGULAR.get(last) or plural_of(last)
    return " ".join([*first, many])


def label_of(words: Iterable[str]) -> str:
    return " ".join(_ACRONYMS.get(word, word) for word in words)


def noun_of(words: Words) -> Words:
    """Singular of the words of a table's name: order, details → order, detail."""
    return (*words[:-1], singular(words[-1])) if words else words


def labels_of_table(words: Words) -> tuple[str, str]:
    """What one row is called, and several; a table of "inventory" holds inventory records."""
    *first, last = words
    one = singular(last)
    if last in _ONE_OF:
        one = _ONE_OF[last]
    elif one in _MASS:
        one = f"{one} record"
    label = label_of((*first, *one.split()))
    return label, plural(label)


def is_person(words: Words) -> bool:
    if not words:
        return False
    label = " ".join(words)
    return words[-1] in _PERSONS or label in _PERSONS or " ".join(words[-2:]) in _PERSONS


def opaque(name_words: Iterable[str]) -> bool:
    """Whether a name says little by itself: short forms that nobody here knows, or bare letters and digits."""
    return any(
        word not in WHOLE
        and word not in _ACRONYMS
        and (len(word) < 3 or not re.search("[aeiouy]", word) or (word.isascii() and any(c.isdigit() for c in word)))
        for word in name_words
        if word.isascii() and word not in ABBREVIATIONS
    )
