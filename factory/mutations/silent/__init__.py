"""Neighbours of a query: near it, without an error, and asking something else."""
