"""The rules of the house: who may import whom, what stays light, what must be documented."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import click
import pytest

from factory import recipe
from factory.cli import main

ROOT = Path(__file__).parent.parent
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for folder in ("factory", "recipes")
    for path in sorted((ROOT / folder).rglob("*.py"))
}
PLUGIN = ROOT / "tests/plugin_package/table_counts_recipe.py"


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, anywhere in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are absolute"
            assert node.module
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else node.module


def ours(path: Path) -> set[str]:
    return {name for name in imported(path) if name.partition(".")[0] in ("factory", "recipes")}


def room(module: str) -> str:
    """`factory.engines.duckdb` → `engines`; the package itself, which holds the version, is ""."""
    return module.partition(".")[2].partition(".")[0]


# --- import law ------------------------------------------------------------------------------------------------------

# Room → the rooms that it may import beside itself. A room that isn't listed is bound by the direction only.
LAW: dict[str, set[str]] = {
    "exceptions": set(),
    "prompt": set(),
    "claims": set(),
    "rendering": {"records"},
    "records": {"claims"},
    "split": set(),
    "spec": {"records"},
    "compare": {"records"},
    "dedupe": {"near", "records"},
    "near": set(),
    "recipe": {"exceptions", "records"},
    "intents": {"identifiers", "records"},
    "mutations": {"identifiers", "intents", "records"},
    "metadata": {"identifiers", "records"},
    "budget": {"identifiers", "metadata"},
    "reasoning": {"intents", "records"},
    "oracle": {"intents", "records"},
    "engines": {"exceptions", "identifiers", "records", "spec"},
    "prove": {"compare", "engines", "records"},
}
RECIPES_MAY_IMPORT = {
    "budget",
    "intents",
    "metadata",
    "mutations",
    "prompt",
    "reasoning",
    "recipe",
    "records",
    "rendering",
    "restating",
    "wide",
}
# What stands at the top, and who may look up to it.
TOP = {"cli": {"__main__"}, "report": {"cli"}, "pipeline": {"cli", "report"}, "audit": {"cli"}, "emit": {"pipeline"}}


@pytest.mark.parametrize("name", [name for name in MODULES if room(name) in LAW and name.startswith("factory.")])
def test_a_room_imports_only_what_it_may(name: str) -> None:
    allowed = LAW[room(name)] | {room(name)}
    outside = {other for other in ours(MODULES[name]) if room(other) not in allowed}

    assert not outside, f"{name} imports {sorted(outside)}; {room(name)} may import {sorted(allowed)}"


def test_nothing_looks_up() -> None:
    for name, path in MODULES.items():
        for other in ours(path):
            watchers = TOP.get(room(other))
            assert watchers is None or room(name) in watchers | {room(other)}, f"{name} imports {other}"
            assert not (name.startswith("factory") and other.startswith("recipes")), f"{name} imports {other}"


def test_imports_go_in_no_circle() -> None:
    graph = {name: {other for other in ours(path) if other in MODULES} - {name} for name, path in MODULES.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


@pytest.mark.parametrize(
    "path", [*(MODULES[n] for n in MODULES if n.startswith("recipes.")), PLUGIN], ids=lambda p: p.stem
)
def test_a_recipe_never_touches_an_engine(path: Path) -> None:
    own = ".".join(path.relative_to(ROOT).parts[:2])
    for name in ours(path):
        if name.startswith("recipes"):
            assert name.startswith(own), f"{path.name} imports another recipe: {name}"
        else:
            assert room(name) in RECIPES_MAY_IMPORT, f"{path.name} imports {name}"
    assert not {"duckdb", "sqlite3", "polars"} & {name.partition(".")[0] for name in imported(path)}


def test_what_proposes_or_judges_knows_no_engine_by_name() -> None:
    rooms = {"compare", "dedupe", "intents", "metadata", "mutations", "plan", "prove", "recipe", "records", "split"}
    for name, path in MODULES.items():
        if room(name) in rooms and name.startswith("factory."):
            assert "duckdb" not in set(imported(path)), name


# --- the name --------------------------------------------------------------------------------------------------------


def test_the_import_name_is_ours_alone() -> None:
    """factory_boy installs a package of this name too; an editable install of ours may not be listed at all."""
    assert set(packages_distributions().get("factory", [])) <= {"text2sql-factory"}
    assert not {"factory.base", "factory.builder", "factory.declarations", "factory.faker", "factory.fuzzy"} & set(
        MODULES
    )
    assert Path(importlib.import_module("factory").__file__ or "").parent.parent == ROOT


# --- small and light -------------------------------------------------------------------------------------------------

LONG = {"factory.cli"}  # every option of every command, with its help


def test_modules_are_short() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    long = {name: n for name, n in lengths.items() if n > 300}

    assert set(long) <= LONG, f"above 300 lines ask what the second idea is: {long}"
    assert max(long.values(), default=0) <= 400


HEAVY = [
    "datasets",
    "duckdb",
    "faker",
    "inflect",
    "jsonschema",
    "numpy",
    "polars",
    "pyarrow",
    "rich",
    "sqlglot",
    "torch",
]


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["build", "--help"]], ids=" ".join)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import json, sys\n"
        "from factory.cli import main\n"
        "try:\n"
        f"    main({arguments!r})\n"
        "except SystemExit as done:\n"
        "    assert not done.code, done.code\n"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert json.loads(said.splitlines()[-1]) == []


# --- the same bytes every time ---------------------------------------------------------------------------------------

FORBIDDEN_CALLS = {
    "hash": "differs between processes: use hashlib or zlib.crc32",
    "random.random": "has global state: take a Random",
    "random.choice": "has global state: take a Random",
    "random.randrange": "has global state: take a Random",
    "random.shuffle": "has global state: take a Random",
    "random.sample": "has global state: take a Random",
    "random.seed": "has global state: take a Random",
    "Random()": "has no seed",
    "datetime.now": "reads the clock",
    "datetime.today": "reads the clock",
    "date.today": "reads the clock",
    "time.time": "reads the clock",
    "uuid4": "is random",
    "uuid.uuid4": "is random",
    "os.urandom": "is random",
}


def test_nothing_depends_on_the_clock_or_on_global_randomness() -> None:
    for name, path in MODULES.items():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func) + ("" if node.args or node.keywords else "()")
                why = FORBIDDEN_CALLS.get(called) or FORBIDDEN_CALLS.get(called.removesuffix("()"))
                assert not why, f"{name}:{node.lineno}: {called} {why}"


# --- words -----------------------------------------------------------------------------------------------------------


def test_names_say_what_a_thing_is() -> None:
    for name, path in MODULES.items():
        assert not re.search(r"\b(utils?|helpers?|misc|common)\b", name), name
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                assert not re.search(r"(Manager|Handler|Service)$|^(Base|Abstract)[A-Z]", node.name), (
                    f"{name}: {node.name}"
                )


def test_every_module_says_what_it_is_for() -> None:
    bare = [name for name, path in MODULES.items() if path.read_text().strip() and not ast.get_docstring(tree(path))]

    assert not bare


@cache
def documentation() -> str:
    pages = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")), *sorted(ROOT.glob("recipes/*/README.md"))]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages if page.is_file())


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in sorted(command.commands.items()):
            yield from commands(inner, f"{path} {name}")


COMMANDS = dict(commands(main, "factory"))


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_and_option_is_documented(path: str) -> None:
    assert path in documentation()
    assert COMMANDS[path].get_short_help_str(), f"{path} has no help"
    for parameter in COMMANDS[path].params:
        if isinstance(parameter, click.Option):
            longest = max(parameter.opts, key=len)
            assert re.search(rf"{re.escape(longest)}\b", documentation()), f"{path} {longest}"
            assert parameter.help, f"{path} {longest} has no help"


@pytest.mark.parametrize("name", [n for n in recipe.names() if recipe._found()[n].value.startswith("recipes.")])
def test_every_recipe_and_its_options_are_documented(name: str) -> None:
    page = ROOT / "recipes" / name / "README.md"

    assert page.is_file(), f"recipes/{name}/README.md is missing"
    for option in recipe.options(recipe.load(name)):
        assert re.search(rf"`{option}(=[^`]*)?`", page.read_text(encoding="utf-8")), f"{name}: {option}"


def test_the_shipped_recipes_are_the_folders_of_recipes() -> None:
    shipped = {n for n in recipe.names() if recipe._found()[n].value.startswith("recipes.")}

    assert shipped == {path.parent.name for path in ROOT.glob("recipes/*/__init__.py")}
