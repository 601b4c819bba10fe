"""Databases that pairs are judged on, made as a user would have them: files."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from factory.judge.judge import Judge
from factory.judge.source import source

DATA = Path(__file__).parents[1] / "data"

SHOP = """
CREATE TABLE town (town_id INTEGER PRIMARY KEY, name VARCHAR NOT NULL);
CREATE TABLE sale (
    sale_id INTEGER PRIMARY KEY, town_id INTEGER REFERENCES town (town_id), amount DECIMAL(10, 2) NOT NULL,
    share DOUBLE, sold_at TIMESTAMP NOT NULL, kind VARCHAR, note VARCHAR
);
INSERT INTO town SELECT i, 'Town ' || i FROM range(1, 8) r(i);
INSERT INTO sale SELECT i, CASE WHEN i % 9 > 0 THEN 1 + i * 5 % 6 END, 10.25 + i * 7 % 50, i / 7,
    TIMESTAMP '2024-01-01 10:11:12' + INTERVAL (i) HOUR, CASE WHEN i % 3 = 0 THEN 'card' ELSE 'cash' END,
    CASE WHEN i % 4 = 0 THEN NULL WHEN i % 5 = 0 THEN '' ELSE 'n' || i END FROM range(1, 121) r(i);
CREATE VIEW dear AS SELECT * FROM sale WHERE amount > 30;
"""


def made(folder: Path) -> Path:
    path = folder / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(SHOP)
    return path


def club(folder: Path) -> Path:
    path = folder / "club.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript((DATA / "club.sql").read_text(encoding="utf-8"))
    connection.commit()
    connection.close()
    return path


@pytest.fixture(scope="session")
def shop_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="session")
def club_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return club(tmp_path_factory.mktemp("club"))


@pytest.fixture(scope="module")
def shop(shop_file: Path) -> Iterator[Judge]:
    with source(str(shop_file), timeout=2.0) as opened:
        yield Judge(opened)


@pytest.fixture(scope="module")
def riders(club_file: Path) -> Iterator[Judge]:
    with source(str(club_file), timeout=2.0) as opened:
        yield Judge(opened)
