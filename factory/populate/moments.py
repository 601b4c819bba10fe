"""Dates and times: by season, growth, day of the week and hour; after another moment; on boundaries."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
import polars as pl

from factory.populate.draw import BOUNDARIES, Draw, Floats, Ints, period_of, weighted, without

SECOND = 1_000_000
DAY = 86_400 * SECOND
EPOCH = date(1970, 1, 1).toordinal()
UNITS = {"days": DAY, "hours": 3_600 * SECOND, "minutes": 60 * SECOND}

# Share of each weekday, Monday first, and of each hour from midnight.
WEEKDAYS = {
    "office": (1.1, 1.1, 1.05, 1.05, 0.95, 0.12, 0.06),
    "retail": (0.85, 0.85, 0.9, 1.0, 1.2, 1.35, 0.95),
    "evening": (0.75, 0.8, 0.9, 1.0, 1.35, 1.5, 0.95),
    "night": (0.9, 0.85, 0.9, 1.0, 1.2, 1.35, 1.1),
    "any": (1.03, 1.03, 1.02, 1.01, 1.0, 0.97, 0.94),
}
HOURS = {
    "office": (0, 0, 0, 0, 0, 0, 0, 2, 8, 12, 13, 11, 6, 9, 12, 11, 8, 4, 1, 0, 0, 0, 0, 0),
    "retail": (1, 0, 0, 0, 0, 0, 1, 3, 5, 8, 10, 11, 12, 10, 9, 9, 11, 13, 14, 13, 11, 8, 5, 2),
    "evening": (3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 2, 2, 3, 5, 9, 14, 17, 16, 12, 9, 6),
    "night": (14, 13, 12, 10, 7, 4, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 7, 10, 12, 14),
    "any": (1,) * 24,
    "day": (0, 0, 0, 0, 0, 0, 0, 2, 6, 10, 12, 11, 9, 9, 10, 10, 9, 7, 4, 2, 1, 0, 0, 0),
}


@lru_cache(maxsize=256)
def _day_weights(start: date, end: date, hours: str, season: str, growth: float) -> Floats:
    days = np.arange(np.datetime64(start), np.datetime64(end) + 1)
    number = days.astype(np.int64)
    weights = np.array(WEEKDAYS[hours])[(number + 3) % 7]  # day 0, 1970-01-01, was a Thursday
    of_year = (days - days.astype("datetime64[Y]")).astype(np.int64)
    if season in ("summer", "winter"):
        peak = 197 if season == "summer" else 15
        weights = weights * (1 + 0.6 * np.cos(2 * np.pi * (of_year - peak) / 365.25))
    elif season == "holiday":
        weights = weights * (1 + 1.1 * np.exp(-(((of_year - 344) / 20) ** 2)) - 0.5 * (of_year > 358))
    cumulative: Floats = np.cumsum(weights * (1 + growth) ** ((number - number[0]) / 365.25))
    return cumulative


@lru_cache(maxsize=8)
def _hour_weights(hours: str) -> Floats:
    return np.cumsum(np.array(HOURS[hours], dtype=np.float64))


def _time_of_day(rng: np.random.Generator, hours: str, n: int) -> Ints:
    """Microseconds since midnight, on whole seconds."""
    hour = weighted(rng, _hour_weights(hours), n)
    return (hour * 3600 + rng.integers(0, 3600, n)) * SECOND


def time(draw: Draw) -> pl.Series:
    gen = draw.column.gen["time"]
    hours = gen.get("hours", "any")
    if draw.type == "TIME":
        return pl.Series(_time_of_day(draw.rng, hours, draw.n) * 1000).cast(pl.Time)
    start, end = period_of(draw.spec, gen)
    first = start.toordinal() - EPOCH
    if draw.instance == BOUNDARIES:
        days = _boundary_days(start, end, draw.rng, draw.n)
        seconds = draw.rng.choice(np.array([0, 0, 43_200, 86_399, 86_399]), draw.n)
        return _moments(days * DAY + seconds * SECOND, draw.type)
    weights = _day_weights(start, end, hours, gen.get("season", "none"), gen.get("growth", 0.0))
    days = first + weighted(draw.rng, weights, draw.n)
    return _moments(days * DAY + _time_of_day(draw.rng, hours, draw.n), draw.type)


def _boundary_days(start: date, end: date, rng: np.random.Generator, n: int) -> Ints:
    """Day numbers: half of them at turns of a few years and the period's ends, half at turns of any month."""
    low, high = start.toordinal() - EPOCH, end.toordinal() - EPOCH
    years = np.arange(start.year + 1, end.year + 1)
    turns = np.array([date(y, 1, 1).toordinal() - EPOCH for y in rng.permutation(years)[:5]], dtype=np.int64)
    few = np.concatenate([turns, turns - 1, [low, high]])
    first, last = np.datetime64(start, "M"), np.datetime64(end, "M")
    months = np.arange(first, last + 1).astype("datetime64[D]").astype(np.int64)
    many = rng.choice(months, n) - rng.integers(0, 2, n)
    days = np.where(rng.random(n) < 0.5, rng.choice(few, n), many)
    return np.clip(days, low, high).astype(np.int64)


def after(draw: Draw) -> pl.Series:
    """Later than its source; NULL where the source is.

    A delay of days lands in daytime. What would lie after the period has not happened yet: it is NULL in a
    nullable column and sooner in another.
    """
    gen, rng = draw.column.gen, draw.rng
    source = draw.source(gen["after"]).cast(pl.Datetime("us")).cast(pl.Int64)
    unit = next(unit for unit in UNITS if unit in gen)
    median, sigma = gen[unit]
    unknown = source.is_null().to_numpy()
    base = (source.fill_null(0) if unknown.any() else source).to_numpy()
    delay = (median * UNITS[unit] * np.exp(sigma * rng.standard_normal(draw.n))).astype(np.int64)
    moment = base + np.maximum(delay, SECOND)
    if unit == "days":
        later = moment // DAY > base // DAY
        moment = np.where(later, moment // DAY * DAY + _time_of_day(rng, "day", draw.n), moment)
    if draw.instance == BOUNDARIES:
        midnight = moment // DAY * DAY + np.where(rng.random(draw.n) < 0.5, DAY, DAY - SECOND)
        moment = np.maximum(midnight, base)
    last = (draw.spec.end.toordinal() - EPOCH + 1) * DAY - SECOND
    over = (moment > last) & (base <= last)
    sooner = base + ((last - base) * rng.random(draw.n)).astype(np.int64)
    moment = np.where(over, sooner, moment) // SECOND * SECOND
    if draw.column.null:
        unknown = unknown | over
    return without(_moments(moment, draw.type), unknown)


def _moments(micros: Ints, type_: str) -> pl.Series:
    if type_ == "DATE":
        return pl.Series((micros // DAY).astype(np.int32)).cast(pl.Date)
    return pl.Series(micros).cast(pl.Datetime("us"))
