"""Nothing is lost: however a run ends, the same command goes on from there and gives the same bytes."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random

import pytest

from factory.exceptions import FactoryError
from factory.pipeline import Funnel, Settings, build
from factory.workfolder import TRACEBACK, Folder, WorkFolder

ASKED = ("--recipe", "error_correction", "--rows", "60", "--instances", "2", "--per-database", "8")
DATABASES = ("hr@1", "retail@3", "telecom@2")
Start = Callable[..., "subprocess.Popen[str]"]


def settings(out: Path, **given: object) -> Settings:
    shared = Settings(
        recipe="error_correction", rows=60, out=out, databases=DATABASES, instances=2, per_database=8, seed=5
    )
    return replace(shared, **given)  # type: ignore[arg-type]


def files(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


def finished(work: Path) -> int:
    """Finished shards. Unlike rglob, walk takes it that a run that ends removes the folder meanwhile."""
    return sum(name.isdigit() for _, _, names in os.walk(work) for name in names)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("undisturbed") / "run"
    build(settings(out))
    assert not out.with_name("run.work").exists()
    return files(out)


class Stop(Exception):
    pass


def stopping_after(rows: int) -> Callable[[Funnel], None]:
    def progress(funnel: Funnel) -> None:
        if funnel.accepted >= rows:
            raise Stop

    return progress


def test_a_run_goes_on_from_its_finished_shards(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    for rows in (9, 30):
        with pytest.raises(Stop) as stopped:
            build(settings(tmp_path / "run"), stopping_after(rows))
        assert "the same command goes on from there" in stopped.value.__notes__[0]
    assert finished(tmp_path / "run.work") >= 4
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "run.work").rglob("*") if path.name.isdigit()}
    with pytest.raises(Stop):
        build(settings(tmp_path / "run"), stopping_after(31))
    assert all(path.stat().st_mtime_ns == when for path, when in before.items())  # none was run again
    build(settings(tmp_path / "run"))
    assert files(tmp_path / "run") == undisturbed


@pytest.mark.slow
def test_a_file_that_was_cut_is_made_again(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    with pytest.raises(Stop):
        build(settings(tmp_path / "run"), stopping_after(30))
    for cut, path in enumerate(sorted(p for p in (tmp_path / "run.work").rglob("*") if p.name.isdigit())):
        path.write_bytes(path.read_bytes()[: cut * 100])
    build(settings(tmp_path / "run"))
    assert files(tmp_path / "run") == undisturbed


def test_other_arguments_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Stop):
        build(settings(tmp_path / "run"), stopping_after(10))
    kept = files(tmp_path / "run.work")
    with pytest.raises(FactoryError, match=r"other arguments \(options two was 0\.33, is 0\.5; rows was 60, is 50\)"):
        build(settings(tmp_path / "run", rows=50, options={"two": "0.5"}))
    assert files(tmp_path / "run.work") == kept
    assert build(settings(tmp_path / "run", rows=20, resume=False)).funnel.accepted == 20
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_traceback_stays_where_nothing_was_finished(tmp_path: Path) -> None:
    place = tmp_path / "run.work"
    folder = WorkFolder(str(place), {"rows": 1})
    with pytest.raises(FactoryError, match=TRACEBACK), folder.opened(True):
        raise FactoryError(folder.keep(TRACEBACK, "how it came about"))
    assert (place / TRACEBACK).read_text() == "how it came about"

    with WorkFolder(str(place), {"rows": 2}).opened(True):  # there was nothing to lose
        assert not (place / TRACEBACK).exists()
    assert not place.exists()


def test_a_folder_of_someone_else_is_no_work_folder(tmp_path: Path) -> None:
    (tmp_path / "run.work").mkdir()
    (tmp_path / "run.work/thesis.txt").write_text("mine")
    for resume in (True, False):
        with pytest.raises(FactoryError, match="is in the way and no build made it"):
            build(settings(tmp_path / "run", resume=resume, force=True))
    assert (tmp_path / "run.work/thesis.txt").read_text() == "mine"


def test_a_full_disk_costs_nothing_that_was_finished(
    tmp_path: Path, undisturbed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    write, written = Folder.write, count()

    def full(self: Folder, name: str, content: bytes) -> None:
        if next(written) == 4:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(self, name, content)

    monkeypatch.setattr(Folder, "write", full)
    with pytest.raises(FactoryError, match=r"No space left on device\. Make room") as failed:
        build(settings(tmp_path / "run"))
    assert failed.value.__notes__[0].startswith("3 finished shards are kept")
    build(settings(tmp_path / "run"))
    assert files(tmp_path / "run") == undisturbed


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that not even root can write")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(FactoryError, match=r"Can't use /proc/run\.work: .*Make room or choose another"):
        build(settings(tmp_path / "run", work="/proc/run.work"))
    assert list(tmp_path.iterdir()) == []


def test_a_work_folder_anywhere_that_fsspec_reaches(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    import fsspec

    place = "memory://runs/one"
    with pytest.raises(Stop):
        build(settings(tmp_path / "run", work=place), stopping_after(20))
    assert len(fsspec.filesystem("memory").find("/runs/one")) >= 4
    with pytest.raises(FactoryError, match="rows was 60, is 61"):
        build(settings(tmp_path / "run", work=place, rows=61))
    build(settings(tmp_path / "run", work=place))
    assert files(tmp_path / "run") == undisturbed
    assert not fsspec.filesystem("memory").exists("/runs/one")
    with pytest.raises(FactoryError, match="Can't use nowhere://x as work folder"):
        build(settings(tmp_path / "other", work="nowhere://x"))


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_nothing(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    killed: list[int] = []

    def kill(funnel: Funnel) -> None:
        if funnel.accepted >= 20 * len(killed) and (children := multiprocessing.active_children()):
            victim = children[len(killed) % len(children)]
            assert victim.pid
            os.kill(victim.pid, (signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM)[len(killed) % 3])
            killed.append(victim.pid)

    build(settings(tmp_path / "run", executor="local", workers=2), kill)
    assert len(killed) >= 2
    assert files(tmp_path / "run") == undisturbed


@pytest.mark.slow
def test_a_process_that_has_done_enough_is_followed_by_another(
    tmp_path: Path, undisturbed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factory.executors.local._RENEWED", 2)
    seen: set[int | None] = set()

    def look(_: Funnel) -> None:
        seen.update(child.pid for child in multiprocessing.active_children())

    build(settings(tmp_path / "run", executor="local"), look)
    assert len(seen) >= 3
    assert files(tmp_path / "run") == undisturbed


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(c) for c in children] + [d for c in children for d in descendants(int(c))]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="reads /proc")
@pytest.mark.slow
def test_a_run_that_is_killed_again_and_again(tmp_path: Path, start: Start, undisturbed: dict[str, bytes]) -> None:
    """SIGKILL at random moments: while starting, while proving, while the files are put in place."""
    asked = (*ASKED, "--seed", "5", *(word for name in DATABASES for word in ("--database", name)), "--quiet")
    rng = Random("kill")
    left = 50
    while left:
        with start(*asked, "--workers", str(rng.randint(1, 2)), "--out", "run") as process:
            before, done = finished(tmp_path / "run.work"), (tmp_path / "run").exists()
            assert not done
            # Half of them right after a shard was finished, the others at any time.
            patience = time.monotonic() + rng.random() * 6
            wanted = before + rng.randint(1, 2) if left % 2 else 10**6
            while process.poll() is None and time.monotonic() < patience and finished(tmp_path / "run.work") < wanted:
                time.sleep(0.005)
            family = descendants(process.pid) if process.poll() is None else []
            process.kill()
            process.communicate()
        deadline = time.monotonic() + 20
        while any(map(alive, family)):
            assert time.monotonic() < deadline, "workers outlive their run"
            time.sleep(0.02)
        left -= 1
        if (tmp_path / "run").exists():
            assert files(tmp_path / "run") == undisturbed
            (tmp_path / "run").rename(tmp_path / f"finished{left}")
    with start(*asked, "--out", "run") as process:
        _, error = process.communicate(timeout=120)
    assert (process.returncode, error) == (0, "")
    assert files(tmp_path / "run") == undisturbed
    assert not [path for path in tmp_path.iterdir() if path.name in ("run.work", "run.partial")]
