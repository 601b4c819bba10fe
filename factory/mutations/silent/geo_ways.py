"""The ways in which spatial SQL is wrong and runs all the same, and the operators that go them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sqlglot import exp

from factory.mutations.silent.geo import name_of

WAYS: Mapping[str, tuple[str, ...]] = {
    "arguments_swapped": ("zone_arguments_swapped",),
    "within_for_contains": ("within_for_contains",),
    "axes_exchanged": ("coordinates_swapped", "other_coordinate"),
    "degrees_for_metres": ("degrees_for_metres", "transformed_twice"),
    "projection_dropped": ("transform_dropped", "system_set", "web_mercator"),
    "axis_order_forgotten": ("axis_order_forgotten",),
    "intersects_for_exact": ("intersects_for_centroid", "intersects_for_exact"),
    "bounding_box": ("bounding_box_for_zone",),
    "area_weight_omitted": ("area_weight_dropped", "overlap_ignored"),
    "centroid_for_edge": ("centroid_for_edge",),
    "outer_join_lost": ("inner_for_left", "filter_to_where"),
    "rows_counted": ("count_rows_for_column",),
    "unit_factor": ("kilometres_for_metres", "miles_for_kilometres", "other_divisor"),
    "pairs_twice": ("pair_order_dropped",),
    "wrong_minimum_or_window": ("one_sided_window", "smallest_for_nearest"),
}
_SIZES = ("ST_AREA", "ST_LENGTH", "ST_PERIMETER")
_DISTANCES = ("ST_DISTANCE", "ST_DWITHIN", "ST_BUFFER")


@cache
def _by_operator() -> Mapping[str, str]:
    return {operator: way for way, operators in WAYS.items() for operator in operators}


def way_of(operator: str, tree: exp.Expr) -> str | None:
    """The way that an operator goes in this query; None when it isn't about places.

    Without its projection a distance is compared in degrees, an area or a length is merely wrong, and so is what lies
    where.
    """
    way = _by_operator().get(operator)
    called = {name_of(n) for n in tree.find_all(exp.Func)}
    if operator in ("transform_dropped", "system_set") and called & {*_DISTANCES} and not called & {*_SIZES}:
        return "degrees_for_metres"
    return way
