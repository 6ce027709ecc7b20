"""The identifiers of the world: a table per region, and one search over all of them."""
