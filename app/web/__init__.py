"""The console (to come)."""
