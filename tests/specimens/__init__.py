"""Kinds of sensitive values as data, one module a family: fresh values in the issuer's format, fresh near misses, and how prompts carry them."""

import importlib
import pkgutil
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Final

FRESH: Final = 5  # values of each sort that every kind must stand for, in each of its frames

# Nothing here names a kind of value: what is found in these is found for its own shape.
FRAMES: Final = (
    "{}",
    "value: {}",
    'export VALUE="{}"',
    "Could you look into why {} is refused? Thanks a lot!",
    '{"id": 7, "value": "{}", "ok": true}',
    "const value = '{}';",
    "2026-03-04T05:06:07Z INFO worker[12]: got {} from the form",
    "| 3 | {} | active |",
    "first line\n{}\nlast line",
)


@dataclass(frozen=True, slots=True)
class Specimen:
    """One kind of value.

    `positive` makes a fresh value in the published `format` (check digits right where there are any); `near` makes what looks alike
    and is not one. `{}` in a frame is the value's place: `frames` carry positives, `around` near misses. A find under one of `equal`
    is as good as one under `entity`, where two kinds cannot be told apart.
    """

    kind: str
    entity: str
    format: str
    positive: Callable[[random.Random], str]
    near: Callable[[random.Random], str]
    frames: tuple[str, ...] = FRAMES
    around: tuple[str, ...] = FRAMES
    check: str = "shape"
    equal: tuple[str, ...] = ()

    def positives(self) -> list[str]:
        """Fresh values, the same on every machine."""
        return _draw(self.positive, f"+{self.kind}")

    def nears(self) -> list[str]:
        """Fresh near misses, the same on every machine."""
        return _draw(self.near, f"-{self.kind}")


def _draw(make: Callable[[random.Random], str], seed: str) -> list[str]:
    source = random.Random(seed)
    drawn: dict[str, None] = {}
    for _ in range(FRESH * FRESH):
        drawn[make(source)] = None
        if len(drawn) == FRESH:
            break
    return list(drawn)


def families() -> Iterator[tuple[str, tuple[Specimen, ...]]]:
    """Yield each module's title (the first sentence of its docstring) and its table, in order of module name."""
    package = importlib.import_module(__name__)
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        if not info.name.startswith(("test_", "__")):
            module: ModuleType = importlib.import_module(f"{__name__}.{info.name}")
            table: tuple[Specimen, ...] = getattr(module, "SPECIMENS", ())
            if table:
                yield (module.__doc__ or "").strip().splitlines()[0].rstrip("."), table
