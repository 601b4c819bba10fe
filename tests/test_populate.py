# ruff: noqa: E501 - an inline table of TOML stays on one line
from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from factory.engines.load import create
from factory.exceptions import BadSpec
from factory.load_spec import load_spec, spec_names
from factory.populate import populate
from factory.spec import Spec

Frames = Mapping[str, pl.DataFrame]

ZOO = """
name = "zoo"
title = "Every generator once"
description = "For tests."
period = [2022-01-01, 2023-12-31]

[[table]]
name = "state"
label = ["state", "states"]
kind = "layer"
layer = { name = "us_states", where = { region = ["West"] } }
[table.columns]
fips = { type = "VARCHAR", role = "key", gen = { property = "fips" } }
state_name = { type = "VARCHAR", role = "name", gen = { property = "name" } }
boundary = { type = "GEOMETRY", role = "geometry", geometry = "POLYGON", gen = { property = "geometry" } }

[[table]]
name = "staff"
label = ["keeper", "keepers"]
kind = "dimension"
rows = 40
[table.columns]
boss_id = { type = "INTEGER", role = "reference" }
staff_id = { type = "INTEGER", role = "key", gen = { sequence = 100 } }
full_name = { type = "VARCHAR", role = "name", gen = { faker = "name", pool = 25, locale = ["de_DE", "en_US"] } }
badge = { type = "VARCHAR", role = "code", gen = { random = "??-####" } }

[[table]]
name = "cage"
label = ["cage", "cages"]
kind = "dimension"
rows = 30
[table.columns]
cage_code = { type = "VARCHAR", role = "key", gen = { pattern = "C-{n:03d}" } }
fips = { type = "VARCHAR", role = "reference" }
location = { type = "GEOMETRY", role = "geometry", geometry = "POINT", gen = { point = { around = "us_cities", spread_km = 3, where = { state = ["California"] } } } }
class = { type = "VARCHAR", role = "category", gen = { choice = ["bird", "cat"], weights = [3, 1] } }
species = { type = "VARCHAR", role = "name", label = ["species", "species"], gen = { given = "class", choices = { bird = ["owl", "emu", "kea"], cat = ["lion", "lynx"] } } }
area = { type = "DOUBLE", role = "measure", gen = { uniform = [10, 90], round = 1 } }
fee = { type = "DECIMAL(6,2)", role = "measure", gen = { normal = [20, 8], min = 0, max = 30 } }
opens_at = { type = "TIME", role = "timestamp", gen = { time = { hours = "office" } } }
built_on = { type = "DATE", role = "timestamp", gen = { time = { start = 1990-01-01, end = 2021-12-31, growth = 0.1 } } }
shift = { type = "DATE", role = "timestamp", gen = { choice = [2022-05-01, 2022-06-01] } }

[[table]]
name = "feeding"
label = ["feeding", "feedings"]
kind = "fact"
rows = 900
[table.columns]
feeding_id = { type = "BIGINT", role = "key" }
cage_code = { type = "VARCHAR", role = "reference" }
staff_id = { type = "INTEGER", role = "reference" }
portions = { type = "INTEGER", role = "measure", gen = { integers = [1, 5] } }
visitors = { type = "INTEGER", role = "measure", null = 0.2, gen = { poisson = 4 } }
price = { type = "DECIMAL(8,2)", role = "measure", gen = { copy = "cage.fee", noise = 0.1 } }
fee_then = { type = "DECIMAL(6,2)", role = "measure", gen = { copy = "cage.fee" } }
cost = { type = "DECIMAL(10,2)", role = "measure", gen = { expr = "portions * price", round = 2 } }
cost_per_visitor = { type = "DOUBLE", role = "measure", null = 0.1, gen = { expr = "cost / visitors" } }
started_at = { type = "TIMESTAMP", role = "timestamp", gen = { time = { hours = "retail", season = "summer", growth = 0.5 } } }
ended_at = { type = "TIMESTAMP", role = "timestamp", gen = { after = "started_at", minutes = [20, 0.4] } }
cleaned_on = { type = "DATE", role = "timestamp", null = 0.1, gen = { after = "started_at", days = [4, 0.5] } }
checked_on = { type = "DATE", role = "timestamp", gen = { expr = "cast(started_at as date) + portions" } }
calm = { type = "BOOLEAN", role = "flag", yes = "that went well", no = "that went badly", gen = { bool = 0.8 } }
note = { type = "VARCHAR", role = "text", null = 0.3, gen = { text = ["{who} ate all.", "Left for {who}."], slots = { who = ["the old one", "everyone"] } } }

[[table]]
name = "skill"
label = ["skill", "skills"]
kind = "bridge"
rows = 90
key = ["staff_id", "cage_code"]
[table.columns]
staff_id = { type = "INTEGER", role = "reference" }
cage_code = { type = "VARCHAR", role = "reference" }
since = { type = "DATE", role = "timestamp", gen = { after = "cage.built_on", days = [200, 0.5] } }
"""

RELATIONS = (
    ("staff.boss_id", "staff", 0.0, 0.1),
    ("cage.fips", "state", 0.5, 0.0),
    ("feeding.cage_code", "cage", 1.0, 0.0),
    ("feeding.staff_id", "staff", 0.8, 0.2),
    ("skill.staff_id", "staff", 0.5, 0.0),
    ("skill.cage_code", "cage", 0.0, 0.0),
)


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Spec:
    links = "".join(
        f'\n[[relation]]\nchild = "{child}"\nparent = "{parent}"\nverb = "have"\nverb_negative = "have no"\n'
        f'inverse = "of"\nskew = {skew}\nnull = {null}\n'
        for child, parent, skew, null in RELATIONS
    )
    spatial = '\n[[spatial]]\npoint = "cage.location"\nzone = "state.boundary"\n'
    path = tmp_path_factory.mktemp("spec") / "zoo.toml"
    path.write_text(ZOO + links + spatial, encoding="utf-8")
    return load_spec(path)


@pytest.fixture(scope="module")
def ordinary(zoo: Spec) -> Frames:
    return populate(zoo, 0)


def without_geometry(spec: Spec) -> Spec:
    tables = tuple(replace(t, columns=tuple(c for c in t.columns if c.type != "GEOMETRY")) for t in spec.tables)
    return replace(spec, tables=tables, spatial=())


@pytest.mark.slow
@pytest.mark.parametrize("instance", range(6))
@pytest.mark.parametrize("name", ["zoo", "retail", "hr", "hospital"])
def test_the_engine_accepts_keys_references_and_not_null(name: str, instance: int, zoo: Spec) -> None:
    spec = without_geometry(zoo if name == "zoo" else load_spec(name))
    frames = populate(spec, instance)
    with duckdb.connect() as connection:
        create(connection, spec, frames)
        for table in spec.tables:
            assert frames[table.base].columns == [column.base for column in table.columns]
            counted = connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()
            assert counted == (frames[table.base].height,)


@pytest.mark.every_database
@pytest.mark.parametrize("name", spec_names())
def test_every_shipped_database_fills(name: str) -> None:
    spec = load_spec(name)
    frames = populate(spec, 0)
    for table in spec.tables:
        frame = frames[table.base]
        assert frame.height >= 0.9 * table.rows
        for column in table.columns:
            assert column.null or not frame[column.base].null_count()
            assert frame[column.base].null_count() < frame.height, f"{table.base}.{column.base} is all NULL"


def test_types_are_those_of_the_columns(ordinary: Frames) -> None:
    feeding, cage = ordinary["feeding"], ordinary["cage"]
    assert feeding.schema["started_at"] == pl.Datetime("us")
    assert feeding.schema["cleaned_on"] == pl.Date
    assert feeding.schema["feeding_id"] == feeding.schema["portions"] == pl.Int64
    assert feeding.schema["cost"] == pl.Float64
    assert feeding.schema["calm"] == pl.Boolean
    assert cage.schema["opens_at"] == pl.Time
    assert set(cage["shift"].unique()) == {date(2022, 5, 1), date(2022, 6, 1)}


def test_parents_come_first(ordinary: Frames) -> None:
    order = list(ordinary)
    assert order.index("state") < order.index("cage") < order.index("feeding")


def test_same_rows_in_another_process(zoo: Spec) -> None:
    script = (
        "import hashlib; from factory.load_spec import load_spec; from factory.populate import populate;"
        "frames = populate(load_spec('retail'), {k});"
        "print(hashlib.sha256(repr([f.rows() for f in frames.values()]).encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", script.replace("{k}", "2")],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parent.parent,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1
    again, once = populate(zoo, 1), populate(zoo, 1)
    assert all(again[name].equals(once[name]) for name in once)


def test_instances_and_variants_have_other_rows_and_one_vocabulary() -> None:
    retail = load_spec("retail")
    names = [set(populate(retail, k)["customer"]["full_name"]) for k in (0, 1, 5)]
    assert names[1] != names[2]
    assert names[1] | names[2] <= names[0]
    other = populate(replace(retail, variant=8), 0)["customer"]
    assert set(other["full_name"]) == names[0]
    assert not other["signed_up_on"].equals(populate(retail, 0)["customer"]["signed_up_on"])


def test_formulas_copies_and_moments_agree_with_their_sources(zoo: Spec) -> None:
    for instance in range(6):
        frames = populate(zoo, instance)
        fed = frames["feeding"].join(frames["cage"], on="cage_code")
        assert (fed["fee_then"] == fed["fee"]).all()
        assert ((fed["portions"] * fed["price"] - fed["cost"]).abs() < 0.005).all()
        assert (fed["started_at"] <= fed["ended_at"]).all()
        assert (fed["started_at"].cast(pl.Date) <= fed["cleaned_on"]).drop_nulls().all()
        days = (fed["checked_on"] - fed["started_at"].cast(pl.Date)).dt.total_days()
        assert (days == fed["portions"]).all()
        assert fed.filter(pl.col("visitors").is_null())["cost_per_visitor"].null_count() == fed["visitors"].null_count()
        assert fed.filter(pl.col("class") == "cat")["species"].is_in(["lion", "lynx"]).all()
        joined = frames["skill"].join(frames["cage"], on="cage_code")
        assert (joined["built_on"] <= joined["since"]).all()


def test_numbers_keep_their_bounds_and_decimals(ordinary: Frames) -> None:
    cage = ordinary["cage"]
    assert cage["area"].is_between(10, 90).all()
    assert (cage["area"] == cage["area"].round(1)).all()
    assert cage["fee"].is_between(0, 30).all()
    assert (cage["fee"] == cage["fee"].round(2)).all()
    assert set(ordinary["feeding"]["portions"].unique()) == {1, 2, 3, 4, 5}


def test_moments_keep_the_period(ordinary: Frames) -> None:
    feeding, cage = ordinary["feeding"], ordinary["cage"]
    assert feeding["started_at"].min() >= datetime(2022, 1, 1)  # type: ignore[operator]
    assert feeding["ended_at"].max() < datetime(2024, 1, 1)  # type: ignore[operator]
    assert feeding["cleaned_on"].max() <= date(2023, 12, 31)  # type: ignore[operator]
    assert cage["built_on"].is_between(date(1990, 1, 1), date(2021, 12, 31)).all()


def test_season_growth_and_hours_show(ordinary: Frames) -> None:
    started = ordinary["feeding"]["started_at"]
    assert (started.dt.month().is_in([6, 7, 8])).mean() > 0.32  # type: ignore[operator]
    assert (started.dt.year() == 2023).mean() > 0.55  # type: ignore[operator]
    assert started.dt.hour().is_between(8, 21).mean() > 0.85  # type: ignore[operator]


def test_names_use_up_the_pool_and_texts_read_well(ordinary: Frames) -> None:
    assert ordinary["staff"]["full_name"].n_unique() == 25
    assert ordinary["staff"]["badge"].str.contains(r"^[A-Z]{2}-\d{4}$").all()
    notes = set(ordinary["feeding"]["note"].drop_nulls().unique())
    assert notes == {
        "The old one ate all.",
        "Everyone ate all.",
        "Left for the old one.",
        "Left for everyone.",
    }


def test_references_are_skewed_and_leave_some_parents_out(ordinary: Frames) -> None:
    counts = ordinary["feeding"]["cage_code"].value_counts(sort=True)["count"]
    assert counts[0] > 3 * counts[len(counts) - 1]
    assert len(counts) < ordinary["cage"].height
    assert 0.1 < ordinary["feeding"]["staff_id"].null_count() / 900 < 0.3


@pytest.mark.parametrize("instance", range(6))
def test_a_self_reference_is_a_tree(zoo: Spec, instance: int) -> None:
    staff = populate(zoo, instance)["staff"]
    depth: dict[int, int] = {}
    for boss, own in staff.select("boss_id", "staff_id").rows():
        depth[own] = 1 if boss is None else depth[boss] + 1
    assert max(depth.values()) <= 5
    if instance == 0:
        assert max(depth.values()) >= 3


def test_composite_keys_are_distinct_and_near_the_wanted_count(ordinary: Frames) -> None:
    assert ordinary["skill"].height == 90
    assert not ordinary["skill"].select("staff_id", "cage_code").is_duplicated().any()


def test_layers_and_points(zoo: Spec, ordinary: Frames) -> None:
    assert ordinary["state"].height == 13
    assert ordinary["state"]["boundary"].str.starts_with("{").all()
    assert ordinary["cage"]["location"].str.contains(r"^POINT \(-1\d\d\.\d{5} 3\d\.\d{5}\)$").all()
    assert populate(zoo, 1)["state"].height <= 13


def test_instance_1_is_about_ties_and_boundaries() -> None:
    retail = load_spec("retail")
    frames, ordinary = populate(retail, 1), populate(retail, 0)
    assert all(min(12, t.rows) <= frames[t.base].height <= 60 for t in retail.tables)
    product = frames["product"]
    assert product["list_price"].n_unique() <= 9
    assert product["weight_kg"].n_unique() <= 10
    assert product["list_price"].max() == ordinary["product"]["list_price"].max()
    moments = frames["orders"]["ordered_at"]
    turns = moments.dt.date().is_in([date(y, m, d) for y in range(2021, 2025) for m, d in ((1, 1), (12, 31))])
    assert turns.mean() > 0.3  # type: ignore[operator]
    assert {"00:00:00", "23:59:59"} <= set(moments.dt.strftime("%H:%M:%S"))
    median = ordinary["product"]["list_price"].quantile(0.5, "lower")
    assert float(f"{median:.1e}") in product["list_price"].to_list()


def test_instance_2_is_about_nulls() -> None:
    retail = load_spec("retail")
    frames = populate(retail, 2)
    shares = [
        frames[t.base][c.base].null_count() / frames[t.base].height for t in retail.tables for c in t.columns if c.null
    ]
    assert 0.35 < sum(shares) / len(shares) < 0.6
    items = frames["order_item"]
    assert (items.group_by("order_id").agg(pl.col("discount_pct").count())["discount_pct"] == 0).any()


@pytest.mark.parametrize("name", ["retail", "hr", "hospital"])
def test_instance_3_is_sparse(name: str) -> None:
    frames = populate(load_spec(name), 3)
    heights = [frame.height for frame in frames.values()]
    assert min(heights) == 0
    assert 1 in heights
    assert max(heights) <= 25


def test_instance_4_has_duplicates_and_fan_out() -> None:
    frames = populate(load_spec("retail"), 4)
    assert frames["customer"]["full_name"].n_unique() <= 4
    assert frames["customer"]["city"].n_unique() <= 4
    assert frames["product"]["list_price"].n_unique() <= 3
    assert frames["orders"]["customer_id"].value_counts()["count"].max() >= 8  # type: ignore[operator]


def test_further_instances_are_small_ordinary_ones() -> None:
    retail = load_spec("retail")
    frames = [populate(retail, k) for k in (5, 6)]
    assert [f["orders"].height for f in frames] == [208, 208]
    assert not frames[0]["orders"].equals(frames[1]["orders"])


def test_children_of_an_empty_parent(zoo: Spec) -> None:
    empty = replace(zoo, tables=tuple(replace(t, rows=0) if t.base == "staff" else t for t in zoo.tables))
    frames = populate(empty, 0)
    assert frames["staff"].height == frames["skill"].height == 0
    assert frames["feeding"]["staff_id"].null_count() == frames["feeding"].height == 900


def test_unknown_faker_method(zoo: Spec) -> None:
    staff = next(t for t in zoo.tables if t.base == "staff")
    columns = tuple(replace(c, gen={"faker": "nmae", "pool": 3}) if c.base == "full_name" else c for c in staff.columns)
    broken = replace(zoo, tables=(replace(staff, columns=columns),), relations=(), spatial=())
    broken = replace(broken, tables=(replace(broken.tables[0], columns=columns[1:]),))
    with pytest.raises(BadSpec, match=r"zoo: staff\.full_name: Faker has no provider method 'nmae'"):
        populate(broken, 0)


def test_a_formula_that_duckdb_rejects(zoo: Spec) -> None:
    cage = next(t for t in zoo.tables if t.base == "cage")
    columns = tuple(
        replace(c, gen={"expr": "area + species"}) if c.base == "fee" else c
        for c in cage.columns
        if c.base not in ("fips", "location")
    )
    broken = replace(zoo, tables=(replace(cage, columns=columns),), relations=(), spatial=())
    with pytest.raises(BadSpec, match=r"zoo: cage: expr of fee: Binder Error"):
        populate(broken, 0)


@pytest.mark.parametrize("instance", range(5))
def test_nested_columns_have_rows_in_every_instance(instance: int) -> None:
    saas, music = (populate(load_spec(name), instance) for name in ("saas_subscriptions", "music_streaming"))
    payloads = saas["feature_usage"]["payload"]
    objects = [json.loads(text) for text in payloads.drop_nulls()]
    labels = saas["support_ticket"]["labels"]
    clients = music["play"]["client"]
    assert payloads.dtype == pl.String
    assert labels.dtype == pl.List(pl.String)
    assert all(len(set(found)) == len(found) for found in labels.drop_nulls().to_list())
    if len(payloads) > 10:
        assert payloads.null_count()
        assert any("experiment" not in one for one in objects)
        assert any("experiment" in one for one in objects)
        assert all(isinstance(one.get("load_ms", 0), int) for one in objects)
    if len(labels) > 10:
        assert labels.null_count()
        assert (labels.list.len() == 0).any()
    if len(clients) > 10:
        assert clients.null_count()
        assert clients.struct.field("bitrate_kbps").null_count() > clients.null_count()


def test_a_new_part_leaves_the_other_parts_as_they_were() -> None:
    saas = load_spec("saas_subscriptions")
    tables = []
    for table in saas.tables:
        columns = (replace(c, parts=c.parts[1:]) if c.base == "payload" else c for c in table.columns)
        tables.append(replace(table, columns=tuple(columns)))
    fewer = populate(replace(saas, tables=tuple(tables)), 0)["feature_usage"]["payload"]
    for text, less in zip(populate(saas, 0)["feature_usage"]["payload"], fewer, strict=True):
        whole = json.loads(text) if text else {}
        whole.pop("browser", None)
        assert whole == (json.loads(less) if less else {})
