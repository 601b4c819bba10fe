"""Language models: what they write is a proposal like any other, and nothing of it is emitted unproven."""
