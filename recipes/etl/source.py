"""Where a domain's values come from: its share of every list, and Faker in many locales."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, TypeVar

from faker import Faker

from recipes.etl.domains import DOMAINS, Domain

T = TypeVar("T")

LATIN = (
    "en_US", "en_GB", "en_IN", "en_NZ", "de_DE", "fr_FR", "es_ES", "es_MX", "it_IT", "pt_BR", "nl_NL", "sv_SE",
    "da_DK", "fi_FI", "no_NO", "pl_PL", "cs_CZ", "hu_HU", "ro_RO", "hr_HR", "tr_TR", "id_ID", "vi_VN", "et_EE",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """Domain number `fold` owns the texts whose checksum falls to it, so that no value is in two splits."""

    domain: Domain
    fold: int

    def owns(self, text: str) -> bool:
        return fold_of(text) == self.fold

    def share(self, items: Sequence[T], key: Callable[[T], str] = str) -> list[T]:
        """This domain's part of a list, about as long for every domain; never empty unless the list is shorter."""
        ranked = sorted(items, key=lambda item: (_checksum(key(item)), key(item)))
        return ranked[self.fold :: len(DOMAINS)]


def fold_of(text: str) -> int:
    """The number of the domain that owns a text."""
    return _checksum(text) % len(DOMAINS)


def _checksum(text: str) -> int:
    return zlib.crc32(text.casefold().encode())


@cache
def _faker(locale: str) -> Faker:
    found = Faker(locale)
    for provider in found.get_providers():
        # Italy's cities come out of a set, in another order in every process.
        if isinstance(getattr(provider, "cities", None), list):
            provider.cities = sorted(provider.cities)
    return found


@cache
def people(locale: str) -> list[tuple[str, str]]:
    """First and last names, the same in every process; Faker takes a while for each."""
    found = _faker(locale)
    found.seed_instance(_checksum(locale))
    return [(found.first_name(), found.last_name()) for _ in range(600)]


def faker(rng: Random, locales: Sequence[str] = LATIN) -> Any:
    """Faker in one of the locales, drawing from `rng`."""
    found = _faker(rng.choice(list(locales)))
    found.seed_instance(rng.getrandbits(48))
    return found


def locale_faker(rng: Random, locale: str) -> Any:
    return faker(rng, (locale,))


def listed(text: str, mark: str = "|") -> list[str]:
    """A long list of phrases, written as one text."""
    return text.split(mark)
