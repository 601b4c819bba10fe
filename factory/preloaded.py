"""Imported once, by the process that workers start from: what each would otherwise import at its first candidate."""

from __future__ import annotations

import gc
from importlib import import_module
from importlib.util import find_spec

# Nothing of an import is garbage: looking for some takes a sixth of the time.
gc.disable()
import_module("factory.executors.worker")
import_module("factory.intents.draw").known()
import_module("factory.mutations.operators").operators()
# DuckDB looks for them when it is first given a frame or a moment.
for name in ("pandas", "pyarrow.dataset", "pytz"):
    if find_spec(name):
        import_module(name)
# Nor is what the workers share with this process: none of them is to go through it.
gc.freeze()
gc.enable()
