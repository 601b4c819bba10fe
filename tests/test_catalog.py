"""Names and files → open databases: the same bytes everywhere, and clear words for what can't be opened."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from factory.catalog import Opened, digest, export, find_spec, is_file, opened
from factory.engines.duckdb import DuckDBEngine, connect_memory
from factory.exceptions import DatabaseUnavailable, FactoryError, UnknownName
from factory.identifiers import quote
from factory.load_spec import spec_names
from factory.metadata import read_catalog, schema_text

PLAIN, GEO = "hr@2", "air_quality@1"


@pytest.fixture(scope="module")
def hr() -> Iterator[Opened]:
    with opened(PLAIN, instances=3) as source:
        yield source


# --- shipped databases -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_name_stands_for_the_same_bytes_in_every_process() -> None:
    code = (
        "import sys\n"
        "from factory.catalog import opened\n"
        "sys.stdout.reconfigure(encoding='utf-8')\n"
        "for name, instances in (('hr@2', 2), ('air_quality@1', 1)):\n"
        "    with opened(name, instances=instances) as source:\n"
        "        print(source.database.digest, source.database.schema_text)\n"
    )
    said = []
    for zone, seed in (("Pacific/Auckland", "1"), ("UTC", "2")):
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        said.append(subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout)

    assert said[0] == said[1]
    with opened(PLAIN, instances=2) as source:
        assert said[0].decode().startswith(f"{source.database.digest} {source.database.schema_text}\n")


def test_what_was_open_before_leaves_no_trace() -> None:
    """Connections are kept warm: the second database to use one must not notice."""
    texts = []
    for _ in range(2):
        with opened("banking@5", instances=1) as source:
            texts.append((source.database.digest, source.database.schema_text))
        with opened("retail@4", instances=1):
            pass

    assert texts[0] == texts[1]


def test_the_facts_of_a_database_are_those_of_its_engine(hr: Opened) -> None:
    database, engine = hr.database, hr.engine

    assert (database.name, database.family, database.dialect, database.instances) == (PLAIN, "hr", "duckdb", 3)
    assert database.schema_text == schema_text(read_catalog(engine.connections[0]))
    for table in database.tables:
        described = engine.run(f"DESCRIBE {quote(table.name)}").rows
        assert [(c.name, c.type) for c in table.columns] == [(row[0], row[1]) for row in described]
        assert engine.run(f"SELECT COUNT(*) FROM {quote(table.name)}").rows == ((table.row_count,),)
        for column in table.columns:
            nulls = f"SELECT COUNT(*) FROM {quote(table.name)} WHERE {quote(column.name)} IS NULL"
            assert engine.run(nulls).rows == ((column.nulls,),)
            assert column.nullable or column.nulls == 0


def test_relations_join_columns_that_are_there(hr: Opened) -> None:
    database = hr.database

    assert database.relations
    for r in database.relations:
        child, parent = quote(r.child), quote(r.parent)
        own, theirs = quote(r.child_column), quote(r.parent_column)
        orphans = f"SELECT COUNT(*) FROM {child} WHERE {own} NOT IN (SELECT {theirs} FROM {parent})"
        for k in range(database.instances):
            assert hr.engine.run(orphans, k).rows == ((0,),)
        assert database.table(r.parent).key == (r.parent_column,)


def test_instances_hold_other_rows_of_the_same_tables(hr: Opened) -> None:
    catalogs = [read_catalog(connection) for connection in hr.engine.connections]
    shapes = [sorted((t.name, [(c.name, c.type) for c in t.columns]) for t in live) for live in catalogs]

    assert shapes[0] == shapes[1] == shapes[2]
    for a, b in pairwise(hr.engine.connections):
        table = quote(hr.database.tables[0].name)
        assert a.execute(f"FROM {table}").fetchall() != b.execute(f"FROM {table}").fetchall()


def test_the_digest_covers_every_instance(hr: Opened) -> None:
    with opened(PLAIN, instances=2) as fewer:
        assert fewer.database.schema_text == hr.database.schema_text
        assert fewer.database.digest != hr.database.digest


@pytest.mark.slow
@pytest.mark.parametrize(("name", "instance"), [(PLAIN, 0), (PLAIN, 2), (GEO, 0)])
def test_an_export_holds_the_rows_that_were_opened(tmp_path: Path, name: str, instance: int) -> None:
    path = tmp_path / "copy.duckdb"
    export(name, instance, path)
    with opened(name, instances=instance + 1) as source, opened(str(path)) as copy:
        ours, theirs = source.engine.connections[instance], copy.engine.connections[0]
        for table in source.database.tables:
            query = f"FROM {quote(table.name)}"
            assert ours.execute(query).fetchall() == theirs.execute(query).fetchall()
        if instance == 0:
            assert copy.database.schema_text == source.database.schema_text
            assert digest("", copy.engine) == digest("", DuckDBEngine([ours]))
    assert [path.name for path in tmp_path.iterdir()] == ["copy.duckdb"]


def test_an_export_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "mine.duckdb"
    path.write_text("precious")
    with pytest.raises(FileExistsError):
        export(PLAIN, 0, path)

    assert path.read_text() == "precious"


def test_an_export_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("factory.catalog.create", broken)
    with pytest.raises(OSError, match="disk full"):
        export(PLAIN, 0, tmp_path / "copy.duckdb")

    assert list(tmp_path.iterdir()) == []


# --- names -----------------------------------------------------------------------------------------------------------


def test_names_and_variants() -> None:
    assert find_spec("retail").id == find_spec("retail@0").id == "retail"
    assert find_spec("retail@17").id == "retail@17"
    assert find_spec("retail@17") == find_spec("retail@17")
    assert find_spec("retail@17") != find_spec("retail@18")


@pytest.mark.parametrize(
    "name", ["retail@x", "retail@-1", "retail@", "retail@1@2", "@3", "", "Retail", "retail @1", "reatil@3"]
)
def test_a_name_that_stands_for_nothing(name: str) -> None:
    with pytest.raises(UnknownName, match=r"^Unknown database '.*'\..* Available: ad_campaigns, .*, vessel_traffic$"):
        find_spec(name)
    if name not in ("", "@3"):
        with pytest.raises(UnknownName, match=r"Did you mean retail\?"), opened(name):
            pass


def test_which_names_are_files() -> None:
    assert all(map(is_file, ["a.duckdb", "a.db", "a.ddb", "./a", "x/retail", "C:\\data\\a"]))
    assert not any(map(is_file, [*spec_names(), "retail@17", "retail@x"]))


# --- a user's file ---------------------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "pets.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE owner (owner_id INTEGER PRIMARY KEY, full_name VARCHAR, city VARCHAR)")
        connection.execute(
            "CREATE TABLE pet (pet_id INTEGER PRIMARY KEY, owner_id INTEGER REFERENCES owner (owner_id), "
            "pet_name VARCHAR, weight_kg DOUBLE, born_on DATE)"
        )
        connection.execute("INSERT INTO owner SELECT i, 'Ann ' || i, ['Ulm', 'Bonn'][1 + i % 2] FROM range(40) r(i)")
        connection.execute(
            "INSERT INTO pet SELECT i, i % 37, 'Rex ' || i, i / 7, DATE '2020-01-01' + (i * 3)::INTEGER "
            "FROM range(90) r(i)"
        )
    return path


def test_a_file_becomes_a_database_without_saying_where_it_lies(own: Path) -> None:
    with opened(str(own)) as source:
        database = source.database
        asked = source.engine.run("SELECT COUNT(*) FROM pet JOIN owner USING (owner_id)")

    assert (database.name, database.family, database.instances) == ("pets", "pets", 1)
    assert {t.name: t.row_count for t in database.tables} == {"owner": 40, "pet": 90}
    assert [(r.child, r.child_column, r.parent, r.parent_column) for r in database.relations] == [
        ("pet", "owner_id", "owner", "owner_id")
    ]
    assert asked.rows == ((90,),)
    assert str(own.parent) not in repr(database)


def test_a_file_is_let_go_at_the_end_whatever_happens(own: Path) -> None:
    with pytest.raises(ZeroDivisionError), opened(str(own)):
        raise ZeroDivisionError
    with duckdb.connect(str(own)) as connection:  # for writing: no reader is left
        connection.execute("CREATE TABLE more (a INTEGER)")


def test_a_file_has_the_digest_of_its_content(own: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "sub" / "pets.duckdb"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(own.read_bytes())
    with opened(str(own)) as first, opened(str(elsewhere)) as second:
        assert first.database == second.database
    with duckdb.connect(str(elsewhere)) as connection:
        connection.execute("UPDATE pet SET weight_kg = 3.5 WHERE pet_id = 50")
    with opened(str(own)) as first, opened(str(elsewhere)) as second:
        assert first.database.schema_text == second.database.schema_text
        assert first.database.digest != second.database.digest


def _engine(script: str) -> DuckDBEngine:
    connection = connect_memory(spatial=False)
    connection.execute(script)
    return DuckDBEngine([connection])


def test_the_digest_knows_rows_but_not_their_order() -> None:
    made = "CREATE TABLE t (a INTEGER, b VARCHAR); INSERT INTO t VALUES "

    assert digest("x", _engine(made + "(1, 'a'), (2, 'b')")) == digest("x", _engine(made + "(2, 'b'), (1, 'a')"))
    assert digest("x", _engine(made + "(1, 'a'), (2, 'b')")) != digest("x", _engine(made + "(1, 'a'), (2, 'c')"))
    assert digest("x", _engine(made + "(1, NULL)")) != digest("x", _engine(made + "(1, '')"))
    assert digest("x", _engine(made + "(1, 'a')")) != digest("y", _engine(made + "(1, 'a')"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("(1, 'a'), (1, 'a'), (3, 'c')", "(2, 'b'), (2, 'b'), (3, 'c')"),
        ("(1, 'a'), (2, 'b')", "(1, 'b'), (2, 'a')"),
    ],
    ids=["rows that come twice", "values that change places"],
)
def test_the_digest_is_that_of_the_rows(first: str, second: str) -> None:
    made = "CREATE TABLE t (a INTEGER, b VARCHAR); INSERT INTO t VALUES "

    assert digest("x", _engine(made + first)) != digest("x", _engine(made + second))


@pytest.mark.parametrize(
    "script", ["SELECT 1", "CREATE TABLE t (a INTEGER)", "CREATE SCHEMA other; CREATE TABLE other.t AS SELECT 1 AS a"]
)
def test_a_file_without_rows_is_refused(tmp_path: Path, script: str) -> None:
    path = tmp_path / "empty.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(script)
    with (
        pytest.raises(DatabaseUnavailable, match=r"empty\.duckdb has no rows in any table of schema main"),
        opened(str(path)),
    ):
        pass
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE more (a INTEGER)")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="No database file at"), opened(str(tmp_path / "none.duckdb")):
        pass


def test_a_file_with_time_zones_can_be_opened(own: Path) -> None:
    with duckdb.connect(str(own)) as connection:
        connection.execute("ALTER TABLE pet ADD COLUMN seen_at TIMESTAMPTZ")
        connection.execute("UPDATE pet SET seen_at = TIMESTAMPTZ '2024-01-01 00:00:00+00'")
    with opened(str(own)) as source:
        assert "seen_at TIMESTAMP WITH TIME ZONE" in source.database.schema_text


def test_what_goes_wrong_in_a_file_is_an_error_that_a_user_can_act_on(own: Path) -> None:
    own.write_bytes(b"text" * 5000)
    with pytest.raises(FactoryError), opened(str(own)):
        pass
