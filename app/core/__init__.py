"""The vocabulary: pure values that every other folder speaks. No I/O, no clock, no environment."""
