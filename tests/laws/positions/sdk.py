"""The second half of `derive.py`: routes and positions of an SDK, from the source of its resources and from its types."""

import ast
import importlib
import inspect
import pkgutil
import re
import typing
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any, Literal, get_args, get_origin

import anthropic.resources
from derive import DEPTH, Block, constants

VERBS = {"_get": "GET", "_post": "POST", "_put": "PUT", "_patch": "PATCH", "_delete": "DELETE", "_get_api_list": "GET"}


class Sdk:
    """Typed dictionaries for requests, Pydantic models for answers, one method of a synchronous resource for each route."""

    def blocks(self) -> Iterator[Block]:
        for info in sorted(pkgutil.walk_packages(anthropic.resources.__path__, "anthropic.resources."), key=lambda one: one.name):
            module = importlib.import_module(info.name)
            tree = ast.parse(inspect.getsource(module))
            for resource in (one for one in tree.body if isinstance(one, ast.ClassDef) and not one.name.startswith("Async")):
                for method in (one for one in resource.body if isinstance(one, ast.FunctionDef)):
                    yield from self._method(module, method)

    def _method(self, module: ModuleType, method: ast.FunctionDef) -> Iterator[Block]:
        for call in (one for one in ast.walk(method) if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)):
            path = _path(call.args[0]) if call.func.attr in VERBS and call.args else None
            if path is None:
                continue
            verb, given = VERBS[call.func.attr], {one.arg: one.value for one in call.keywords}
            options = {one.arg: one.value for one in getattr(given.get("options"), "keywords", ())}
            path += "?beta=true" if "beta" in _keys(options.get("qualifiers"), method) and "?" not in path else ""
            fields = {one.arg: _seen(module, one.annotation) for one in method.args.kwonlyargs}
            query = [f"?{name} string" for name in _keys(options.get("query"), method)]
            named = [(name, fields[name]) for name in _keys(given.get("body"), method) if name in fields]
            sort = "multipart" if "files" in given else "json" if "body" in given else "none"
            lines = (line for name, one in named for line in self.walk(one, name, ()))
            if sort != "multipart":  # bytes within JSON are text
                lines = (line.removesuffix(" file") + " string" if line.endswith(" file") else line for line in lines)
            yield Block(verb, path, f"request {sort}", [*query, *lines])
            answer = _seen(module, given.get("model", given.get("cast_to")))
            if isinstance(answer, type) and answer.__module__.startswith("anthropic.types"):
                yield Block(verb, path, "answer", self.walk(answer, "data[]" if "model" in given else "", ()))
            event = _seen(module, given.get("stream_cls"))
            if get_args(event):
                yield Block(verb, path, "event", self.walk(get_args(event)[0], "", ()))

    def walk(self, kind: Any, at: str, above: tuple[Any, ...]) -> Iterator[str]:  # noqa: C901 - one branch for each sort of type
        kind, origin = self._bare(kind)
        arguments = get_args(kind)
        if origin is Literal:
            yield f"{at} string"
        elif arguments and origin in {typing.Union, type(int | str)}:
            if at and any(str(one).startswith(("typing.IO", "os.PathLike", "typing.Tuple", "tuple")) for one in arguments):
                yield f"{at} file"
                return
            for one in arguments:
                if one is not type(None):
                    yield from self.walk(one, at, above)
        elif arguments and issubclass(origin, Mapping):
            yield from self.walk(arguments[1], f"{at}.*", above)
        elif arguments and issubclass(origin, Iterable):
            yield from self.walk(arguments[0], f"{at}[]", above)
        elif isinstance(kind, type) and hasattr(kind, "__annotations__") and kind.__module__.startswith("anthropic.types"):
            if above.count(kind) < DEPTH:
                yield from self._object(kind, at, (*above, kind))
        elif kind is bool or kind is type(None):
            return
        else:
            yield f"{at} {'number' if kind in {int, float} else 'free' if kind in {object, Any, dict} else 'string'}"

    def _object(self, kind: Any, at: str, above: tuple[Any, ...]) -> Iterator[str]:
        models = getattr(kind, "model_fields", None)
        hints = {name: field.annotation for name, field in models.items()} if models else typing.get_type_hints(kind, include_extras=True)
        fields = {name: self._bare(one)[0] for name, one in hints.items() if "header" not in str(one).lower() and name != "betas"}
        at += constants({name: get_args(one)[0] for name, one in fields.items() if name in {"type", "role"} and get_origin(one) is Literal})
        for name, one in fields.items():
            yield from self.walk(one, f"{at}.{name}".removeprefix("."), above)

    def _bare(self, kind: Any) -> tuple[Any, Any]:
        """Strip what says only how a field is written."""
        while (origin := get_origin(kind)) in {typing.Annotated, typing.Required, typing.NotRequired} or str(origin).endswith(
            ("Required", "Annotated")
        ):
            kind = get_args(kind)[0]
        if getattr(kind, "__name__", "") == "SequenceNotStr" or str(kind).startswith("anthropic._types.SequenceNotStr"):
            return list[str], list
        return kind, get_origin(kind)


def _path(node: ast.expr) -> str | None:
    """Return the path of a call: a literal, or the template in `path_template("/v1/models/{model_id}", ...)`."""
    if isinstance(node, ast.Call) and node.args:
        node = node.args[0]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("/") else None


def _keys(node: ast.expr | None, method: ast.FunctionDef) -> list[str]:
    """Return the names in a dictionary that a call is given, written there or assigned before."""
    if isinstance(node, ast.Name):
        before = [one.value for one in ast.walk(method) if isinstance(one, ast.Assign) and getattr(one.targets[0], "id", "") == node.id]
        return [key for one in before for key in _keys(one, method)]
    found = (key for one in (ast.walk(node) if node else ()) if isinstance(one, ast.Dict) for key in one.keys)
    return [key.value for key in found if isinstance(key, ast.Constant) and isinstance(key.value, str)]


def _seen(module: ModuleType, node: ast.expr | None) -> Any:
    """Return what an expression of the module's source names."""
    if node is None:
        return None
    text = ast.unparse(node)
    if found := re.fullmatch(r"cast\((?:Any|'Any'), (.*)\)", text):
        text = found[1]
    try:
        return eval(text, vars(module) | {"Any": Any, "NotGiven": None, "Omit": None})
    except (NameError, TypeError):
        return None
