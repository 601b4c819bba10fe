"""Every workflow about places: asked of the geo databases, answered on all instances, written in ways that agree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from importlib import import_module
from random import Random

import pytest

from factory.catalog import Opened, opened
from factory.compare import same
from factory.intents.draw import known
from factory.intents.geo import spelled, template
from factory.intents.geo.crs import stored_in
from factory.intents.geo.every import workflows
from factory.intents.geo.workflow import GeoIntent
from factory.intents.style import Style, draw_style, render

NAMES = ("city_requests", "fleet_delivery", "vessel_traffic", "airline@3")
KINDS = sorted(name for name in known() if name.startswith("geo_"))
DRAWS = workflows()
PLAIN = Style()
DOUBLED = re.compile(r"\b(?<!-)(\w+) \1\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def databases() -> Iterator[dict[str, Opened]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(opened(name, instances=2)) for name in NAMES}


def drawn(databases: dict[str, Opened], workflow: str) -> Iterator[tuple[GeoIntent, Opened]]:
    """One question of the workflow about each database that has what it needs."""
    for name, target in databases.items():
        rng = Random(f"{name}/{workflow}")
        found = next((i for _ in range(20) if (i := DRAWS[workflow](target.database, rng))), None)
        if found is not None:
            yield found, target


def test_there_is_a_template_for_every_workflow_and_none_is_left_over() -> None:
    folder = template._FOLDER / "duckdb"
    found = {path.stem for path in folder.glob("*.sql")}
    asked = set()
    for kind in KINDS:
        module = import_module(f"factory.intents.kinds.{kind}")
        asked |= {vars(c)["workflow"] for c in vars(module).values() if isinstance(c, type) and "workflow" in vars(c)}
    assert found == asked
    assert len(found) >= 30


@pytest.mark.parametrize("workflow", sorted(DRAWS))
def test_a_workflow_is_asked_and_answered(workflow: str, databases: dict[str, Opened]) -> None:
    count = 0
    for intent, target in drawn(databases, workflow):
        count += 1
        text = render(intent.tree(), PLAIN)
        for instance in range(target.engine.instances):
            outcome = target.engine.run(text, instance)
            assert outcome.error is None, f"{text}\n{outcome.error}"
        styled = target.engine.run(render(intent.tree(), draw_style(Random(workflow))))
        assert same(target.engine.run(text), styled), text
    assert count, "no database has what it needs"


@pytest.mark.slow
@pytest.mark.parametrize("workflow", sorted(DRAWS))
def test_all_ways_to_write_it_agree(workflow: str, databases: dict[str, Opened]) -> None:
    for intent, target in drawn(databases, workflow):
        written = [render(replace(intent, form=form).tree(), PLAIN) for form in range(6)]
        first, *others = (target.engine.run(text) for text in dict.fromkeys(written))
        for other, text in zip(others, list(dict.fromkeys(written))[1:], strict=True):
            assert other.error is None, text
            assert same(first, other), f"{written[0]}\n{text}"


@pytest.mark.slow
@pytest.mark.parametrize("workflow", sorted(DRAWS))
def test_wordings(workflow: str, databases: dict[str, Opened]) -> None:
    for intent, target in drawn(databases, workflow):
        voiced = [replace(intent, voice=voice) for voice in range(60)]
        assert len({v.question() for v in voiced}) >= 5
        assert len({render(v.tree(), PLAIN) for v in voiced}) == 1
        values = sorted({v for t in target.database.tables for c in t.columns for v in c.values if isinstance(v, str)})
        data = re.compile("'[^']*'|" + "|".join(rf"\b{re.escape(v)}\b" for v in sorted(values, key=len, reverse=True)))
        for question in {v.question() for v in voiced}:
            assert question[0].isupper() or question[0].isdigit(), question
            assert question[-1] in ".?", question
            assert not re.search(r"[_{}]| [ ,.?;:]|\.\.|\?\.|[.?] [a-z]", question), question
            assert not DOUBLED.search(data.sub("…", question)), question


def test_distances_are_measured_in_a_system_that_is_said(databases: dict[str, Opened]) -> None:
    for workflow in sorted(DRAWS):
        for intent, _ in drawn(databases, workflow):
            text = render(intent.tree(), PLAIN)
            # A layer's own system is in its type, which the schema text shows.
            stored = {str(crs.code) for c in (intent.at, intent.other_at) if c and (crs := stored_in(c))}
            codes = set(re.findall(r"'EPSG:(\d+)'", text)) - {"4326", *stored}
            assert all(f"EPSG:{code}" in intent.question() for code in codes), intent.question()
            assert ("Spheroid" in text) == (intent.measures and intent.crs is None), text


def test_each_metre_needs_the_axis_order_written_out(databases: dict[str, Opened]) -> None:
    """Whatever the session's geometry_always_xy is, a transformation reads longitude first."""
    for workflow in sorted(DRAWS):
        for intent, _ in drawn(databases, workflow):
            text = render(intent.tree(), PLAIN)
            assert text.count("ST_Transform(") == text.count(", TRUE)"), text


def test_a_seed_always_asks_the_same(databases: dict[str, Opened]) -> None:
    first = [(i.question(), render(i.tree(), PLAIN)) for w in sorted(DRAWS) for i, _ in drawn(databases, w)]
    second = [(i.question(), render(i.tree(), PLAIN)) for w in sorted(DRAWS) for i, _ in drawn(databases, w)]
    assert first == second


def test_another_engine_changes_no_question(databases: dict[str, Opened], monkeypatch: pytest.MonkeyPatch) -> None:
    """With a spelling and templates of its own, an engine writes its own SQL; what is asked and computed stays."""
    asked = [(intent, intent.question(), intent.expected()) for w in sorted(DRAWS) for intent, _ in drawn(databases, w)]
    own = spelled.Spelling(
        lambda x, y, system: f"ST_Point({x}, {y}, {system})",
        lambda geometry: f"ENCODE(ST_AsBinary({geometry}), 'hex')",
        lambda geometry, _, target: f"ST_Transform({geometry}, {target})",
        lambda a, b: f"ST_Distance(CAST({a.text} AS GEOGRAPHY), CAST({b.text} AS GEOGRAPHY))",
    )
    monkeypatch.setitem(spelled.SPELLINGS, "postgres", own)  # type: ignore[arg-type]
    monkeypatch.setattr(GeoIntent, "engine", "postgres")
    forms = template.forms
    monkeypatch.setattr(template, "forms", lambda _, workflow: forms("duckdb", workflow))
    spelt = set()
    for intent, question, expected in asked:
        assert intent.question() == question
        told = intent.expected()
        assert (told.workflow, told.crs, told.parameters) == (expected.workflow, expected.crs, expected.parameters)
        assert all("ENCODE(" in source.sql for source in told.sources.values())
        text = intent.tree().sql("postgres")
        assert "'EPSG:" not in text
        spelt |= {name for name in ("GEOGRAPHY", "ST_TRANSFORM", "4326)") if name in text.upper()}
    assert spelt == {"GEOGRAPHY", "ST_TRANSFORM", "4326)"}
