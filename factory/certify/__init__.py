"""Certificates: how many of a query's near misses the data can tell from it."""

from __future__ import annotations

from factory.certify.certificate import certify
from factory.certify.derived import Derived
from factory.certify.settle import LEAST, settle
from factory.certify.stability import stable

__all__ = ["LEAST", "Derived", "certify", "settle", "stable"]
