"""What a transform is: a named operator from a value to the text that stands for it, and the parameters that a policy may give it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.core.naming import Names

Kept = Annotated[int, Field(ge=0, le=32)]


class Plain(BaseModel):
    """A transform without parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Mask(Plain):
    """How much of a value stays readable; never more than half of its letters and digits."""

    keep_first: Kept = 0
    keep_last: Kept = 0
    character: Literal["*", "#", "x", "•"] = "*"


class Hash(Plain):
    """How long the keyed hash is, in letters of four bits each."""

    length: Annotated[int, Field(ge=8, le=64)] = 16


class Generalize(Plain):
    """How coarse: dates to a month or year, ages to bands of so many years, coordinates to a grid of so many degrees."""

    date: Literal["month", "year"] = "month"
    age: Annotated[int, Field(ge=2, le=50)] = 10
    grid: Annotated[float, Field(ge=0.01, le=10)] = 0.1


# The closed list of the policy document. A law holds it to the folder `app/transforms`.
PARAMETERS: Final[dict[str, type[Plain]]] = {
    "surrogate": Plain,
    "realistic": Plain,
    "redact": Plain,
    "mask": Mask,
    "hash": Hash,
    "generalize": Generalize,
}


@dataclass(frozen=True, slots=True)
class Transform:
    """One operator. `reversible` ones issue a stand-in that comes back; the others' output must lack the original."""

    name: str
    reversible: bool
    apply: Callable[[str, str, Names, Any], str]  # entity, value, names, parameters → text
