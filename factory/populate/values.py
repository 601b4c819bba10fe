"""Numbers, choices, texts and Faker's pools."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from zlib import crc32

import numpy as np
import polars as pl
from faker import Faker

from factory.check_column import MOMENTS
from factory.populate.draw import BOUNDARIES, DUPLICATES, Draw, Floats, Ints, weighted

POOLS = 8  # per column in a process; more would cost more than they add
_TITLED = re.compile(r"^(Mr|Mrs|Ms|Mx|Miss|Dr|Ind|Misc|Prof|Herr|Frau|Dipl|Univ)\b|[.,]| (MD|DDS|PhD|DVM|II|III|IV|V)$")


def sequence(draw: Draw) -> pl.Series:
    first = draw.column.gen.get("sequence", 1) + draw.first
    return pl.Series(np.arange(first, first + draw.n, dtype=np.int64))


def pattern(draw: Draw) -> pl.Series:
    fill = draw.column.gen["pattern"].format
    return _texts([fill(n=n) for n in range(draw.first + 1, draw.first + draw.n + 1)])


def random(draw: Draw) -> pl.Series:
    shape = draw.column.gen["random"]
    codes = np.tile(np.array([ord(c) for c in shape], dtype=np.uint32), (draw.n, 1))
    for at, mark in enumerate(shape):
        if mark in "?#":
            base, span = (65, 26) if mark == "?" else (48, 10)
            codes[:, at] = base + draw.rng.integers(0, span, draw.n)
    return _texts(codes.view(f"<U{len(shape)}").ravel().tolist())


def choice(draw: Draw) -> pl.Series:
    """By weights; without them evenly, and names and codes come as often as each other."""
    gen = draw.column.gen
    values = _literals(draw, gen["choice"])
    if "weights" in gen:
        at = weighted(draw.rng, np.cumsum(np.asarray(gen["weights"], dtype=np.float64)), draw.n)
    elif draw.column.role in ("name", "code", "key"):
        at = _deck(draw, len(values))
    else:
        at = draw.rng.integers(0, len(values), draw.n)
    return values[at]


def given(draw: Draw) -> pl.Series:
    """A choice that fits the other column's value; any choice where that is NULL and this column can't be."""
    gen = draw.column.gen
    source = draw.source(gen["given"])
    names, which = np.unique([_as_key(value) for value in source.to_list()], return_inverse=True)
    every = [value for values in gen["choices"].values() for value in values]
    picks: list[Any] = [None] * draw.n
    for at, name in enumerate(names.tolist()):
        values = gen["choices"].get(name)
        if values is None:
            if name:
                raise draw.problem(f"no choices for {gen['given']} = '{name}'")
            values = [None] if draw.column.null else every
        rows = np.flatnonzero(which == at)
        for row, pick in zip(rows.tolist(), draw.rng.integers(0, len(values), len(rows)).tolist(), strict=True):
            picks[row] = values[pick]
    return _literals(draw, picks)


def _literals(draw: Draw, literals: Sequence[Any]) -> pl.Series:
    """Values as the file writes them: moments are text there."""
    if draw.type in MOMENTS:
        literals = [None if value is None else MOMENTS[draw.type](value) for value in literals]
    return pl.Series(literals, dtype=pl.String if draw.type == "VARCHAR" else None, strict=False)


def _as_key(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def faker(draw: Draw) -> pl.Series:
    """Names and codes use up the pool before they repeat; other values are drawn with a mild skew.

    Tables share the pool of places, so that they can meet, but not the people.
    """
    gen, column = draw.column.gen, draw.column
    owner = "" if column.role in ("place", "category") else draw.table.base
    seed = crc32(f"{draw.spec.name}/{owner}/{column.base}/{draw.spec.variant % POOLS}".encode())
    try:
        pool = _pool(seed, gen["faker"], tuple(gen.get("locale", ("en_US",))), gen["pool"])
    except AttributeError:
        raise draw.problem(f"Faker has no provider method '{gen['faker']}'") from None
    if column.role in ("name", "code", "key"):
        return pool[_deck(draw, len(pool))]
    return pool[weighted(draw.rng, _favourites(len(pool)), draw.n)]


def _deck(draw: Draw, size: int) -> Ints:
    cards = draw.rng.permutation(size)
    if draw.n > size:
        rest = draw.rng.integers(0, size, draw.n - size)
        cards = draw.rng.permutation(np.concatenate([cards, rest]))
    return cards[: draw.n].astype(np.int64)


@lru_cache(maxsize=16)
def _faker(locales: tuple[str, ...]) -> Faker:
    return Faker(list(locales), use_weighting=False)  # frequencies of names teach nothing, and cost the most


@lru_cache(maxsize=512)
def _pool(seed: int, provider: str, locales: tuple[str, ...], size: int) -> pl.Series:
    fake = _faker(locales)
    fake.seed_instance(seed)
    found: dict[str, None] = {}
    for _ in range(size * 6):
        text = " ".join(str(getattr(fake, provider)()).split())  # looked up each time: it draws the locale
        if provider != "name" or not _TITLED.search(text):
            found[text] = None
        if len(found) == size:
            break
    return pl.Series(list(found), dtype=pl.String)


@lru_cache(maxsize=64)
def _favourites(size: int) -> Floats:
    return np.cumsum(1 / (np.arange(size) + 4) ** 0.8)


def numbers(draw: Draw) -> pl.Series:
    return pl.Series(_sample(draw, draw.n))


def _sample(draw: Draw, n: int) -> Floats:
    gen, rng = draw.column.gen, draw.rng
    if "lognormal" in gen:
        median, sigma = map(float, gen["lognormal"])
        return np.asarray(median * np.exp(sigma * rng.standard_normal(n)))
    if "normal" in gen:
        mean, deviation = map(float, gen["normal"])
        return rng.normal(mean, deviation, n)
    if "uniform" in gen:
        low, high = map(float, gen["uniform"])
        return rng.uniform(low, high, n)
    if "integers" in gen:
        least, most = map(int, gen["integers"])
        return rng.integers(least, most + 1, n).astype(np.float64)
    return rng.poisson(float(gen["poisson"]), n).astype(np.float64)


def flag(draw: Draw) -> pl.Series:
    return pl.Series(draw.rng.random(draw.n) < draw.column.gen["bool"])


def copy(draw: Draw) -> pl.Series:
    """The parent row's value, NULL without a parent. Noise keeps the sign; instances about ties have none."""
    gen = draw.column.gen
    values = draw.source(gen["copy"])
    if draw.type not in ("INTEGER", "BIGINT", "DOUBLE", "DECIMAL"):
        return values
    exact = values.cast(pl.Float64).to_numpy()
    if "noise" not in gen or draw.instance in (BOUNDARIES, DUPLICATES):
        return pl.Series(exact)
    return pl.Series(exact * np.maximum(1 + gen["noise"] * draw.rng.standard_normal(draw.n), 0.01))


def text(draw: Draw) -> pl.Series:
    """Sentences start with a capital, whatever word the slot there gets."""
    gen, rng, n = draw.column.gen, draw.rng, draw.n
    sentences = [gen["text"][at] for at in rng.integers(0, len(gen["text"]), n).tolist()]
    slots = {
        slot: [words[at] for at in rng.integers(0, len(words), n).tolist()]
        for slot, words in gen.get("slots", {}).items()
    }
    filled = []
    for row, sentence in enumerate(sentences):
        said = sentence.format(**{slot: words[row] for slot, words in slots.items()}) if slots else sentence
        filled.append(said[:1].upper() + said[1:])
    return _texts(filled)


def _texts(values: Sequence[str]) -> pl.Series:
    return pl.Series(values, dtype=pl.String)
