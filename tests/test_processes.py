"""What workers start from."""

from __future__ import annotations

import subprocess
import sys

from factory.processes import PRELOADED


def test_what_is_preloaded_can_be_imported_and_leaves_the_collector_on() -> None:
    """A fork server says nothing of what it couldn't import."""
    asked = f"import gc, sys, {PRELOADED}; print(gc.isenabled(), 'factory.executors.worker' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    assert said == "True True\n"
