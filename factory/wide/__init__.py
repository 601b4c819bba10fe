"""Wide catalogs: several databases in one, with the copies, extracts, totals and views that gather around them."""
