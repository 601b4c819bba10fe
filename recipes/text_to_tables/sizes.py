"""How large a catalog is, and of which databases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

from factory.wide.name import WideName

# Tables of a shipped database, about; the share of a catalog's tables that are in use.
_TABLES = 9
_IN_USE = (0.2, 0.5)
# A second variant of a domain belongs to a company that was bought.
_BOUGHT = 0.3


def merged(domain: str, others: Sequence[str], smallest: int, largest: int, rng: Random) -> WideName:
    """Small catalogs are as likely as large ones: the size is even on a logarithmic scale."""
    size = round(math.exp(rng.uniform(math.log(smallest), math.log(largest))))
    wanted = max(1, round(size * rng.uniform(*_IN_USE) / _TABLES))
    domains = [domain, *rng.sample(list(others), min(wanted - 1, len(others)))]
    bought = min(max(wanted - len(domains), 0), len(domains))
    if wanted > 1 and rng.random() < _BOUGHT:
        bought = max(bought, 1)
    domains += rng.sample(domains, bought)
    # Few domains don't fill a large catalog: dozens of copies of each table would be no warehouse.
    size = max(smallest, min(size, round(len(domains) * _TABLES / _IN_USE[0])))
    return WideName(tuple(sorted(domains)), rng.randrange(1, 1_000_000), size)
