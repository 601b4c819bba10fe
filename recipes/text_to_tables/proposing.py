"""Cases drawn from a catalog: one question, a question without an answer, or five questions for the same tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from factory.intents.style import Style, render
from factory.wide.catalog import Entry, WideDatabase
from factory.wide.derived import over
from factory.wide.queries import in_place, parsed, tables_in
from factory.wide.text import Form
from recipes.text_to_tables import prompts
from recipes.text_to_tables.asking import asked, asking_for, copies_of
from recipes.text_to_tables.case import Case
from recipes.text_to_tables.drawing import Drawn, mentions
from recipes.text_to_tables.showing import Budget, draw_shown

_STYLE = Style()
# A copy's share among the tables asked for, where there is one that can be.
_COPY = 0.27
_ASKABLE = ("staging", "archive", "snapshot", "old", "draft", "sandbox", "year", "filtered")
_DERIVED = ("summary", "joined")
_DERIVED_SHARE = 0.6
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the next record should be like."""

    shape: str
    form: Form
    tokens: int


@dataclass(frozen=True, slots=True)
class Proposed:
    """`missing` says what a catalog without an answer lacks."""

    case: Case
    drawn: Drawn
    missing: str = ""


def answered(drawn: Drawn, database: WideDatabase, wish: Wish, rng: Random) -> Iterator[Proposed]:
    """A case with an answer. Of a table that stands in parts, once for each choice of parts that may be the one."""
    question = asked(drawn, database, rng)
    copy, queries = _over_copy(drawn, database, rng)
    whole = render(in_place(drawn.tree, drawn.member, {}), _STYLE) if copy and copy.kind in _DERIVED else ""
    if copy:
        question = asking_for(question, copy, rng)
    else:
        whole, queries = _in_parts(drawn, question)
    groups = {database.entry[name].group for name in tables_in(parsed(whole or queries[0]))}
    # Where a name has no word of what the table is called, only its columns can tell.
    form = wish.form if wish.form != "names" or all(_telling(name, drawn) for name in drawn.tables) else "columns"
    found = draw_shown(database, groups, (), form, Budget(wish.tokens, wish.shape), rng)
    if found is None:
        return
    form, shown = found
    for query in queries:
        yield Proposed(
            Case(
                shape=wish.shape,
                form=form,
                shown=shown,
                needed=tables_in(parsed(query)),
                queries=(query,),
                questions=(prompts.said(drawn.said.earlier, question),),
                cuts=(_cut(drawn),),
                whole=whole if whole != query else "",
                named=copy.name if copy else "",
            ),
            drawn,
        )


def _over_copy(drawn: Drawn, database: WideDatabase, rng: Random) -> tuple[Entry | None, list[str]]:
    """A copy that the question may ask for, and the query over it; a kind first, since there may be dozens of
    snapshots and one archive. Totals and joined views, which seldom fit, come first where they do."""
    plain = render(in_place(drawn.tree, drawn.member, {}), _STYLE)
    derived = [(c, found) for _, c in copies_of(drawn, database, _DERIVED) if (found := over(plain, c))]
    if derived and rng.random() < _DERIVED_SHARE:
        copy, found = rng.choice(derived)
        return copy, [found.query]
    options = copies_of(drawn, database, _ASKABLE)
    if not options or rng.random() >= _COPY:
        return None, []
    kind = rng.choice(sorted({copy.kind for _, copy in options}))
    table, copy = rng.choice([option for option in options if option[1].kind == kind])
    return copy, [render(in_place(drawn.tree, drawn.member, {table: copy.name}), _STYLE)]


def _in_parts(drawn: Drawn, question: str) -> tuple[str, list[str]]:
    """The query over all parts of its tables, and those over some years only that the question may be about."""
    whole = render(in_place(drawn.tree, drawn.member, {}), _STYLE)
    split = [name for name in drawn.tables if len(drawn.member.places[name]) > 1]
    if not split:
        return "", [whole]
    # "Last year" has its year in the query alone; the end of a span may stand there as the next year's first day.
    years = sorted({int(year) for year in _YEAR.findall(f"{question} {whole.partition(' WHERE ')[2]}")})
    spans = [span for y in years for span in ((y, y), (y, 9999), (0, y), (0, y - 1))]
    spans += [span for y in years for z in years if z > y for span in ((y, z), (y, z - 1))]
    choices = [whole]
    for low, high in spans:
        kept = {name: _between(drawn.member.places[name], low, high) for name in split}
        if all(kept.values()):
            places = {**drawn.member.places, **kept}
            member = type(drawn.member)(drawn.member.database, places, drawn.member.spoken, drawn.member.company)
            choices.append(render(in_place(drawn.tree, member, {}), _STYLE))
    return whole, list(dict.fromkeys(choices))


def _telling(table: str, drawn: Drawn) -> bool:
    """Whether the name of a table shares a word, or the beginning of one, with what it is called; a bridge needn't."""
    if table in drawn.bridges:
        return True
    known = drawn.member.database.table(table)
    said = {word[:3] for word in f"{known.label} {known.plural}".lower().split()}
    return any(word[:3].lower() in said for word in _WORD.findall(table))


def _between(places: tuple[str, ...], low: int, high: int) -> tuple[str, ...]:
    return tuple(place for place in places if low <= int(re.findall(r"\d{4}", place)[-1]) <= high)


def _cut(drawn: Drawn) -> tuple[int, int] | None:
    return (drawn.intent.cut.column, drawn.intent.cut.limit) if drawn.intent.cut else None


def unanswered(drawn: Drawn, database: WideDatabase, wish: Wish, rng: Random) -> Proposed | None:
    """The question in a catalog from which its whole domain is gone, or one table that it names."""
    labels = [t.label for m in database.members if m is not drawn.member for t in m.database.tables]
    words = " ".join((*drawn.said.earlier, drawn.said.question))
    told = [name for name in drawn.tables if _told(name, drawn, words)]
    if any(drawn.member.database.table(name).label in labels for name in drawn.tables) or not told:
        return None
    if drawn.member.company:
        return None
    if len(database.members) > 1 and rng.random() < 0.5:
        gone = [name for m in [drawn.member] for places in m.places.values() for name in places]
        lacking = list(drawn.tables)
    else:
        table = rng.choice(told)
        gone = list(drawn.member.places[table])
        lacking = [table]
    groups = {database.entry[name].group for name in gone}
    # What was made of a missing table is gone with it.
    hidden = {e.name for e in database.entries if e.group in groups or e.joined in gone or e.of in gone}
    query = render(in_place(drawn.tree, drawn.member, {}), _STYLE)
    needed = {database.entry[name].group for name in tables_in(parsed(query)) if name not in hidden}
    found = draw_shown(database, needed, hidden, wish.form, Budget(wish.tokens, wish.shape), rng)
    if found is None or not found[1]:
        return None
    form, shown = found
    question = asked(drawn, database, rng)
    case = Case(
        shape=wish.shape,
        form=form,
        shown=shown,
        needed=(),
        queries=(query,),
        questions=(prompts.said(drawn.said.earlier, question),),
        cuts=(_cut(drawn),),
    )
    return Proposed(case, drawn, _missing(drawn, lacking, question))


def _told(name: str, drawn: Drawn, words: str) -> bool:
    table = drawn.member.database.table(name)
    return name not in drawn.bridges and (mentions(words, table.label) or mentions(words, table.plural))


def _missing(drawn: Drawn, tables: list[str], question: str) -> str:
    """What no table holds, in the words of the question: the domain only where it is said."""
    plurals = [drawn.member.database.table(name).plural for name in tables]
    listed = plurals[0] if len(plurals) == 1 else f"{', '.join(plurals[:-1])} and {plurals[-1]}"
    spoken = drawn.member.spoken
    return f"no table here holds {listed}{f' of {spoken}' if spoken and mentions(question, spoken) else ''}."


def several(bucket: list[Drawn], wish: Wish) -> Proposed:
    """Five questions that need the same tables, which alone are shown."""
    queries = tuple(render(in_place(d.tree, d.member, {}), _STYLE) for d in bucket)
    needed = tables_in(parsed(queries[0]))
    case = Case(
        shape="questions",
        form="ddl" if wish.form == "names" else wish.form,
        shown=needed,
        needed=needed,
        queries=queries,
        questions=tuple(_one_line(d) for d in bucket),
        cuts=tuple(_cut(d) for d in bucket),
    )
    return Proposed(case, bucket[0])


def _one_line(drawn: Drawn) -> str:
    return " ".join(drawn.said.question.split())
