"""Where things stand in a query, and the words that operators and slips share."""
