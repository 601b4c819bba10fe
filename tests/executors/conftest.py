"""Runs of the real command in a folder of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASKED = ("--recipe", "error_correction", "--rows", "60", "--instances", "2", "--per-database", "8")
HERE = ("--database", "hr@1", "--database", "retail@3", "--database", "airline@2")
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder on sys.path where a package that brings a recipe is installed."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "crashing_recipe.py").write_bytes((Path(__file__).parent / "crashing_recipe.py").read_bytes())
    about = folder / "crashing-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: crashing\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[factory.recipes]\ncrashing = crashing_recipe:recipe\n")
    return folder


@pytest.fixture
def start(tmp_path: Path, site: Path) -> Start:
    """`factory build …` as a process of its own, in `tmp_path`."""

    def begin(*args: str) -> subprocess.Popen[str]:
        path = os.pathsep.join([str(ROOT), str(site)])
        return subprocess.Popen(
            [sys.executable, "-m", "factory", "build", *args],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": path, "COLUMNS": "200"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return begin


def files(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}
