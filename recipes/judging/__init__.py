"""Judging: see README.md in this folder."""

from recipes.judging.recipe import Judging

recipe = Judging()
