"""What no question may look like, whoever asks it: leftovers of templates, slips of the pen, names of columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random

import duckdb
import pytest

from factory.catalog import opened
from factory.intents.draw import intents
from factory.intents.filters import Equals, OneOf
from factory.intents.intent import Intent
from factory.intents.registers import REGISTERS, Said
from factory.intents.registers.parts import every_filter
from factory.intents.registers.prose import swapped
from factory.intents.registers.shorthand import _SIGNS
from factory.intents.registers.tails import rounded, shortened
from factory.load_spec import spec_names

QUESTIONS = 28
QUOTED = re.compile(r"(?<!\w)'[^']*'(?!\w)")
WRITTEN = {"plain", "formal", "imperative"}
# Mar '21
YEAR = re.compile(r"(?<=[A-Z][a-z][a-z] )'(?=\d\d\b)|(?<=[a-z](?:ary|rch|ril|une|uly|ust|ber) )'(?=\d\d\b)")
SLIPS = {
    "a doubled word": r"(?<!-)\b(?!(?:in in|for for)\b)([a-zA-Z]+) \1\b",
    "two spaces": r"  ",
    "a space before a mark": r"\w [,;.?!](?!\S)",
    "two marks": r"[,;:][,;.?!]|(?<!\.)\.\.(?!\.)|\.,|[?!][.,;]|,\s*->",
    "two articles": r"\b(?:an?|the) (?:an?|the|each|every|all|per)\b(?!-)",
    "a preposition with nothing": r"\b(?:for|of) of\b|\bper (?:of|for)\b",
    "a leftover": r"[{}\ue000-\uf8ff]|\bNone\b(?! means|:)|\bnan\b",
    "a for an": r"\b[Aa] (?=[aeio])(?!eu|one|once)[a-z]",
    "an for a": r"\b[Aa]n (?=[bcdfgjklmnpqrstvwxyz])(?!hour|honest)[a-z]",
    "a cut phrase": r"\bin row\b|\bin (?:descending|ascending) first\b|\bof a (?:minimum|maximum)\b|\bon mean\b",
    "a command after a plea": r"\bme give me\b|\b(?:the )?following: (?:could|can|would) you\b",
    "an open bracket": r"\([^)]*$|^[^(]*\)(?!\Z)",
}


def told(name: str, count: int) -> Iterator[tuple[Intent, Said]]:
    with opened(name, instances=1) as target:
        database = target.database
    for n, intent in enumerate(islice(intents(database, Random(name)), count)):
        say, _ = REGISTERS[n % len(REGISTERS)]
        if (found := say(intent, database, Random(n))) is not None:
            yield found


def slips(said: Said, values: Sequence[str]) -> list[str]:
    """What is wrong with the words, values left out of sight."""
    found = []
    for text in (said.question, *said.earlier):
        bare = QUOTED.sub("X", YEAR.sub("", text))
        for value in values:
            bare = bare.replace(value, "X")
        found += [f"{what}: {m[0]!r}" for what, p in SLIPS.items() if (m := re.search(p, bare.replace(" :)", "")))]
        if re.search(r"(?<![\w.])'|'(?![\w])(?<!s')", bare):
            found.append("a quote that stays open")
        if said.register != "technical" and (name := re.search(r"\w*_\w+", bare)):
            found.append(f"an identifier: {name[0]}")
    if said.register in WRITTEN and (said.question[-1] not in ".?!" or said.question[0].islower()):
        found.append("no sentence")
    return found


@pytest.mark.every_database
@pytest.mark.parametrize("name", spec_names())
def test_no_slips(name: str) -> None:
    for intent, said in told(name, QUESTIONS):
        found = slips(said, _values(intent))
        assert not found, f"{found} in {said.register} {intent.kind}: {said.question} {said.earlier}"


BIKES = """
CREATE TABLE bike_stations AS SELECT i::INTEGER AS station_id, 'Station ' || i AS station_name,
  ['Mitte', 'Nord', 'Hafen'][1 + i % 3] AS district, (8 + (i * 13) % 40)::INTEGER AS capacity, i % 3 = 0 AS is_covered
  FROM range(1, 61) t(i);
CREATE TABLE trips AS SELECT i::BIGINT AS trip_id, (1 + (i * 17) % 60)::INTEGER AS start_station_id,
  TIMESTAMP '2022-01-01 06:00:00' + INTERVAL (i * 7) HOUR AS started_at,
  round(0.5 + (i * 13) % 180 / 10.0, 1) AS distance_km,
  ['city', 'cargo', 'electric'][1 + (i * 11) % 3] AS bike_type, CASE WHEN i % 4 > 0 THEN 1 + (i * 3) % 5 END AS rating
  FROM range(1, 1501) t(i);
ALTER TABLE bike_stations ADD PRIMARY KEY (station_id);
"""
COMMENTS = """
COMMENT ON TABLE trips IS 'Rides taken on rented bikes';
COMMENT ON COLUMN trips.distance_km IS 'Distance ridden';
COMMENT ON COLUMN bike_stations.capacity IS 'Number of docks';
"""


@pytest.mark.slow
@pytest.mark.parametrize("comments", ["", COMMENTS], ids=["bare", "commented"])
def test_no_slips_over_a_file(comments: str, tmp_path: Path) -> None:
    path = tmp_path / "bikes.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(BIKES + comments)
    for intent, said in told(str(path), 2 * QUESTIONS):
        found = slips(said, _values(intent))
        assert not found, f"{found} in {said.register} {intent.kind}: {said.question} {said.earlier}"


def _values(intent: Intent) -> list[str]:
    found: list[str] = []
    for one in every_filter(intent):
        if isinstance(one, Equals):
            found.append(str(one.value))
        elif isinstance(one, OneOf):
            found += [str(v) for v in one.values]
    return sorted(found, key=len, reverse=True)


@pytest.mark.parametrize(
    ("said", "two"),
    [
        ("Round to two decimals.", True),
        ("Round to 2 decimals.", True),
        ("Round to the nearest hundredth.", True),
        ("Round to one decimal.", False),
        ("Round to 1 decimal.", False),
        ("Round to 3 decimals.", False),
        ("Round to 2 decimals, with linear interpolation.", False),
    ],
)
def test_only_two_decimals_are_said_in_other_words(said: str, two: bool) -> None:
    """An average over days "rounded to one decimal" was asked for "to two decimal places"."""
    assert rounded(said) is two
    assert two or shortened([said], Random(1), chance=1.0) == [said]


@pytest.mark.parametrize("text", ["over orders with at least one. To 2 decimals", "paying over 5. to 2 decimals"])
def test_only_a_range_of_numbers_gets_a_dash(text: str) -> None:
    """A full stop before "to 2 decimals" was taken for the lower end: "at least one.-2 decimals"."""
    assert all(".-" not in swapped(text.replace("To", "to"), _SIGNS, Random(seed), 1.0) for seed in range(20))
    assert "18-54 seconds" in {swapped("18 to 54 seconds", _SIGNS, Random(seed), 1.0) for seed in range(20)}


def test_a_count_is_not_asked_around_a_long_phrase() -> None:
    """ "how many surgeries without complications performed … we have" left its verb behind a clause."""
    with opened("hospital", instances=1) as source:
        totals = [i for i in islice(intents(source.database, Random(3)), 1500) if i.kind == "total"]
    assert totals
    assert not any(re.search(r"how many .* we have\b", i.question()) for i in totals)
