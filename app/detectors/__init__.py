"""One entity family per file: patterns, context, check, examples as data."""
