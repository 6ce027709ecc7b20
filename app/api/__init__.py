"""The admin API: REST over the operations of `control`, five lines a route."""
