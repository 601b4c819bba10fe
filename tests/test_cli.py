"""The command as a person meets it: real processes, exit codes, and one line for every mistake."""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
import duckdb
import pytest

from factory import cli, recipe
from factory.cli import main
from factory.engines.duckdb import load_spatial

ROOT = Path(__file__).parents[1]
FACTORY = [sys.executable, "-m", "factory"]
BUILD = ["build", "--recipe", "error_correction"]
# PYTHONPATH so that the tree under test is the one that runs, whatever the working directory.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}


def factory(*args: str | Path, cwd: Path, **given: Any) -> subprocess.CompletedProcess[str]:
    command = [*FACTORY, *map(str, args)]
    return subprocess.run(command, cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, **given)


def fails(*args: str | Path, cwd: Path, code: int = 1, **given: Any) -> str:
    """The one line on stderr of a command that ends with `code` and leaves the folder as it was."""
    before = sorted(cwd.rglob("*"))
    done = factory(*args, cwd=cwd, **given)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert sorted(cwd.rglob("*")) == before
    return done.stderr


def shop(path: Path) -> Path:
    """A user's small database."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("""
            CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, city VARCHAR);
            CREATE TABLE orders (
                id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer(id),
                amount DECIMAL(10, 2), placed_on DATE, status VARCHAR);
            INSERT INTO customer SELECT i, 'Customer ' || i, ['Rome', 'Oslo', 'Kyiv', 'Lima'][i % 4 + 1]
                FROM range(60) t(i);
            INSERT INTO orders SELECT i, i * 31 % 60, i * 7919 % 10000 / 100, DATE '2022-01-01' + (i * 37 % 900)::INT,
                ['open', 'paid', 'sent'][i % 3 + 1] FROM range(900) t(i);
        """)
    return path


def commands(group: click.Group = main, path: str = "factory") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {path: group}
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= commands(command, f"{path} {name}")
        else:
            found[f"{path} {name}"] = command
    return found


# Help


def test_the_help_imports_nothing_heavy(tmp_path: Path) -> None:
    heavy = {"datasets", "duckdb", "faker", "jsonschema", "numpy", "polars", "pyarrow", "rich", "sqlglot"}
    code = f"import sys, factory.cli; print(sorted({heavy} & sys.modules.keys()))"
    assert subprocess.check_output([sys.executable, "-c", code], env=ENVIRONMENT, text=True) == "[]\n"
    assert factory("--help", cwd=tmp_path).returncode == 0


def test_no_command_shows_the_help(tmp_path: Path) -> None:
    assert factory(cwd=tmp_path).stdout == factory("--help", cwd=tmp_path).stdout


def test_the_reference_is_the_help() -> None:
    """UPDATE_DOCS=1 writes it anew."""
    parts = ["# Commands\n\nWhat `--help` prints; a test keeps this page equal to it.\n"]
    for path, command in sorted(commands().items()):
        context = click.Context(command, info_name=path, terminal_width=100, max_content_width=100)
        context.help_option_names = ["-h", "--help"]
        parts.append(f"## {path}\n\n```text\n{command.get_help(context)}\n```\n")
    page, text = ROOT / "docs/commands.md", "\n".join(parts)
    if os.environ.get("UPDATE_DOCS"):
        page.write_text(text, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == text, "run UPDATE_DOCS=1 pytest tests/test_cli.py -k reference"


def test_what_the_texts_tell_to_type_exists() -> None:
    texts = [(ROOT / name).read_text("utf-8") for name in ("README.md", "CONTRIBUTING.md", "docs/commands.md")]
    typed = re.findall(
        r"^\s*(?:\$ )?(factory (?:databases (?:show|export)|[a-z]+)\b.*)$", "\n".join(texts), re.MULTILINE
    )
    assert len(typed) > 15
    for line in typed:
        words = line.split()
        path = " ".join(words[:3]) if " ".join(words[:3]) in commands() else " ".join(words[:2])
        known = {option for p in commands()[path].params for option in p.opts}
        if "--recipe" in words:
            own = recipe.options(recipe.load(words[words.index("--recipe") + 1]))
            known |= {f"--{name.replace('_', '-')}" for name in own}
        assert set(re.findall(r"(?<=\s)--?[a-z][a-z-]*", line)) <= known | {"--help"}, line


def test_lists(tmp_path: Path) -> None:
    assert "error_correction 1" in factory("recipes", cwd=tmp_path).stdout
    listed = factory("databases", cwd=tmp_path).stdout
    assert len(listed.splitlines()) >= 16
    assert listed.count("geometry") >= 5
    shown = factory("databases", "show", "retail@3", cwd=tmp_path).stdout
    assert shown.startswith("retail@3: ")
    assert "CREATE TABLE" in shown


# Mistakes

MISTAKES: list[tuple[list[str], int, str]] = [
    (["biuld"], 2, "No such command 'biuld'"),
    (["build"], 2, "factory build --help"),
    ([*BUILD], 2, "Missing option '--out'"),
    ([*BUILD, "--out", "x", "--rows", "0"], 2, "'--rows': 0 is not in the range x>=1"),
    ([*BUILD, "--out", "x", "--rows", "-5"], 2, "'--rows': -5 is not in the range x>=1"),
    ([*BUILD, "--out", "x", "--rows", "ten"], 2, "'ten' is not a valid integer"),
    ([*BUILD, "--out", "x", "--wors", "5"], 2, "No such option"),
    ([*BUILD, "--out", "x", "--split", "90/5"], 2, "such as 90/5/5"),
    ([*BUILD, "--out", "x", "--split", "nan/5/5"], 2, "such as 90/5/5"),
    ([*BUILD, "--out", "x", "-o", "two"], 2, "'two' is not NAME=VALUE"),
    ([*BUILD, "--out", "x", "-o", "anwser=sql"], 1, "Did you mean answer?"),
    ([*BUILD, "--out", "x", "-o", "two=many"], 1, "two of error_correction takes a number, not 'many'"),
    ([*BUILD, "--out", "x", "-o", "answer=long"], 1, "answer is 'cot' or 'sql'"),
    ([*BUILD, "--out", "x", "--database", "retial"], 1, "Did you mean retail? Available: ad_campaigns, "),
    (
        [*BUILD, "--out", "x", "--quiet", "--database", "none.duckdb"],
        1,
        "No database file at none.duckdb: give the path",
    ),
    ([*BUILD, "--out", "x", "--database", "a/my.db", "--database", "b/my.db"], 2, "would both be called 'my'"),
    (["build", "--recipe", "eror_correction", "--out", "x"], 1, "Did you mean error_correction?"),
    (["databases", "show", "retial"], 1, "Did you mean retail?"),
    (["databases", "export", "retail", "--out", "none/x.duckdb"], 1, "none is not a folder: make it first"),
    (["databases", "export", "retail", "--out", "."], 1, "is a folder: --out is the file to write"),
    (["databases", "export", "a/b.duckdb", "--out", "x"], 1, "is a file already"),
    (["prompt", "--database", "retail@3", "--question", "q", "--sql", "SELECT 1"], 1, "nothing to correct"),
    (["audit", "none"], 2, "'none' does not exist"),
    (["audit", "."], 1, "has no manifest.json"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("args", "code", "told"), MISTAKES, ids=[" ".join(m[0])[-40:] for m in MISTAKES])
def test_a_mistake_gets_one_line(tmp_path: Path, args: list[str], code: int, told: str) -> None:
    line = fails(*args, cwd=tmp_path, code=code)
    assert line.startswith("Error: ")
    assert told in line


@pytest.mark.slow
def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("mine")
    assert "Choose another --out" in fails(*BUILD, "--out", "file/run", cwd=tmp_path)
    assert "is a file" in fails(*BUILD, "--out", "file", cwd=tmp_path)
    assert "add --force" in fails(*BUILD, "--out", "mine", cwd=tmp_path)
    assert "holds thesis.txt" in fails(*BUILD, "--out", "mine", "--force", cwd=tmp_path)
    if Path("/proc").is_dir():
        assert "Can't write" in fails(*BUILD, "--out", "/proc/run", cwd=tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statements", "told"),
    [
        ("", "has no rows in any table"),
        ("CREATE TABLE a (id INTEGER PRIMARY KEY, name VARCHAR)", "has no rows in any table"),
        ("CREATE VIEW v AS SELECT i AS id FROM range(9) t(i)", "has no rows in any table"),
        ("CREATE SCHEMA s; CREATE TABLE s.t AS SELECT 1 AS id", "has no rows in any table of schema main"),
    ],
    ids=["no table", "empty table", "views only", "other schema"],
)
def test_databases_of_which_nothing_can_be_asked(tmp_path: Path, statements: str, told: str) -> None:
    with duckdb.connect(str(tmp_path / "my.duckdb")) as connection:
        connection.execute(statements or "SELECT 1")
    assert told in fails(*BUILD, "--out", "run", "--database", "my.duckdb", "--quiet", cwd=tmp_path)


@pytest.mark.slow
def test_databases_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "bad.duckdb").write_bytes(b"no database" * 500)
    asked = (*BUILD, "--out", "run", "--quiet", "--database")
    assert "is not a DuckDB database" in fails(*asked, "bad.duckdb", cwd=tmp_path)
    assert "No database file" in fails(*asked, "./", cwd=tmp_path)
    with duckdb.connect(str(shop(tmp_path / "my.duckdb"))):
        assert "is locked by another process: close it there" in fails(*asked, "my.duckdb", cwd=tmp_path)


def limit_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))


@pytest.mark.slow
def test_a_full_disk(tmp_path: Path) -> None:
    asked = (*BUILD, "--rows", "60", "--database", "retail@3", "--instances", "1", "--quiet", "--out")
    done = factory(*asked, "run", cwd=tmp_path, preexec_fn=limit_files)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert "Make room" in done.stderr
    assert "kept in run.work: the same command goes on from there" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["run.work"]
    assert factory(*asked, "run", cwd=tmp_path).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert "Make room" in fails("databases", "export", "hr", "--out", "x", cwd=tmp_path, preexec_fn=limit_files)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "told"), [(signal.SIGINT, "Interrupted"), (signal.SIGTERM, "Terminated")], ids=["ctrl-c", "terminate"]
)
@pytest.mark.parametrize("pause", [0.05, 5], ids=["early", "late"])
def test_a_build_that_is_stopped_leaves_what_it_can_go_on_from(
    tmp_path: Path, number: int, told: str, pause: float
) -> None:
    command = [*FACTORY, *BUILD, "--rows", "4000", "--database", "retail@3", "--out", "run"]
    with subprocess.Popen(command, cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert process.stderr.readline() == "0 of 4,000 accepted, opening the first database\n"
        time.sleep(pause)
        process.send_signal(number)
        rest = process.stderr.read()
    assert process.returncode == 128 + number
    assert "Traceback" not in rest
    last = rest.splitlines()[-1]
    if last == f"{told}: nothing was written":
        assert list(tmp_path.iterdir()) == []
    else:
        assert re.fullmatch(rf"{told}: .* kept in run.work: the same command goes on from there", last), last
        assert [path.name for path in tmp_path.iterdir()] == ["run.work"]


# What works


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over a plain and a geographic database."""
    folder = tmp_path_factory.mktemp("cli")
    asked = ("--rows", "60", "--per-database", "30", "--instances", "2", "--split", "50/0/50", "--quiet")
    done = factory(*BUILD, *asked, "--database", "retail@3", "--database", "airline@2", "--out", "run", cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder / "run"


def records(run: Path, form: str) -> list[dict[str, Any]]:
    texts = [path.read_text("utf-8") for path in sorted(run.glob(f"*/{form}/*.jsonl"))]
    return [json.loads(line) for text in texts for line in text.splitlines()]


@pytest.mark.slow
def test_a_plain_session_reproduces_every_error_and_fix(run: Path, tmp_path: Path) -> None:
    found = records(run, "sft")
    names = sorted({record["database"] for record in found})
    assert len(found) == 60
    assert names == ["airline@2", "retail@3"]
    for name in names:
        file = tmp_path / f"{name}.duckdb"
        assert factory("databases", "export", name, "--out", file, cwd=tmp_path).returncode == 0
        with duckdb.connect(str(file), read_only=True) as session:
            if name.startswith("airline"):
                load_spatial(session)
            for record in (r for r in found if r["database"] == name):
                evidence = record["evidence"]
                with pytest.raises(duckdb.Error) as error:
                    session.execute(evidence["broken_sql"]).fetchall()
                assert str(error.value) == evidence["error_message"]
                assert len(session.execute(record["sql"]).fetchall()) == evidence["row_count"] > 0


@pytest.mark.slow
def test_an_export_is_replaced_only_when_told(tmp_path: Path) -> None:
    asked = ("databases", "export", "hr@1", "--instance", "1", "--out", "hr.duckdb")
    assert factory(*asked, cwd=tmp_path).stdout == "hr@1, instance 1 → hr.duckdb\n"
    assert "add --force" in fails(*asked, cwd=tmp_path)
    assert factory(*asked, "--force", cwd=tmp_path).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["hr.duckdb"]


@pytest.mark.slow
def test_the_prompt_of_inference_is_that_of_training(run: Path, tmp_path: Path) -> None:
    for record in (next(r for r in records(run, "sft") if r["database"].startswith(n)) for n in ("retail", "airline")):
        asked = ("prompt", "--database", record["database"], "--question", record["question"])
        first = record["messages"][0]["content"]
        whole = factory(*asked, "--sql", record["evidence"]["broken_sql"], cwd=tmp_path).stdout
        assert whole == first + "\n"
        opening = factory(*asked, cwd=tmp_path).stdout
        assert opening.endswith(f"Question: {record['question']}\n")
        assert first.startswith(opening)


def test_audit(run: Path, tmp_path: Path) -> None:
    done = factory("audit", run, "--sample", "6", "--quiet", cwd=tmp_path)
    assert done.stderr == ""
    assert done.stdout.startswith("All 12 records hold (6 SFT, 6 DPO; 2 schemas, ")


@pytest.mark.slow
def test_a_database_of_the_user(tmp_path: Path) -> None:
    before = hashlib.sha256(shop(tmp_path / "my.duckdb").read_bytes()).hexdigest()
    done = factory(*BUILD, "--rows", "20", "--database", "my.duckdb", "--out", "run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[0] == "0 of 20 accepted, opening the first database"
    assert "20 of 20 accepted, 1 schema" in done.stderr
    assert "[user]" in done.stdout
    assert "20 records from 1 schema in run\n" in done.stdout
    assert str(tmp_path) not in "".join(p.read_text() for p in (tmp_path / "run").rglob("*") if p.is_file())
    assert "say where it lies with --database FILE" in fails("audit", "run", "--quiet", cwd=tmp_path)
    proven = factory("audit", "run", "--database", "my.duckdb", "--quiet", cwd=tmp_path)
    assert proven.stdout.startswith("All 40 records hold"), proven.stderr
    assert hashlib.sha256((tmp_path / "my.duckdb").read_bytes()).hexdigest() == before
    with duckdb.connect(str(tmp_path / "my.duckdb")) as connection:
        connection.execute("DELETE FROM orders WHERE id = 1")
    asked = ("audit", "run", "--database", "my.duckdb", "--quiet")
    assert "Database my has other content" in fails(*asked, cwd=tmp_path)


def test_a_signal_that_got_lost_still_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    monkeypatch.setattr(cli, "_asked_to_stop", [])
    heed = cli._heeding(calls.append)
    heed(1)
    with pytest.raises(cli._Stop):
        cli._stop(signal.SIGINT, None)
    with pytest.raises(cli._Stop):
        heed(2)
    assert calls == [1]
