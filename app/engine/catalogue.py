"""The detectors of an installation: the built-in ones, and those that HUSHGATE_DETECTORS names, Presidio's recognizers included."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Final

import app.detectors
from app.core.finding import Detector
from app.core.registry import instances, load
from app.detectors import presidio
from app.errors import SetupError

FILES: Final = (".yaml", ".yml")


def entries(setting: str) -> list[str]:
    """Return the entries of HUSHGATE_DETECTORS."""
    return [name.strip() for name in setting.split(",") if name.strip()]


def detectors(names: Sequence[str] = ()) -> list[Detector]:
    """Return the built-in detectors and those of `names`: Python modules, and YAML files of Presidio's. Raises SetupError."""
    found = load(app.detectors, Detector)
    files = [Path(name) for name in names if name.endswith(FILES)]
    modules = [_module(name) for name in names if not name.endswith(FILES)]
    found.extend(one for module in modules for one in instances(module, Detector))
    theirs = presidio.detector(modules, files)
    return [*found, theirs] if theirs is not None else found


def _module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except Exception as error:
        hint = "Check HUSHGATE_DETECTORS and PYTHONPATH"
        raise SetupError(f"the detectors of {name} cannot be loaded ({type(error).__name__})", hint=hint) from error
