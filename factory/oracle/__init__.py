"""Answers to questions about places, computed a second time outside SQL: by GEOS (shapely) and PROJ (pyproj).

Needs shapely and pyproj; nothing else in the factory does.
"""

from factory.oracle.judge import Judgement, judge

__all__ = ["Judgement", "judge"]
