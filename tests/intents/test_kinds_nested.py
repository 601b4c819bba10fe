"""Kinds about JSON, STRUCT, MAP and list columns: asked of several databases, answered on every instance."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Any

import duckdb
import pytest

from factory.catalog import Opened, opened
from factory.compare import same
from factory.intents.filters import Compare, Equals
from factory.intents.grouping import Aggregate
from factory.intents.intent import Intent
from factory.intents.kinds.json_fields import JsonFields
from factory.intents.kinds.json_fields.parts import FieldFilter
from factory.intents.kinds.list_items import ItemFilter, ListItems
from factory.intents.kinds.map_entries import MapEntries
from factory.intents.kinds.struct_fields import StructFields
from factory.intents.rewrites.realise import realisations
from factory.intents.skeleton import skeleton
from factory.intents.style import Style, draw_style, render
from factory.intents.subject import Subject
from factory.mutations.query import Query
from factory.mutations.silent.propose import neighbours
from factory.records import Column, Table

PLAIN = Style()
Rows = list[tuple[Any, ...]]


def drawn(target: Opened, kind: str, count: int) -> list[Intent]:
    draw = import_module(f"factory.intents.kinds.{kind}").draw
    rng = Random(f"{target.database.name}/{kind}")
    found = (draw(target.database, rng) for _ in range(count * 12))
    return [intent for intent in found if intent is not None][:count]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("saas_subscriptions", ("json_fields", "list_items")),
        ("factory_sensors@4", ("map_entries", "list_items")),
        ("music_streaming", ("struct_fields", "list_items")),
        ("hotel_bookings@2", ("json_fields", "list_items")),
    ],
)
def test_each_kind_is_asked_answered_and_can_be_rewritten(name: str, kinds: tuple[str, ...]) -> None:
    with opened(name) as target:
        for kind in kinds:
            asked = drawn(target, kind, 6)
            assert len(asked) == 6, kind
            for intent in asked:
                check(target, intent)


def check(target: Opened, intent: Intent) -> None:
    text = render(intent.tree(), PLAIN)
    outcomes = [target.engine.run(text, instance) for instance in range(target.engine.instances)]
    assert not [o.error for o in outcomes if o.error], text
    assert "_" not in intent.question()
    assert skeleton(intent.tree())
    assert Query(text, target.database).tree is not None
    if intent.cut is None:
        assert same(outcomes[0], target.engine.run(render(intent.tree(), draw_style(Random(text))))), text
        for rules, tree in realisations(intent.tree(), target.database, Random(text)):
            assert same(outcomes[0], target.engine.run(render(tree, PLAIN))), (rules, text)
    wrong = [target.engine.run(render(n.tree, PLAIN)) for n in neighbours(intent.tree(), target.database, Random(1), 8)]
    assert any(o.error is None and not same(o, outcomes[0]) for o in wrong), text


@pytest.fixture(scope="module")
def saas() -> Iterator[Opened]:
    with opened("saas_subscriptions", instances=1) as target:
        yield target


@pytest.fixture(scope="module")
def music() -> Iterator[Opened]:
    with opened("music_streaming", instances=1) as target:
        yield target


def run(target: Opened, text: str) -> Rows:
    outcome = target.engine.run(text)
    assert outcome.error is None, outcome.error
    return list(outcome.rows)


def answer(target: Opened, intent: Intent) -> Rows:
    return run(target, render(intent.tree(), PLAIN))


def payloads(target: Opened) -> list[dict[str, Any] | None]:
    rows = run(target, "SELECT payload FROM feature_usage")
    return [json.loads(text) if text is not None else None for (text,) in rows]


def of_table(target: Opened, table: str, column: str) -> tuple[Table, Column, dict[str, Column]]:
    found = target.database.table(table)
    nested = found.column(column)
    return found, nested, {part.name: part for part in nested.parts}


def test_parts_have_words_and_live_values(saas: Opened) -> None:
    _, _, parts = of_table(saas, "feature_usage", "payload")
    assert parts["load_ms"].label == "load time"
    assert parts["load_ms"].unit == "ms"
    assert len(parts["load_ms"].values) == 9
    assert parts["browser"].values[0] == "Chrome"
    assert parts["browser"].distinct == 5


@pytest.mark.parametrize("spelling", ["arrow", "function"])
def test_count_by_a_field(saas: Opened, spelling: Any) -> None:
    table, column, parts = of_table(saas, "feature_usage", "payload")
    browser, load = parts["browser"], parts["load_ms"]
    found = payloads(saas)
    for part, inner, expected, said in (
        (browser, Equals(browser, "Edge"), sum(p is not None and p.get("browser") == "Edge" for p in found), "'Edge'"),
        (load, Compare(load, ">", 900), sum(p is not None and p.get("load_ms", 0) > 900 for p in found), "900 ms"),
    ):
        one = FieldFilter(column, part, inner, spelling)
        subject = Subject(table, (one,))
        intent = JsonFields(subject=subject, column=column, part=part, form="count", spelling=spelling)
        assert answer(saas, intent) == [(expected,)]
        assert said in intent.question()
        assert "in the payload" in intent.question()


def test_a_missing_key_is_not_a_missing_payload(saas: Opened) -> None:
    table, column, parts = of_table(saas, "feature_usage", "payload")
    intent = JsonFields(subject=Subject(table), column=column, part=parts["experiment"], form="missing")
    assert answer(saas, intent) == [(sum(p is not None and "experiment" not in p for p in payloads(saas)),)]


def test_groups_and_averages_of_fields(saas: Opened) -> None:
    table, column, parts = of_table(saas, "feature_usage", "payload")
    found = [p for p in payloads(saas) if p]
    groups = JsonFields(subject=Subject(table), column=column, part=parts["browser"], form="groups")
    counts = Counter(p["browser"] for p in found if "browser" in p)
    assert dict(answer(saas, groups)) == counts
    top = JsonFields(subject=Subject(table), column=column, part=parts["browser"], form="top", limit=2)
    assert answer(saas, top) == counts.most_common(2)
    value = JsonFields(
        subject=Subject(table), column=column, part=parts["browser"], form="value per group", number=parts["load_ms"]
    )
    both = [(p["browser"], p["load_ms"]) for p in found if "browser" in p and "load_ms" in p]
    expected = {b: fmean(n for other, n in both if other == b) for b, _ in both}
    assert dict(answer(saas, value)) == pytest.approx(expected)


def test_fields_of_a_struct(music: Opened) -> None:
    table, column, parts = of_table(music, "play", "client")
    intent = StructFields(
        subject=Subject(table), column=column, part=parts["network"], form="value", number=parts["bitrate_kbps"]
    )
    rows = run(music, "SELECT client FROM play WHERE client IS NOT NULL")
    known = [client["bitrate_kbps"] for (client,) in rows if client["bitrate_kbps"] is not None]
    assert answer(music, intent)[0][0] == pytest.approx(fmean(known))


def test_entries_of_a_map() -> None:
    with opened("retail", instances=1) as retail:
        table, column, parts = of_table(retail, "product", "attributes")
        intent = MapEntries(subject=Subject(table), column=column, part=parts["color"], form="groups")
        rows = run(retail, "SELECT attributes FROM product WHERE attributes IS NOT NULL")
        counts = Counter(entry["color"] for (entry,) in rows if "color" in entry)
        assert dict(answer(retail, intent)) == counts


@pytest.mark.parametrize(
    ("test", "values", "least", "holds", "said"),
    [
        ("has", ("calm",), 0, lambda m: "calm" in m, "with the mood 'calm'"),
        ("has any", ("calm", "dark"), 0, lambda m: bool({"calm", "dark"} & set(m)), "include 'calm' or 'dark'"),
        ("has all", ("calm", "dark"), 0, lambda m: {"calm", "dark"} <= set(m), "include both 'calm' and 'dark'"),
        ("lacks", ("calm",), 0, lambda m: "calm" not in m, "whose list of moods leaves out 'calm'"),
        ("at least", (), 2, lambda m: len(m) >= 2, "with at least 2 moods"),
        ("empty", (), 0, lambda m: not m, "with an empty list of moods"),
    ],
)
def test_counts_by_items(music: Opened, test: Any, values: Any, least: int, holds: Any, said: str) -> None:
    table, column, parts = of_table(music, "track", "moods")
    one = ItemFilter(column, parts[""], test, values, least)
    intent = ListItems(subject=Subject(table, (one,)), column=column, form="count")
    lists = [moods for (moods,) in run(music, "SELECT moods FROM track") if moods is not None]
    assert answer(music, intent) == [(sum(map(holds, lists)),)]
    assert said in intent.question()


@pytest.mark.parametrize("lateral", [True, False])
def test_items_and_their_measures(music: Opened, lateral: bool) -> None:
    table, column, _ = of_table(music, "track", "moods")
    rows = [(moods, seconds) for moods, seconds in run(music, "SELECT moods, duration_seconds FROM track") if moods]
    counts = Counter(mood for moods, _ in rows for mood in moods)
    items = ListItems(subject=Subject(table), column=column, form="items", lateral=lateral)
    assert dict(answer(music, items)) == counts
    frequent = ListItems(subject=Subject(table), column=column, form="frequent", limit=3, lateral=lateral)
    assert answer(music, frequent) == counts.most_common(3)
    average = Aggregate("avg", table, table.column("duration_seconds"))
    value = ListItems(subject=Subject(table), column=column, form="value per item", aggregate=average, lateral=lateral)
    expected = {mood: fmean(s for moods, s in rows if mood in moods) for mood in counts}
    assert dict(answer(music, value)) == pytest.approx(expected)


def test_lengths(music: Opened) -> None:
    table, column, _ = of_table(music, "track", "moods")
    lists = [moods for (moods,) in run(music, "SELECT moods FROM track") if moods is not None]
    lengths = ListItems(subject=Subject(table), column=column, form="lengths")
    assert dict(answer(music, lengths)) == Counter(map(len, lists))
    average = ListItems(subject=Subject(table), column=column, form="average length")
    assert answer(music, average)[0][0] == pytest.approx(fmean(map(len, lists)))
    assert "missing" in average.question() or "recorded" in average.question()


@pytest.mark.slow
def test_a_file_of_one_s_own(tmp_path: Path) -> None:
    path = tmp_path / "visits.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            CREATE TABLE visits (
              visit_id INTEGER PRIMARY KEY, ctx JSON, tags VARCHAR[], attrs MAP(VARCHAR, INTEGER),
              place STRUCT(city VARCHAR, speed_kmh DOUBLE), scores INTEGER[]
            );
            INSERT INTO visits SELECT i,
              json_object('browser', ['Chrome', 'Safari', 'Edge'][1 + i % 3], 'durationMs', i * 37 % 900, 'isBot',
                i % 9 = 0),
              list_slice(['gift', 'rush', 'vip', 'bulk'], 1 + i % 4, i % 5), MAP {'retries': i % 4, 'errors': i % 7},
              {'city': ['Ulm', 'Bonn', 'Kiel'][1 + i % 3], 'speed_kmh': i * 13 % 120}, [i % 5, i % 3]
            FROM range(1, 201) t(i)
            """
        )
    with opened(str(path)) as target:
        table, column, parts = of_table(target, "visits", "ctx")
        assert column.role == "text"
        assert not column.values
        assert (parts["durationMs"].label, parts["durationMs"].unit, parts["isBot"].role) == ("duration", "ms", "flag")
        assert not table.column("scores").parts  # an item may come twice in a list
        for kind in ("json_fields", "struct_fields", "map_entries", "list_items"):
            asked = drawn(target, kind, 6)
            assert len(asked) == 6, kind
            for intent in asked:
                outcome = target.engine.run(render(intent.tree(), PLAIN))
                assert outcome.error is None, outcome.error
                assert outcome.rows, intent.question()
