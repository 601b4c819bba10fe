"""What a model answers to questions about places: held against the oracle, and run in a copy where it writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from random import Random

import pytest

from factory.catalog import Opened, opened
from factory.intents.geo.every import workflows
from factory.llm.answers import Answer, Right, judged_answer
from factory.llm.faults import fault
from factory.llm.reasons import unknown
from factory.llm.request import Response
from factory.paraphrase import judged, references
from factory.prompt import answered
from recipes.geo_join import recipe as geo_join
from recipes.geo_join.plan import Plan


@pytest.fixture(scope="module")
def city() -> Iterator[Opened]:
    with opened("city_requests@5", instances=2) as source:
        yield source


@pytest.fixture(scope="module")
def distance(city: Opened) -> Right:
    """A question about the nearest of something, in km, with what the oracle expects."""
    pattern = r"(?s)MIN\(\s*ST_Distance\(.*'EPSG:4326', 'EPSG:32618', TRUE.* / 1000\b"
    for found in islice(geo_join.propose(city.database, Random(4)), 100):
        plan = found.payload
        assert isinstance(plan, Plan)
        if plan.task == "query" and re.search(pattern, plan.gold):
            return Right(plan.gold, plan.gold, "", found.expected)
    pytest.fail("no such question was drawn")


MADE = Right(
    "CREATE TABLE yards_with_county AS SELECT d.*, c.name AS county FROM depot_dim AS d "
    "JOIN county_dim AS c ON ST_Contains(c.outline, d.entrance);",
    "",
    "SELECT depot_id, depot_name, county FROM yards_with_county",
)
UPDATED = Right(
    "ALTER TABLE depot_dim ADD COLUMN county VARCHAR;\nUPDATE depot_dim AS d SET county = c.name FROM county_dim AS c "
    "WHERE ST_Contains(c.outline, d.entrance);",
    "",
    "SELECT depot_id, depot_name, county FROM depot_dim",
)


def told(city: Opened, right: Right, sql: str) -> Answer:
    return judged_answer(Response(f"```sql\n{sql}\n```"), right, city.database, city.engine)


Changed = Callable[[str], str]


@pytest.mark.parametrize(
    ("change", "fate"),
    [
        (lambda gold: f"{gold} -- again", "right"),
        (lambda gold: re.sub(r"'EPSG:32618'", "'EPSG:3857'", gold), "wrong"),
        (lambda gold: gold.replace(", TRUE", ""), "wrong"),
        # What the oracle's tolerance lets pass is not the right rows to the digit, and no mistake either.
        (lambda gold: gold.replace("/ 1000", "* 0.0010000001"), "answer_undecided"),
        (lambda gold: gold.replace("/ 1000", "* 0.001001"), "wrong"),
        (lambda gold: gold.replace("ST_Distance(", "ST_DistanceSphere("), "raises"),
    ],
)
def test_an_answer_is_held_against_the_oracle(city: Opened, distance: Right, change: Changed, fate: str) -> None:
    sql = change(distance.gold)
    found = told(city, distance, sql)

    assert sql != distance.gold
    assert found.fate == fate
    assert found.witness is None or found.witness.instance == 0


@pytest.mark.parametrize(
    ("change", "fate"),
    [
        (lambda gold: f"{gold} -- again", "right"),
        (
            lambda gold: gold.replace("JOIN", "LEFT JOIN").replace("d.entrance", "ST_FlipCoordinates(d.entrance)"),
            "wrong",
        ),
        (lambda gold: gold.replace("ST_Contains", "ST_ContainsAll"), "answer_raises_in_copy"),
        (lambda gold: gold.replace("CREATE TABLE", "CREATE TEMP TABLE"), "answer_not_a_script"),
        (lambda gold: gold.replace("CREATE TABLE ", "CREATE TABLE main."), "answer_not_a_script"),
        (lambda gold: gold.replace("CREATE TABLE", "CREATE VIEW"), "answer_not_a_script"),
        (lambda gold: f"{gold} DROP TABLE county_dim;", "answer_not_a_script"),
        (lambda gold: gold[gold.index("SELECT") :], "answer_not_a_script"),
        # The columns that are asked about are right; those beside them, which were asked for too, are gone.
        (lambda gold: gold.replace("d.*", "d.depot_id, d.depot_name"), "answer_undecided"),
    ],
)
def test_an_answer_that_writes_is_run_in_a_copy(city: Opened, change: Changed, fate: str) -> None:
    sql = change(MADE.gold)
    before = city.engine.run("SELECT table_name FROM duckdb_tables() ORDER BY 1").rows

    assert sql != MADE.gold
    assert told(city, MADE, sql).fate == fate
    assert city.engine.run("SELECT table_name FROM duckdb_tables() ORDER BY 1").rows == before


def test_an_update_of_the_wrong_rows_is_wrong(city: Opened) -> None:
    found = told(city, UPDATED, UPDATED.gold.replace("c.outline, d.entrance", "d.entrance, c.outline"))

    assert found.fate == "wrong"
    assert told(city, UPDATED, UPDATED.gold).fate == "right"


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("ALTER TABLE a ADD COLUMN b INT;\nUPDATE a SET b = 1;", "ALTER TABLE a ADD COLUMN b INT;\nUPDATE a SET b = 1"),
        ("CREATE TABLE a AS\nSELECT 1 AS b", "CREATE TABLE a AS\nSELECT 1 AS b"),
        ("```\nUPDATE a SET b = 1;\n```", "UPDATE a SET b = 1"),
        ("Create a join and count:\nSELECT 1", "SELECT 1"),
    ],
)
def test_the_script_of_an_answer(text: str, sql: str) -> None:
    assert answered(text) == sql


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ("ST_Contains(c.outline, d.entrance)", ""),
        ("ST_Covers(c.outline, d.entrance)", "Table.Join Condition Mismatch"),
        ("ST_Contains(c.outline, ST_FlipCoordinates(d.entrance))", "Function.Conversion"),
        ("ST_Contains(ST_Buffer(c.outline, 1), d.entrance)", "Function.Math"),
    ],
)
def test_a_wrong_query_about_places_has_a_type_of_fault(city: Opened, wrong: str, kind: str) -> None:
    query = "SELECT c.name FROM county_dim AS c JOIN depot_dim AS d ON {} WHERE ST_Within(d.entrance, ST_Point(1, 2))"
    found, mistake = fault(query.format("ST_Contains(c.outline, d.entrance)"), query.format(wrong), city.database)

    assert found == (kind or "Other.Other")
    assert mistake.endswith(".")


def test_a_wrong_script_is_told_by_what_it_writes(city: Opened) -> None:
    wrong = UPDATED.gold.replace("c.outline, d.entrance", "d.entrance, c.outline")

    assert fault(UPDATED.gold, wrong, city.database)[0] == "Table.Join Condition Mismatch"


@pytest.mark.parametrize(
    ("steps", "names"),
    [
        ("1. Project from EPSG:4326 to EPSG:32618, with `ST_Transform`.", []),
        ("1. Project to EPSG:26918 before measuring.", ["EPSG:26918"]),
        ("1. Call ST_GeogFromText first.", ["ST_GeogFromText"]),
    ],
)
def test_reasoning_names_no_other_system(city: Opened, steps: str, names: list[str]) -> None:
    sql = "SELECT ST_Length(ST_Transform(course, 'EPSG:4326', 'EPSG:32618', TRUE)) FROM bus_route_dim"

    assert unknown(steps, sql, city.database) == names


# What each changes is asked about, so that the new wording asks something else.
_OTHER = (
    (r"\bkm\b", "miles"), (r"\bmiles\b", "km"), (r"\bmeters\b", "km"), (r"square kilometer", "square mile"),
    (r"18N", "17N"), (r"18N", "18S"), (r"32618", "32617"), (r"UTM zone \d+\w", "Web Mercator"), (r"WGS 84", "NAD 83"),
    (r"within", "beyond"), (r"\bin\b", "outside"), (r"inside", "outside"), (r"nearest|closest", "farthest"),
    (r"\bno\b", "one"), (r"\bnot\b", ""), (r"at least", "more than"), (r"farther than", "no farther than"),
    (r"each other", "every other"), (r"\beach\b", "any"), (r"highest", "lowest"), (r"most\b", "least"),
    (r"centroid", "outline"), (r"total", "average"), (r"western", "eastern"), (r"longitude", "latitude"),
    (r"from -?[\d.]+", "from 7"), (r"(\d+)", r"1\1"), (r"without any", "with any"), (r"[Ll]eave out", "keep"),
    (r"cross", "touch"), (r"overlap", "touch"), (r"smaller ID", "larger ID"), (r"invalid", "valid"),
    (r" [A-Z][^.?!]*[.]$", ""), (r"\band\b", "or"), (r"area", "perimeter"), (r"\bevenly", "unevenly"),
)  # fmt: skip


@pytest.mark.slow
def test_no_wording_that_asks_something_else_passes(city: Opened) -> None:
    rng = Random(7)
    tried = 0
    for draw in workflows().values():
        intent = draw(city.database, rng)
        if intent is None:
            continue
        question = intent.question()
        known = references(intent, question, city.database)
        for pattern, other in _OTHER:
            wording = re.sub(pattern, other, question, count=1)
            if wording != question:
                tried += 1
                assert judged(wording, known).reason, f"{question} => {wording}"
    assert tried > 150


def test_what_borders_each_other_does_not_border_every_other_one(city: Opened) -> None:
    """The two were one to the check, since both say "each"."""
    draw, rng = workflows()["adjacent"], Random(1)
    intents = (draw(city.database, rng) for _ in range(200))
    intent = next(i for i in intents if i and "border each other" in i.question())
    question = intent.question()
    known = references(intent, question, city.database)

    assert not judged(question.replace("each other", "one another"), known).reason
    assert judged(question.replace("each other", "every other"), known).reason
