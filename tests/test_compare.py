"""Two results are the same, or not: each way in which a published comparison went wrong, and the laws of `same`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory.compare import difference, in_order, never_in_order, same
from factory.engines.duckdb import DuckDBEngine, connect_memory
from factory.records import Outcome

NAN = math.nan
INF = math.inf
QUICK = settings(max_examples=150, deadline=None, derandomize=True)

Run = Callable[[str], Outcome]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    connection = connect_memory(spatial=False)
    connection.execute("CREATE TABLE sale (id INTEGER, town VARCHAR, amount DECIMAL(10,2), sold_on DATE, note VARCHAR)")
    connection.execute(
        "INSERT INTO sale VALUES (1, 'Ulm', 10.10, '2024-01-01', ''), (2, 'Ulm', 20.20, '2024-01-02', NULL), "
        "(3, 'Bonn', 20.20, '2024-01-02', 'x'), (4, 'Bonn', 30.30, '2024-02-01', 'x')"
    )
    engine = DuckDBEngine([connection])

    def execute(sql: str) -> Outcome:
        outcome = engine.run(sql)
        assert outcome.error is None, outcome.error
        return outcome

    yield execute
    engine.close()


def table(*rows: Sequence[Any], width: int | None = None) -> Outcome:
    count = width if width is not None else len(rows[0])
    return Outcome(tuple(f"c{i}" for i in range(count)), tuple(tuple(row) for row in rows))


def one(value: Any) -> Outcome:
    return table((value,))


# --- the traps, each as two real queries -----------------------------------------------------------------------------

TRAPS: dict[str, tuple[str, str, dict[str, bool], bool]] = {
    "order ignored when it is asked for": (
        "SELECT id FROM sale ORDER BY id",
        "SELECT id FROM sale ORDER BY id DESC",
        {"ordered": True},
        False,
    ),
    "order asked for when nobody did": (
        "SELECT id FROM sale ORDER BY id",
        "SELECT id FROM sale ORDER BY id DESC",
        {},
        True,
    ),
    "a set where a bag is meant": ("SELECT town FROM sale", "SELECT DISTINCT town FROM sale", {}, False),
    "duplicates of another row": (
        "SELECT * FROM (VALUES ('Ulm'), ('Ulm'), ('Bonn')) t(x)",
        "SELECT * FROM (VALUES ('Ulm'), ('Bonn'), ('Bonn')) t(x)",
        {},
        False,
    ),
    "NULL turned to ''": ("SELECT note FROM sale", "SELECT COALESCE(note, '') FROM sale", {}, False),
    "NULL turned to 0": ("SELECT NULL::INTEGER", "SELECT 0", {}, False),
    "everything compared as text": ("SELECT id FROM sale", "SELECT id::VARCHAR FROM sale", {}, False),
    "a date compared as text": ("SELECT sold_on FROM sale", "SELECT sold_on::VARCHAR FROM sale", {}, False),
    "floats compared exactly": (
        "SELECT SUM(x) FROM (VALUES (0.1::DOUBLE), (0.2), (0.3)) t(x)",
        "SELECT 0.6::DOUBLE",
        {},
        True,
    ),
    "a decimal and the float of it": (
        "SELECT town, SUM(amount) FROM sale GROUP BY town",
        "SELECT town, SUM(amount::DOUBLE) FROM sale GROUP BY town",
        {},
        True,
    ),
    "integer and decimal type": ("SELECT 1", "SELECT 1.00::DECIMAL(4,2)", {}, True),
    "columns in another order, not allowed": ("SELECT id, town FROM sale", "SELECT town, id FROM sale", {}, False),
    "columns in another order, allowed": (
        "SELECT id, town FROM sale",
        "SELECT town, id FROM sale",
        {"permute": True},
        True,
    ),
    "columns exchanged row by row": (
        "SELECT * FROM (VALUES (1, 2), (2, 1)) t(a, b)",
        "SELECT * FROM (VALUES (1, 2), (1, 2)) t(a, b)",
        {"permute": True},
        False,
    ),
    "names of columns": ("SELECT SUM(amount) AS total FROM sale", "SELECT SUM(amount) FROM sale", {}, True),
    "a column too many": ("SELECT town FROM sale", "SELECT town, id FROM sale", {"permute": True}, False),
    "empty equals empty of another width": (
        "SELECT id FROM sale WHERE false",
        "SELECT id, town FROM sale WHERE false",
        {"permute": True},
        False,
    ),
    "empty equals empty": ("SELECT id FROM sale WHERE false", "SELECT town FROM sale WHERE id > 99", {}, True),
    "no row and a row of NULL": (
        "SELECT MAX(id) FROM sale WHERE false",
        "SELECT id FROM sale WHERE false",
        {},
        False,
    ),
    "ties in another order are another order": (
        "SELECT id FROM sale ORDER BY amount, id",
        "SELECT id FROM sale ORDER BY amount, id DESC",
        {"ordered": True},
        False,
    ),
    "midnight": ("SELECT sold_on FROM sale", "SELECT date_trunc('day', sold_on::TIMESTAMP) FROM sale", {}, True),
    "an hour past midnight": ("SELECT sold_on FROM sale", "SELECT sold_on + INTERVAL 1 HOUR FROM sale", {}, False),
    "lists keep their order": ("SELECT [1, 2]", "SELECT [2, 1]", {}, False),
    "lists of floats": ("SELECT [0.1::DOUBLE + 0.2]", "SELECT [0.3::DOUBLE]", {}, True),
    "lists of decimals and floats": ("SELECT [0.3::DECIMAL(4,2)]", "SELECT [0.3::DOUBLE]", {}, True),
    "structs": ("SELECT {'a': 1, 'b': [NULL]}", "SELECT {'a': 1.0::DOUBLE, 'b': [NULL]}", {}, True),
    "structs that hold '' for NULL": ("SELECT {'a': NULL::VARCHAR}", "SELECT {'a': ''}", {}, False),
    "an empty list and NULL": ("SELECT []::INTEGER[]", "SELECT NULL::INTEGER[]", {}, False),
    "big integers that differ by one": ("SELECT 10000000001", "SELECT 10000000002", {}, False),
    "big integers that differ by one, in order": (
        "SELECT 10000000001",
        "SELECT 10000000002",
        {"ordered": True},
        False,
    ),
    "a cent of ten millions": ("SELECT 12345678.90", "SELECT 12345678.91", {}, False),
    "a cent of ten millions, in order": ("SELECT 12345678.90", "SELECT 12345678.91", {"ordered": True}, False),
    "0 / 0 is itself": ("SELECT 0::DOUBLE / 0", "SELECT 'nan'::DOUBLE", {}, True),
    "1 / 0 is not -1 / 0": ("SELECT 1 / 0", "SELECT -1 / 0", {}, False),
    "case of text": ("SELECT 'Ulm'", "SELECT 'ULM'", {}, False),
    "blanks of text": ("SELECT 'Ulm'", "SELECT 'Ulm '", {}, False),
}


@pytest.mark.parametrize(("a", "b", "how", "expected"), TRAPS.values(), ids=TRAPS)
def test_a_trap(run: Run, a: str, b: str, how: dict[str, bool], expected: bool) -> None:
    left, right = run(a), run(b)

    assert same(left, right, **how) is expected
    assert same(right, left, **how) is expected
    if not expected and left.rows != right.rows and len(left.columns) == len(right.columns) and not how.get("ordered"):
        assert any(difference(left, right))


def test_an_order_by_position_of_a_limit_decides_the_rows(run: Run) -> None:
    first = run("SELECT id FROM sale ORDER BY amount LIMIT 2")
    cut = {run(f"SELECT id FROM sale ORDER BY amount, id {way} LIMIT 2").rows for way in ("ASC", "DESC")}

    assert len(cut) == 2  # a tie at the cut has two right answers; the claim `untied` is what keeps it out
    assert first.rows in cut


BY_AMOUNT = "SELECT id, amount FROM sale ORDER BY amount"
ORDERS = [
    # other query, its own sort keys, in the order of the first, in an order that no tie excuses
    ("SELECT id, amount FROM sale ORDER BY amount, id DESC", (1, 0), True, False),
    ("SELECT id, amount FROM sale ORDER BY amount DESC", (1,), False, True),
    ("SELECT id, amount FROM sale ORDER BY id", (0,), True, False),
    ("SELECT id, amount FROM sale ORDER BY amount > 15, amount", (), False, False),
    ("SELECT id, amount FROM sale ORDER BY id DESC", (0,), False, True),
    # What doesn't sort, or sorts by what ties everywhere, may come in any order, the right one among them.
    ("SELECT id, amount FROM (SELECT * FROM sale ORDER BY id DESC)", (), False, False),
    ("SELECT id, amount FROM sale ORDER BY 1 = 1, amount DESC", (), False, False),
]


@pytest.mark.parametrize(("other", "own", "expected", "never"), ORDERS, ids=[other[29:] for other, *_ in ORDERS])
def test_order_is_judged_by_the_sort_keys_and_ties_are_excused(
    run: Run, other: str, own: tuple[int, ...], expected: bool, never: bool
) -> None:
    gold, found = run(BY_AMOUNT), run(other)

    assert same(gold, found)
    assert in_order(gold, found, (1,), own) is expected
    assert never_in_order(gold, found, (1,), own) is never


def test_where_nulls_go_is_not_part_of_an_order(run: Run) -> None:
    last, first = (run(f"SELECT id, note FROM sale ORDER BY note NULLS {end}, id") for end in ("LAST", "FIRST"))

    assert last.rows != first.rows
    assert in_order(last, first, (1,), (1, 0))
    assert not never_in_order(last, first, (1,), (1, 0))


@QUICK
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=7), st.randoms(use_true_random=False))
def test_no_shuffle_of_ties_is_ever_called_a_wrong_order(rows: list[tuple[int, int]], rng: Random) -> None:
    """Sorted by the second column, whatever its ties: not out of order if the keys of the first come out right."""
    if not rows:
        return
    gold = table(*sorted(rows, key=lambda row: row[0]))
    shuffled = rng.sample(rows, len(rows))
    other = table(*sorted(shuffled, key=lambda row: row[1]))
    again = table(*sorted(rng.sample(rows, len(rows)), key=lambda row: row[1]))

    always, never = in_order(gold, other, (0,), (1,)), never_in_order(gold, other, (0,), (1,))
    assert not (always and never)
    assert (always, never) == (in_order(gold, again, (0,), (1,)), never_in_order(gold, again, (0,), (1,)))


# --- values ----------------------------------------------------------------------------------------------------------

EQUAL = [
    (1, 1.0),
    (1, Decimal("1.00")),
    (1.0, Decimal("1")),
    (0.1 + 0.2, 0.3),
    (0.1 + 0.2, Decimal("0.3")),
    (1e15, 1e15 + 0.125),
    (0.0, -0.0),
    (1e-12, 0.0),
    (INF, INF),
    (NAN, float("nan")),
    (date(2024, 2, 29), datetime(2024, 2, 29)),
    (time(1, 2), time(1, 2)),
    (timedelta(days=1), timedelta(hours=24)),
    (b"ab", b"ab"),
    ([1, [2.0, None]], (1, (2, None))),
    ({"a": [date(2024, 1, 1)]}, {"a": [datetime(2024, 1, 1)]}),
    ([NAN], [NAN]),
]
UNEQUAL = [
    (None, ""),
    (None, 0),
    (None, NAN),
    (None, False),
    ("", 0),
    ("1", 1),
    ("1.0", 1.0),
    (NAN, 0.0),
    (NAN, INF),
    (INF, -INF),
    (1.0, 1.00000001),
    (100.0, 100.000001),
    (10**12, 10**12 + 1),
    (Decimal("12345678.90"), Decimal("12345678.91")),
    ([10**12], [10**12 + 1]),
    (date(2024, 2, 29), datetime(2024, 2, 29, 0, 0, 1)),
    (date(2024, 2, 29), "2024-02-29"),
    ([1, 2], [2, 1]),
    ([1], 1),
    ([None], [""]),
    ([], None),
    ({"a": 1}, {"b": 1}),
    (b"ab", "ab"),
]


@pytest.mark.parametrize("ordered", [False, True], ids=["bag", "ordered"])
@pytest.mark.parametrize(("a", "b"), EQUAL, ids=repr)
def test_equal_values(a: Any, b: Any, ordered: bool) -> None:
    assert same(one(a), one(b), ordered=ordered)
    assert same(one(b), one(a), ordered=ordered)
    assert difference(one(a), one(b)) == ((), ())


@pytest.mark.parametrize("ordered", [False, True], ids=["bag", "ordered"])
@pytest.mark.parametrize(("a", "b"), UNEQUAL, ids=repr)
def test_unequal_values(a: Any, b: Any, ordered: bool) -> None:
    assert not same(one(a), one(b), ordered=ordered)
    assert not same(one(b), one(a), ordered=ordered)
    assert repr(difference(one(a), one(b))) == repr((((a,),), ((b,),)))


def test_near_equal_floats_that_sort_differently_on_the_two_sides() -> None:
    third = 1 / 3
    a = table((third, "x"), (third + 1e-13, "y"))
    b = table((third + 1e-13, "x"), (third, "y"))
    crossed = table((third, 2.0), (third + 1e-13, 1.0)), table((third + 1e-13, 2.0), (third, 1.0))

    assert same(a, b)
    assert same(*crossed)
    assert difference(*crossed) == ((), ())


def test_a_permutation_is_one_for_all_rows_and_beyond_six_columns_none_is_tried() -> None:
    six = table(("a", "b", "c", "d", "e", "f"), ("g", "h", "i", "j", "k", "l"))
    turned = table(*(row[::-1] for row in six.rows))
    seven = table(range(7)), table(range(6, -1, -1))

    assert same(six, turned, permute=True)
    assert not same(six, turned)
    assert not same(*seven, permute=True)


@pytest.mark.parametrize("rows", [5_000])
def test_six_columns_that_no_order_brings_together_are_told_apart_at_once(rows: int) -> None:
    rng = Random("wide")
    a = [tuple(rng.randrange(50) for _ in range(6)) for _ in range(rows)]
    b = [*a[:-1], tuple(v + 1 for v in a[-1])]
    tried: list[int] = []

    class Counted(tuple):  # type: ignore[type-arg]
        def __getitem__(self, item: Any) -> Any:
            tried.append(1)
            return super().__getitem__(item)

    assert not same(table(*a), Outcome(tuple("abcdef"), tuple(Counted(row) for row in b)), permute=True)
    assert len(tried) < 100 * rows


# --- difference ------------------------------------------------------------------------------------------------------


def test_difference_shows_rows_as_they_were_in_their_own_order_and_only_a_few() -> None:
    a = table(("Ulm", Decimal("1.50")), ("Bonn", 2), ("Bonn", 2), ("Kiel", 3), width=2)
    b = table(("Bonn", 2), ("Ulm", 1.5), width=2)
    many = table(*((i,) for i in range(9)))

    assert difference(a, b) == ((("Bonn", 2), ("Kiel", 3)), ())
    assert difference(b, a) == ((), (("Bonn", 2), ("Kiel", 3)))
    assert difference(many, table(width=1)) == (((0,), (1,), (2,)), ())
    assert difference(many, table(width=1), limit=1) == (((0,),), ())


@pytest.mark.parametrize(
    ("a", "b"),
    [(1000000001, 1000000002), (1.0, 1.000000002), (0.123456785, 0.123456785000001), (Decimal("1.1"), 1.1)],
)
def test_difference_and_same_agree_on_numbers_that_are_close(a: Any, b: Any) -> None:
    assert any(difference(one(a), one(b))) is not same(one(a), one(b))


def test_results_of_other_widths_have_nothing_in_common() -> None:
    assert difference(table((1, 2)), one(1)) == (((1, 2),), ((1,),))


# --- laws ------------------------------------------------------------------------------------------------------------

# Numbers far apart next to ones within the tolerance: what lies at its very edge has no right answer.
close = st.builds(lambda n, wobble: n * (1 + wobble * 1e-13), st.integers(-3, 3), st.integers(-2, 2))
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    close,
    st.sampled_from([NAN, INF, -INF]),
    st.sampled_from([Decimal("1.00"), Decimal("-2.5"), Decimal("0")]),
    st.sampled_from(["", "a", "A", "1"]),
    st.sampled_from([date(2024, 1, 1), datetime(2024, 1, 1), datetime(2024, 1, 1, 1)]),
)
values = st.one_of(scalars, st.lists(scalars, max_size=2), st.fixed_dictionaries({"x": scalars}))


@st.composite
def tables(draw: st.DrawFn, most: int = 5) -> Outcome:
    width = draw(st.integers(1, 3))
    rows = draw(st.lists(st.tuples(*[values] * width), max_size=most))
    return table(*rows, width=width)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Outcome, Outcome]:
    """Two results that often have much in common."""
    a = draw(tables())
    width = len(a.columns)
    kept = draw(st.permutations(a.rows)) if a.rows else []
    rows = [*kept[: draw(st.integers(0, len(kept)))], *draw(st.lists(st.tuples(*[values] * width), max_size=1))]
    return a, table(*rows, width=width)


@QUICK
@given(tables())
def test_a_result_is_the_same_as_itself(a: Outcome) -> None:
    assert same(a, a)
    assert same(a, a, ordered=True)
    assert difference(a, a) == ((), ())


@QUICK
@given(pairs(), st.booleans(), st.booleans())
def test_same_is_symmetric(pair: tuple[Outcome, Outcome], ordered: bool, permute: bool) -> None:
    a, b = pair
    assert same(a, b, ordered=ordered, permute=permute) == same(b, a, ordered=ordered, permute=permute)


@QUICK
@given(tables(), st.randoms(use_true_random=False))
def test_a_bag_has_no_order(a: Outcome, rng: Random) -> None:
    rows = list(a.rows)
    rng.shuffle(rows)
    assert same(a, table(*rows, width=len(a.columns)))


@QUICK
@given(tables(), st.data())
def test_columns_may_stand_in_any_order_where_that_is_allowed(a: Outcome, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(a.columns))))
    b = table(*(tuple(row[i] for i in order) for row in a.rows), width=len(a.columns))
    assert same(a, b, permute=True)
    assert same(a, b, permute=True, ordered=True)


@QUICK
@given(pairs(), st.booleans())
def test_what_is_the_same_in_order_is_so_without(pair: tuple[Outcome, Outcome], permute: bool) -> None:
    a, b = pair
    if same(a, b, ordered=True, permute=permute):
        assert same(a, b, permute=permute)
    if same(a, b):
        assert same(a, b, permute=True)


@QUICK
@given(pairs())
def test_difference_shows_a_row_if_and_only_if_the_bags_differ(pair: tuple[Outcome, Outcome]) -> None:
    a, b = pair
    missing, extra = difference(a, b, limit=99)
    assert bool(missing or extra) is not same(a, b)
    assert len(a.rows) - len(missing) == len(b.rows) - len(extra)
    assert difference(b, a, limit=99) == (extra, missing) or _nan(a) or _nan(b)


@QUICK
@given(tables())
def test_a_row_more_is_another_bag(a: Outcome) -> None:
    if a.rows:
        assert not same(a, Outcome(a.columns, (*a.rows, a.rows[0])))


def _nan(a: Outcome) -> bool:
    return "nan" in repr(a.rows)
