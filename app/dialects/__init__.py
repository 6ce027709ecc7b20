"""One provider's wire format per file, as tables."""
