"""In-database ETL: see README.md in this folder."""

from recipes.etl.recipe import Etl

recipe = Etl()
