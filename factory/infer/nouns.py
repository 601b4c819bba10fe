"""Table names → nouns, without the marks that warehouses put on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factory.infer.words import LEXICON, Vocabulary, Words, label_of, labels_of_table, noun_of, opaque, split
from factory.metadata import LiveTable

_AFFIXES = frozenset(LEXICON["affixes"])
_MARKS = {
    "fact": "fact",
    "fct": "fact",
    "dim": "dimension",
    "bridge": "bridge",
    "brg": "bridge",
    "xref": "bridge",
}
_SHARED = 3
_LINKS = frozenset({"in", "of", "for", "per", "from", "at", "on", "with"})
_CLAUSE = frozenset({"is", "are", "was", "has", "when", "if", "the", "whether", "see", "not"})


@dataclass(frozen=True, slots=True)
class Named:
    """`noun` holds the words of one row's name, singular; `mark` is the kind that an affix declares."""

    noun: Words
    label: str
    plural: str
    mark: str = ""


def name_tables(tables: Sequence[LiveTable]) -> tuple[Vocabulary, Mapping[str, Named]]:
    """Nouns and labels of all tables, by table name; labels are distinct."""
    shared = _shared_prefix([split(table.name) for table in tables])
    rough = {table.name: _bare(split(table.name), shared) for table in tables}
    plain = Vocabulary(frozenset(word for words in rough.values() for word in words))
    vocabulary = Vocabulary(frozenset(w for words in rough.values() for w in noun_of(plain.words(" ".join(words)))))
    named: dict[str, Named] = {}
    taken: set[str] = set()
    for table in tables:
        words = vocabulary.words(" ".join(rough[table.name]) or table.name, table.comment or "")
        if table.comment and opaque(words) and (said := short_phrase(table.comment)):
            words = tuple(split(said))
        label, plural = labels_of_table(words)
        if plural in taken:
            label, plural = labels_of_table(vocabulary.words(" ".join(split(table.name)) or table.name))
        if plural in taken:
            label, plural = table.name, table.name
        taken.add(plural)
        marks = [_MARKS[word] for word in split(table.name) if word in _MARKS]
        named[table.name] = Named(noun_of(words), label, plural, marks[0] if marks else "")
    return vocabulary, named


def short_phrase(comment: str) -> str:
    """The comment when it could stand as a label ("Net weight of the parcel" could not), else ""."""
    text = comment.strip().rstrip(".")
    text = text.removeprefix("The ").removeprefix("A ").removeprefix("An ")
    words = text.split()
    fits = 1 <= len(words) <= 3 and all(w.replace("-", "").isalpha() for w in words)
    if not fits or words[0].lower() in _LINKS or {w.lower() for w in words} & _CLAUSE:
        return ""
    return label_of([words[0] if words[0].isupper() else words[0].lower(), *words[1:]])


def _shared_prefix(names: Sequence[list[str]]) -> str:
    """A first word that every table has, such as a schema's name; "" when there is none."""
    if len(names) < _SHARED or any(len(words) < 2 for words in names):
        return ""
    firsts = {words[0] for words in names}
    return firsts.pop() if len(firsts) == 1 else ""


def _bare(words: list[str], shared: str) -> list[str]:
    kept = list(words)
    while len(kept) > 1 and (kept[0] in _AFFIXES or kept[0] == shared):
        kept = kept[1:]
    while len(kept) > 1 and kept[-1] in _AFFIXES:
        kept = kept[:-1]
    return kept
