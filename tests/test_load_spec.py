# ruff: noqa: E501 - an inline table of TOML stays on one line
from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from factory import load_spec as load_spec_module
from factory.check_spec import sources
from factory.exceptions import BadSpec, UnknownName
from factory.identifiers import RESERVED
from factory.load_spec import load_spec, spec_names

SHOP = """
name = "shop"
title = "A shop"
description = "Buyers place orders."
period = [2022-01-01, 2023-12-31]

[[table]]
name = "buyer"
label = ["buyer", "buyers"]
kind = "dimension"
rows = 20
[table.columns]
buyer_id = { type = "INTEGER", role = "key" }
full_name = { type = "VARCHAR", role = "name", gen = { faker = "name", pool = 20 } }
city = { type = "VARCHAR", role = "place", label = ["city", "cities"], gen = { choice = ["Ulm", "Bonn"], weights = [2, 1] } }
member = { type = "BOOLEAN", role = "flag", label = ["membership", "memberships"], yes = "with a card", no = "without a card", gen = { bool = 0.4 } }

[[table]]
name = "purchase"
label = ["order", "orders"]
kind = "fact"
rows = 50
[table.columns]
purchase_id = { type = "INTEGER", role = "key" }
buyer_id = { type = "INTEGER", role = "reference" }
amount = { type = "DECIMAL(8,2)", role = "measure", label = ["amount", "amounts"], null = 0.1, gen = { lognormal = [20, 0.5] } }
paid_at = { type = "TIMESTAMP", role = "timestamp", label = ["payment time", "payment times"], gen = { time = { hours = "retail", start = 2022-02-01 } } }

[[relation]]
child = "purchase.buyer_id"
parent = "buyer"
verb = "placed"
verb_negative = "never placed"
inverse = "placed by"
null = 0.25
"""


def load(tmp_path: Path, text: str, name: str = "shop") -> object:
    path = tmp_path / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return load_spec(path)


def test_a_file_becomes_a_spec(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text(SHOP, encoding="utf-8")
    spec = load_spec(path)
    assert (spec.id, spec.start, spec.end) == ("shop", date(2022, 1, 1), date(2023, 12, 31))
    buyer, purchase = spec.tables
    assert (buyer.base, buyer.name, buyer.key, buyer.rows) == ("buyer", "buyer", ("buyer_id",), 20)
    amount = purchase.columns[2]
    assert (amount.base, amount.name, amount.null, amount.additive) == ("amount", "amount", 0.1, False)
    assert spec.relations[0].parent_column == "buyer_id"


def test_labels_default_to_the_name(tmp_path: Path) -> None:
    spec = load_spec("retail")
    assert (spec.tables[0].columns[0].label, spec.tables[0].columns[0].plural) == (
        "customer ID",
        "customer IDs",
    )
    buyer = load(tmp_path, SHOP).tables[0]  # type: ignore[attr-defined]
    assert (buyer.columns[1].label, buyer.columns[1].plural) == ("full name", "full names")


def test_a_reference_has_the_null_share_of_its_relation(tmp_path: Path) -> None:
    spec = load(tmp_path, SHOP)
    assert spec.tables[1].columns[1].null == 0.25  # type: ignore[attr-defined]


def test_sources_of_a_column(tmp_path: Path) -> None:
    column = load(tmp_path, SHOP).tables[1].columns[2]  # type: ignore[attr-defined]
    assert sources(replace(column, gen={"expr": "a * coalesce(b, a)"})) == ("a", "b")
    assert sources(replace(column, gen={"copy": "buyer.city"})) == ("buyer.city",)
    assert sources(column) == ()


@pytest.mark.parametrize("name", spec_names())
def test_every_shipped_database_loads(name: str) -> None:
    spec = load_spec(name)
    assert spec.name == name
    assert spec.relations


def test_loading_again_costs_nothing() -> None:
    assert load_spec("retail") is load_spec("retail")


def test_unknown_name_says_what_there_is() -> None:
    with pytest.raises(UnknownName, match=r"Unknown database 'retial'. Did you mean retail\? Available: .*retail"):
        load_spec("retial")


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(BadSpec, match=r"nothing\.toml: no such file"):
        load_spec(tmp_path / "nothing.toml")


NESTED = """
[table.columns.note]
type = "JSON"
null = 0.1
[table.columns.note.parts.browser]
type = "VARCHAR"
role = "category"
label = ["browser", "browsers"]
null = 0.2
gen = { choice = ["Chrome", "Safari"] }
[table.columns.note.parts.load_ms]
type = "INTEGER"
role = "measure"
label = ["load time", "load times"]
unit = "ms"
gen = { integers = [5, 900] }
[table.columns.labels]
type = "VARCHAR[]"
label = ["label", "labels"]
phrase = "labeled '{}'"
items = { choice = ["gift", "rush", "bulk"], weights = [3, 2, 1], sizes = [4, 3, 2] }

[[relation]]
"""
NESTED_SHOP = SHOP.replace("\n[[relation]]\n", NESTED)


def test_nested_columns_know_their_parts(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text(NESTED_SHOP, encoding="utf-8")
    *_, note, labels = load_spec(path).tables[1].columns
    assert (note.type, note.role, note.label, labels.type) == ("JSON", "text", "note", "VARCHAR[]")
    assert [(p.name, p.label, p.unit) for p in note.parts] == [
        ("browser", "browser", None),
        ("load_ms", "load time", "ms"),
    ]
    assert (labels.phrase, labels.items["sizes"]) == ("labeled '{}'", [4, 3, 2])


@pytest.mark.parametrize(("kind", "type_"), [("STRUCT", "STRUCT(browser VARCHAR, load_ms INTEGER)"), ("JSON", "JSON")])
def test_the_type_of_a_nested_column_follows_from_its_parts(tmp_path: Path, kind: str, type_: str) -> None:
    path = tmp_path / "shop.toml"
    path.write_text(NESTED_SHOP.replace('"JSON"', f'"{kind}"'), encoding="utf-8")
    assert load_spec(path).tables[1].columns[-2].type == type_


NESTED_FAULTS = {
    "no parts": ('type = "VARCHAR[]"', 'type = "JSON"', r"table\[1\]\.columns\.labels"),
    "no items": ('type = "JSON"', 'type = "VARCHAR[]"', r"table\[1\]\.columns\.note: 'items' is a required property"),
    "values of two types": (
        '"JSON"',
        '"MAP"',
        r"note\.parts: the values of a MAP have one type, not INTEGER and VARCHAR",
    ),
    "one part": ("[table.columns.note.parts.load_ms]", "[table.columns.other]", r"table\[1\]\.columns\."),
    "weights": ("[3, 2, 1]", "[3, 2]", r"labels\.items\.weights: 2 weights for 3 choices"),
    "sizes": ("[4, 3, 2]", "[4, 3, 2, 1, 1]", r"labels\.items\.sizes: lists of up to 4 different items .* not 3"),
    "empty only": ("[4, 3, 2]", "[0, 0]", r"labels\.items\.sizes: all weights are 0"),
    "item of another type": ('"VARCHAR[]"', '"INTEGER[]"', r"labels\.items\.choice: 'gift' is no INTEGER"),
    "a quote in a part": ('"Chrome"', "'Chr\"ome'", r"note\.parts\.browser\.gen\.choice: .* holds a quote"),
    "same label": ('["load time", "load times"]', '["browser", "browsers"]', r"load_ms\.label: 'browser' is already"),
    "generator of other rows": (
        "{ integers = [5, 900] }",
        '{ copy = "buyer.buyer_id" }',
        r"note\.parts\.load_ms\.gen: a part is drawn by one of choice",
    ),
    "generator of another type": ("{ integers = [5, 900] }", "{ bool = 0.5 }", r"load_ms\.gen: 'bool' makes BOOLEAN"),
    "unknown key of a part": ('unit = "ms"', "shade = 1", r"note\.parts\.load_ms: .*'shade' was unexpected"),
}


@pytest.mark.parametrize("fault", NESTED_FAULTS)
def test_a_fault_in_a_nested_column_names_its_key(tmp_path: Path, fault: str) -> None:
    old, new, said = NESTED_FAULTS[fault]
    assert old in NESTED_SHOP
    with pytest.raises(BadSpec, match=said) as raised:
        load(tmp_path, NESTED_SHOP.replace(old, new, 1))
    assert "\n" not in str(raised.value)


def test_malformed_toml_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(BadSpec, match=r"shop\.toml: not valid TOML: .*line 4"):
        load(tmp_path, SHOP.replace('"Buyers place orders."', "Buyers"))


def test_the_name_must_be_the_file_s(tmp_path: Path) -> None:
    with pytest.raises(BadSpec, match=r"other\.toml: name: 'shop' must be the file's name, 'other'"):
        load(tmp_path, SHOP, "other")


# what is replaced, by what, and what the error says
FAULTS = {
    "unknown key": ("rows = 20", "rows = 20\ncolour = 1", r"table\[0\]: .*'colour' was unexpected"),
    "missing key": ('title = "A shop"\n', "", r"top level: 'title' is a required property"),
    "bad role": ('role = "place"', 'role = "town"', r"table\[0\]\.columns\.city\.role: 'town' is not one of"),
    "bad type": ("DECIMAL(8,2)", "DECIMAL", r"table\[1\]\.columns\.amount\.type: 'DECIMAL'"),
    "bad name": ('name = "buyer"', 'name = "Buyer"', r"table\[0\]\.name: 'Buyer' does not match"),
    "no generator": (
        "{ bool = 0.4 }",
        "{ round = 1 }",
        r"columns\.member\.gen: needs exactly one generator and has none",
    ),
    "two generators": ("bool = 0.4", "bool = 0.4, poisson = 3", r"member\.gen: .* has poisson and bool"),
    "wrong modifier": (
        "bool = 0.4",
        "bool = 0.4, pool = 3",
        r"member\.gen: 'bool' takes bool; has bool, pool",
    ),
    "missing modifier": (", pool = 20", "", r"full_name\.gen: 'faker' needs pool"),
    "gen of a reference": (
        'role = "reference"',
        'role = "reference", gen = { poisson = 2 }',
        r"buyer_id\.gen: not allowed",
    ),
    "bad season": (
        'hours = "retail"',
        'season = "spring"',
        r"paid_at\.gen\.time\.season: 'spring' is not one of",
    ),
    "phrase without a place": (
        'role = "place"',
        'role = "place", phrase = "in town"',
        r"city\.phrase: 'in town' does not match",
    ),
    "weights": ("weights = [2, 1]", "weights = [2, 1, 1]", r"city\.gen\.weights: 3 weights for 2 choices"),
    "value of another type": (
        "lognormal = [20, 0.5]",
        'choice = [1, "two"]',
        r"amount\.gen: 'two' is no DECIMAL",
    ),
    "no key": (
        'role = "key" }\nfull_name',
        'role = "code", gen = { sequence = 1 } }\nfull_name',
        r"table\[0\]: 'buyer' needs a key",
    ),
    "unknown parent": (
        'parent = "buyer"',
        'parent = "seller"',
        r"relation\[0\]\.parent: no table 'seller'\. Tables: buyer, purchase",
    ),
    "unknown child": (
        "purchase.buyer_id",
        "purchase.seller_id",
        r"relation\[0\]\.child: no column 'purchase\.seller_id'",
    ),
    "child is no reference": (
        '"purchase.buyer_id"',
        '"purchase.amount"',
        r"relation\[0\]\.child: 'amount' has role measure",
    ),
    "reserved word": (
        'name = "purchase"',
        'name = "order"',
        r"table\[1\]: 'order' is a reserved word of DuckDB",
    ),
    "reserved synonym": (
        "rows = 20",
        'rows = 20\nsynonyms = ["user", "group"]',
        r"table\[0\]: 'group' is a reserved word",
    ),
    "name taken": (
        "rows = 20",
        'rows = 20\nsynonyms = ["purchase"]',
        r"table\[1\]: 'purchase' is already taken by table\[0\]",
    ),
    "label taken": (
        'label = ["membership"',
        'label = ["city"',
        r"columns\.member\.label: 'city' is already taken by table\[0\]\.columns\.city",
    ),
    "flag without words": ('yes = "with a card", ', "", r"columns\.member: a flag needs yes"),
    "flag of another type": (
        '"BOOLEAN"',
        '"INTEGER"',
        r"columns\.member\.type: a flag is BOOLEAN, not INTEGER",
    ),
    "generator of another type": (
        "lognormal = [20, 0.5]",
        "bool = 0.5",
        r"amount\.gen: 'bool' makes BOOLEAN",
    ),
    "missing but never NULL": (
        'role = "place"',
        'role = "place", missing = "from nowhere"',
        r"city\.missing: .* never NULL",
    ),
    "source": ("lognormal = [20, 0.5]", 'expr = "price * 2"', r"amount\.gen: no column 'price'"),
    "syntax": ("lognormal = [20, 0.5]", 'expr = "2 * * 3"', r"amount\.gen\.expr: can't be parsed"),
    "circle": (
        "lognormal = [20, 0.5]",
        'expr = "amount + 1"',
        r"table\[1\]\.columns: drawn from each other in a circle",
    ),
    "no way to the parent": (
        "lognormal = [20, 0.5]",
        'copy = "seller.price"',
        r"amount\.gen: no column 'seller\.price'",
    ),
    "no layer": (
        "rows = 20",
        'layer = { name = "moon" }',
        r"table\[0\]\.layer\.name: no layer 'moon'\. Layers: .*us_states",
    ),
    "slots": ('{ faker = "name", pool = 20 }', '{ text = ["{a} b"] }', r"full_name\.gen\.text: no slot 'a'"),
    "period": (
        "[2022-01-01, 2023-12-31]",
        "[2022-01-01, 2021-12-31]",
        r"period: the first day must lie before",
    ),
    "no such day": ("start = 2022-02-01", 'start = "2022-02-30"', r"paid_at\.gen\.time: "),
    "composite parent": (
        'kind = "dimension"',
        'kind = "dimension"\nkey = ["buyer_id", "city"]',
        r"relation\[0\]\.parent: 'buyer' has a composite key",
    ),
    "layer with rows": (
        "rows = 20",
        'rows = 20\nlayer = { name = "us_states" }',
        r"table\[0\]\.rows: not allowed",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_names_file_and_key_in_one_line(tmp_path: Path, fault: str) -> None:
    old, new, says = FAULTS[fault]
    assert old in SHOP
    with pytest.raises(BadSpec) as caught:
        load(tmp_path, SHOP.replace(old, new, 1))
    text = str(caught.value)
    assert "shop.toml: " in text
    assert "\n" not in text
    assert re.search(says, text), text


def test_what_is_drawn_from_an_optional_column_is_optional(tmp_path: Path) -> None:
    text = SHOP.replace('role = "place"', 'role = "place", optional = true').replace(
        "rows = 50\n[table.columns]",
        'rows = 50\n[table.columns]\ntown = { type = "VARCHAR", role = "place", null = 0.3, gen = { copy = "buyer.city" } }',
    )
    with pytest.raises(BadSpec, match=r"columns\.town\.gen: 'buyer\.city' is optional"):
        load(tmp_path, text)


def test_what_a_parent_may_lack_is_nullable(tmp_path: Path) -> None:
    text = SHOP.replace(
        "rows = 50\n[table.columns]",
        'rows = 50\n[table.columns]\ntown = { type = "VARCHAR", role = "place", gen = { copy = "buyer.city" } }',
    )
    with pytest.raises(BadSpec, match=r"town\.gen: 'buyer\.city' may be NULL or have no row"):
        load(tmp_path, text)


def test_tables_must_not_refer_in_a_circle(tmp_path: Path) -> None:
    back = SHOP.replace(
        'full_name = { type = "VARCHAR", role = "name"',
        'first_purchase = { type = "INTEGER", role = "reference" }\nfull_name = { type = "VARCHAR", role = "name"',
    )
    back += '\n[[relation]]\nchild = "buyer.first_purchase"\nparent = "purchase"\n'
    back += 'verb = "was by"\nverb_negative = "was not by"\ninverse = "after"\n'
    with pytest.raises(BadSpec, match=r"relation: tables refer to each other in a circle: .*buyer"):
        load(tmp_path, back)


def test_reserved_words_are_duckdb_s() -> None:
    query = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'"
    with duckdb.connect() as connection:
        assert {name for (name,) in connection.execute(query).fetchall()} == RESERVED


def test_shipped_databases_say_their_plurals(monkeypatch: pytest.MonkeyPatch) -> None:
    """inflect takes a second to import, more than all else that a small build loads."""
    monkeypatch.setitem(sys.modules, "inflect", None)
    load_spec_module._plural.cache_clear()
    load_spec_module._load.cache_clear()
    for name in spec_names():
        load_spec(name)
