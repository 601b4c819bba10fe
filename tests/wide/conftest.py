"""One small wide catalog, opened once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from factory.catalog import Opened, opened
from factory.wide.catalog import WideDatabase

NAME = "hr+hr+retail@4x70"


@pytest.fixture(scope="package")
def source() -> Iterator[Opened]:
    with opened(NAME, instances=2) as found:
        yield found


@pytest.fixture(scope="package")
def wide(source: Opened) -> WideDatabase:
    assert isinstance(source.database, WideDatabase)
    return source.database
