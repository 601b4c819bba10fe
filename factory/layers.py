"""Reference layers: real polygons and places in schemas/layers, one GeoJSON FeatureCollection each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from factory.exceptions import UnknownName

FOLDER = Path(__file__).parent.parent / "schemas" / "layers"

Feature = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Layer:
    """`features` hold the properties plus `geometry` as GeoJSON text; longitude first, WGS 84.

    Point layers also have numeric `lon`, `lat` (degrees) and `population`. The features are shared by
    all callers: don't change them.
    """

    name: str
    kind: Literal["polygon", "point"]
    features: tuple[Feature, ...]

    @property
    def properties(self) -> tuple[str, ...]:
        """Names of the properties, without `geometry`; every feature has all of them."""
        return tuple(key for key in self.features[0] if key != "geometry")


def layer_names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.geojson"))


@lru_cache
def read_layer(name: str) -> Layer:
    """Raises UnknownName for a name that isn't in `layer_names()`."""
    if name not in layer_names():
        raise UnknownName("layer", name, layer_names())
    collection = json.loads((FOLDER / f"{name}.geojson").read_text(encoding="utf-8"))
    features = tuple(
        {**feature["properties"], "geometry": json.dumps(feature["geometry"], separators=(",", ":"))}
        for feature in collection["features"]
    )
    is_point = collection["features"][0]["geometry"]["type"] == "Point"
    return Layer(name, "point" if is_point else "polygon", features)


def select(layer: Layer, where: Mapping[str, Sequence[Any]]) -> tuple[Feature, ...]:
    """Features whose property is among the listed values, for every property of `where`.

    Raises UnknownName for a property that the layer doesn't have.
    """
    for key in where:
        if key not in layer.properties:
            raise UnknownName(f"property of layer {layer.name}", key, layer.properties)
    return tuple(f for f in layer.features if all(f[key] in values for key, values in where.items()))
