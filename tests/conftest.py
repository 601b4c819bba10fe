"""What all tests share: which databases the fast suite asks."""

from __future__ import annotations

import pytest

# Between them: geometry, nested columns, hierarchies, people, and composite keys.
FAST = ("fleet_delivery", "hr", "retail")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a test that is marked `every_database`, the fast suite runs those of a few domains."""
    for item in items:
        called = getattr(item, "callspec", None)
        if called and item.get_closest_marker("every_database"):
            domain = str(called.params["name"]).partition("@")[0]
            if domain not in FAST:
                item.add_marker(pytest.mark.slow)
