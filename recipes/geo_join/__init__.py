"""Questions about places: see README.md in this folder."""

from recipes.geo_join.recipe import GeoJoin

recipe = GeoJoin()
