"""Where the tables of a wide catalog stand, and what is made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from factory.identifiers import plain
from factory.records import Column, Database, Table
from factory.wide.catalog import Entry, Kind, Member, Note
from factory.wide.conventions import COMPANIES, SPOKEN, Conventions, notes, remark
from factory.wide.copies import WEIGHTS, Copy, copies, parts, slug

_PARTED = 0.18  # of the tables that can be
_VERSIONED = 0.4


@dataclass(slots=True)
class Placing:
    """Entries in the order in which they are made; `parted` are tables that stand in parts only."""

    conventions: Conventions
    size: int
    members: list[Member] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def add(self, entry: Entry) -> bool:
        if entry.name.lower() in self.taken:
            return False
        self.taken.add(entry.name.lower())
        self.entries.append(entry)
        return True


def placed(domains: Sequence[str], databases: Sequence[Database], size: int, c: Conventions, rng: Random) -> Placing:
    """All tables in use, then copies until there are `size` tables."""
    found = Placing(c, size)
    found.notes = notes(c)
    names = Counter(t.name.lower() for d in databases for t in d.tables)
    labels = Counter(t.label for d in databases for t in d.tables)
    clashing = {t.name.lower() for d in databases for t in d.tables if names[t.name.lower()] > 1 or labels[t.label] > 1}
    options: dict[Kind, list[tuple[Entry, list[Copy]]]] = {kind: [] for kind in WEIGHTS}
    companies = iter(c.companies or COMPANIES)
    seen: set[str] = set()
    for at, (domain, database) in enumerate(zip(domains, databases, strict=True)):
        company = next(companies) if domain in seen else ""
        seen.add(domain)
        schema = slug(company) if company else _schema(domain, c)
        shared = not schema or schema == c.layout
        where: dict[str, tuple[str, ...]] = {}
        for table in database.tables:
            called = _prefixed(domain, table.name) if shared and table.name.lower() in clashing else table.name
            split = parts(table) if not company and rng.random() < _PARTED else []
            where[table.name] = _put(found, at, schema, called, table, split, rng)
        found.members.append(Member(database, where, SPOKEN.get(domain, domain.replace("_", " ")), company))
        found.notes += _about(at, schema, domain, company, database, c)
    for member in found.members:
        for table in member.database.tables:
            entry = next((e for e in found.entries if (e.name,) == member.places[table.name]), None)
            if entry is None:
                continue
            for kind, units in copies(member.database, table, rng).items():
                options[kind] += ((entry, unit) for unit in units)
    _fill(found, options, domains, clashing, rng)
    return found


def _put(
    found: Placing, at: int, schema: str, called: str, table: Table, split: list[Copy], rng: Random
) -> tuple[str, ...]:
    c = found.conventions
    source = "{source}"
    if split:
        group = _dotted(schema, called)
        made = []
        for copy in split:
            name = _dotted(schema, _formed(c.places["part"][1], called, copy.detail))
            entry = Entry(
                name, "part", at, group, table.columns, table.label, table.plural, table.comment or "", table.key,
                query=copy.query.replace(source, "{whole}"), detail=copy.detail,
            )  # fmt: skip
            made.append(name if found.add(entry) else "")
        if all(made):
            return tuple(made)
    if c.versioned and rng.random() < _VERSIONED:
        called = _formed("{}_v2", called)
    name = _dotted(schema, called)
    entry = Entry(name, "table", at, name, table.columns, table.label, table.plural, table.comment or "", table.key)
    if not found.add(entry):
        raise ValueError(f"two tables are called {name}")
    return (name,)


def _fill(
    found: Placing,
    options: dict[Kind, list[tuple[Entry, list[Copy]]]],
    domains: Sequence[str],
    clashing: set[str],
    rng: Random,
) -> None:
    for units in options.values():
        rng.shuffle(units)
    kinds = [kind for kind in WEIGHTS if kind in found.conventions.kinds]
    while len(found.entries) < found.size:
        left = [kind for kind in kinds if options[kind]]
        if not left:
            extra = [kind for kind in WEIGHTS if options[kind]]
            if not extra:
                return
            left = [rng.choice(extra)]
        kind = rng.choices(left, [WEIGHTS[k] for k in left])[0]
        entry, unit = options[kind].pop()
        for copy in unit:
            _copy(found, entry, copy, domains[entry.member], clashing)


def _copy(found: Placing, entry: Entry, copy: Copy, domain: str, clashing: set[str]) -> None:
    c = found.conventions
    schema, _, base = entry.name.rpartition(".")
    own = c.places[copy.kind][0]
    pattern = c.places[copy.kind][1]
    if copy.kind == "old" and c.versioned:
        if not base.lower().endswith("_v2"):
            return  # a copy of the same name
        base = base[:-3]
    if own:
        member = found.members[entry.member]
        base = base[:-3] if base.lower().endswith("_v2") else base
        # In a schema that all domains share, a name must say whose table it is a copy of.
        if member.company:
            base = _prefixed(slug(member.company), base)
        elif base.lower() in clashing:
            base = _prefixed(domain, base)
    name = _dotted(own or schema, _formed(pattern, base, copy.detail))
    joined = found.members[entry.member].places[copy.parent] if copy.parent else ()
    if copy.parent and len(joined) != 1:
        return
    parent = joined[0] if joined else ""
    columns: tuple[Column, ...] = entry.columns if copy.same_columns else ()
    found.add(
        Entry(
            name, copy.kind, entry.member, entry.group, columns, entry.label, entry.plural,
            f"{entry.comment}; {remark(copy.kind, copy.detail, c)}" if entry.comment else "",
            key=entry.key if copy.same_columns else (), of=entry.name,
            query=copy.query.replace("{source}", entry.name).replace("{parent}", parent),
            view=copy.view, detail=copy.detail, renamed=copy.renamed, joined=parent,
            joined_as=copy.joined_as, said=copy.said,
        )
    )  # fmt: skip


def _schema(domain: str, c: Conventions) -> str:
    if c.layout == "domain":
        return f"{domain}{c.suffix}"
    return "" if c.layout == "main" else c.layout


def _dotted(schema: str, name: str) -> str:
    return f"{plain(schema)}.{plain(name)}" if schema else plain(name)


def _prefixed(word: str, name: str) -> str:
    return f"{word.upper()}_{name}" if name.isupper() else f"{word}_{name}"


def _formed(pattern: str, name: str, detail: str = "") -> str:
    formed = pattern.replace("{d}", detail)
    return (formed.upper() if name.isupper() else formed).replace("{}", name)


def _about(at: int, schema: str, domain: str, company: str, database: Database, c: Conventions) -> list[Note]:
    spoken = SPOKEN.get(domain, domain.replace("_", " "))
    if company:
        text = f"schema {schema}: {spoken} of {company}, a company that was bought; only meant where it is named"
    elif c.layout == "domain":
        text = f"schema {schema}: {database.title or spoken}"
    else:
        return []
    return [Note(text, member=at)]
