"""Error correction: see README.md in this folder."""

from recipes.error_correction.recipe import ErrorCorrection

recipe = ErrorCorrection()
