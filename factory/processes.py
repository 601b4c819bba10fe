"""Processes that start at once: from one that has imported everything, where the platform has such a thing."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Sequence
from multiprocessing.context import BaseContext

PRELOADED = "factory.preloaded"


def context(preload: Sequence[str] = ()) -> BaseContext:
    """Where workers come from. Its imports begin with the first call, so an early one is never waited for."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    if threading.current_thread() is threading.main_thread():
        from multiprocessing.forkserver import ensure_running, set_forkserver_preload

        set_forkserver_preload([PRELOADED, *preload])
        # Its children begin as it does: deaf to Ctrl-C from the first moment.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            ensure_running()
        finally:
            signal.signal(signal.SIGINT, before)
    return found
