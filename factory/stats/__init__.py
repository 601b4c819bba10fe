"""What a collection of questions and queries holds, and how varied it is."""

from __future__ import annotations

from factory.stats.collection import Measured, of_file, of_run

__all__ = ["Measured", "of_file", "of_run"]
