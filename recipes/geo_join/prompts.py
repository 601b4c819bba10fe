"""The words of the geo_join conversation."""

from __future__ import annotations

import re

from factory.prompt import context, fenced

# What no catalog says of a geometry column, and on which every measurement depends.
_DEGREES = "Geometries hold longitude (x) and latitude (y) in degrees, EPSG:4326"
_TYPED = "; where a type names another system, they hold easting (x) and northing (y) in that system's meters"
_PROJECTED = re.compile(r"GEOMETRY\('EPSG:(?!4326')")
_SETTING = (
    "The setting geometry_always_xy is off: ST_Transform and ST_Distance_Spheroid take EPSG:4326 as latitude first "
    "unless they are told."
)
_ASK = {
    "cot": "Think it through in short numbered steps (coordinate system, predicate, joins, units), then give the SQL.",
    "sql": "Answer with the SQL only.",
}


def first(dialect: str, schema_text: str, question: str, answer: str) -> str:
    """Schema, question, conventions and task: the whole user message."""
    typed = _TYPED if _PROJECTED.search(schema_text) else ""
    return f"{context(dialect, schema_text, question)}\n\n{_DEGREES}{typed}. {_SETTING}\n\n{_ASK[answer]}"


def reply(reasoning: str, sql: str, answer: str) -> str:
    return sql if answer == "sql" else f"{reasoning}\n\n{fenced(sql)}"
