"""Text to tables: see README.md in this folder."""

from recipes.text_to_tables.recipe import TextToTables

recipe = TextToTables()
