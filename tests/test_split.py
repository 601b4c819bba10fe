"""Families are split whole, and a run asks its databases in a fixed, balanced order."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory import plan
from factory.exceptions import UnknownName
from factory.load_spec import spec_names
from factory.split import SHARES, SPLITS, assign, by_split

names = st.lists(st.text("abcdefg", min_size=1, max_size=3), max_size=30)
shares = st.tuples(st.integers(1, 100), st.integers(0, 100), st.integers(0, 100))
QUICK = settings(max_examples=200, deadline=None, derandomize=True)


def families(count: int) -> list[str]:
    return [f"family{i}" for i in range(count)]


def sizes(count: int, wanted: tuple[float, ...] = SHARES) -> tuple[int, ...]:
    found = by_split(assign(families(count), wanted))
    return tuple(len(found[split]) for split in SPLITS)


@QUICK
@given(names, shares, st.integers(0, 5))
def test_every_family_is_in_exactly_one_split(some: list[str], wanted: tuple[int, int, int], seed: int) -> None:
    assigned = assign(some, wanted, seed)
    found = by_split(assigned)

    assert sorted(assigned) == sorted(set(some))
    assert sorted(family for members in found.values() for family in members) == sorted(set(some))
    assert list(found) == list(SPLITS)


@QUICK
@given(st.integers(1, 60), shares)
def test_a_split_is_as_large_as_its_share(count: int, wanted: tuple[int, int, int]) -> None:
    got = sizes(count, wanted)

    assert sum(got) == count
    assert got[0] >= 1
    for split in (1, 2):
        exact = count * wanted[split] / sum(wanted)
        if wanted[split] == 0:
            assert got[split] == 0
        elif count >= 6:
            assert got[split] >= 1
        elif exact < 0.5:
            assert got[split] == 0
        assert abs(got[split] - exact) <= 1.5


@QUICK
@given(names, st.integers(0, 5), st.randoms(use_true_random=False))
def test_neither_order_nor_repeats_of_the_families_matter(some: list[str], seed: int, rng: object) -> None:
    again = [*some, *some[:3]]
    rng.shuffle(again)  # type: ignore[attr-defined]
    assert assign(some, SHARES, seed) == assign(again, SHARES, seed)


@pytest.mark.parametrize(
    ("count", "wanted", "expected"),
    [
        (22, (90, 5, 5), (20, 1, 1)),
        (10, (90, 5, 5), (8, 1, 1)),
        (9, (90, 5, 5), (7, 1, 1)),
        (6, (90, 5, 5), (4, 1, 1)),
        (6, (90, 10, 0), (5, 1, 0)),
        (5, (90, 5, 5), (5, 0, 0)),
        (1, (90, 5, 5), (1, 0, 0)),
        (0, (90, 5, 5), (0, 0, 0)),
        (3, (1, 1, 1), (1, 1, 1)),
        (2, (1, 1, 1), (1, 1, 0)),
        (1, (20, 80, 0), (1, 0, 0)),
        (10, (1, 98, 1), (1, 8, 1)),
        (10, (100, 0, 0), (10, 0, 0)),
        (10, (50, 0, 50), (5, 0, 5)),
        (22, (0.9, 0.05, 0.05), (20, 1, 1)),
    ],
)
def test_how_many_families_each_split_gets(count: int, wanted: tuple[float, ...], expected: tuple[int, ...]) -> None:
    assert sizes(count, wanted) == expected


@QUICK
@given(st.integers(6, 40), st.integers(0, 40), st.integers(0, 5))
def test_two_runs_that_ask_the_same_first_families_hold_out_the_same_ones(count: int, more: int, seed: int) -> None:
    some = families(count)
    others = [f"other{i}" for i in range(min(more, 22 - min(count, 22)))]
    one = assign(some, SHARES, seed, some)
    other = assign([*others, *some], SHARES, seed, some)

    for split in ("validation", "test"):
        held, also = (by_split(a)[split] for a in (one, other))
        assert set(held) <= set(also) or set(also) <= set(held)


def test_a_domain_that_is_tested_on_is_not_trained_on_by_a_recipe_that_asks_more_domains() -> None:
    places = plan.suited((), ("geometry",))
    for seed in range(20):
        geo = assign(places, SHARES, seed, plan.held_out_first(places))
        everything = assign(spec_names(), SHARES, seed, plan.held_out_first(spec_names()))
        for split in ("validation", "test"):
            assert by_split(geo)[split] == by_split(everything)[split] != []


def test_another_seed_draws_other_families() -> None:
    drawn = {tuple(by_split(assign(families(22), SHARES, seed))["test"]) for seed in range(30)}

    assert len(drawn) > 8


def test_the_shipped_domains_have_all_three_splits() -> None:
    assert all(by_split(assign(spec_names())).values())


# --- plan ------------------------------------------------------------------------------------------------------------


def taken(count: int, *given: str, seed: int = 0) -> list[str]:
    return list(islice(plan.databases(given, seed), count))


def test_each_domain_comes_once_a_round_in_the_same_order() -> None:
    domains = len(spec_names())
    order = taken(3 * domains)
    rounds = [[name.partition("@")[0] for name in order[i * domains : (i + 1) * domains]] for i in range(3)]

    assert rounds[0] == rounds[1] == rounds[2]
    assert sorted(rounds[0]) == spec_names()
    assert rounds[0] != sorted(rounds[0])


def test_no_variant_comes_twice_and_none_is_the_plain_one() -> None:
    order = taken(400, "retail", "hr")

    assert len(set(order)) == 400
    assert {"retail@0", "hr@0"}.isdisjoint(order)


def test_the_order_is_that_of_the_seed_in_every_process() -> None:
    code = "from factory import plan; from itertools import islice; print(*islice(plan.databases((), 3), 60))"
    said = [
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]

    assert said[0].decode().split() == said[1].decode().split() == taken(60, seed=3)
    assert taken(60, seed=4) != taken(60, seed=3)


def test_a_variant_and_a_file_stand_for_themselves() -> None:
    order = taken(300, "retail@17", "hr", "shop/own.duckdb", "hr")

    assert Counter(name if "." in name else name.partition("@")[0] for name in order) == {
        "retail": 100,
        "hr": 100,
        "shop/own.duckdb": 100,
    }
    assert {name for name in order if name.startswith("retail")} == {"retail@17"}


def test_a_domain_is_planned_the_same_whatever_stands_beside_it() -> None:
    alone = taken(20, "retail")
    beside = [name for name in taken(40, "retail", "hr") if name.startswith("retail")]

    assert alone == beside


def test_families_are_the_domains_behind_the_names() -> None:
    assert plan.families(()) == spec_names()
    assert plan.families(["retail@3", "retail", "hr@1", "shop/own.duckdb"]) == ["hr", "own", "retail"]


def test_an_unknown_name_is_said_before_anything_is_opened() -> None:
    with pytest.raises(UnknownName, match=r"Unknown database 'retial'\. Did you mean retail\?"):
        plan.families(["retial"])


def test_a_file_belongs_to_the_family_of_its_name(tmp_path: Path) -> None:
    assert plan.family(str(tmp_path / "retail.duckdb")) == "retail"
