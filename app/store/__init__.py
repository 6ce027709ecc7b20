"""Postgres: the private server, the tables, the vault and the ledger."""
