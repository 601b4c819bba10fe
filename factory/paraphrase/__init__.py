"""Is a new wording of a question faithful? Answered from the intent, by rules; no model is asked."""

from factory.paraphrase.faithful import Judged, judged
from factory.paraphrase.references import references

__all__ = ["Judged", "judged", "references"]
