"""Variants of a database: the same thing as another team's warehouse would name it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from factory.identifiers import NEVER_BARE
from factory.spec import ColumnSpec, RelationSpec, Spec, TableSpec
from factory.thin import thin

LONGEST = 40
WORDS = tomllib.loads((Path(__file__).parent.parent / "schemas" / "naming.toml").read_text(encoding="utf-8"))
UNUSABLE = NEVER_BARE | frozenset(WORDS["unusable"])
INVARIABLE = frozenset(WORDS["invariable"])
ABBREVIATIONS: Mapping[str, list[str]] = WORDS["abbreviations"]
KIND_AFFIXES = {"dimension": "dim", "fact": "fact", "bridge": "bridge", "layer": "dim"}
SURROGATE = re.compile(r"(?:(?P<stem>.+)_)?(?:id|key|sk)")

Words = list[str]


@dataclass(frozen=True, slots=True)
class Style:
    """How one team names things: `short` holds the words it abbreviates, `affix` marks its tables."""

    table_case: str
    column_case: str
    plural: bool
    affix: str
    key: str
    capital_id: bool
    short: Mapping[str, str]
    short_tables: bool


def variant(spec: Spec, number: int) -> Spec:
    """Variant `number` of a loaded (variant 0) spec; 0 is the spec itself.

    Optional tables and columns may be missing from it, with everything drawn from them or pointing to them;
    the others have new names. Bases, labels and phrases stay. The same number always gives the same variant.
    """
    if number == 0:
        return spec
    rng = Random(f"{spec.name}@{number}")
    style = draw_style(spec, rng)
    thinned = thin(spec, rng)
    nouns = {table.base: _noun(table, rng) for table in thinned.tables}
    taken: set[str] = set()
    tables = []
    for table in thinned.tables:
        name = _first_free(_table_names(table, nouns[table.base], style, spec.name), taken)
        columns = _named_columns(table, thinned, nouns, style, rng)
        tables.append(replace(table, name=name, columns=columns))
    return replace(thinned, tables=tuple(tables), variant=number, comments=rng.random() < 0.6)


def draw_style(spec: Spec, rng: Random) -> Style:
    def pick(weights: Mapping[str, float]) -> str:
        return rng.choices(list(weights), list(weights.values()))[0]

    case = pick({"snake": 60, "pascal": 18, "camel": 12, "upper": 10})
    column_case = case
    if case == "pascal":
        column_case = pick({"pascal": 70, "camel": 30})
    elif case == "camel":
        column_case = pick({"camel": 80, "snake": 20})
    affix = pick({"": 62, "kind_": 14, "_kind": 4, "tbl": 5, "domain": 7, "stage": 8})
    if affix == "domain":
        affix = _domain(spec.name) if case in ("snake", "upper") else ""
    elif affix == "stage":
        affix = pick({"stg": 4, "dw": 3, "raw": 2, "edw": 2, "ods": 1}) if case in ("snake", "upper") else ""
    level = pick({"none": 4, "some": 2, "most": 4} if case == "upper" else {"none": 55, "some": 28, "most": 17})
    share = {"none": 0.0, "some": 0.45, "most": 0.9}[level]
    words = Random(rng.random())  # its own stream: a new abbreviation doesn't change the rest of a variant
    short_tables = level == "most" and rng.random() < 0.6
    return Style(
        table_case=case,
        column_case=column_case,
        plural=not short_tables and rng.random() < (0.2 if "kind" in affix else 0.5),
        affix=affix,
        key=pick({"noun_id": 58, "id": 22, "noun_key": 10, "noun_sk": 5, "id_noun": 5}),
        capital_id=rng.random() < 0.4,
        short={word: words.choice(short) for word, short in ABBREVIATIONS.items() if words.random() < share},
        short_tables=short_tables,
    )


def _noun(table: TableSpec, rng: Random) -> str:
    """A synonym, or "" for the table's own name."""
    return rng.choice(table.synonyms) if table.synonyms and rng.random() < 0.4 else ""


def _table_names(table: TableSpec, noun: str, style: Style, domain: str) -> Iterable[str]:
    for base in (noun, table.base) if noun else (table.base,):
        words = base.split("_")
        last, label, plural = words[-1], table.label.split()[-1], table.plural.split()[-1]
        known = {label: plural, plural: plural}
        singular = {plural: label}.get(last, last)
        words[-1] = known.get(last) or plural_of(last) if style.plural else singular
        shortened = _shortened(words, style) if style.short_tables else words
        for form in (shortened, words, base.split("_")):
            yield _affixed(form, table.kind, style)
            yield _cased(form, style.table_case)
    yield _cased([*domain.split("_")[:1], *table.base.split("_")], style.table_case)


def plural_of(word: str) -> str:
    """Plural of a noun that names a table; inflect takes a second to import and says "staffs"."""
    if word in INVARIABLE or re.search("[^aisu]s$", word):
        return word
    if word == "person":
        return "people"
    if re.search("[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    if word.endswith("sis"):
        return f"{word[:-2]}es"
    return f"{word}es" if re.search("(s|x|z|ch|sh)$", word) else f"{word}s"


def _affixed(words: Words, kind: str, style: Style) -> str:
    mark = KIND_AFFIXES.get(kind, "dim") if "kind" in style.affix else style.affix
    if not mark or mark in words:
        return _cased(words, style.table_case)
    if style.affix == "_kind":
        return _cased([*words, mark], style.table_case)
    if mark == "tbl" and style.table_case in ("pascal", "camel"):
        return mark + _cased(words, "pascal")
    return _cased([mark, *words], style.table_case)


def _named_columns(
    table: TableSpec, spec: Spec, nouns: Mapping[str, str], style: Style, rng: Random
) -> tuple[ColumnSpec, ...]:
    links = {r.child_column: r for r in spec.relations if r.child == table.base}
    noun = nouns[table.base].split("_") if nouns[table.base] and rng.random() < 0.7 else []
    taken: set[str] = set()
    names: dict[str, str] = {}
    aside = Random(repr(rng.getstate())) if any(c.nested for c in table.columns) else rng
    # keys first: when two columns want one name, the key gets it; nested columns last, and from a stream of their own
    for column in sorted(table.columns, key=lambda c: (c.base not in table.key and c.base not in links, c.nested)):
        dice = aside if column.nested else rng
        link = links.get(column.base)
        own = column.base.split("_")
        chosen = dice.choice(column.synonyms).split("_") if column.synonyms and dice.random() < 0.4 else own
        if link is not None:
            words = _reference_words(column.base, link, nouns[link.parent], style)
        elif column.role == "key" and table.key == (column.base,):
            words = _key_words(column.base, table, nouns[table.base], style)
        else:
            words = _renamed(chosen, table, noun)
        forms = (_shortened(words, style), words, _shortened(own, style), own, [*table.base.split("_"), *own])
        names[column.base] = _first_free((_cased(f, style.column_case, style.capital_id) for f in forms), taken)
    return tuple(replace(column, name=names[column.base]) for column in table.columns)


def _renamed(words: Words, table: TableSpec, noun: Words) -> Words:
    """customer_name becomes client_name in a table called client."""
    found = SURROGATE.fullmatch(table.key[0])
    stem = ((found["stem"] if found else None) or table.base).split("_")
    fits = noun and len(words) > len(stem) and words[: len(stem)] == stem
    return [*noun, *words[len(stem) :]] if fits else words


def _key_words(base: str, table: TableSpec, noun: str, style: Style) -> Words:
    found = SURROGATE.fullmatch(base)
    if found is None:
        return base.split("_")
    return ["id"] if style.key == "id" else _with_suffix((noun or found["stem"] or table.base).split("_"), style)


def _reference_words(base: str, link: RelationSpec, noun: str, style: Style) -> Words:
    """Role words, the parent's noun and the suffix of keys: origin_airport_id, manager_id."""
    own, parent = SURROGATE.fullmatch(base), SURROGATE.fullmatch(link.parent_column)
    if own is None or own["stem"] is None or parent is None:
        return base.split("_")
    words, stem = own["stem"].split("_"), (parent["stem"] or link.parent).split("_")
    if noun and words[-len(stem) :] == stem:
        words = [*words[: -len(stem)], *noun.split("_")]
    return _with_suffix(words, style)


def _with_suffix(words: Words, style: Style) -> Words:
    if style.key == "id_noun":
        return ["id", *words]
    return [*words, "id" if style.key == "id" else style.key.removeprefix("noun_")]


def _shortened(words: Words, style: Style) -> Words:
    return [style.short.get(word, word) for word in words]


def _cased(words: Words, case: str, capital_id: bool = False) -> str:
    if case in ("snake", "upper"):
        name = "_".join(words)
        return name.upper() if case == "upper" else name
    capital = ["ID" if word == "id" and capital_id else word[:1].upper() + word[1:] for word in words]
    return "".join(capital) if case == "pascal" else words[0] + "".join(capital[1:])


def _domain(name: str) -> str:
    words = name.split("_")
    if len(words) > 1:
        return "".join(word[0] for word in words)
    return (name[0] + re.sub("[aeiou]", "", name[1:]))[:3]


def _first_free(names: Iterable[str], taken: set[str]) -> str:
    last = ""
    for last in names:
        if last.lower() not in taken | UNUSABLE and len(last) <= LONGEST:
            break
    else:
        last = f"{last[: LONGEST - 3]}_{len(taken)}"
    taken.add(last.lower())
    return last
