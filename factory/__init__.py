"""text2sql-factory: training data for text-to-SQL models, every record proven by execution."""

__version__ = "0.1.0"
__all__ = ["__version__"]
