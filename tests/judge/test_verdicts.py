"""Each verdict, and each trap of comparing two results, on a file that is never written to."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from factory.judge.judge import Judge
from factory.judge.jury import Rules
from factory.judge.pairs import Pair
from factory.judge.source import source
from factory.judge.verdict import Judged


def judged(judge: Judge, gold: str, predicted: str) -> Judged:
    return judge.judge(Pair(1, gold, predicted))


SAME = {
    "bag": ("SELECT kind FROM sale", "SELECT kind FROM sale ORDER BY sale_id DESC"),
    "columns in another order": ("SELECT sale_id, kind FROM sale", "SELECT kind, sale_id FROM sale"),
    "eight columns in another order": (
        "SELECT sale_id, town_id, amount, share, sold_at, kind, note, 1 FROM sale",
        "SELECT 1, note, kind, sold_at, share, amount, town_id, sale_id FROM sale",
    ),
    "floats": ("SELECT SUM(share) FROM sale", "SELECT SUM(share * 10) / 10 FROM sale"),
    "ties may swap": (
        "SELECT sale_id, kind FROM sale ORDER BY kind",
        "SELECT sale_id, kind FROM sale ORDER BY kind, amount DESC, sale_id DESC",
    ),
    "ties of a hidden key may swap": (
        "SELECT sale_id FROM sale ORDER BY amount DESC",
        "SELECT sale_id FROM sale ORDER BY -amount, sale_id DESC",
    ),
    "an order that is passed on": (
        "SELECT sale_id FROM sale ORDER BY sold_at, sale_id",
        "SELECT sale_id FROM (SELECT * FROM sale ORDER BY sold_at, sale_id)",
    ),
    "midnight": (
        "SELECT DISTINCT CAST(sold_at AS DATE) FROM sale",
        "SELECT date_trunc('day', sold_at) FROM sale GROUP BY ALL",
    ),
}


@pytest.mark.parametrize(("gold", "predicted"), SAME.values(), ids=SAME)
def test_the_same_for_good_reasons(shop: Judge, gold: str, predicted: str) -> None:
    found = judged(shop, gold, predicted)

    assert found.verdict == "same", found
    assert found.confidence is not None
    assert found.confidence.filled > 5


DIFFERS = {
    "NULL turned to ''": ("SELECT note FROM sale", "SELECT COALESCE(note, '') FROM sale"),
    "a set for a bag": ("SELECT kind FROM sale", "SELECT DISTINCT kind FROM sale"),
    "text for a number": ("SELECT sale_id FROM sale", "SELECT sale_id::VARCHAR FROM sale"),
    "order": ("SELECT sale_id FROM sale ORDER BY sale_id", "SELECT sale_id FROM sale ORDER BY sale_id DESC"),
    "one column twice": ("SELECT sale_id, town_id FROM sale", "SELECT sale_id, sale_id FROM sale"),
    "a column too many": ("SELECT sale_id FROM sale", "SELECT sale_id, kind FROM sale"),
    "columns that fit on the user's data alone": (
        "SELECT COUNT(*) FILTER (WHERE kind = 'cheque'), COUNT(*) FILTER (WHERE kind = 'coupon') FROM sale",
        "SELECT COUNT(*) FILTER (WHERE kind = 'cheque'), 0 FROM sale",
    ),
    "by chance": ("SELECT sale_id FROM sale WHERE amount > 35", "SELECT sale_id FROM sale WHERE amount >= 35"),
    "empty on the user's data": (
        "SELECT sale_id FROM sale WHERE kind = 'cheque'",
        "SELECT sale_id FROM sale WHERE kind = 'coupon'",
    ),
    "a tie at the cut": (
        "SELECT sale_id FROM sale ORDER BY amount DESC, sale_id LIMIT 3",
        "SELECT sale_id FROM sale ORDER BY amount DESC LIMIT 3",
    ),
}


@pytest.mark.parametrize(("gold", "predicted"), DIFFERS.values(), ids=DIFFERS)
def test_different_with_a_witness(shop: Judge, gold: str, predicted: str) -> None:
    found = judged(shop, gold, predicted)

    assert found.verdict == "differs", found
    assert found.witness is not None
    assert found.witness.own == found.witness.instance.startswith("own data")


def test_a_chance_agreement_is_told_from_a_plain_difference(shop: Judge) -> None:
    chance, plain = judged(shop, *DIFFERS["by chance"]), judged(shop, *DIFFERS["a set for a bag"])

    assert (chance.own_data, plain.own_data) == ("same", "differs")
    assert chance.witness is not None
    assert not chance.witness.own
    assert plain.witness is not None
    assert (plain.witness.gold_rows, plain.witness.predicted_rows) == (120, 2)


UNDECIDED = {
    "gold_raises": ("SELECT nothing FROM sale", "SELECT kind FROM sale"),
    "random": ("SELECT COUNT(*) FROM sale", "SELECT COUNT(*) FROM sale WHERE random() < 2"),
    "row_order": ("SELECT sale_id FROM sale LIMIT 5", "SELECT sale_id FROM sale ORDER BY sale_id LIMIT 5"),
    "too_many_rows": ("SELECT a.sale_id FROM sale a, sale b, sale c", "SELECT b.sale_id FROM sale a, sale b, sale c"),
    "order_not_fixed": (
        "SELECT town_id, COUNT(*) FROM town GROUP BY town_id ORDER BY town_id",
        "SELECT town_id, COUNT(*) FROM town GROUP BY town_id",
    ),
    "empty_everywhere": ("SELECT sale_id FROM sale WHERE 1 = 0", "SELECT sale_id FROM sale WHERE 2 < 1"),
    "prediction_timeout": (
        "SELECT COUNT(*) FROM sale",
        "SELECT COUNT(*) FROM range(1000000000) a, range(1000) b, range(1000) c WHERE a.range % 7 = b.range % 11",
    ),
}


@pytest.mark.parametrize(("reason", "pair"), UNDECIDED.items(), ids=UNDECIDED)
def test_undecided(shop: Judge, reason: str, pair: tuple[str, str]) -> None:
    found = judged(shop, *pair)

    assert (found.verdict, found.reason) == ("undecided", reason), found


@pytest.mark.parametrize(
    "predicted",
    ["SELEC 1", "", "SELECT 1; SELECT 2", "DELETE FROM sale", "COPY sale TO 'x.csv'", "SELECT * FROM 'x.csv'"],
)
def test_what_is_no_query_raises(shop: Judge, predicted: str) -> None:
    found = judged(shop, "SELECT kind FROM sale", predicted)

    assert found.verdict == "raises"
    assert found.message


def test_the_same_words_are_the_same_even_without_rows(shop: Judge) -> None:
    found = judged(shop, "SELECT kind FROM sale WHERE 1 = 0", "select kind  from sale -- none\nwhere 1 = 0")

    assert (found.verdict, found.notes) == ("same", ("same_text",))


def test_functions_of_two_names_are_not_the_same_words(shop: Judge) -> None:
    found = judged(shop, "SELECT MAX(kind) FROM sale", "SELECT max(note) FROM sale")

    assert "same_text" not in found.notes
    assert "same_text" not in judged(shop, "SELECT 'A' FROM sale", "SELECT 'a' FROM sale").notes
    assert judged(shop, "SELECT 'A' FROM sale", "SELECT 'a' FROM sale").verdict == "differs"


def test_rules(shop: Judge) -> None:
    strict = Judge(shop.source, Rules(columns="strict"))
    unordered = Judge(shop.source, Rules(order="ignored"))

    assert judged(strict, *SAME["columns in another order"]).verdict == "differs"
    assert judged(unordered, *DIFFERS["order"]).verdict == "same"


def test_views_are_judged_on_derived_data_too(shop: Judge) -> None:
    same = judged(shop, "SELECT COUNT(*) FROM dear", "SELECT COUNT(*) FROM sale WHERE amount > 30")
    chance = judged(shop, "SELECT COUNT(*) FROM dear", "SELECT COUNT(*) FROM sale WHERE amount > 30.00001")
    wrong = judged(
        shop, "WITH d AS (SELECT * FROM dear) SELECT sale_id FROM d", "SELECT sale_id FROM sale WHERE amount >= 30"
    )

    assert same.verdict == "same"
    assert same.confidence is not None
    assert same.confidence.filled > 5
    assert chance.verdict == "same"  # amounts have two digits
    assert (wrong.verdict, wrong.own_data) == ("differs", "same")


def test_the_file_stays_as_it_is_and_so_do_the_verdicts(shop_file: Path) -> None:
    before = hashlib.sha256(shop_file.read_bytes()).hexdigest()
    rounds = []
    for _ in range(2):
        with source(str(shop_file), timeout=2.0) as opened:
            judge = Judge(opened)
            rounds.append([judged(judge, *pair) for pair in (*list(SAME.values())[:3], *DIFFERS.values())])

    assert rounds[0] == rounds[1]
    assert hashlib.sha256(shop_file.read_bytes()).hexdigest() == before
    assert [path.name for path in shop_file.parent.iterdir()] == [shop_file.name]
