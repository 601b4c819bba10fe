"""A wide catalog is what its name says, its copies are real and differ, and other queries over it are found."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import islice
from random import Random

import pytest

from factory import plan
from factory.catalog import Opened, opened
from factory.exceptions import UnknownName
from factory.load_spec import spec_names
from factory.split import assign
from factory.wide.alternatives import alternatives
from factory.wide.catalog import IN_USE, Entry, WideDatabase, as_wide
from factory.wide.conventions import draw_conventions, notes
from factory.wide.fewer import reductions, without_part
from factory.wide.name import WideName, domains_in, wide_name
from factory.wide.queries import parsed, tables_in
from factory.wide.text import FORMS, catalog_text, entry_text
from recipes.text_to_tables import recipe


def rows(source: Opened, sql: str, instance: int = 0) -> Counter[tuple[object, ...]]:
    outcome = source.engine.run(sql, instance)
    assert outcome.error is None, outcome.error
    return Counter(outcome.rows)


# --- names -----------------------------------------------------------------------------------------------------------


def test_a_name_says_all_that_makes_a_catalog() -> None:
    name = WideName(("airline", "hr", "hr"), 17, 120)

    assert str(name) == "airline+hr+hr@17x120"
    assert wide_name(str(name)) == name
    assert domains_in(str(name)) == ["airline", "hr"]
    assert domains_in("retail@17") == domains_in("retail") == ["retail"]
    assert all(wide_name(other) is None for other in ("retail", "retail@17", "my.duckdb", "a+b", "retail@3x"))


def test_an_unknown_domain_is_an_error() -> None:
    with pytest.raises(UnknownName, match="retial"), opened("hr+retial@3x30", instances=1):
        pass


def test_the_domains_of_a_catalog_belong_to_one_split() -> None:
    assigned = assign(plan.families(()), seed=3)
    names = list(islice(plan.catalogs((), 3, assigned, recipe.merged), 66))

    assert all(len({assigned[domain] for domain in domains_in(name)}) == 1 for name in names)
    assert {domain for name in names for domain in domains_in(name)} == set(spec_names())
    assert {assigned[domains_in(name)[0]] for name in names} == {"train", "validation", "test"}
    assert len(set(names)) == len(names)
    sizes = [found.size for name in names if (found := wide_name(name))]
    assert min(sizes) < 40
    assert max(sizes) > 300
    assert names == list(islice(plan.catalogs((), 3, assigned, recipe.merged), 66))


def test_given_names_stand_for_themselves() -> None:
    given = ["hr", "retail", "airline+hr@3x40", "telecom@7"]
    families = plan.families(given)
    assert families == ["airline", "hr", "retail", "telecom"]
    drawn = list(islice(plan.catalogs(given, 0, assign(families, seed=0), recipe.merged), 40))

    assert {"airline+hr@3x40", "telecom@7"} <= set(drawn)
    assert plan.family("airline+hr@3x40") == "airline"
    merged = [name for name in drawn if name not in given]
    assert {domain for name in merged for domain in domains_in(name)} == {"hr", "retail"}


# --- tables ----------------------------------------------------------------------------------------------------------


def test_every_entry_is_there_with_its_columns(source: Opened, wide: WideDatabase) -> None:
    assert len(wide.entries) >= 70
    for entry in wide.entries:
        for instance in range(2):
            outcome = source.engine.run(f"SELECT * FROM {entry.name} LIMIT 0", instance)
            assert outcome.error is None, entry.name
            assert [c.lower() for c in outcome.columns] == [c.name.lower() for c in entry.columns]
    every = source.engine.run("SELECT count(*) FROM duckdb_tables() WHERE NOT internal").rows[0][0]
    assert every == sum(not entry.view for entry in wide.entries)


def test_copies_of_many_kinds_differ_from_what_they_are_copies_of(source: Opened, wide: WideDatabase) -> None:
    def count(name: str) -> list[Counter[tuple[object, ...]]]:
        return [rows(source, f"SELECT COUNT(*) FROM {name}", k) for k in range(2)]

    copies = [e for e in wide.entries if e.of and e.kind not in ("summary", "joined")]
    differ = [e for e in copies if count(e.name) != count(e.of)]

    assert len({e.kind for e in wide.entries} - set(IN_USE)) >= 5
    assert len(differ) > 0.9 * len(copies) > 10
    assert all(e.group == wide.entry[e.of].group for e in wide.entries if e.of)


def test_a_catalog_made_again_is_the_same() -> None:
    digests = []
    for _ in range(2):
        with opened("hr@9x24", instances=1) as found:
            digests.append((found.database.digest, found.database.schema_text))

    assert digests[0] == digests[1]


def test_no_two_kinds_of_copies_look_alike() -> None:
    for n in range(400):
        drawn = draw_conventions(Random(n))
        places = [drawn.places[kind] for kind in (*drawn.kinds, "part")]
        if drawn.versioned:
            assert "_v2" not in drawn.places["draft"][1]
        assert len(set(places)) == len(places), (n, places)
        assert len({note.text for note in notes(drawn)}) == len(notes(drawn))


def test_parts_hold_the_rows_of_their_years(source: Opened, wide: WideDatabase) -> None:
    parts = of_kind(wide, "part")

    assert len(parts) > 1
    for entry in parts:
        moment = re.search(r"YEAR FROM (\S+)\)", entry.query)
        assert moment
        years = rows(source, f"SELECT DISTINCT EXTRACT(YEAR FROM {moment[1]}) FROM {entry.name}")
        assert set(years) <= {(int(entry.detail),)}
        assert entry.group not in wide.entry


# --- text ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_a_text_shows_the_tables_that_are_asked_for_in_their_order(form: str, wide: WideDatabase) -> None:
    names = [e.name for e in wide.entries][::7][::-1]
    text = catalog_text(wide, names, form)  # type: ignore[arg-type]
    between = "\n\n" if form == "ddl" else "\n"
    body = between.join(entry_text(wide.entry[name], form) for name in names)  # type: ignore[arg-type]

    assert text.endswith(f":{between}{body}")


def test_conventions_are_those_of_what_is_shown(wide: WideDatabase) -> None:
    in_use = [e.name for e in wide.entries if e.kind == "table" and e.member == 0]
    few = catalog_text(wide, in_use, "names")
    every = catalog_text(wide, [e.name for e in wide.entries], "names")

    kinds = {note.text for note in wide.notes if note.kind}
    assert not [text for text in kinds if text in few]
    assert [text for text in kinds if text in every]


# --- sessions that see some tables -----------------------------------------------------------------------------------


def test_a_session_sees_the_shown_tables_alone(source: Opened, wide: WideDatabase) -> None:
    first, second = [e.name for e in wide.entries if e.kind == "table" and e.member == 0][:2]
    seen = source.engine.run_visible(f"SELECT COUNT(*) FROM {first}", (first,))
    hidden = source.engine.run_visible(f"SELECT COUNT(*) FROM {second}", (first,))

    assert seen.rows == source.engine.run(f"SELECT COUNT(*) FROM {first}").rows
    assert hidden.error
    assert hidden.error.kind == "Catalog Error"
    assert second not in hidden.error.message.partition("Did you mean")[2].partition("\n\nLINE")[0]
    assert source.engine.run_visible(f"SELECT COUNT(*) FROM {second}", (second,)).error is None
    assert source.engine.run_visible(f"SELECT COUNT(*) FROM {first}", (second,)).error


def test_the_database_itself_stays_as_it_is(source: Opened, wide: WideDatabase) -> None:
    name = wide.entries[0].name
    before = rows(source, "SELECT schema_name FROM duckdb_schemas() WHERE database_name = current_database()")
    source.engine.run_visible(f"SELECT * FROM {name}", (name,))

    assert rows(source, "SELECT schema_name FROM duckdb_schemas() WHERE database_name = current_database()") == before


# --- other queries ---------------------------------------------------------------------------------------------------


def of_kind(wide: WideDatabase, kind: str) -> list[Entry]:
    return [e for e in wide.entries if e.kind == kind]


def test_each_copy_is_tried_in_the_place_of_its_original(wide: WideDatabase) -> None:
    group = max(wide.groups.values(), key=len)
    own = next(e for e in group if e.kind == "table")
    query = f"SELECT COUNT(*) FROM {own.name}"
    tried = {name for other in alternatives(query, wide, frozenset(wide.entry)) for name in other.tables}
    some = {name for other in alternatives(query, wide, frozenset({group[0].name, own.name})) for name in other.tables}

    assert tried >= {e.name for e in group if e.kind != "summary"} - {own.name}
    assert some <= {group[0].name, own.name}


@pytest.mark.parametrize(
    "asked",
    [
        "SELECT {key}, COUNT(*) AS n FROM {table} GROUP BY {key}",
        "SELECT COUNT(*) FILTER (WHERE {key} IS NULL) AS a, COUNT(*) AS b FROM {table}",
        "SELECT SUM(CASE WHEN {key} IS NULL THEN 0 ELSE 1 END) AS a FROM {table}",
        "SELECT COUNT(CASE WHEN {key} IS NOT NULL THEN 1 END) AS a FROM {table}",
    ],
    ids=["groups", "filter", "else", "case"],
)
def test_totals_that_hold_the_answer_are_found(asked: str, source: Opened, wide: WideDatabase) -> None:
    entry = next(e for e in of_kind(wide, "summary") if e.columns[0].name != "month")
    query = asked.format(key=entry.columns[0].name, table=entry.of)
    other = next(o for o in alternatives(query, wide, frozenset(wide.entry)) if o.tables == (entry.name,))

    for instance in range(2):
        assert rows(source, other.query, instance) == rows(source, query, instance)


def test_a_joined_view_that_holds_the_answer_is_found(source: Opened, wide: WideDatabase) -> None:
    entry = of_kind(wide, "joined")[0]
    on = re.search(r"ON c\.(\S+) = p\.(\S+)", entry.query)
    assert on
    own, theirs = next(iter(entry.renamed or {})), next(iter(entry.joined_as or {}))
    query = (
        f"SELECT a.{own}, b.{theirs} FROM {entry.of} AS a JOIN {entry.joined} AS b ON a.{on[1]} = b.{on[2]} "
        f"WHERE b.{theirs} IS NOT NULL"
    )
    other = next(o for o in alternatives(query, wide, frozenset(wide.entry)) if o.tables == (entry.name,))

    assert rows(source, other.query) == rows(source, query)


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("SELECT c.id, COUNT(*) FROM orders AS o JOIN client AS c ON o.cid = c.id GROUP BY c.id", ["orders"]),
        ("SELECT c.id, COUNT(*) FROM client AS c JOIN orders AS o ON o.cid = c.id GROUP BY c.id", ["orders"]),
        ("SELECT c.name, COUNT(*) FROM orders AS o JOIN client AS c ON o.cid = c.id GROUP BY c.name", []),
        ("SELECT COUNT(*) FROM orders", []),
    ],
    ids=["joined", "from", "used", "alone"],
)
def test_a_table_whose_key_alone_is_used_can_go(query: str, left: list[str]) -> None:
    found = [other.tables for other in reductions(query)]

    assert [list(tables) for tables in found if tables == ("orders",)] == ([left] if left else [])


def test_a_part_can_be_left_out_of_a_union() -> None:
    query = "SELECT * FROM (SELECT * FROM a_1 UNION ALL SELECT * FROM a_2 UNION ALL SELECT * FROM a_3) AS a"

    for part in ("a_1", "a_2", "a_3"):
        less = without_part(query, part)
        assert less
        assert set(less.tables) == {"a_1", "a_2", "a_3"} - {part}
    assert without_part("SELECT * FROM a_1", "a_1") is None


def test_tables_are_those_that_are_read() -> None:
    query = (
        'WITH orders AS (SELECT * FROM sales.orders) SELECT * FROM orders JOIN "group" ON true JOIN Client AS c ON true'
    )

    assert tables_in(parsed(query)) == ('"group"', "Client", "sales.orders")


def test_any_database_is_a_catalog_of_one() -> None:
    with opened("hr@3", instances=1) as found:
        wide = as_wide(found.database)
        assert as_wide(wide) is wide
        assert [e.name for e in wide.entries] == sorted(t.name for t in found.database.tables)
        assert catalog_text(replace(wide), [e.name for e in wide.entries], "names").startswith("Tables:\n")


def test_a_view_answers_where_what_it_reads_is_hidden() -> None:
    """Its tables are in main and it isn't: DuckDB would look for them in the database that the session uses."""
    with opened("hr@7x20", instances=1) as source:
        wide = as_wide(source.database)
        views = [entry.name for entry in wide.entries if entry.view]
        assert any(name.startswith("reporting.") for name in views)
        assert any("." not in entry.name for entry in wide.entries)
        for name in views:
            sql = f"SELECT * FROM {name}"
            assert source.engine.run_visible(sql, (name,)) == source.engine.run(sql), name
