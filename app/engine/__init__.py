"""The machine: pure steps between a document that came in and one that goes out."""
