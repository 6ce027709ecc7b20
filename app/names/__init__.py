"""Names of people, places and organisations: our own small model, its words, its features, its spans."""
