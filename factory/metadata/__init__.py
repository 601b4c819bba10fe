"""The live catalog and data of a database → facts, and the schema text of a prompt.

`read_catalog` and `schema_text` are all that inference needs: what a model is trained on is what it sees later.
"""

from factory.metadata.live import SAMPLE_ABOVE, Connection, LiveColumn, LiveTable
from factory.metadata.nested import live_parts
from factory.metadata.reading import read_catalog
from factory.metadata.text import SchemaText, by_name, schema_text

__all__ = [
    "SAMPLE_ABOVE",
    "Connection",
    "LiveColumn",
    "LiveTable",
    "SchemaText",
    "by_name",
    "live_parts",
    "read_catalog",
    "schema_text",
]
