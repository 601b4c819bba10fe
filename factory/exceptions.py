"""Errors that a user can act on. Their text says what, which, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class FactoryError(Exception):
    """Bad input or an environment that can't serve the request; the CLI prints it as one line and exits 1."""


class UnknownName(FactoryError):
    """A recipe, database, layer or option value that doesn't exist."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        choices = sorted(known)
        near = get_close_matches(name, choices, n=1, cutoff=0.5)
        hint = f" Did you mean {near[0]}?" if near else ""
        listed = ", ".join(choices) if choices else "none"
        super().__init__(f"Unknown {what} '{name}'.{hint} Available: {listed}")


class BadSpec(FactoryError):
    """A database TOML that breaks its schema; names the file and the key."""


class DatabaseUnavailable(FactoryError):
    """A user's database that can't be opened read-only."""


class RunIncomplete(FactoryError):
    """Fewer examples than asked for could be proven; the text carries the reasons."""


class AuditFailed(FactoryError):
    """An emitted record that doesn't hold when re-proven."""


class ModelUnavailable(FactoryError):
    """A language model that can't be had, or that keeps failing; the text says why and how to go on."""
