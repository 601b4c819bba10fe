"""DuckDB behind the engine's face: errors are data, statements are caged, a user's file stays as it is."""

from __future__ import annotations

import struct
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from factory.engines.duckdb import CONFIG, MAX_ROWS, DuckDBEngine, connect_file, connect_memory
from factory.engines.load import borrow, give_back
from factory.engines.watchdog import Watchdog
from factory.exceptions import DatabaseUnavailable
from factory.records import Outcome, SqlError

ENDLESS = {
    "a recursion": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n FROM r) SELECT COUNT(*) FROM r",
    "a cross join": "SELECT COUNT(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = -1",
    "a cross join that only sorts": "SELECT a.range FROM range(100000) a, range(100000) b ORDER BY b.range % 7 LIMIT 1",
}


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    connections = [connect_memory(spatial=False), connect_memory(spatial=False)]
    for k, connection in enumerate(connections):
        connection.execute(f"CREATE TABLE sale (id INTEGER, town VARCHAR); INSERT INTO sale VALUES ({k}, 'Ulm')")
    made = DuckDBEngine(connections, timeout=2.0)
    yield made
    made.close()


def error_of(outcome: Outcome) -> SqlError:
    assert outcome.error is not None, outcome
    return outcome.error


# --- outcomes --------------------------------------------------------------------------------------------------------


def test_a_second_connection_with_geometry_has_the_settings_of_any_other() -> None:
    connect_memory(spatial=True).close()
    later = connect_memory(spatial=True)
    assert later.execute("SELECT ST_AsText(ST_Point(1, 2))").fetchall() == [("POINT (1 2)",)]
    asked = "SELECT name, value FROM duckdb_settings()"
    plain = connect_memory(spatial=False).execute(asked).fetchall()
    assert set(plain) <= set(later.execute(asked).fetchall())


def test_rows_columns_and_instances(engine: DuckDBEngine) -> None:
    assert engine.run("SELECT id, town AS place FROM sale") == Outcome(("id", "place"), ((0, "Ulm"),))
    assert engine.run("SELECT id FROM sale", 1).rows == ((1,),)
    assert engine.instances == 2
    assert engine.dialect == "duckdb"
    assert engine.version == duckdb.__version__


def test_columns_may_share_a_name(engine: DuckDBEngine) -> None:
    assert engine.run("SELECT 1 AS a, 2 AS a") == Outcome(("a", "a"), ((1, 2),))


def test_no_row_is_no_error(engine: DuckDBEngine) -> None:
    assert engine.run("SELECT id FROM sale WHERE id > 9") == Outcome(("id",), ())


def test_a_long_result_is_cut_and_says_so(engine: DuckDBEngine) -> None:
    exact = engine.run(f"SELECT * FROM range({MAX_ROWS})")
    more = engine.run(f"SELECT * FROM range({MAX_ROWS + 1})")

    assert (len(exact.rows), exact.truncated) == (MAX_ROWS, False)
    assert (len(more.rows), more.truncated) == (MAX_ROWS, True)


def test_the_log_holds_what_was_run_where(engine: DuckDBEngine) -> None:
    engine.log = []
    engine.run("SELECT 1")
    engine.run("SELEC 1", 1)
    log, engine.log = engine.log, None

    assert log == [("SELECT 1", 0), ("SELEC 1", 1)]


# --- errors ----------------------------------------------------------------------------------------------------------

ERRORS = [
    ("SELEC 1", "Parser Error", 0),
    ("SELECT 'a", "Parser Error", 7),
    ("SELECT id, FROM", "Parser Error", None),
    ("SELECT nope FROM sale", "Binder Error", 7),
    ("SELECT id\nFROM sale\nWHERE nope = 1", "Binder Error", 6),
    ("SELECT 'é', nope FROM sale", "Binder Error", 12),
    ("SELECT * FROM sales", "Catalog Error", 14),
    ("SELECT nvl2(id) FROM sale", "Catalog Error", 7),
    ("SELECT CAST(town AS INTEGER) FROM sale", "Conversion Error", 7),
    ("SELECT 9223372036854775807 + id + 1 FROM sale", "Out of Range Error", None),
    ("SELECT (SELECT * FROM range(2))", "Invalid Input Error", None),
    ("SELECT ?", "Invalid Input Error", None),
    ("SELECT '\ud800'", None, None),
]


@pytest.mark.parametrize(("sql", "kind", "position"), ERRORS, ids=[ascii(sql) for sql, _, _ in ERRORS])
def test_an_error_is_data(engine: DuckDBEngine, sql: str, kind: str | None, position: int | None) -> None:
    outcome = engine.run(sql)
    error = error_of(outcome)

    assert kind is None or error.kind == kind
    assert error.message.startswith(error.kind)
    assert error.position == position
    assert (outcome.columns, outcome.rows) == ((), ())


def test_the_position_counts_in_the_line_that_the_message_quotes(engine: DuckDBEngine) -> None:
    error = error_of(engine.run("SELECT id\nFROM sale\nWHERE nope = 1"))

    assert error.message.endswith("\n\nLINE 3: WHERE nope = 1\n              ^")
    assert error.position is not None
    assert "WHERE nope = 1"[error.position :].startswith("nope")


def test_a_message_is_verbatim(engine: DuckDBEngine) -> None:
    with pytest.raises(duckdb.Error) as raised:
        engine.connections[0].execute("SELECT twon FROM sale")

    assert error_of(engine.run("SELECT twon FROM sale")).message == str(raised.value)
    assert 'Candidate bindings: "town"' in str(raised.value)


@pytest.mark.parametrize("sql", ["", "  \n", ";", "-- nothing to do"])
def test_a_text_without_a_statement_is_an_error_and_no_crash(engine: DuckDBEngine, sql: str) -> None:
    assert error_of(engine.run(sql)).message


def test_a_value_that_python_can_not_hold_is_an_error_and_no_crash(engine: DuckDBEngine) -> None:
    assert error_of(engine.run("SELECT INTERVAL '1000000000 days'")).message


# --- the cage --------------------------------------------------------------------------------------------------------

FORBIDDEN = {
    "read a CSV file": "SELECT * FROM read_csv('{file}')",
    "read a text file": "SELECT * FROM read_text('{file}')",
    "read a Parquet file": "SELECT * FROM read_parquet('{file}')",
    "read a JSON file": "SELECT * FROM read_json('{file}')",
    "read a file by its name": "SELECT * FROM '{file}'",
    "read a file in a subquery": "SELECT 1 WHERE EXISTS (SELECT * FROM read_blob('{file}'))",
    "list a folder": "SELECT * FROM glob('{folder}/*')",
    "write a file": "COPY (SELECT 1) TO '{folder}/made.csv'",
    "write all files": "EXPORT DATABASE '{folder}/made'",
    "run a file": "IMPORT DATABASE '{folder}'",
    "attach a file": "ATTACH '{folder}/made.duckdb'",
    "profile to a file": "PRAGMA profiling_output = '{folder}/made.json'",
    "install an extension": "INSTALL httpfs",
    "load an extension": "LOAD httpfs",
    "load an extension from a file": "LOAD '{file}'",
    "reach the network": "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
    "reach a bucket": "SELECT * FROM read_parquet('s3://bucket/x.parquet')",
    "attach over the network": "ATTACH 'https://127.0.0.1:9/x.duckdb'",
    "keep a secret": "CREATE PERSISTENT SECRET s (TYPE s3)",
    "open up again": "SET enable_external_access = true",
    "unlock": "SET lock_configuration = false",
    "raise its memory": "SET memory_limit = '100GB'",
    "raise its memory by a pragma": "PRAGMA memory_limit = '100GB'",
    "take more threads": "SET GLOBAL threads = 8",
    "reset its memory": "RESET memory_limit",
    "name a folder for temporary files": "SET temp_directory = '{folder}'",
    "read the environment": "SELECT getenv('HOME')",
}


@pytest.mark.parametrize("sql", FORBIDDEN.values(), ids=FORBIDDEN)
@pytest.mark.parametrize("spatial", [False, True], ids=["plain", "spatial"])
def test_a_statement_can_not(caged: dict[bool, DuckDBEngine], tmp_path: Path, spatial: bool, sql: str) -> None:
    file = tmp_path / "there.csv"
    file.write_text("a\n1\n")
    made = caged[spatial]
    outcome = made.run(sql.format(file=file, folder=tmp_path))

    assert outcome.error is not None
    assert [path.name for path in tmp_path.iterdir()] == ["there.csv"]
    assert made.run("SELECT current_setting('threads'), current_setting('enable_external_access')").rows == (
        (1, False),
    )


@pytest.fixture(scope="module")
def caged() -> Iterator[dict[bool, DuckDBEngine]]:
    made = {spatial: DuckDBEngine([connect_memory(spatial=spatial)]) for spatial in (False, True)}
    yield made
    for engine in made.values():
        engine.close()


def test_spatial_functions_can_not_read_files_either(caged: dict[bool, DuckDBEngine], tmp_path: Path) -> None:
    file = tmp_path / "there.geojson"
    file.write_text('{"type": "FeatureCollection", "features": []}')

    assert caged[True].run("SELECT ST_X(ST_Point(1, 2))").rows == ((1.0,),)
    for sql in (f"SELECT * FROM ST_Read('{file}')", f"SELECT * FROM ST_Read_Meta('{file}')"):
        assert caged[True].run(sql).error is not None
    assert caged[True].run(f"COPY (SELECT 1 AS a) TO '{tmp_path}/made.json' WITH (FORMAT gdal, DRIVER 'GeoJSON')").error
    assert [path.name for path in tmp_path.iterdir()] == ["there.geojson"]


def test_logging_to_a_file_leaves_the_process_alive(tmp_path: Path) -> None:
    code = (
        "from factory.engines.duckdb import DuckDBEngine, connect_memory\n"
        "engine = DuckDBEngine([connect_memory(spatial=False)])\n"
        f"assert engine.run(\"CALL enable_logging(storage = 'file', storage_path = '{tmp_path}/made')\").error\n"
        "assert engine.run('SELECT 1').rows == ((1,),)\n"
        "engine.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (0, b"")


def test_no_bar_is_drawn_in_a_process_without_a_script() -> None:
    """DuckDB takes one for interactive, and a worker is one."""
    asked = (
        "from factory.engines.duckdb import connect_memory\n"
        "from factory.populate.expressions import _engine\n"
        "for connection in (connect_memory(spatial=False), _engine(0)):\n"
        "    print(connection.execute(\"SELECT current_setting('enable_progress_bar')\").fetchone())"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "(False,)\n" * 2


def test_a_python_variable_is_no_table(engine: DuckDBEngine) -> None:
    import polars as pl

    mine = pl.DataFrame({"a": [1]})
    assert mine.height == 1
    assert error_of(engine.run("SELECT * FROM mine")).kind == "Catalog Error"


CHANGES = [
    "INSERT INTO sale VALUES (9, 'Bonn')",
    "DELETE FROM sale",
    "UPDATE sale SET id = 5",
    "DROP TABLE sale",
    "ALTER TABLE sale ADD COLUMN x INTEGER",
    "TRUNCATE sale",
    "COMMENT ON TABLE sale IS 'x'",
    "SELECT 1; DROP TABLE sale",
]


@pytest.mark.parametrize("sql", CHANGES)
def test_a_statement_can_not_change_the_data(sql: str) -> None:
    connection = connect_memory(spatial=False)
    connection.execute("CREATE TABLE sale (id INTEGER, town VARCHAR); INSERT INTO sale VALUES (1, 'Ulm')")
    engine = DuckDBEngine([connection])

    assert engine.run(sql).error is not None
    assert engine.run("SELECT * FROM sale").rows == ((1, "Ulm"),)
    assert connection.execute("SELECT comment FROM duckdb_tables()").fetchone() == (None,)
    engine.close()


LEFTOVERS = [
    "CREATE TABLE left_over (a INTEGER)",
    "CREATE TEMP TABLE left_over (a INTEGER)",
    "CREATE SCHEMA other; CREATE TABLE other.left_over (a INTEGER)",
    "CREATE VIEW left_over AS SELECT 1 AS a",
    "CREATE SCHEMA other",
    "CREATE MACRO left_over(x) AS x",
    "CREATE SEQUENCE left_over",
    "CREATE TYPE left_over AS ENUM ('a')",
    "SET VARIABLE left_over = 1",
    "PREPARE left_over AS SELECT 1",
    "BEGIN",
    "PRAGMA disable_optimizer",
    "CALL enable_logging()",
]


@pytest.mark.parametrize(
    "sql",
    LEFTOVERS,
)
@pytest.mark.usefixtures("fresh_pool")
def test_a_warm_connection_carries_nothing_over(sql: str) -> None:
    engine = DuckDBEngine([borrow(spatial=False)], release=lambda c: give_back(c, spatial=False))
    clean = _state(borrow(spatial=False))
    engine.run(sql)
    engine.close()

    assert _state(borrow(spatial=False)) == clean


def _state(connection: duckdb.DuckDBPyConnection) -> list[object]:
    """Everything that statements can leave behind."""
    connection.execute("BEGIN")
    connection.execute("COMMIT")
    catalog = [
        "SELECT table_name FROM duckdb_tables()",
        "SELECT view_name FROM duckdb_views() WHERE NOT internal",
        "SELECT schema_name FROM duckdb_schemas() WHERE NOT internal AND schema_name <> 'main'",
        "SELECT function_name FROM duckdb_functions() WHERE NOT internal",
        "SELECT sequence_name FROM duckdb_sequences()",
        "SELECT type_name FROM duckdb_types() WHERE NOT internal",
        "SELECT name FROM duckdb_variables()",
        "SELECT name FROM duckdb_prepared_statements()",
        "SELECT name, value FROM duckdb_settings() ORDER BY name",
        "SELECT current_schema()",
        "EXPLAIN SELECT 1 FROM range(3) WHERE 1 = 1",
    ]
    return [connection.execute(sql).fetchall() for sql in catalog]


@pytest.fixture
def fresh_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factory.engines.load._idle", defaultdict(list))
    monkeypatch.setattr("factory.engines.load._uses", Counter())


@pytest.mark.usefixtures("fresh_pool")
def test_a_connection_is_used_again_empty() -> None:
    first = borrow(spatial=False)
    first.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY); INSERT INTO parent VALUES (1)")
    first.execute("CREATE TABLE child (id INTEGER REFERENCES parent (id)); INSERT INTO child VALUES (1)")
    first.execute("COMMENT ON TABLE parent IS 'x'")
    give_back(first, spatial=False)
    again = borrow(spatial=False)

    assert again is first
    assert again.execute("SELECT * FROM duckdb_tables()").fetchall() == []


@pytest.mark.usefixtures("fresh_pool")
def test_a_connection_that_a_fatal_error_broke_is_not_used_again() -> None:
    broken = borrow(spatial=False)
    broken.close()
    give_back(broken, spatial=False)

    assert borrow(spatial=False).execute("SELECT 1").fetchall() == [(1,)]


# --- limits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sql", ENDLESS.values(), ids=ENDLESS)
def test_an_endless_statement_is_stopped_and_the_next_one_works(sql: str) -> None:
    engine = DuckDBEngine([connect_memory(spatial=False)], timeout=0.3)
    began = time.monotonic()
    outcome = engine.run(sql)
    took = time.monotonic() - began

    assert error_of(outcome) == SqlError("Timeout", "Timeout: no answer within 0.3 s")
    assert 0.3 <= took < 3
    assert engine.run("SELECT 1").rows == ((1,),)
    assert error_of(engine.run("SELECT nope")).kind == "Binder Error"
    engine.close()


def test_many_quick_statements_are_not_hit_by_the_deadline_of_another() -> None:
    engine = DuckDBEngine([connect_memory(spatial=False)], timeout=0.15)
    until = time.monotonic() + 0.6
    while time.monotonic() < until:
        assert engine.run("SELECT 1").error is None
    engine.close()


def test_memory_is_limited() -> None:
    shipped = connect_memory(spatial=False)
    cramped = DuckDBEngine([duckdb.connect(config={**CONFIG, "memory_limit": "30MB"})])
    error = error_of(cramped.run("SELECT LIST(range) FROM range(20000000)"))

    assert shipped.execute("SELECT current_setting('memory_limit')").fetchall() == [("953.6 MiB",)]
    assert shipped.execute("SELECT current_setting('temp_directory')").fetchall() == [("",)]
    assert error.kind == "Out of Memory Error"
    assert cramped.run("SELECT 1").rows == ((1,),)
    cramped.close()
    shipped.close()


def test_a_watchdog_interrupts_until_the_body_ends_and_then_no_more() -> None:
    calls: list[float] = []
    over = threading.Event()
    dog = Watchdog(0.05)
    with dog.guard(lambda: (calls.append(time.monotonic()), over.set() if len(calls) == 2 else None)):
        assert over.wait(3)
    ended = time.monotonic()
    fired = dog.fired
    with dog.guard(lambda: None):
        pass
    time.sleep(0.25)

    assert fired
    assert not dog.fired
    assert all(moment <= ended for moment in calls)


def test_a_watchdog_is_disarmed_by_an_exception() -> None:
    calls: list[int] = []
    dog = Watchdog(0.05)
    with pytest.raises(KeyError), dog.guard(lambda: calls.append(1)):
        raise KeyError
    time.sleep(0.3)

    assert not calls
    assert not dog.fired


# --- a user's file ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("file") / "own.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2)")
        connection.execute(f"CREATE VIEW peek AS SELECT * FROM read_text('{path}')")
    return path


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Path:
    path = tmp_path / "own.duckdb"
    path.write_bytes(made.read_bytes())
    return path


def test_a_users_file_stays_as_it_is_to_the_byte(own: Path) -> None:
    before = own.read_bytes()
    engine = DuckDBEngine([connect_file(own)])
    changes = ["INSERT INTO t VALUES (3)", "DROP TABLE t", "CREATE TABLE u (a INTEGER)", "UPDATE t SET a = 9"]
    refused = [engine.run(sql).error is not None for sql in changes]
    engine.run("CHECKPOINT")
    rows = engine.run("SELECT * FROM t").rows
    engine.close()

    assert rows == ((1,), (2,))
    assert all(refused)
    assert own.read_bytes() == before
    assert [path.name for path in own.parent.iterdir()] == ["own.duckdb"]


def test_a_view_of_a_users_file_does_not_open_the_cage(own: Path) -> None:
    engine = DuckDBEngine([connect_file(own)])

    assert error_of(engine.run("SELECT * FROM peek")).kind == "Permission Error"
    assert engine.run("SET lock_configuration = false").error is not None
    assert engine.run("SELECT ST_X(ST_Point(1, 2))").rows == ((1.0,),)
    engine.close()


def test_a_file_may_be_open_twice(own: Path) -> None:
    engines = [DuckDBEngine([connect_file(own)]) for _ in range(2)]

    assert [engine.run("SELECT SUM(a) FROM t").rows for engine in engines] == [((3,),), ((3,),)]
    for engine in engines:
        engine.close()


def garbage(path: Path) -> None:
    path.write_bytes(b"not a database" * 900)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def missing(path: Path) -> None:
    path.unlink()


def written_by(version: int) -> Callable[[Path], None]:
    """Sets the storage version in the file's head, and its checksum: what a DuckDB of that version would write."""

    def write(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[12:20] = struct.pack("<Q", version)
        checksum = 5381
        for (word,) in struct.iter_unpack("<Q", content[8:4096]):
            checksum ^= word * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
        content[:8] = struct.pack("<Q", checksum)
        path.write_bytes(content)

    return write


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)


CURES = {
    "missing": (missing, r"^No database file at .*own\.duckdb: give the path of a DuckDB file$"),
    "a folder": (folder, r"^No database file at .*own\.duckdb: give the path of a DuckDB file$"),
    "garbage": (garbage, r"own\.duckdb is not a DuckDB database that can be opened read-only \(IO Error: .*\)$"),
    "empty": (empty, r"own\.duckdb is not a DuckDB database that can be opened read-only \(IO Error: .*\)$"),
    "cut": (cut, r"own\.duckdb is not a DuckDB database that can be opened read-only \(IO Error: .*\)$"),
    "of a newer version": (written_by(999), r"newer DuckDB than .*: in the newer one run EXPORT DATABASE \(Parquet\)"),
}


@pytest.mark.parametrize(("spoil", "message"), CURES.values(), ids=CURES)
def test_a_file_that_does_not_open_says_why_and_what_helps(
    own: Path, spoil: Callable[[Path], None], message: str
) -> None:
    spoil(own)
    with pytest.raises(DatabaseUnavailable, match=message) as raised:
        connect_file(own)

    assert "\n" not in str(raised.value)


def test_a_damaged_file_is_not_said_to_be_locked(own: Path) -> None:
    flipped(own)
    with pytest.raises(DatabaseUnavailable) as raised:
        connect_file(own)

    assert "locked" not in str(raised.value)


def test_a_file_of_an_older_version_is_not_said_to_be_newer(own: Path) -> None:
    written_by(1)(own)
    with pytest.raises(DatabaseUnavailable) as raised:
        connect_file(own)

    assert "newer DuckDB than" not in str(raised.value)


def test_a_file_that_another_process_writes_is_locked(own: Path) -> None:
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(own)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(
            DatabaseUnavailable, match="is locked by another process: close it there, or work on a copy"
        ):
            connect_file(own)
    connection = connect_file(own)
    connection.close()


def test_closing_twice_is_fine_and_releases_once() -> None:
    released: list[duckdb.DuckDBPyConnection] = []
    connection = connect_memory(spatial=False)
    engine = DuckDBEngine([connection], release=released.append)
    engine.close()
    engine.close()

    assert released == [connection]
    connection.close()


@pytest.mark.skipif(not hasattr(time, "pthread_getcpuclockid"), reason="needs a clock for each thread")
def test_what_a_busy_machine_does_beside_doesnt_count() -> None:
    dog = Watchdog(0.15)
    with dog.guard(lambda: None):
        time.sleep(0.5)
    assert not dog.fired
    with dog.guard(lambda: None):
        began = time.monotonic()
        while not dog.fired and time.monotonic() - began < 20:
            sum(range(10_000))
    assert dog.fired
