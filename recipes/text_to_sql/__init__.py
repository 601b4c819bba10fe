"""Text to SQL: see README.md in this folder."""

from recipes.text_to_sql.recipe import TextToSql

recipe = TextToSql()
