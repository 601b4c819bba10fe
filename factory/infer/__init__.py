"""Roles and names of a user's own database."""

from factory.infer.database import infer

__all__ = ["infer"]
