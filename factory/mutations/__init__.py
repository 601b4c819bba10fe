"""Operators that break a query. Each proposes; the engine decides what the result is."""
