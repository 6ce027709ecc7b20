"""Derive every route that the providers publish, and every position of its requests, answers and events.

    python tests/laws/positions/derive.py openai SPEC.yaml[.gz]    OpenAI's OpenAPI description; needs PyYAML
    python tests/laws/positions/derive.py anthropic                the resources and types of the installed Anthropic SDK

Requests go to the package (`hushgate selftest` plants canaries in them), answers and events beside this file; `zcat` shows
both. A block is a route, `POST /chat/completions request json`, and its positions, `path sort`. The path holds the constants that
make an object one of its variants (`messages[]{role=user}.content[]{type=text}.text`); one that begins with `?` is a parameter
of the query. The sort is `string`, `number`, `file`, `free` (any JSON) or `answer` (an event that holds the whole answer, whose
positions are listed once). A schema that holds itself is entered three times.
"""

import gzip
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
PACKAGE = HERE.parents[2] / "app" / "cli" / "selftest"
DEPTH = 3
# What the description does not say of its own: how legacy completions stream, and what is said over a WebSocket.
STREAMED = {"/completions": "CreateCompletionResponse"}
SOCKETS = {
    "/responses": ("ResponsesClientEvent", "ResponsesServerEvent"),
    "/realtime": ("RealtimeClientEvent", "RealtimeServerEvent"),
    "/realtime/translations": ("RealtimeTranslationClientEvent", "RealtimeTranslationServerEvent"),
}
SORTS = {"application/json": "json", "multipart/form-data": "multipart", "application/sdp": "sdp"}
Schema = Mapping[str, Any]


class Block(NamedTuple):
    """One side of a route: `request` with the sort of its body, `answer` or `event`."""

    method: str
    path: str
    side: str
    lines: Iterable[str]


class OpenApi:
    """Routes and positions of an OpenAPI 3.1 document."""

    def __init__(self, document: Schema) -> None:
        self.paths, self.schemas, self.parameters = (
            document["paths"],
            document["components"]["schemas"],
            document["components"].get("parameters", {}),
        )
        self._whole_answer = ""

    def blocks(self) -> Iterator[Block]:
        for path, operations in self.paths.items():
            for method, operation in operations.items():
                yield from self._operation(method.upper(), path, operation)
        for path, (said, heard) in SOCKETS.items():
            yield Block("SESSION", path, "request json", self.walk(self._named(said), "", ()))
            self._whole_answer = self._named("Response")["$ref"]
            yield Block("SESSION", path, "event", [*self.walk(self._named(heard), "", ())] if heard in self.schemas else ())
            self._whole_answer = ""

    def _operation(self, method: str, path: str, operation: Schema) -> Iterator[Block]:
        query = [f"?{one['name']} string" for one in map(self._parameter, operation.get("parameters", ())) if one["in"] == "query"]
        bodies = operation.get("requestBody", {}).get("content", {})
        for sort, body in bodies.items():
            yield Block(method, path, f"request {SORTS[sort]}", [*query, *self.walk(body["schema"], "", ())])
        if not bodies:
            yield Block(method, path, "request none", query)
        contents = next((one.get("content", {}) for status, one in operation.get("responses", {}).items() if status.startswith("2")), {})
        answer, event = (contents.get(sort, {}).get("schema") for sort in ("application/json", "text/event-stream"))
        event = event or (self._named(STREAMED[path]) if path in STREAMED else None)
        if answer:
            self._whole_answer = ""
            yield Block(method, path, "answer", [*self.walk(answer, "", ())])
        if event:
            self._whole_answer = (answer or {}).get("$ref", "")
            yield Block(method, path, "event", [*self.walk(event, "", ())])
            self._whole_answer = ""

    def _named(self, name: str) -> Schema:
        return {"$ref": f"#/components/schemas/{name}"}

    def _parameter(self, one: Schema) -> Schema:
        return self.parameters[one["$ref"].rpartition("/")[2]] if "$ref" in one else one

    def walk(self, schema: Schema, at: str, above: tuple[str, ...]) -> Iterator[str]:  # noqa: C901 - one branch for each sort of schema
        if "$ref" in schema:
            if at and schema["$ref"] == self._whole_answer:
                yield f"{at} answer"
                return
            name = schema["$ref"].rpartition("/")[2]
            if above.count(name) < DEPTH:
                yield from self.walk(self.schemas[name], at, (*above, name))
            return
        properties, variants, free = self._whole(schema)
        if variants:
            for variant in variants:
                yield from self.walk(variant if not properties else {"allOf": [{"properties": properties}, variant]}, at, above)
        elif properties:
            at += constants({name: one["enum"][0] for name, one in properties.items() if name in {"type", "role"} and one.get("enum")})
            for name, one in properties.items():
                yield from self.walk(one, f"{at}.{name}".removeprefix("."), above)
        elif "items" in schema:
            yield from self.walk(schema["items"], f"{at}[]", above)
        elif isinstance(schema.get("additionalProperties"), dict) and schema["additionalProperties"]:
            yield from self.walk(schema["additionalProperties"], f"{at}.*", above)
        elif free or schema.get("type") in {"object", None}:
            yield f"{at} free"
        elif schema["type"] in {"string", "number", "integer"}:
            yield f"{at} {'file' if schema.get('format') == 'binary' else 'string' if schema['type'] == 'string' else 'number'}"

    def _whole(self, schema: Schema) -> tuple[dict[str, Any], list[Schema], bool]:
        """Return the properties of a schema with all that it is made of, and its variants."""
        properties, variants = dict(schema.get("properties", {})), []
        for part in schema.get("allOf", ()):
            seen = self.schemas[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
            inner, more, _ = self._whole(seen)
            properties |= inner
            variants += more
        variants += [
            one for key in ("oneOf", "anyOf") for one in schema.get(key, ()) if one.get("type") != "null" and one.keys() - {"required"}
        ]
        return properties, variants, False


def constants(known: Mapping[str, str]) -> str:
    return "{" + ",".join(f"{name}={value}" for name, value in sorted(known.items())) + "}" if known else ""


def main(dialect: str, *source: str) -> None:
    if dialect == "openai":
        import yaml  # noqa: PLC0415 - not a dependency of the tests: only who derives anew needs it

        opened = gzip.open if source[0].endswith(".gz") else open
        with opened(source[0], "rt", encoding="utf-8") as file:
            found = OpenApi(json.loads(json.dumps(yaml.load(file, Loader=yaml.CSafeLoader), default=str))).blocks()
    else:
        from sdk import Sdk  # noqa: PLC0415 - only this half needs the SDK

        found = Sdk().blocks()
    merged: dict[str, dict[str, None]] = {}  # an SDK has several ways to one route
    for block in found:
        merged.setdefault(f"{block.method} {block.path} {block.side}", {}).update(dict.fromkeys(block.lines))
    for folder, wanted in ((PACKAGE, True), (HERE, False)):
        blocks = (
            "\n".join([head, *lines]) + "\n" for head, lines in merged.items() if head.split(" ", 2)[2].startswith("request") is wanted
        )
        (folder / f"{dialect}.txt.gz").write_bytes(gzip.compress("\n".join(blocks).encode(), mtime=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
