"""One task a module: it has a `task`, and nothing else has to know of it."""
