"""One document family per file."""
