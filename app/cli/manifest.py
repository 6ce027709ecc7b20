"""`hushgate.yaml`: read with the place of everything in it, secrets fetched from where it points, and written back."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from app.cli.source import text_of
from app.errors import SetupError

Steps = tuple[str, ...]
Places = dict[Steps, tuple[int, int]]  # where each value stands: line and column, from 1
_SHOWN: Final = "docs/commands.md shows one"
_DEEPEST: Final = 100
_TAG: Final = "tag:yaml.org,2002:"
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER: Final = re.compile(r"[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?")


class Manifest:
    """A document from a file, and where its parts stand there."""

    def __init__(self, name: str) -> None:
        """Read the file `name`; `-` is standard input. Raises SetupError, which names line and column."""
        self.name = "standard input" if name == "-" else name
        self._folder = Path() if name == "-" else Path(name).parent
        self.places: Places = {}
        self._files: dict[Steps, Manifest] = {}  # what stands in files of its own
        self.document = self._read(text_of(name))

    def located(self, message: str, steps: Steps, hint: str = "") -> SetupError:
        """Return an error that names the line and column of a place in the document, or of what is around it."""
        for at, other in self._files.items():
            if steps[: len(at)] == at:
                return other.located(message, steps[len(at) :], hint)
        while steps and steps not in self.places:
            steps = steps[:-1]
        line, column = self.places.get(steps, (1, 1))
        return SetupError(f"{self.name}:{line}:{column}: {message}", hint=hint)

    def resolved(self) -> Any:
        """Return the document with what it points to put in: credentials from the environment or files, policies from files."""
        if not isinstance(self.document, dict):
            raise self.located("the document is no mapping", (), _SHOWN)
        whole = dict(self.document)
        for part, key, fetch in (("providers", "credential", self._credential), ("teams", "policy", self._policy)):
            things = whole.get(part)
            if isinstance(things, dict):
                whole[part] = {
                    name: {**thing, key: fetch(thing[key], (part, name, key))} if isinstance(thing, dict) and key in thing else thing
                    for name, thing in things.items()
                }
        return whole

    def _credential(self, value: Any, steps: Steps) -> str | None:
        if value is None:
            return None
        if not isinstance(value, dict) or len(value) != 1 or not {"env", "file"}.issuperset(value):
            raise self.located("a credential stands here", steps, "Never write one into this file: say {env: NAME} or {file: PATH}")
        [(sort, name)] = value.items()
        if not isinstance(name, str):
            raise self.located(f"`{sort}` takes a name", steps, "Say {env: NAME} or {file: PATH}")
        if sort == "file":
            return text_of(str(self._folder / name)).strip()
        found = os.environ.get(name)
        if not found:
            raise self.located("this environment variable is not set", (*steps, sort), "Set it for this command")
        return found.strip()

    def _policy(self, value: Any, steps: Steps) -> Any:
        if isinstance(value, dict) and value.keys() == {"file"} and isinstance(value["file"], str):
            other = self._files[steps] = Manifest(str(self._folder / value["file"]))
            return other.document
        return value

    def _read(self, text: str) -> Any:
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.places[()] = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            raise self.located("this is not YAML", (), _SHOWN) from None
        except (yaml.YAMLError, RecursionError, ValueError):
            raise self.located("this is not YAML", (), _SHOWN) from None
        return None if node is None else self._value(node, (), set())

    def _value(self, node: yaml.Node, steps: Steps, seen: set[int]) -> Any:
        self.places.setdefault(steps, (node.start_mark.line + 1, node.start_mark.column + 1))
        if id(node) in seen or len(steps) > _DEEPEST:  # an alias, with which a short text could say a very long one
            raise self.located("an alias stands here, or it nests too deep", steps, "Write it out")
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, steps, seen)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*steps, str(index)), seen) for index, item in enumerate(node.value)]
        return self._scalar(node, steps)

    def _mapping(self, node: yaml.MappingNode, steps: Steps, seen: set[int]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == f"{_TAG}merge":
                raise self.located("a key is no text", steps, "Write keys as words")
            inner = (*steps, key.value)
            if key.value in found:
                self.places[inner] = (key.start_mark.line + 1, key.start_mark.column + 1)
                raise self.located("a key stands here twice", inner, "Two readers would disagree on which one counts")
            self.places[inner] = (key.start_mark.line + 1, key.start_mark.column + 1)
            found[key.value] = self._value(value, inner, seen)
        return found

    def _scalar(self, node: yaml.Node, steps: Steps) -> Any:
        kind, text = node.tag.removeprefix(_TAG), node.value
        if kind in {"str", "timestamp"}:
            return text
        if kind == "null":
            return None
        if kind == "bool" and text.lower() in {"true", "false"}:
            return text.lower() == "true"
        if kind == "int" and _INTEGER.fullmatch(text):
            return int(text)
        if kind == "float" and _NUMBER.fullmatch(text):
            return float(text)
        # `no`, 0x1F, 12:30: what YAML 1.1 makes of these is not what people mean.
        raise self.located("this could be read in two ways", steps, "Put it in quotes, or write true, false or a decimal number")


def write(document: Mapping[str, Any]) -> str:
    """Return a document as YAML that reads back as the same."""
    dumper: Any = type("Dumper", (yaml.SafeDumper,), {})
    dumper.add_representer(str, _text)
    text: str = yaml.dump(dict(document), Dumper=dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=120)
    return text


def _text(dumper: Any, text: str) -> Any:
    """Write a text that is not all printable with escapes: in the plain styles line separators would be folded away."""
    return dumper.represent_scalar(f"{_TAG}str", text, style=None if text.isprintable() else '"')
