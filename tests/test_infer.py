from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random

import duckdb
import pytest

from factory.catalog import Opened, export, find_spec, opened
from factory.engines.load import borrow, create, give_back
from factory.infer import infer
from factory.infer.words import Vocabulary, plural, singular, split
from factory.intents.draw import intents
from factory.intents.style import Style, render
from factory.load_spec import spec_names
from factory.metadata import LiveTable, read_catalog
from factory.populate import populate
from factory.records import Database, Table
from factory.spec import Spec

WAREHOUSE = """
CREATE TABLE DimCustomer AS SELECT i::INTEGER AS CustomerKey,
  ['Ada Byrne', 'Bo Chen', 'Cy Duarte'][1 + i % 3] || ' ' || i AS CustomerName, ['Lyon', 'Oslo',
  'Turin'][1 + i % 3] AS City,
  i % 7 = 0 AS IsActive, DATE '2019-01-01' + (i * 3)::INTEGER AS FirstPurchaseDate, (18 + i % 60)::INTEGER AS Age,
  ['M', 'F'][1 + i % 2] AS Gender, 'c' || i || '@example.com' AS EMail FROM range(1, 301) t(i);
CREATE TABLE DimProduct AS SELECT (100 + i)::INTEGER AS ProductKey, 'Widget ' || i AS EnglishProductName,
  ['Bikes', 'Helmets', 'Locks'][1 + i % 3] AS ProductCategory, 'BK-' || lpad((i * 7)::VARCHAR, 4,
  '0') AS ProductAlternateKey,
  (10 + i * 1.5)::DECIMAL(10, 2) AS ListPrice, (0.5 + i * 0.01)::DOUBLE AS WeightKg,
  (i % 2)::INTEGER AS DiscontinuedFlg
  FROM range(1, 81) t(i);
CREATE TABLE DimDate AS SELECT strftime(d, '%Y%m%d')::INTEGER AS DateKey, d::DATE AS FullDate,
  year(d)::INTEGER AS CalendarYear, monthname(d) AS MonthName
  FROM range(TIMESTAMP '2020-01-01', TIMESTAMP '2022-01-01', INTERVAL 1 DAY) t(d);
CREATE TABLE FACT_SALES AS SELECT i::BIGINT AS SALES_ID, (1 + (i * 37) % 300)::INTEGER AS CUST_KEY,
  (101 + (i * 13) % 80)::INTEGER AS PROD_KEY,
  strftime(DATE '2020-01-01' + ((i * 11) % 700)::INTEGER, '%Y%m%d')::INTEGER AS ORDER_DATE_KEY,
  strftime(DATE '2020-01-05' + ((i * 11) % 700)::INTEGER, '%Y%m%d')::INTEGER AS SHIP_DATE_KEY,
  (1 + i % 9)::INTEGER AS QTY,
  ((1 + i % 9) * 12.5 + i % 83)::DECIMAL(12, 2) AS SALES_AMT, (i % 4 * 5)::DOUBLE AS DISC_PCT,
  ['web', 'store', 'phone'][1 + i % 3] AS CHNL_CD,
  TIMESTAMP '2020-01-01 08:00:00' + ((i * 11) % 700) * INTERVAL 1 DAY AS CRTD_DT
  FROM range(1, 2001) t(i);
CREATE TABLE "Order Details" AS SELECT i::INTEGER AS "Order Detail ID", (1 + (i * 7) % 2000)::BIGINT AS "Sales ID",
  (101 + (i * 3) % 80)::INTEGER AS "Product Key", (5 + (i * 7) % 90)::DECIMAL(8, 2) AS "Unit Price",
  (1 + i % 12)::SMALLINT AS "Quantity", i % 3 = 0 AS "Gift Wrapped",
  CASE WHEN i % 5 > 0 THEN 'Packed by team ' || i % 9 || ', left at the door of house ' || i END AS "Order.Notes",
  NULL::VARCHAR AS "select" FROM range(1, 1501) t(i);
CREATE TABLE tblEmployee AS SELECT i::INTEGER AS EmpID,
  'Worker ' || chr((65 + i % 26)::INTEGER) || ' ' || i AS EmpName,
  CASE WHEN i > 5 THEN (1 + i % 5)::INTEGER END AS ManagerID, DATE '2010-01-01' + (i * 40)::INTEGER AS HireDate,
  (30000 + i * 137)::DECIMAL(10, 2) AS AnnSal_USD, (i % 11)::INTEGER AS NumTrainings FROM range(1, 61) t(i);
"""
TPCH = """
CREATE TABLE REGION AS SELECT i::INTEGER AS R_REGIONKEY, ['AFRICA', 'AMERICA', 'ASIA', 'EUROPE'][i + 1] AS R_NAME,
  'carefully final deposits ' || i AS R_COMMENT FROM range(4) t(i);
CREATE TABLE NATION AS SELECT i::INTEGER AS N_NATIONKEY,
  ['PERU', 'CHINA', 'KENYA', 'FRANCE', 'JAPAN', 'EGYPT', 'INDIA', 'IRAN'][i + 1] AS N_NAME,
  (i % 4)::INTEGER AS N_REGIONKEY
  FROM range(8) t(i);
CREATE TABLE SUPPLIER AS SELECT i::INTEGER AS S_SUPPKEY, 'Supplier#' || lpad(i::VARCHAR, 9, '0') AS S_NAME,
  'addr ' || md5(i::VARCHAR)[:12] AS S_ADDRESS, (i % 8)::INTEGER AS S_NATIONKEY,
  (10 + i % 25) || '-' || (100 + i) AS S_PHONE,
  (i * 37.5 - 400)::DECIMAL(15, 2) AS S_ACCTBAL FROM range(1, 101) t(i);
CREATE TABLE CUSTOMER AS SELECT i::INTEGER AS C_CUSTKEY, 'Customer#' || lpad(i::VARCHAR, 9, '0') AS C_NAME,
  (i % 8)::INTEGER AS C_NATIONKEY, (i * 17.5 - 400)::DECIMAL(15, 2) AS C_ACCTBAL,
  ['BUILDING', 'AUTOMOBILE', 'MACHINERY'][1 + i % 3] AS C_MKTSEGMENT FROM range(1, 301) t(i);
CREATE TABLE PART AS SELECT i::INTEGER AS P_PARTKEY, ['lace', 'snow', 'navy',
  'peru'][1 + i % 4] || ' ' || i AS P_NAME,
  'Manufacturer#' || (1 + i % 5) AS P_MFGR, (1 + i % 50)::INTEGER AS P_SIZE, (900 + i * 1.1)::DECIMAL(15,
  2) AS P_RETAILPRICE
  FROM range(1, 201) t(i);
CREATE TABLE PARTSUPP AS SELECT (1 + i % 200)::INTEGER AS PS_PARTKEY, (1 + (i * 7) % 100)::INTEGER AS PS_SUPPKEY,
  (i * 13 % 9999)::INTEGER AS PS_AVAILQTY, (1 + i % 999)::DECIMAL(15, 2) AS PS_SUPPLYCOST FROM range(1, 801) t(i);
CREATE TABLE ORDERS AS SELECT (i * 4)::BIGINT AS O_ORDERKEY, (1 + (i * 7) % 300)::INTEGER AS O_CUSTKEY,
  ['O', 'F', 'P'][1 + i % 3] AS O_ORDERSTATUS, (1000 + i * 31.7)::DECIMAL(15, 2) AS O_TOTALPRICE,
  DATE '1992-01-01' + (i % 2400)::INTEGER AS O_ORDERDATE, ['1-URGENT', '2-HIGH',
  '5-LOW'][1 + i % 3] AS O_ORDERPRIORITY
  FROM range(1, 1501) t(i);
CREATE TABLE LINEITEM AS SELECT (4 * (1 + i // 4))::BIGINT AS L_ORDERKEY, (1 + (i * 7) % 200)::INTEGER AS L_PARTKEY,
  (1 + (i * 3) % 100)::INTEGER AS L_SUPPKEY, (1 + i % 4)::INTEGER AS L_LINENUMBER, (1 + i % 50)::DECIMAL(15,
  2) AS L_QUANTITY,
  (900 + i * 7.7)::DECIMAL(15, 2) AS L_EXTENDEDPRICE, ['R', 'A', 'N'][1 + i % 3] AS L_RETURNFLAG,
  DATE '1992-02-01' + (i % 2400)::INTEGER AS L_SHIPDATE, ['AIR', 'RAIL', 'TRUCK'][1 + i % 3] AS L_SHIPMODE,
  'carefully silent pinto beans haggle ' || i AS L_COMMENT FROM range(0, 5000) t(i);
"""


def made(folder: Path, sql: str) -> str:
    path = folder / "made.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(sql)
    return str(path)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opened(made(tmp_path_factory.mktemp("warehouse"), WAREHOUSE)) as found:
        yield found


@pytest.fixture(scope="module")
def tpch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opened(made(tmp_path_factory.mktemp("tpch"), TPCH)) as found:
        yield found


def roles(table: Table) -> dict[str, str]:
    return {column.name: column.role for column in table.columns}


def links(database: Database) -> set[tuple[str, str, str]]:
    return {(r.child, r.child_column, r.parent) for r in database.relations}


def live_of(spec: Spec) -> tuple[LiveTable, ...]:
    connection = borrow(spatial=spec.geo)
    create(connection, spec, populate(spec, 0))
    found = read_catalog(connection)
    give_back(connection, spatial=spec.geo)
    return found


def compared(spec: Spec, database: Database) -> tuple[Counter[str], Counter[str]]:
    """Columns and rightly inferred columns per role of the spec."""
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for table in spec.tables:
        found = database.table(table.name)
        for column in table.columns:
            total[column.role] += 1
            right[column.role] += found.column(column.name).role == column.role
    return total, right


def wanted_links(spec: Spec) -> set[tuple[str, str, str]]:
    tables = {t.base: t.name for t in spec.tables}
    names = {(t.base, c.base): c.name for t in spec.tables for c in t.columns}
    return {(tables[r.child], names[r.child, r.child_column], tables[r.parent]) for r in spec.relations}


def test_exported_database_gets_its_roles_back(tmp_path: Path) -> None:
    spec = find_spec("airline@1")
    export(spec.id, 0, tmp_path / "airline.duckdb")
    with opened(str(tmp_path / "airline.duckdb")) as found:
        database = found.database
    total, right = compared(spec, database)
    assert right.total() >= 0.9 * total.total(), total - right
    assert links(database) == wanted_links(spec)
    assert {(s.point_table, s.zone_table) for s in database.spatial} >= {("airports", "states")}
    assert all(c.extent for t in database.tables for c in t.columns if c.geometry)
    assert (database.name, database.family, database.instances) == ("airline", "airline", 1)


@pytest.mark.slow
@pytest.mark.parametrize("variant", [0, 7])
def test_roles_of_all_shipped_databases(variant: int) -> None:
    """With their keys declared and, as in many a warehouse, without any."""
    total: Counter[tuple[bool, str]] = Counter()
    right: Counter[tuple[bool, str]] = Counter()
    for name in spec_names():
        spec = find_spec(f"{name}@{variant}" if variant else name)
        live = live_of(spec)
        bare = [replace(table, key=(), foreign_keys=()) for table in live]
        for declared, tables in ((True, live), (False, bare)):
            database = infer(spec.name, tables, schema_text="", digest="")
            columns, inferred = compared(spec, database)
            total.update({(declared, role): n for role, n in columns.items()})
            right.update({(declared, role): n for role, n in inferred.items()})
            assert not links(database) - wanted_links(spec), spec.id
    accuracy = {key: right[key] / n for key, n in sorted(total.items())}
    print({key: f"{right[key]}/{n}" for key, n in sorted(total.items())})
    assert right.total() >= 0.97 * total.total(), accuracy
    assert min(accuracy.values()) >= 0.85, accuracy


def test_keys_and_references_without_declarations(warehouse: Opened) -> None:
    database = warehouse.database
    assert {t.name: t.key for t in database.tables} == {
        "DimCustomer": ("CustomerKey",),
        "DimProduct": ("ProductKey",),
        "DimDate": ("DateKey",),
        "FACT_SALES": ("SALES_ID",),
        "Order Details": ("Order Detail ID",),
        "tblEmployee": ("EmpID",),
    }
    assert links(database) == {
        ("FACT_SALES", "CUST_KEY", "DimCustomer"),
        ("FACT_SALES", "PROD_KEY", "DimProduct"),
        ("FACT_SALES", "ORDER_DATE_KEY", "DimDate"),
        ("FACT_SALES", "SHIP_DATE_KEY", "DimDate"),
        ("Order Details", "Sales ID", "FACT_SALES"),
        ("Order Details", "Product Key", "DimProduct"),
        ("tblEmployee", "ManagerID", "tblEmployee"),
    }


def test_roles_and_labels_of_a_warehouse(warehouse: Opened) -> None:
    database = warehouse.database
    product = database.table("DimProduct")
    assert (product.label, product.plural, product.kind) == ("product", "products", "dimension")
    assert roles(product) == {
        "ProductKey": "key",
        "EnglishProductName": "name",
        "ProductCategory": "category",
        "ProductAlternateKey": "code",
        "ListPrice": "measure",
        "WeightKg": "measure",
        "DiscontinuedFlg": "category",  # 0 and 1 are no condition in SQL
    }
    assert (product.column("WeightKg").label, product.column("WeightKg").unit) == ("weight", "kg")
    sales = database.table("FACT_SALES")
    assert [c.label for c in sales.columns][5:] == ["quantity", "amount", "discount", "channel", "creation date"]
    assert [c.additive for c in sales.with_role("measure")] == [True, True, False]
    assert database.table("DimCustomer").person
    assert database.table("DimCustomer").column("IsActive").yes == "who are active"
    details = database.table("Order Details")
    assert details.plural == "order details"
    assert details.column("select").values == ()
    assert database.table("tblEmployee").column("NumTrainings").more == "with more than {} trainings"


def test_tpch_names(tpch: Opened) -> None:
    database = tpch.database
    assert {t.name: t.plural for t in database.tables}["PARTSUPP"] == "part suppliers"
    assert {t.name: t.key for t in database.tables if not t.key} == {"LINEITEM": (), "PARTSUPP": ()}
    assert len(links(database)) == 9
    assert roles(database.table("LINEITEM")) == {
        "L_ORDERKEY": "reference",
        "L_PARTKEY": "reference",
        "L_SUPPKEY": "reference",
        "L_LINENUMBER": "code",
        "L_QUANTITY": "measure",
        "L_EXTENDEDPRICE": "measure",
        "L_RETURNFLAG": "category",
        "L_SHIPDATE": "timestamp",
        "L_SHIPMODE": "category",
        "L_COMMENT": "text",
    }
    assert [c.label for c in database.table("ORDERS").columns][2:] == [
        "status",
        "total price",
        "order date",
        "priority",
    ]
    (placed,) = (r for r in database.relations if r.parent == "CUSTOMER")
    assert (placed.verb, placed.verb_negative, placed.inverse) == ("placed", "never placed", "placed by")


@pytest.mark.parametrize("name", ["warehouse", "tpch"])
def test_questions_run(name: str, request: pytest.FixtureRequest) -> None:
    found: Opened = request.getfixturevalue(name)
    for intent in islice(intents(found.database, Random(1)), 60):
        question = intent.question()
        assert "None" not in question
        assert "_" not in question, question
        outcome = found.engine.run(render(intent.tree(), Style()))
        assert outcome.error is None, question


def test_names_that_need_quotes_survive(tmp_path: Path) -> None:
    path = made(
        tmp_path,
        """
        CREATE TYPE mood AS ENUM ('sad', 'so, so', 'it''s');
        CREATE TABLE "select" AS SELECT i AS "ID", i % 3 AS "a""b", 'g' || i % 4 AS "x.y", 'é' || i % 2 AS "größe",
          (['sad', 'so, so', 'it''s'][1 + i % 3])::mood AS m, uuid() AS u, TIME '08:00' + i % 5 * INTERVAL 1 HOUR AS at,
          [i] AS list, 'x'::BLOB AS bytes, 45 + i / 100 AS lat, 20200101 + i % 28 AS date_no, '1' AS "1"
          FROM range(100) t(i);
        CREATE TABLE dim_customer AS SELECT i AS id, 'a' || i AS "Name", 'b' || i AS "name_" FROM range(50) t(i);
        CREATE TABLE stg_customer AS FROM dim_customer;
        CREATE TABLE one_row AS SELECT 1 AS id, 'solo' AS name;
        CREATE TABLE empty (empty_id INTEGER, logged_at TIMESTAMP);
        """,
    )
    with opened(path) as found:
        tables = found.database.tables
        assert [c.name for c in found.database.table("select").columns][1:4] == ['a"b', "x.y", "größe"]
        for table in tables:
            assert len({c.label for c in table.columns}) == len(table.columns), table.name
        assert len({t.plural for t in tables}) == len(tables)
        ugly = found.database.table("select")
        assert ugly.column("m").values == ("sad", "so, so", "it's")
        inert = {c.name for c in ugly.columns if c.role == "text"}
        assert {"list", "bytes", "lat"} <= inert
        assert not any(ugly.column(name).values for name in inert)
        assert found.database.table("one_row").column("name").values == ()
        assert roles(found.database.table("empty")) == {"empty_id": "key", "logged_at": "timestamp"}
        for intent in islice(intents(found.database, Random(2)), 40):
            assert found.engine.run(render(intent.tree(), Style())).error is None


def test_same_tables_same_result(warehouse: Opened) -> None:
    live = read_catalog(warehouse.engine.connections[0])
    again = infer("made", live, schema_text=warehouse.database.schema_text, digest=warehouse.database.digest)
    assert again == warehouse.database


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("customerID", "customer id"),
        ("IDCustomer", "id customer"),
        ("Unit Price", "unit price"),
        ("HTTPServer", "http server"),
        ("größeMaße", "größe maße"),
        ("Order.Details", "order details"),
        ("address2", "address 2"),
        ("iso2", "iso2"),
    ],
)
def test_split(name: str, words: str) -> None:
    assert " ".join(split(name)) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("CUSTKEY", "customer key"),
        ("extendedprice", "extended price"),
        ("acctbal", "account balance"),
        ("CUST_ADDR", "customer address"),
        ("exp_dt", "expiration date"),
        ("monkey", "monkey"),
        ("discount", "discount"),
        ("paid", "paid"),
        ("candidate", "candidate"),
        ("no_show", "no show"),
    ],
)
def test_words(name: str, words: str) -> None:
    assert " ".join(Vocabulary(frozenset({"customer", "order"})).words(name)) == words


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("status", "statuses"),
        ("date of birth", "dates of birth"),
        ("city", "cities"),
        ("child", "children"),
        ("ID", "IDs"),
    ],
)
def test_plural(one: str, many: str) -> None:
    assert plural(one) == many


@pytest.mark.parametrize(
    ("many", "one"),
    [("addresses", "address"), ("purchases", "purchase"), ("statuses", "status"), ("bus", "bus"), ("staff", "staff")],
)
def test_singular(many: str, one: str) -> None:
    assert singular(many) == one
