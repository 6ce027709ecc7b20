"""A policy as a file, JSON or YAML: the document, and where each of its places stands in the text."""

import json
from collections.abc import Mapping
from typing import Any, Final

import yaml

from app.cli.source import text_of
from app.core.document import parse
from app.core.policy_document import located, read_policy
from app.core.position import Steps, positions
from app.errors import BadDocument, Invalid, SetupError

_SCALARS: Final = {"null", "bool", "int", "float"}  # what else YAML knows, times among it, stays the text that was written
_TAG: Final = "tag:yaml.org,2002:"
_DEPTH: Final = 32


def read_file(name: str) -> dict[str, Any]:
    """Return the document of a file, `-` for standard input. Raises SetupError, BadDocument, or Invalid with every fault and its place."""
    text = text_of(name)
    document, places = _json(text) if text.lstrip()[:1] in {"{", "["} else _yaml(text)
    if not isinstance(document, dict):
        raise SetupError("the policy is not a JSON or YAML object", hint="docs/policy.md shows one")
    try:
        read_policy(document)
    except Invalid as error:
        raise located(error, places) from None
    return document


def _json(text: str) -> tuple[Any, Mapping[Steps, tuple[int, int]]]:
    parse(text.encode())  # refuses duplicate keys, of which json would keep the last
    return json.loads(text), positions(text)


def _yaml(text: str) -> tuple[Any, Mapping[Steps, tuple[int, int]]]:
    places: dict[Steps, tuple[int, int]] = {}
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        return _value(node, (), places) if node else None, places
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise BadDocument(f"the file is neither JSON nor YAML{where}", hint="docs/policy.md shows a policy") from None
    except (yaml.YAMLError, RecursionError):
        raise BadDocument("the file is neither JSON nor YAML", hint="docs/policy.md shows a policy") from None


def _value(node: yaml.Node, path: Steps, places: dict[Steps, tuple[int, int]]) -> Any:
    places.setdefault(path, _mark(node))
    if len(path) > _DEPTH:  # aliases can make a short text as large as they like
        raise _refused("nests too deep", node)
    if isinstance(node, yaml.MappingNode):
        document: dict[str, Any] = {}
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refused("has a key that is no text", key)
            if key.value in document:
                raise _refused("repeats a key", key)
            places[*path, key.value] = _mark(key)
            document[key.value] = _value(child, (*path, key.value), places)
        return document
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*path, index), places) for index, child in enumerate(node.value)]
    kind = node.tag.removeprefix(_TAG)
    return yaml.SafeLoader("").construct_object(node) if kind in _SCALARS else node.value


def _mark(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _refused(what: str, node: yaml.Node) -> BadDocument:
    line, column = _mark(node)
    return BadDocument(f"the file {what} (line {line}, column {column})", hint="docs/policy.md shows a policy")
