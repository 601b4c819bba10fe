"""The schema text of a prompt: what it says of a live database, to the letter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from factory.metadata import LiveColumn, read_catalog, schema_text

Text = Callable[..., str]

SHOP = """
CREATE TABLE town (town_id INTEGER PRIMARY KEY, town_name VARCHAR NOT NULL, founded DATE);
CREATE TABLE sale (
  sale_id BIGINT PRIMARY KEY, town_id INTEGER NOT NULL REFERENCES town (town_id), amount DECIMAL(8,2) NOT NULL,
  rating DOUBLE, sold_at TIMESTAMP, status VARCHAR NOT NULL, code VARCHAR, paid BOOLEAN NOT NULL, remark VARCHAR,
  nothing INTEGER
);
CREATE TABLE line (sale_id BIGINT REFERENCES sale (sale_id), n INTEGER, product VARCHAR, PRIMARY KEY (sale_id, n));
CREATE TABLE refund (
  refund_id INTEGER PRIMARY KEY, sale_id BIGINT, n INTEGER, FOREIGN KEY (sale_id, n) REFERENCES line (sale_id, n)
);
COMMENT ON TABLE sale IS 'One row per
  receipt';
COMMENT ON COLUMN sale.amount IS 'Including tax, in EUR';
COMMENT ON COLUMN sale.nothing IS 'Not used any more';
INSERT INTO town VALUES (1, 'Ulm', '0854-07-22'), (2, 'Bad Ems', NULL);
INSERT INTO sale
  SELECT i, 1 + i % 2, i * 10.5, CASE WHEN i > 1 THEN i / 4 END, TIMESTAMP '2024-01-31 09:30:00' + INTERVAL (i) DAY,
    CASE WHEN i % 3 = 0 THEN 'returned' ELSE 'sold' END, 'C-' || i, i % 2 = 0,
    CASE WHEN i = 1 THEN 'A remark of exactly forty characters ok.' WHEN i = 2 THEN 'It''s ' || repeat('long ', 20) END,
    NULL
  FROM range(1, 9) t(i);
INSERT INTO line SELECT i, 1, 'Lamp' FROM range(1, 9) t(i);
"""

# Largest first, then by name. 'C-1' … are eight values, all as frequent: three by their order and "...".
SHOP_TEXT = """\
CREATE TABLE line (
  sale_id BIGINT REFERENCES sale(sale_id),
  n INTEGER,
  product VARCHAR,  /* 'Lamp' */
  PRIMARY KEY (sale_id, n)
);

/* One row per receipt */
CREATE TABLE sale (
  sale_id BIGINT PRIMARY KEY,
  town_id INTEGER NOT NULL REFERENCES town(town_id),
  amount DECIMAL(8,2) NOT NULL,  /* Including tax, in EUR; 10.50 to 84.00 */
  rating DOUBLE,  /* 0.5 to 2 */
  sold_at TIMESTAMP,  /* 2024-02-01 09:30:00 to 2024-02-08 09:30:00 */
  status VARCHAR NOT NULL,  /* 'sold', 'returned' */
  code VARCHAR,  /* 'C-1', 'C-2', 'C-3', ... */
  paid BOOLEAN NOT NULL,
  remark VARCHAR,  /* 'A remark of exactly forty characters ok.', 'It''s long long long long long long long…' */
  nothing INTEGER  /* Not used any more */
);

CREATE TABLE town (
  town_id INTEGER PRIMARY KEY,
  town_name VARCHAR NOT NULL,  /* 'Bad Ems', 'Ulm' */
  founded DATE  /* 0854-07-22 to 0854-07-22 */
);

CREATE TABLE refund (
  refund_id INTEGER PRIMARY KEY,
  sale_id BIGINT,
  n INTEGER,
  FOREIGN KEY (sale_id, n) REFERENCES line(sale_id, n)
);"""


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as opened:
        yield opened


@pytest.fixture
def text_of(connection: duckdb.DuckDBPyConnection) -> Text:
    def text(sql: str) -> str:
        connection.execute(sql)
        return schema_text(read_catalog(connection))

    return text


def statements(text: str) -> list[str]:
    """What DuckDB's parser makes of a schema text, each statement without what stands around it."""
    return [statement.query.strip() for statement in duckdb.connect().extract_statements(text)]


def test_a_whole_database_to_the_letter(text_of: Text) -> None:
    assert text_of(SHOP) == SHOP_TEXT


def test_the_text_makes_the_same_tables_when_it_is_run(text_of: Text) -> None:
    text = text_of(SHOP)
    by_name = {part.partition("CREATE TABLE ")[2].split()[0]: part for part in text.split("\n\n")}
    with duckdb.connect() as again:
        for name in ("town", "sale", "line", "refund"):
            again.execute(by_name[name])
        (count,) = again.execute("SELECT COUNT(*) FROM duckdb_columns() WHERE NOT internal").fetchone() or (0,)
        keys = again.execute("SELECT COUNT(*) FROM duckdb_constraints() WHERE constraint_type LIKE '%KEY'").fetchone()

    assert count == 19
    assert keys == (7,)


# --- samples ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("distinct", "shown"), [(1, "'v1'"), (5, "'v1', 'v2', 'v3', 'v4', 'v5'"), (6, "'v1', 'v2', 'v3', ...")]
)
def test_up_to_five_values_are_all_shown_and_of_more_three(text_of: Text, distinct: int, shown: str) -> None:
    text = text_of(f"CREATE TABLE t AS SELECT 'v' || (1 + i % {distinct}) AS a FROM range({distinct * 20}) r(i)")

    assert text == f"CREATE TABLE t (\n  a VARCHAR  /* {shown} */\n);"


def test_the_most_frequent_values_come_first_and_ties_by_value(text_of: Text) -> None:
    text = text_of("CREATE TABLE t AS SELECT UNNEST(['b', 'c', 'a', 'd', 'e', 'f', 'f', NULL, NULL, NULL]) AS a")

    assert "/* 'f', 'a', 'b', ... */" in text


def test_keys_and_references_show_no_range_but_their_comment(text_of: Text) -> None:
    text = text_of(
        "CREATE TABLE a (id INTEGER PRIMARY KEY, up INTEGER REFERENCES a (id), code VARCHAR UNIQUE);"
        "COMMENT ON COLUMN a.up IS 'The one above';"
        "INSERT INTO a VALUES (1, NULL, 'x'); INSERT INTO a VALUES (2, 1, 'y')"
    )

    assert text.splitlines()[1:-1] == [
        "  id INTEGER PRIMARY KEY,",
        "  up INTEGER REFERENCES a(id),  /* The one above */",
        "  code VARCHAR  /* 'x', 'y' */",
    ]


def test_a_column_of_nulls_and_an_empty_table_say_nothing_of_values(text_of: Text) -> None:
    text = text_of(
        "CREATE TABLE full_one (a INTEGER, b VARCHAR, c DATE, d BOOLEAN);"
        "INSERT INTO full_one VALUES (NULL, NULL, NULL, NULL);"
        "CREATE TABLE empty_one (a INTEGER, b VARCHAR NOT NULL)"
    )

    assert text == (
        "CREATE TABLE full_one (\n  a INTEGER,\n  b VARCHAR,\n  c DATE,\n  d BOOLEAN\n);\n\n"
        "CREATE TABLE empty_one (\n  a INTEGER,\n  b VARCHAR NOT NULL\n);"
    )


def test_no_table_is_an_empty_text(text_of: Text) -> None:
    assert text_of("SELECT 1") == ""


VALUES = {
    "INTEGER": ("-5", "7", "-5 to 7"),
    "HUGEINT": ("-1", "170141183460469231731687303715884105727", "-1 to 170141183460469231731687303715884105727"),
    "DECIMAL(6,3)": ("0.1", "12.5", "0.100 to 12.500"),
    "DOUBLE": ("0.1", "100000.0", "0.1 to 100000"),
    "DATE": ("'2024-02-29'", "'2024-03-01'", "2024-02-29 to 2024-03-01"),
    "TIMESTAMP": ("'2024-02-29 10:00:00.5'", "'2024-03-01'", "2024-02-29 10:00:00 to 2024-03-01 00:00:00"),
    "TIME": ("'10:00'", "'09:30:15'", "'09:30:15', '10:00:00'"),
    "UUID": (
        "'00000000-0000-0000-0000-000000000001'",
        "'00000000-0000-0000-0000-000000000002'",
        "'00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002'",
    ),
    "INTERVAL": ("'1 day'", "'2 days'", "'1 day', '2 days'"),
    "VARCHAR": ("'1'", "''", "'', '1'"),
    "ENUM('x', 'y')": ("'x'", "'y'", ""),
    "BOOLEAN": ("true", "false", ""),
    "VARCHAR[]": ("['a']", "['b']", "items: 'a', 'b'"),
    "STRUCT(a INTEGER)": ("{'a': 1}", "{'a': 2}", "a (1 to 2)"),
    "MAP(VARCHAR, INTEGER)": ("MAP {'a': 1}", "MAP {'a': 2}", "keys: a (1 to 2)"),
    "JSON": (
        """'{"a": "x", "n": 1.5}'""",
        """'{"a": "y", "b": true}'""",
        "keys: a ('x', 'y'), b (true or false), n (1.5 to 1.5)",
    ),
}
ODD_VALUES = {
    "INTEGER[]": ("[1]", "[2]", "items: 1 to 2"),
    "INTEGER[2]": ("[1, 2]", "[3, 4]", "items: 1 to 4"),
    "INTEGER[][]": ("[[1]]", "[[2]]", ""),
    "STRUCT(a STRUCT(b INTEGER))": ("{'a': {'b': 1}}", "{'a': {'b': 2}}", ""),
    "FLOAT": ("1.1", "2.2", "1.1 to 2.2"),
    "TIMESTAMP WITH TIME ZONE": (
        "'2024-01-01 00:00:00+00'",
        "'2024-01-02 00:00:00+00'",
        "2024-01-01 00:00:00 to 2024-01-02 00:00:00",
    ),
}


@pytest.mark.parametrize(
    ("kind", "first", "second", "shown"),
    [
        *((kind, *values) for kind, values in VALUES.items()),
        *((kind, *values) for kind, values in ODD_VALUES.items()),
    ],
)
def test_how_a_type_and_its_values_are_shown(text_of: Text, kind: str, first: str, second: str, shown: str) -> None:
    text = text_of(f"CREATE TABLE t (a {kind}); INSERT INTO t VALUES ({first}), ({second})")

    remark = f"  /* {shown} */" if shown else ""
    assert text == f"CREATE TABLE t (\n  a {kind}{remark}\n);"


def test_what_is_no_number_is_no_end_of_a_range(text_of: Text) -> None:
    assert "/* 1 to 2 */" in text_of("CREATE TABLE t AS SELECT UNNEST(['1', '2', 'nan', 'inf', '-inf']::DOUBLE[]) AS a")


# --- nothing breaks out ----------------------------------------------------------------------------------------------

NAMES = ["order", "two words", 'quo"te', "größe", "1st", "a-b", "Mixed_Case", "semi;colon", "*/", "--"]


@pytest.mark.parametrize("name", NAMES)
def test_odd_names_are_quoted_and_parse(text_of: Text, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    text = text_of(
        f"CREATE TABLE {quoted} ({quoted} INTEGER PRIMARY KEY); CREATE TABLE other (x INTEGER REFERENCES {quoted});"
        f"INSERT INTO {quoted} VALUES (1)"
    )
    (theirs, ours) = text.split("\n\n")
    shown = name if name == "Mixed_Case" else quoted

    assert theirs == f"CREATE TABLE {shown} (\n  {shown} INTEGER PRIMARY KEY\n);"
    assert ours == f"CREATE TABLE other (\n  x INTEGER REFERENCES {shown}({shown})\n);"
    with duckdb.connect() as again:
        again.execute(theirs)
        again.execute(ours)


EVIL = [
    "*/ DROP TABLE t; /*",
    "*/",
    "**/",
    "*\n/",
    "a\n);\nDROP TABLE t;",
    "'; DROP TABLE t; --",
    "*/*/",
    "\u2028*/",
    "/*/",
]


@pytest.mark.parametrize(
    "evil",
    [pytest.param(text, id=ascii(text)) for text in EVIL],
)
@pytest.mark.parametrize("place", ["table comment", "column comment", "value"])
def test_no_text_breaks_out_of_its_remark(text_of: Text, evil: str, place: str) -> None:
    literal = "'" + evil.replace("'", "''") + "'"
    script = "CREATE TABLE t (a VARCHAR, b INTEGER); INSERT INTO t VALUES ('x', 1);"
    script += {
        "table comment": f"COMMENT ON TABLE t IS {literal}",
        "column comment": f"COMMENT ON COLUMN t.a IS {literal}",
        "value": f"UPDATE t SET a = {literal}",
    }[place]
    text = text_of(script)

    assert len(statements(text)) == 1
    with duckdb.connect() as again:
        again.execute(text)
        made = again.execute("SELECT column_name FROM duckdb_columns() WHERE NOT internal").fetchall()
    assert made == [("a",), ("b",)]
    assert len(text.splitlines()) == 4 + (place == "table comment")


def test_a_value_is_cut_where_it_is_too_long_to_read(text_of: Text) -> None:
    text = text_of(
        "CREATE TABLE t AS SELECT repeat('ab', 20) AS forty, repeat('é', 41) AS more, repeat('''', 60) AS quotes"
    )

    assert f"/* '{'ab' * 20}' */" in text
    assert f"/* '{'é' * 39}…' */" in text
    assert f"/* '{chr(39) * 78}…' */" in text


# --- what is read ----------------------------------------------------------------------------------------------------


def test_views_other_schemas_and_temporary_tables_are_left_out(text_of: Text) -> None:
    text = text_of(
        "CREATE TABLE t (a INTEGER); CREATE VIEW v AS SELECT * FROM t; CREATE TEMP TABLE tt (a INTEGER);"
        "CREATE SCHEMA other; CREATE TABLE other.t (b INTEGER); CREATE TABLE other.u (b INTEGER)"
    )

    assert text == "CREATE TABLE t (\n  a INTEGER\n);"


def column(connection: duckdb.DuckDBPyConnection, name: str) -> LiveColumn:
    return next(c for table in read_catalog(connection) for c in table.columns if c.name == name)


def test_the_facts_of_a_column(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "CREATE TABLE t AS SELECT i AS n, CASE WHEN i < 60 THEN 'a' WHEN i < 90 THEN 'b' END AS s "
        "FROM range(0, 101) r(i)"
    )
    number, text = column(connection, "n"), column(connection, "s")

    assert number.quantiles == (0, 5, 10, 25, 50, 75, 90, 95, 100)
    assert (number.low, number.high, number.nulls) == (0, 100, 0)
    assert (text.top, text.distinct, text.nulls) == (("a", "b"), 2, 11)
    assert number.numeric
    assert not text.numeric


def test_at_most_thirty_values_are_kept(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TABLE t AS SELECT 'v' || i AS s FROM range(100) r(i)")

    assert len(column(connection, "s").top) == 30
    assert column(connection, "s").distinct == 100


def test_geometry_shows_its_kind_and_its_box() -> None:
    from factory.engines.duckdb import connect_memory

    with connect_memory(spatial=True) as connection:
        connection.execute("CREATE TABLE p (id INTEGER PRIMARY KEY, place GEOMETRY, hidden GEOMETRY)")
        connection.execute("INSERT INTO p SELECT i, ST_Point(i, 50 - i / 3), NULL FROM range(4) r(i)")
        text = schema_text(read_catalog(connection))

        assert "  place GEOMETRY,  /* POINT, x longitude 0.00 to 3.00, y latitude 49.00 to 50.00 */\n" in text
        assert "  hidden GEOMETRY\n" in text
        assert column(connection, "place").extent == (0.0, 49.0, 3.0, 50.0)
        assert column(connection, "place").top[:2] == ((0.0, 50.0), (1.0, pytest.approx(49.6667, abs=1e-3)))
        assert column(connection, "hidden").extent is None


# --- the same text every time ----------------------------------------------------------------------------------------


def test_the_text_does_not_depend_on_the_order_of_the_rows() -> None:
    texts = set()
    for seed in range(4):
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, s VARCHAR, x DOUBLE, d DATE)")
            connection.execute(
                "INSERT INTO t SELECT i, 'v' || i % 9, i % 40 / 8, DATE '2024-01-01' + (i % 28)::INTEGER "
                f"FROM range(300) r(i) ORDER BY hash(i, {seed})"
            )
            texts.add(schema_text(read_catalog(connection)))

    assert len(texts) == 1


def test_the_text_does_not_depend_on_the_process_its_clock_or_its_time_zone(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(SHOP)
    code = (
        "import duckdb, sys\n"
        "from factory.metadata import read_catalog, schema_text\n"
        "sys.stdout.reconfigure(encoding='utf-8')\n"
        "print(schema_text(read_catalog(duckdb.connect(sys.argv[1], read_only=True))))\n"
    )
    for zone, seed in (("Pacific/Auckland", "1"), ("America/New_York", "2")):
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)],
            env={**os.environ, "TZ": zone, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        )
        assert done.stdout.decode() == SHOP_TEXT + "\n"


def test_a_sample_of_a_large_table_is_the_same_every_time() -> None:
    texts = set()
    for _ in range(2):
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute(
                "CREATE TABLE t AS SELECT i AS n, 'v' || (i * 7919 % 50000) AS s FROM range(250000) r(i)"
            )
            texts.add(schema_text(read_catalog(connection)))

    assert len(texts) == 1
