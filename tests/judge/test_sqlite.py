"""SQLite files: judged by SQLite, never written to, whatever the SQL tries and whatever the columns hold."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest

from factory.exceptions import DatabaseUnavailable
from factory.judge.judge import Judge
from factory.judge.pairs import Pair
from factory.judge.source import source
from factory.judge.sqlite_engine import SqliteEngine, connect_memory, connect_read_only
from factory.judge.verdict import Judged


def judged(judge: Judge, gold: str, predicted: str) -> Judged:
    return judge.judge(Pair(1, gold, predicted))


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM rider",
        "CREATE TABLE x (a)",
        "ATTACH 'other.sqlite' AS other",
        "PRAGMA journal_mode = WAL",
        "PRAGMA table_info(rider)",
        "SELECT load_extension('x')",
        "SELECT name FROM pragma_database_list",
        "VACUUM INTO 'copy.sqlite'",
        "SELECT 1; SELECT 2",
        "BEGIN",
        "-- nothing",
    ],
)
def test_only_one_select_runs(riders: Judge, club_file: Path, sql: str) -> None:
    before = hashlib.sha256(club_file.read_bytes()).hexdigest()
    found = judged(riders, "SELECT full_name FROM rider", sql)

    assert found.verdict == "raises"
    assert str(club_file.parent) not in (found.message or "")
    assert hashlib.sha256(club_file.read_bytes()).hexdigest() == before
    assert [path.name for path in club_file.parent.iterdir()] == [club_file.name]


def test_what_does_not_end_is_stopped(riders: Judge) -> None:
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"

    assert judged(riders, "SELECT COUNT(*) FROM rider", endless).reason == "prediction_timeout"


def test_huge_values_are_refused(riders: Judge) -> None:
    assert judged(riders, "SELECT COUNT(*) FROM rider", "SELECT zeroblob(900000000)").verdict == "raises"


SAME = {
    "text in double quotes": ("SELECT title FROM race WHERE country = 'Italy'",
                              'SELECT title FROM race WHERE country = "Italy"'),
    "a number in quotes": ("SELECT full_name FROM rider WHERE rider_id < 9",
                           "SELECT full_name FROM rider WHERE rider_id < '9'"),
    "collation": ("SELECT club_name FROM club WHERE town = 'Ghent'",
                  "SELECT club_name FROM club WHERE lower(town) = 'ghent'"),
    "ties may swap": ("SELECT full_name FROM rider ORDER BY weight_kg",
                      "SELECT full_name FROM rider ORDER BY weight_kg, rider_id DESC"),
}  # fmt: skip


@pytest.mark.parametrize(("gold", "predicted"), SAME.values(), ids=SAME)
def test_the_same_by_the_rules_of_sqlite(riders: Judge, gold: str, predicted: str) -> None:
    found = judged(riders, gold, predicted)

    assert found.verdict == "same", found
    assert found.confidence is not None
    assert found.confidence.filled > 5


def test_a_collation_makes_ties(riders: Judge) -> None:
    """Derived rows hold GHENT beside Ghent; the column ignores case, so they may come in any order."""
    found = judged(
        riders, "SELECT club_id FROM club ORDER BY town", "SELECT club_id FROM club ORDER BY town, club_id DESC"
    )

    assert found.verdict == "same", found


DIFFERS = {
    "a column outside the groups": (
        "SELECT title, prize FROM race WHERE prize = (SELECT MAX(prize) FROM race)",
        "SELECT title, MAX(prize) FROM race",
    ),
    "whole division": ("SELECT race_id, prize / 2 FROM race", "SELECT race_id, prize / 2.0 FROM race"),
    "LIKE without case": ("SELECT race_id FROM race WHERE title = 'Race 1'",
                          "SELECT race_id FROM race WHERE title LIKE 'race 1'"),
    "a column without values": ("SELECT COUNT(*) FROM result WHERE note IS NULL", "SELECT COUNT(*) FROM result"),
    "empty": ("SELECT title FROM race WHERE country = 'Norway'",
              "SELECT title FROM race WHERE country = 'Norway' AND level = 'pro'"),
}  # fmt: skip


@pytest.mark.parametrize(("gold", "predicted"), DIFFERS.values(), ids=DIFFERS)
def test_equal_by_chance(riders: Judge, gold: str, predicted: str) -> None:
    found = judged(riders, gold, predicted)

    assert (found.own_data, found.verdict) == ("same", "differs"), found
    assert found.witness is not None
    assert not found.witness.own


def test_one_row_of_several_is_no_answer(riders: Judge) -> None:
    found = judged(
        riders, "SELECT country, title FROM race GROUP BY country", "SELECT country, MIN(title) FROM race GROUP BY 1"
    )

    assert found.verdict == "undecided" or found.witness is not None
    assert found.verdict != "same"


def test_values_of_any_type_in_any_column(tmp_path: Path) -> None:
    """Text among numbers, bytes, wrong UTF-8, columns without a type, a table without rowid, a generated column."""
    path = tmp_path / "loose.db"
    connection = sqlite3.connect(path)
    connection.executescript("""
        CREATE TABLE loose (a, b INTEGER, c TEXT, d BLOB, e REAL AS (b * 2), f "odd type", CHECK (b <> 13));
        INSERT INTO loose (a, b, c, d, f) VALUES (1, 'many', 5, x'00ff', 1.5),
            ('1', 7, CAST(x'ff41' AS TEXT), 'text', '2'), (NULL, NULL, NULL, NULL, NULL), (1.0, 8, '', x'', 3);
        CREATE TABLE fixed (k TEXT PRIMARY KEY, v INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO fixed VALUES ('a', 1), ('b', 2);
        CREATE VIEW seen AS SELECT a, v FROM loose, fixed WHERE v = 1;
        CREATE TABLE "odd ""name" ("a b" INTEGER);
        CREATE TRIGGER t AFTER INSERT ON fixed BEGIN DELETE FROM loose; END;
    """)
    connection.commit()
    connection.close()
    with source(str(path), timeout=2.0) as opened:
        judge = Judge(opened)
        assert judged(judge, "SELECT a FROM loose", "SELECT a + 0 FROM loose").verdict == "differs"
        assert judged(judge, "SELECT c FROM loose", "SELECT c || '' FROM loose").verdict == "same"
        assert judged(judge, "SELECT d FROM loose", "SELECT hex(d) FROM loose").verdict == "differs"
        assert judged(judge, "SELECT v FROM fixed", "SELECT v * 1 FROM fixed").verdict == "same"
        assert (
            judged(judge, "SELECT a FROM seen", "SELECT a FROM loose WHERE 1 IN (SELECT v FROM fixed)").own_data
            == "same"
        )
        assert judged(judge, "SELECT COUNT(*) FROM seen", "SELECT COUNT(a) FROM seen").verdict == "differs"
        assert judged(judge, "SELECT COUNT(*) FROM loose", "SELECT COUNT(b) FROM loose").verdict == "differs"


def test_files_that_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite").touch()
    with (
        pytest.raises(DatabaseUnavailable, match="no SQLite database"),
        source(str(tmp_path / "empty.sqlite"), timeout=1),
    ):
        pass
    with pytest.raises(DatabaseUnavailable, match="doesn't exist"), source(str(tmp_path / "no.sqlite"), timeout=1):
        pass
    path = tmp_path / "open.sqlite"
    writer = sqlite3.connect(path)
    writer.executescript("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1);")
    with pytest.raises(DatabaseUnavailable, match=r"open\.sqlite-wal"), source(str(path), timeout=1):
        pass
    writer.close()
    path.write_bytes(path.read_bytes()[:100] + b"x" * 5000)
    with pytest.raises(DatabaseUnavailable, match="can't be read"):
        connect_read_only(path)


def test_the_engine_reads_backwards_and_keeps_a_limit() -> None:
    engine = SqliteEngine(connect_memory(), timeout=1.0)
    engine.connection.executescript("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3);")
    many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) SELECT i FROM n"

    assert engine.run("SELECT a FROM t").rows == ((1,), (2,), (3,))
    assert engine.run("SELECT a FROM t", backwards=True).rows == ((3,), (2,), (1,))
    assert engine.run("SELECT a FROM t").rows == ((1,), (2,), (3,))
    assert engine.run(many).truncated
    assert len(engine.run(many).rows) == 20_000
    engine.close()
