"""One operator per file: what is done to a finding."""
