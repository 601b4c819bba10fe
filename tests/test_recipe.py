"""Recipes are found by their entry points, from this package or any other, and take their options from text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, ClassVar

import pytest

from factory import recipe
from factory.exceptions import FactoryError, UnknownName

PLUGIN = Path(__file__).parent / "plugin_package"
ROOT = Path(__file__).parent.parent

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True)
class Sample:
    """A recipe with an option of each type, that makes nothing."""

    name: ClassVar[str] = "sample"
    version: ClassVar[str] = "1"
    summary: ClassVar[str] = "for tests"

    word: str = "cot"
    count: int = 3
    share: float = 0.5
    loud: bool = True
    pair: tuple[str, ...] = ("a", "b")

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("count is 0 or more")


sample = Sample()


def points(monkeypatch: pytest.MonkeyPatch, *found: tuple[str, str]) -> None:
    entries = tuple(EntryPoint(name, value, recipe.GROUP) for name, value in found)
    monkeypatch.setattr(recipe, "entry_points", lambda **_: entries)
    recipe._found.cache_clear()
    monkeypatch.setitem(sys.modules, "sample_home", sys.modules[__name__])


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    yield
    recipe._found.cache_clear()


# --- names -----------------------------------------------------------------------------------------------------------


def test_the_recipes_that_come_with_the_factory() -> None:
    assert "error_correction" in recipe.names()
    assert recipe.names() == sorted(recipe.names())
    for name in recipe.names():
        found = recipe.load(name)
        assert found.name == name
        assert found.version
        assert found.summary


def test_an_unknown_recipe_is_named_with_what_there_is() -> None:
    with pytest.raises(UnknownName, match=r"Unknown recipe 'eror_correction'. Did you mean error_correction\? Availab"):
        recipe.load("eror_correction")


def test_two_homes_for_one_name_name_both(monkeypatch: pytest.MonkeyPatch) -> None:
    points(monkeypatch, ("same", "one:recipe"), ("same", "two.sub:recipe"))

    with pytest.raises(FactoryError, match=r"'same': one:recipe and two\.sub:recipe\. Uninstall or rename one"):
        recipe.names()


def test_the_same_home_seen_twice_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    points(monkeypatch, ("sample", "sample_home:sample"), ("sample", "sample_home:sample"))

    assert recipe.names() == ["sample"]
    assert recipe.load("sample") is sample


@pytest.mark.parametrize("home", ["no_such_module_anywhere:recipe", "sample_home:nothing"])
def test_a_recipe_that_can_not_be_imported_says_which_and_why(monkeypatch: pytest.MonkeyPatch, home: str) -> None:
    points(monkeypatch, ("broken", home))

    with pytest.raises(FactoryError, match=rf"Recipe 'broken' \({home}\) can't be loaded: .*(module|attribute)"):
        recipe.load("broken")


# --- options ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    points(monkeypatch, ("sample", "sample_home:sample"))

    def configured(**given: str) -> Any:
        return recipe.load("sample", given)

    return configured


def test_options_are_the_fields_with_their_values() -> None:
    assert recipe.options(sample) == {"word": "cot", "count": 3, "share": 0.5, "loud": True, "pair": ("a", "b")}


def test_options_come_from_text_in_the_type_of_the_default(load: Callable[..., Any]) -> None:
    assert load() is sample
    assert load(word="", count="7", share="1e-3") == Sample(word="", count=7, share=0.001)
    assert type(load(share="1").share) is float
    assert sample == Sample()


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("True", True), ("yes", True), ("1", True), ("false", False), ("0", False)]
)
def test_a_switch_can_be_turned_off(load: Callable[..., Any], text: str, value: bool) -> None:
    assert load(loud=text).loud is value


@pytest.mark.parametrize(
    ("option", "text", "message"),
    [
        ("count", "many", "Option count of sample takes a whole number, not 'many'"),
        ("count", "1.5", "Option count of sample takes a whole number, not '1.5'"),
        ("share", "half", "Option share of sample takes a number, not 'half'"),
        ("share", "nan", "Option share of sample takes a number, not 'nan'"),
        ("loud", "loudly", "Option loud of sample takes true or false, not 'loudly'"),
        ("pair", "a,b", "Option pair of sample can't be set from text"),
        ("count", "-1", "Recipe sample: count is 0 or more"),
        (
            "shaer",
            "1",
            r"Unknown option of sample 'shaer'. Did you mean share\? Available: count, loud, pair, share, word",
        ),
    ],
)
def test_a_bad_option_says_what_it_takes(load: Callable[..., Any], option: str, text: str, message: str) -> None:
    with pytest.raises(FactoryError, match=message):
        load(**{option: text})


def test_the_options_of_a_shipped_recipe_survive_the_text_of_a_manifest() -> None:
    """An audit sets the options from the manifest, where they are JSON."""
    for name in recipe.names():
        plain = recipe.load(name)
        as_text = {key: str(value) for key, value in json.loads(json.dumps(recipe.options(plain))).items()}
        assert recipe.load(name, as_text) == plain


# --- other packages --------------------------------------------------------------------------------------------------


def installed(site: Path, project: dict[str, Any], *, module: Path | None = None) -> None:
    """What an installer leaves behind for `project` (the table of a pyproject.toml): its dist-info and the module."""
    info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.3\nName: {project['name']}\nVersion: {project['version']}\n")
    groups = project["entry-points"].items()
    lines = [f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in values.items()) for group, values in groups]
    (info / "entry_points.txt").write_text("\n".join(lines))
    if module:
        (site / module.name).write_bytes(module.read_bytes())


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "site"


@pytest.fixture
def command(site: Path, tmp_path: Path) -> Command:
    """The command, in a process that also sees `site`."""

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "factory", *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join((str(site), str(ROOT)))},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def plugin() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((PLUGIN / "pyproject.toml").read_text())["project"]
    return found


def test_two_packages_that_claim_one_name_are_an_error_that_names_both(site: Path, command: Command) -> None:
    for package in ("one", "two"):
        group = {recipe.GROUP: {"same": f"{package}:recipe"}}
        installed(site, {"name": f"recipe-{package}", "version": "1", "entry-points": group})
    for arguments in (["recipes"], ["build", "--recipe", "error_correction", "--out", "run", "--quiet"]):
        done = command(*arguments)

        assert done.returncode == 1
        assert (
            done.stderr == "Error: Two recipes are called 'same': one:recipe and two:recipe. Uninstall or rename one\n"
        )


@pytest.mark.slow
def test_a_recipe_of_another_package_builds_and_is_audited(site: Path, command: Command, tmp_path: Path) -> None:
    installed(site, plugin(), module=PLUGIN / "table_counts_recipe.py")
    listed = command("recipes")
    built = command(
        "build", "--recipe", "table_counts", "--rows", "5", "--database", "hr@2", "--out", "run",
        "--instances", "1", "--near", "1", "-o", "polite=true", "--quiet",
    )  # fmt: skip
    audited = command("audit", "run")

    assert "table_counts 1: how many rows a table has\n  --polite False\n" in listed.stdout
    assert (built.returncode, built.stderr) == (0, "")
    assert audited.returncode == 0, audited.stderr
    records = [json.loads(line) for line in (tmp_path / "run/table_counts/sft/train.jsonl").read_text().splitlines()]
    assert len(records) == 5
    assert all(record["question"].endswith(", please?") for record in records)
    assert all(record["evidence"]["rows"] > 0 for record in records)
    manifest = json.loads((tmp_path / "run/manifest.json").read_text())
    assert manifest["recipes"] == {"table_counts": "1"}
    assert manifest["options"] == {"table_counts": {"polite": True}}
