"""Ray gives the bytes that one process gives, whatever happens to its nodes."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = ("--database", "hr@1", "--database", "retail@3", "--database", "telecom@2")
ASKED = ("--instances", "2", "--per-database", "8", "--seed", "5", "--quiet", *HERE)


def files(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


@pytest.mark.skipif(find_spec("ray") is not None, reason="Ray is installed")
def test_without_ray_the_cure_is_named(tmp_path: Path) -> None:
    from factory.exceptions import FactoryError
    from factory.pipeline import Settings, build

    with pytest.raises(FactoryError, match=r"pip install 'text2sql-factory\[ray\]'"):
        build(Settings(recipe="error_correction", rows=3, out=tmp_path / "run", executor="ray"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "recipe", "options"),
    [("60", "error_correction", []), ("24", "crashing", ["fatal=segfault"])],
    ids=["a node is lost", "a node is lost and the engine crashes"],
)
def test_a_cluster_gives_the_same_bytes(tmp_path: Path, site: Path, rows: str, recipe: str, options: list[str]) -> None:
    pytest.importorskip("ray", reason="make test-slow installs it")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(site)])}
    script = Path(__file__).with_name("on_a_cluster.py")
    command = [sys.executable, str(script), str(tmp_path / "cluster"), rows, recipe, *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=500, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr

    given = [word for option in options for word in ("-o", option)]
    given += ["--near", "1"] if options else []
    alone = [
        sys.executable,
        "-m",
        "factory",
        "build",
        "--recipe",
        recipe,
        "--rows",
        rows,
        *ASKED,
        *given,
        "--out",
        "alone",
    ]
    subprocess.run(alone, env=environment, check=True, cwd=tmp_path, timeout=300)
    assert files(tmp_path / "cluster") == files(tmp_path / "alone")
