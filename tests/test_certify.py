"""Certificates: mutants that only a boundary, a NULL, a tie or a fan-out can tell from the gold query are killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import duckdb
import pytest
import sqlglot

from factory.catalog import Opened, opened
from factory.certify import Derived, certify, stable
from factory.certify.aim import Limit, aim_at
from factory.certify.boundaries import around
from factory.certify.instances import Shape, build
from factory.certify.plausible import never_repeated
from factory.certify.scratch import Values, forget, scratch_for
from factory.compare import same
from factory.intents.draw import intents
from factory.intents.style import Style, render
from factory.records import Certificate, Column, Role, Table

SCHEMA = """
CREATE TABLE town (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, mayor VARCHAR, post_code VARCHAR);
CREATE TABLE sale (
    id INTEGER PRIMARY KEY, town_id INTEGER REFERENCES town (id), amount DECIMAL(10, 2) NOT NULL,
    cost DECIMAL(10, 2) CHECK (cost >= 0), sold_at TIMESTAMP NOT NULL, kind VARCHAR, ticket VARCHAR UNIQUE
);
INSERT INTO town SELECT i, 'Town ' || i, 'Mayor ' || i, 'P' || (100 + i) FROM range(1, 7) r(i);
INSERT INTO sale SELECT i, 1 + i % 6, 10.25 + i, i, TIMESTAMP '2024-01-01 10:11:12' + INTERVAL (i) HOUR,
    CASE WHEN i % 3 = 0 THEN 'card' ELSE 'cash' END, 'T' || i FROM range(1, 61) r(i);
"""


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    path = tmp_path_factory.mktemp("certify") / "mine.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(SCHEMA)
    with opened(str(path)) as one:
        yield one


def certified(one: Opened, gold: str, mutant: str, *, ordered: bool = False, aimed: int = 4) -> Certificate:
    return certify(gold, {"m": mutant}, one.database, one.engine, ordered=ordered, aimed=aimed)


ONLY_AIMED = [
    ("above or at", "SELECT id FROM sale WHERE amount > 20.00", "SELECT id FROM sale WHERE amount >= 20.00"),
    (
        "end of a day",
        "SELECT id FROM sale WHERE sold_at >= '2023-05-01' AND sold_at < '2023-06-01'",
        "SELECT id FROM sale WHERE sold_at BETWEEN '2023-05-01' AND '2023-05-31'",
    ),
    (
        "the first moment after an interval",
        "SELECT id FROM sale WHERE sold_at >= CAST('2023-06-01' AS DATE) - INTERVAL '60' DAY",
        "SELECT id FROM sale WHERE sold_at > CAST('2023-06-01' AS DATE) - INTERVAL '60' DAY",
    ),
    ("a value that isn't there", "SELECT id FROM sale", "SELECT id FROM sale WHERE kind <> 'cheque'"),
    ("case", "SELECT id FROM sale WHERE kind = 'card'", "SELECT id FROM sale WHERE kind ILIKE 'card'"),
    (
        "inner or left",
        "SELECT s.id, t.name FROM sale s JOIN town t ON s.town_id = t.id",
        "SELECT s.id, t.name FROM sale s LEFT JOIN town t ON s.town_id = t.id",
    ),
    (
        "childless parents",
        "SELECT t.id, COUNT(s.id) FROM town t LEFT JOIN sale s ON s.town_id = t.id GROUP BY t.id",
        "SELECT t.id, COUNT(s.id) FROM town t JOIN sale s ON s.town_id = t.id GROUP BY t.id",
    ),
    ("NULLs are counted", "SELECT COUNT(kind) FROM sale", "SELECT COUNT(*) FROM sale"),
    ("duplicates", "SELECT DISTINCT amount FROM sale", "SELECT amount FROM sale"),
    (
        "UNION ALL",
        "SELECT amount FROM sale WHERE amount > 30 UNION SELECT amount FROM sale WHERE cost < 5",
        "SELECT amount FROM sale WHERE amount > 30 UNION ALL SELECT amount FROM sale WHERE cost < 5",
    ),
    (
        "NOT IN over NULL",
        "SELECT id FROM town t WHERE NOT EXISTS (SELECT 1 FROM sale s WHERE s.town_id = t.id)",
        "SELECT id FROM town WHERE id NOT IN (SELECT town_id FROM sale)",
    ),
    (
        "how many",
        "SELECT town_id FROM sale GROUP BY town_id HAVING COUNT(*) > 4",
        "SELECT town_id FROM sale GROUP BY town_id HAVING COUNT(*) >= 4",
    ),
    (
        "ties in a rank",
        "SELECT id, RANK() OVER (ORDER BY amount) FROM sale",
        "SELECT id, ROW_NUMBER() OVER (ORDER BY amount) FROM sale",
    ),
    ("compared columns", "SELECT id FROM sale WHERE amount > cost", "SELECT id FROM sale WHERE amount >= cost"),
]


@pytest.mark.parametrize(("gold", "mutant"), [case[1:] for case in ONLY_AIMED], ids=[case[0] for case in ONLY_AIMED])
def test_aimed_instances_kill_what_the_data_does_not(mine: Opened, gold: str, mutant: str) -> None:
    assert certified(mine, gold, mutant).kill_score == 1


EQUIVALENT = [
    ("SELECT id FROM sale WHERE amount > 20 AND cost < 9", "SELECT id FROM sale WHERE cost < 9 AND amount > 20"),
    ("SELECT COUNT(*) FROM sale", "SELECT COUNT(amount) FROM sale"),
    ("SELECT DISTINCT id FROM sale", "SELECT id FROM sale"),
    ("SELECT DISTINCT ticket FROM sale WHERE ticket IS NOT NULL", "SELECT ticket FROM sale WHERE ticket IS NOT NULL"),
    ("SELECT id FROM sale WHERE cost >= 0", "SELECT id FROM sale WHERE cost > -0.01"),
    (
        "SELECT s.id FROM sale s WHERE s.town_id IS NOT NULL",
        "SELECT s.id FROM sale s JOIN town t ON s.town_id = t.id",
    ),
    (
        "SELECT id FROM sale ORDER BY amount LIMIT 3",
        "SELECT s.id FROM (FROM sale ORDER BY id DESC) s ORDER BY s.amount LIMIT 3",
    ),
]


@pytest.mark.parametrize(("gold", "mutant"), EQUIVALENT)
def test_what_no_valid_data_can_tell_apart_survives(mine: Opened, gold: str, mutant: str) -> None:
    for ordered in (False, True) if "ORDER BY" in gold else (False,):
        assert certified(mine, gold, mutant, ordered=ordered).survivors == ("m",)


def test_invalid_mutants_are_not_tried(mine: Opened) -> None:
    found = certify(
        "SELECT id FROM sale",
        {"raises": "SELECT nothing FROM sale", "same": "SELECT s.id FROM sale s", "other": "SELECT id FROM town"},
        mine.database,
        mine.engine,
        ordered=False,
    )

    assert (found.tried, found.killed, found.survivors, found.invalid) == (2, 1, ("same",), ("raises",))
    assert found.kill_score == 0.5
    assert certify("SELECT 1", {}, mine.database, mine.engine, ordered=False).kill_score is None


def test_endless_recursion_is_invalid_and_quick(mine: Opened) -> None:
    step = "WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c{}) SELECT id FROM sale JOIN c ON id = n"

    assert certified(mine, step.format(" WHERE n < 5"), step.format("")).invalid == ("m",)


@pytest.mark.parametrize(
    ("gold", "ordered", "expected"),
    [
        ("SELECT id FROM sale WHERE amount > 20", False, True),
        ("SELECT id, kind FROM sale ORDER BY kind", False, True),
        ("SELECT id, kind FROM sale ORDER BY kind", True, False),
        ("SELECT id, kind FROM sale ORDER BY kind, id", True, True),
        ("SELECT id FROM sale ORDER BY kind LIMIT 3", False, False),
        ("SELECT id FROM sale ORDER BY amount DESC LIMIT 3", True, True),
        ("SELECT STRING_AGG(ticket, ',') FROM sale", False, False),
        ("SELECT STRING_AGG(ticket, ',' ORDER BY id) FROM sale", False, True),
        ("SELECT town_id, ANY_VALUE(ticket) FROM sale GROUP BY town_id", False, False),
        ("SELECT FIRST(ticket) FROM sale", False, False),
        ("WITH sale AS (SELECT * FROM town) SELECT id FROM sale ORDER BY id LIMIT 2", True, True),
        ("SELECT nothing FROM sale", False, False),
    ],
)
def test_a_result_that_depends_on_stored_order_is_unstable(
    mine: Opened, gold: str, ordered: bool, expected: bool
) -> None:
    assert stable(gold, mine.database, mine.engine, ordered=ordered) is expected


def test_aimed_rows_keep_the_constraints(mine: Opened) -> None:
    """The rows go into tables that do have the constraints: DuckDB itself judges."""
    gold = sqlglot.parse_one("SELECT * FROM sale s JOIN town t ON s.town_id = t.id WHERE s.cost > 0 AND s.amount <= 20")
    scratch = scratch_for(mine.database, mine.engine)
    aim = aim_at(gold, [gold], mine.database, scratch.run)
    for k in range(12):
        shape = Shape(levels=1 + k % 4, untied=k % 3 == 2, dense=k % 2 == 1)
        assert scratch.fill(build(aim, mine.database, scratch, shape, Random(str(k))))
        with duckdb.connect(":memory:") as strict:
            strict.execute(SCHEMA.partition("INSERT")[0])
            for name in ("town", "sale"):
                rows = scratch.run(f"SELECT * FROM {name}").rows
                assert len(rows) > 5
                strict.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def test_a_column_without_a_value_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "empty.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, note VARCHAR, n INTEGER)")
        connection.execute("INSERT INTO t SELECT i, NULL, i FROM range(20) r(i)")
    with opened(str(path)) as one:
        gold = "SELECT id FROM t WHERE n > 5 AND note IS NULL"
        mutants = {"m": "SELECT id FROM t WHERE n >= 5", "all": "SELECT id FROM t WHERE n > 5 AND id <> 99"}
        found = certify(gold, mutants, one.database, one.engine, ordered=False)
    assert found.tried == 2


def test_boundaries_have_the_type_of_the_column() -> None:
    assert around("INTEGER", [Limit("GT", "5", True)]) == (["6"], ["4", "5"])
    assert around("DECIMAL(4,2)", [Limit("LTE", "99.99", True)]) == (["99.98", "99.99"], [])
    assert around("DATE", [Limit("GTE", "2024-03-01", False)])[1] == ["2024-02-29"]
    assert "2024-03-01 23:59:59" in around("TIMESTAMP", [Limit("LTE", "2024-03-01", False)])[1]
    assert around("VARCHAR", [Limit("LIKE", "Ab%", False)]) == (["Ab", "Abx"], ["xAb", "A", "aB"])
    assert around("DATE", [Limit("LTE", "9999-12-31", False)]) == (["9999-12-31"], [])


def test_shipped_databases_certify_the_same_twice_and_stay_untouched() -> None:
    with opened("city_requests") as one:
        counts = [one.engine.run("SELECT COUNT(*) FROM service_request", k).rows for k in range(5)]
        rng = Random("certify")
        asked = [render(i.tree(), Style()) for i, _ in zip(intents(one.database, rng), range(12), strict=False)]
        for gold in asked:
            mutants = {
                "at": gold.replace(" < ", " <= ").replace(" > ", " >= "),
                "one": gold.replace("COUNT(*)", "COUNT(1)"),
            }
            first, second = (
                certify(gold, mutants, one.database, one.engine, ordered="ORDER BY" in gold, seed="s") for _ in range(2)
            )
            assert first == second
            assert "one" in first.survivors
        assert counts == [one.engine.run("SELECT COUNT(*) FROM service_request", k).rows for k in range(5)]


# --- instances made for a pair ---------------------------------------------------------------------------------------

NAMES = [f"aimed {n}" for n in range(1, 7)]


def parting(one: Opened, gold: str, other: str) -> str | None:
    derived = Derived(one.database, one.engine)
    found = ((name, derived(name, gold, other)) for name in NAMES)
    return next((name for name, both in found if both and not same(*both)), None)


@pytest.mark.parametrize(
    ("gold", "other"),
    [
        ("SELECT id FROM sale WHERE amount > 20.00", "SELECT id FROM sale WHERE amount >= 20.00"),
        (
            "SELECT t.id, COUNT(s.id) FROM town t LEFT JOIN sale s ON s.town_id = t.id GROUP BY t.id",
            "SELECT t.id, COUNT(s.id) FROM town t JOIN sale s ON s.town_id = t.id GROUP BY t.id",
        ),
        ("SELECT COUNT(*) FROM sale", "SELECT COUNT(kind) FROM sale"),
    ],
    ids=["boundary", "childless", "NULL"],
)
def test_an_instance_made_for_a_pair_is_found_again_by_its_name(mine: Opened, gold: str, other: str) -> None:
    assert same(mine.engine.run(gold), mine.engine.run(other))
    name = parting(mine, gold, other)
    assert name is not None
    first = Derived(mine.database, mine.engine)(name, gold, other)
    forget()
    between = Derived(mine.database, mine.engine)
    between("aimed 2", other, gold)

    assert between(name, gold, other) == first


def test_instances_made_for_a_pair_hold_what_could_occur(mine: Opened) -> None:
    """Keys and references hold, NOT NULL too, no amount turns negative, and no town gets a made-up kind."""
    gold = "SELECT s.*, t.post_code FROM sale s JOIN town t ON t.id = s.town_id WHERE s.amount > 0 AND s.kind = 'card'"
    derived, scratch = Derived(mine.database, mine.engine), scratch_for(mine.database, mine.engine)
    for name in NAMES:
        assert derived(name, gold, gold.replace(">", ">="))
        for broken in (
            "FROM sale WHERE amount IS NULL OR amount < 0 OR id IS NULL OR sold_at IS NULL OR cost < 0",
            "FROM sale WHERE kind NOT IN ('card', 'cash')",
            "FROM sale WHERE town_id NOT IN (SELECT id FROM town)",
            "FROM (SELECT 1 FROM sale GROUP BY id HAVING COUNT(*) > 1)",
            "FROM (SELECT 1 FROM town WHERE post_code <> '' GROUP BY post_code HAVING COUNT(*) > 1)",
        ):
            assert scratch.run(f"SELECT COUNT(*) {broken}").rows == ((0,),), (name, broken)


def test_rows_that_hang_on_ties_or_raise_judge_nothing(mine: Opened) -> None:
    derived = Derived(mine.database, mine.engine)
    limited = "SELECT id FROM sale LIMIT 3"

    assert not any(derived(name, limited, "SELECT id FROM sale LIMIT 4") for name in NAMES)
    assert not any(derived(name, "SELECT COUNT(*) FROM sale", "SELECT COUNT(*) FROM sail") for name in NAMES)
    assert derived("aimed 1", "SELECT (", "SELECT 1") is None


@pytest.mark.parametrize("name", ["", "aimed", "aimed 0", "aimed x", "sampled 1"])
def test_an_unknown_name_is_an_error(mine: Opened, name: str) -> None:
    with pytest.raises(ValueError, match="no instance is called"):
        Derived(mine.database, mine.engine)(name, "SELECT 1", "SELECT 2")


def test_codes_and_areas_of_one_row_are_never_repeated() -> None:
    def column(name: str, role: Role, *, distinct: int, geometry: str | None = None) -> Column:
        return Column(name, "VARCHAR", role, name, name, distinct=distinct, geometry=geometry)

    columns = (
        column("id", "key", distinct=5),
        column("code", "code", distinct=5),
        column("batch", "code", distinct=2),
        column("area", "geometry", distinct=0, geometry="POLYGON"),
        column("spot", "geometry", distinct=0, geometry="POINT"),
        column("kind", "category", distinct=5),
    )
    table = Table("county", "county", "counties", columns, ("id",), row_count=5)
    pool: list[Values] = [{c.name: f"{c.name} {n}" for c in columns} for n in range(4)]

    assert never_repeated(table, pool) == [("code",), ("area",)]
    assert never_repeated(table, [*pool, {"area": "area 1"}]) == [("code",)]
