"""Spec → rows: one polars frame per table for each instance, from a seed."""

from factory.populate.tables import populate

__all__ = ["populate"]
