"""`factory judge` as a person meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from factory.cli import main
from factory.exceptions import FactoryError
from factory.judge.pairs import Pair, read_pairs
from factory.record_schema import schema

PAIRS: list[dict[str, Any]] = [
    {"question": "Sales?", "gold": "SELECT COUNT(*) FROM sale", "predicted": "SELECT COUNT(sale_id) FROM sale"},
    {"query": "SELECT kind FROM sale", "prediction": "SELECT DISTINCT kind FROM sale"},
    {"SQL": "SELECT kind FROM sale WHERE amount > 35", "pred": "SELECT kind FROM sale WHERE amount >= 35"},
    {"gold": "SELECT kind FROM sale", "predicted": "SELECT kinds FROM sale"},
    {"gold": "SELECT random()", "predicted": "SELECT 1"},
]


def written(folder: Path, pairs: list[dict[str, Any]]) -> Path:
    path = folder / "pairs.jsonl"
    path.write_text("\n".join(json.dumps(pair) for pair in pairs) + "\n\n", encoding="utf-8")
    return path


def judge(*args: str | Path) -> Result:
    # The group turns errors into one line and an exit code.
    return CliRunner().invoke(main, ["judge", *map(str, args)])


def test_a_table_a_summary_and_a_file(tmp_path: Path, shop_file: Path) -> None:
    pairs, out = written(tmp_path, PAIRS), tmp_path / "verdicts.jsonl"
    done = judge(pairs, "--database", shop_file, "--out", out)

    assert done.exit_code == 0, done.output
    assert "5 pairs on shop: 1 same, 2 differs, 1 raises, 1 undecided" in done.output
    assert "Execution accuracy on your data: 40.0% (2 of 5)" in done.output
    assert "equal by chance: 1" in done.output
    assert "what shows it" in done.output
    found = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [one["verdict"] for one in found] == ["same", "differs", "differs", "raises", "undecided"]
    assert [one["place"] for one in found] == [1, 2, 3, 4, 5]
    for one in found:
        jsonschema.validate(one, schema("verdict"))
    assert str(tmp_path) not in out.read_text(encoding="utf-8")
    assert str(shop_file.parent) not in out.read_text(encoding="utf-8")
    first = out.read_bytes()
    again = judge(pairs, "--database", shop_file, "--out", out, "--force", "--quiet")
    assert again.exit_code == 0
    assert again.output.count("\n") == 3
    assert out.read_bytes() == first


def test_a_shipped_database_and_a_sqlite_file(tmp_path: Path, club_file: Path) -> None:
    pairs = written(tmp_path, [{"gold": "SELECT 1", "predicted": "SELECT 1.0"}])

    assert "1 pair on hr@3: " in judge(pairs, "--database", "hr@3", "--quiet").output
    assert "1 pair on club: " in judge(pairs, "--database", club_file, "--quiet").output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "holds no pairs"),
        ('{"gold": "SELECT 1", "predicted": "x"}\n{"gold": 1', ":2: not JSON"),
        ('\n{"gold": "SELECT 1"}', ":2: no key predicted (or prediction, pred"),
        ('{"predicted": "SELECT 1"}', ":1: no key gold (or query"),
        ('{"gold": 5, "predicted": "SELECT 1"}', ":1: gold must be text, not int"),
        ('{"gold": " ", "predicted": "SELECT 1"}', ":1: gold is empty"),
        ("5", ":1: a pair is a JSON object, not int"),
        ('[{"gold": "SELECT 1", "predicted": "x"}, 3]', ": item 2: a pair is a JSON object, not int"),
        ("[1,\n2", ":2: not a JSON list"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(FactoryError) as raised:
        read_pairs(path)
    assert told in str(raised.value)


def test_lists_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "pairs.json"
    path.write_text('\ufeff[{"gold": "a", "predicted": "", "question": null}]', encoding="utf-8")

    assert read_pairs(path) == [Pair(1, "a", "", None)]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--database", "none.duckdb"], "No database file at none.duckdb"),
        (["--database", "retial"], "Did you mean retail?"),
        (["--database", "retail", "--out", "none/x.jsonl"], "none is not a folder"),
        (["--database", "retail", "--out", "pairs.jsonl"], "exists: choose another --out, or add --force"),
    ],
)
def test_a_mistake_gets_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], told: str) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, PAIRS)
    done = judge("pairs.jsonl", *args)

    assert done.exit_code == 1
    assert told in done.output
    assert done.output.count("\n") == 1
