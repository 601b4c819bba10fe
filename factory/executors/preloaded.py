"""Imported once, by the process that workers start from: what each would otherwise import at its first candidate."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from factory.executors import worker as worker
from factory.intents.draw import known
from factory.mutations.operators import operators

known()
operators()
# DuckDB looks for them when it is first given a frame or a moment.
for name in ("pandas", "pyarrow.dataset", "pytz"):
    if find_spec(name):
        import_module(name)
