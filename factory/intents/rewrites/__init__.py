"""Other ways to write the same query: each rule is a module of `rules`, and `realise` draws among them."""
