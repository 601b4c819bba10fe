from __future__ import annotations

from dataclasses import replace
from datetime import date

import duckdb
import pytest

from factory.check_spec import check_spec
from factory.load_spec import load_spec, spec_names
from factory.naming import ABBREVIATIONS, LONGEST, UNUSABLE, plural_of, variant
from factory.spec import ColumnSpec, RelationSpec, Spec, TableSpec


def column(base: str, role: str = "measure", optional: bool = False, **given: object) -> ColumnSpec:
    kind = {"category": "VARCHAR", "name": "VARCHAR", "timestamp": "DATE"}.get(role, "INTEGER")
    label = base.replace("_", " ")
    return ColumnSpec(base, base, kind, role, label, label, optional=optional, **given)  # type: ignore[arg-type]


def table(base: str, *columns: ColumnSpec, optional: bool = False, **given: object) -> TableSpec:
    key = tuple(c.base for c in columns if c.role == "key")
    label = base.removesuffix("s").replace("_", " ")
    given = {"key": key, "kind": "dimension", **given}
    plural = "duties" if base == "duty" else f"{label}s"
    return TableSpec(base, base, label, plural, columns=columns, optional=optional, **given)  # type: ignore[arg-type]


def related(child: str, parent: str) -> RelationSpec:
    parent_table, parent_column = parent.split(".")
    child_table, child_column = child.split(".")
    return RelationSpec(child_table, child_column, parent_table, parent_column, "have", "have no", "of")


@pytest.fixture
def flights() -> Spec:
    """Two roles of one parent, a self reference, a bridge, and columns drawn from other tables."""
    tables = (
        table("airport", column("airport_id", "key"), column("name", "name"), synonyms=("aerodrome",)),
        table(
            "employee",
            column("employee_id", "key"),
            column("employee_number", "category"),
            column("manager_id", "reference"),
            synonyms=("staff_member",),
        ),
        table(
            "flight",
            column("flight_id", "key"),
            column("origin_airport_id", "reference"),
            column("destination_airport_id", "reference"),
            column("departed_on", "timestamp", gen={"time": {}}),
            column("arrived_on", "timestamp", optional=True, gen={"after": "departed_on", "days": [1, 0.1]}),
            column("order", "category"),
            kind="fact",
        ),
        table(
            "duty",
            column("flight_id", "reference"),
            column("employee_id", "reference"),
            key=("flight_id", "employee_id"),
            kind="bridge",
        ),
        table(
            "delay",
            column("delay_id", "key"),
            column("flight_id", "reference"),
            column("minutes", optional=True, gen={"integers": [1, 90]}),
            column("cost", gen={"expr": "minutes * 40"}),
            column("reported_on", "timestamp", gen={"after": "flight.departed_on", "days": [1, 0.1]}),
            optional=True,
            kind="fact",
        ),
        table("refund", column("refund_id", "key"), column("delay_id", "reference"), column("amount")),
    )
    relations = (
        related("employee.manager_id", "employee.employee_id"),
        related("flight.origin_airport_id", "airport.airport_id"),
        related("flight.destination_airport_id", "airport.airport_id"),
        related("duty.flight_id", "flight.flight_id"),
        related("duty.employee_id", "employee.employee_id"),
        related("delay.flight_id", "flight.flight_id"),
        related("refund.delay_id", "delay.delay_id"),
    )
    return Spec("flights", "Flights", "", date(2020, 1, 1), date(2021, 1, 1), tables, relations)


def names(spec: Spec) -> dict[str, list[str]]:
    return {t.name: [c.name for c in t.columns] for t in spec.tables}


def signature(spec: Spec) -> tuple[object, ...]:
    return (spec.comments, *((name, *columns) for name, columns in names(spec).items()))


def assert_sound(spec: Spec) -> None:
    check_spec(spec, spec.id)  # relations, generators and spatial links still resolve
    assert len(spec.tables) >= 2
    assert spec.relations
    tables = [t.name.lower() for t in spec.tables]
    assert len(set(tables)) == len(tables)
    for t in spec.tables:
        columns = [c.name.lower() for c in t.columns]
        assert len(set(columns)) == len(columns) > 1
        assert set(t.key) <= {c.base for c in t.columns}
        for name in (t.name, *(c.name for c in t.columns)):
            assert 0 < len(name) <= LONGEST
            assert name.isidentifier()
            assert name.isascii()
            assert name.lower() not in UNUSABLE


def check_variants(name: str, upto: int) -> int:
    spec = load_spec(name)
    seen = set()
    for number in range(1, upto + 1):
        other = variant(spec, number)
        assert_sound(other)
        seen.add(signature(other))
    return len(seen)


@pytest.mark.every_database
@pytest.mark.parametrize("name", spec_names())
def test_variants_of_a_database_are_sound_and_distinct(name: str) -> None:
    assert check_variants(name, 100) >= 95


@pytest.mark.slow
@pytest.mark.every_database
@pytest.mark.parametrize("name", spec_names())
def test_a_thousand_schemas_from_one_database(name: str) -> None:
    assert check_variants(name, 1200) >= 1000


def test_same_number_same_variant(flights: Spec) -> None:
    assert variant(flights, 17) == variant(replace(flights), 17)
    assert variant(flights, 17) != variant(flights, 18)


def test_the_draw_does_not_drift(flights: Spec) -> None:
    # a change here renames the tables of every data set made so far
    assert names(variant(flights, 8)) == {
        "airports": ["airport_key", "name"],
        "staff_members": ["staff_member_key", "staff_member_number", "manager_key"],
        "flights": [
            *("flight_key", "origin_airport_key", "destination_airport_key"),
            *("departed_on", "arrived_on", "flight_order"),
        ],
        "duties": ["flight_key", "staff_member_key"],
        "refunds": ["refund_key", "amount"],
    }


def test_variant_0_is_the_spec() -> None:
    spec = load_spec("retail")
    assert variant(spec, 0) is spec
    assert variant(spec, 3).id == "retail@3"


def test_what_people_say_stays(flights: Spec) -> None:
    for number in range(1, 60):
        for t in variant(flights, number).tables:
            original = next(o for o in flights.tables if o.base == t.base)
            assert replace(t, name=original.name, columns=original.columns) == original
            for c in t.columns:
                [same] = [o for o in original.columns if o.base == c.base]
                assert replace(c, name=same.name) == same


def test_references_follow_the_parents_name_and_keep_their_roles(flights: Spec) -> None:
    seen = set()
    for number in range(1, 300):
        spec = variant(flights, number)
        by_base = {t.base: {c.base: c.name for c in t.columns} for t in spec.tables}
        seen.add((by_base["airport"]["airport_id"], by_base["flight"]["origin_airport_id"]))
        assert by_base["flight"]["origin_airport_id"] != by_base["flight"]["destination_airport_id"]
        assert by_base["employee"]["manager_id"].lower() != by_base["employee"]["employee_id"].lower()
    expected = {
        ("airport_id", "origin_airport_id"),
        ("aerodrome_id", "origin_aerodrome_id"),
        ("id", "origin_airport_id"),
        ("airport_key", "origin_airport_key"),
        ("AirportID", "OriginAirportID"),
        ("id_airport", "id_origin_airport"),
    }
    assert expected <= seen


def test_nothing_is_left_hanging(flights: Spec) -> None:
    kept: set[str] = set()
    for number in range(1, 200):
        spec = variant(flights, number)
        columns = {t.base: {c.base for c in t.columns} for t in spec.tables}
        assert columns["duty"] == {"flight_id", "employee_id"}
        assert ("delay" in columns) == ("delay_id" in columns["refund"])
        assert ("delay" in columns) == any(r.parent == "delay" for r in spec.relations)
        if "delay" in columns:
            assert ("minutes" in columns["delay"]) == ("cost" in columns["delay"])
            kept.add("cost" if "cost" in columns["delay"] else "no cost")
        kept.add("delay" if "delay" in columns else "no delay")
    assert kept == {"cost", "no cost", "delay", "no delay"}


def test_a_table_of_a_key_alone_keeps_its_optional_columns() -> None:
    spec = Spec(
        "tags",
        "Tags",
        "",
        date(2020, 1, 1),
        date(2021, 1, 1),
        (
            table("tag", column("tag_id", "key"), column("caption", "name", optional=True)),
            table("post", column("post_id", "key"), column("tag_id", "reference")),
        ),
        (related("post.tag_id", "tag.tag_id"),),
    )
    assert all(len(variant(spec, number).tables[0].columns) == 2 for number in range(1, 50))


def test_styles_are_as_common_as_in_the_wild() -> None:
    spec = load_spec("retail")
    variants = [variant(spec, number) for number in range(1, 401)]
    snake = sum(all(t.name == t.name.lower() for t in v.tables) for v in variants)
    upper = sum(all(t.name == t.name.upper() for t in v.tables) for v in variants)
    assert snake > 200
    assert 15 < upper < 80
    assert 200 < sum(v.comments for v in variants) < 280


def test_abbreviations_are_shorter_and_usable() -> None:
    assert len(ABBREVIATIONS) > 150
    for word, short in ABBREVIATIONS.items():
        assert word.isidentifier()
        assert all(s.isidentifier() and len(s) <= len(word) for s in short)


@pytest.mark.parametrize(
    ("singular", "plural"),
    [
        *[
            ("customer", "customers"),
            ("category", "categories"),
            ("survey", "surveys"),
            ("address", "addresses"),
        ],
        *[("branch", "branches"), ("diagnosis", "diagnoses"), ("status", "statuses"), ("box", "boxes")],
        *[
            ("staff", "staff"),
            ("aircraft", "aircraft"),
            ("person", "people"),
            ("sales", "sales"),
            ("units", "units"),
        ],
    ],
)
def test_plural_of(singular: str, plural: str) -> None:
    assert plural_of(singular) == plural


def test_duckdb_takes_the_names_without_quotes() -> None:
    with duckdb.connect() as db:
        words = db.execute(
            """SELECT keyword_name FROM duckdb_keywords()
               WHERE keyword_category IN ('reserved', 'type_function')"""
        ).fetchall()
        assert {word for (word,) in words} <= UNUSABLE
        for number in range(60):
            spec = variant(load_spec("retail"), number)
            for t in spec.tables:
                columns = ", ".join(c.name for c in t.columns)
                typed = ", ".join(f"{c.name} INTEGER" for c in t.columns)
                db.execute(f"CREATE OR REPLACE TEMP TABLE {t.name} ({typed})")
                db.execute(f"SELECT {columns}, count(*) FROM {t.name} GROUP BY {columns}")
                db.execute(f"DROP TABLE {t.name}")


@pytest.mark.parametrize("name", ["saas_subscriptions", "factory_sensors"])
def test_a_nested_column_leaves_the_rest_of_a_variant_as_it_was(name: str) -> None:
    spec = load_spec(name)
    plain = replace(
        spec, tables=tuple(replace(t, columns=tuple(c for c in t.columns if not c.nested)) for t in spec.tables)
    )
    for number in range(1, 12):
        with_them, without = variant(spec, number), variant(plain, number)
        assert [(t.name, [c.name for c in t.columns if not c.nested]) for t in with_them.tables] == [
            (t.name, [c.name for c in t.columns]) for t in without.tables
        ]
