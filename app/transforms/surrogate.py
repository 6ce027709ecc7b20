"""`surrogate`: a reversible stand-in that keeps its identity wherever the value stands."""

from app.core.transform import Transform

SURROGATE = Transform("surrogate", reversible=True, apply=lambda entity, value, names: names.surrogate(entity, value))
