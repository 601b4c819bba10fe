"""Operators whose result the engine refuses to run, by family."""
