"""Load every instance of a kind from every module of an open folder, so that one new file is one new provider or detector."""

import importlib
import pkgutil
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def load(package: ModuleType, kind: type[T]) -> list[T]:
    """Return the module-level instances of `kind` in `package`'s modules and sub-packages, in order of module name, then definition."""
    found: list[T] = []
    for info in sorted(pkgutil.walk_packages(package.__path__, f"{package.__name__}."), key=lambda module: module.name):
        found.extend(instances(importlib.import_module(info.name), kind))
    return list({id(value): value for value in found}.values())


def instances(module: ModuleType, kind: type[T]) -> list[T]:
    """Return the instances of `kind` that `module` defines at its top level (imported ones count once, by identity)."""
    return list({id(value): value for value in vars(module).values() if isinstance(value, kind)}.values())
