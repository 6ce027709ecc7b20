"""Keys, envelopes, hashes and credentials."""
