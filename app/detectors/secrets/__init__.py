"""Secrets as tables: one row a kind, and the search over all rows."""
