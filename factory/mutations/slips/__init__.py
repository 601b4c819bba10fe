"""Careless repairs: what goes wrong when somebody fixes a query without thinking it through."""

from factory.mutations.slips.propose import propose_slips
from factory.mutations.slips.slip import Slip

__all__ = ["Slip", "propose_slips"]
