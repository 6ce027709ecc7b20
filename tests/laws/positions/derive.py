"""Derive every position of the providers' requests, answers and events, and write them to the files beside this one (`zcat` shows them).

    python tests/laws/positions/derive.py openai SPEC.yaml[.gz]    OpenAI's OpenAPI description; needs PyYAML
    python tests/laws/positions/derive.py anthropic                the types of the installed Anthropic SDK
    python tests/laws/positions/derive.py sessions                 the events of sessions, from the types of the installed OpenAI SDK

A line is `endpoint side path sort`. The path holds the constants that make an object one of its variants
(`messages[]{role=user}.content[]{type=text}.text`); the sort is `string`, `number`, `free` (any JSON) or
`answer` (an event that holds the whole answer, whose positions are listed once). A schema that holds
itself is entered three times.
"""

import gzip
import json
import sys
import typing
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

HERE = Path(__file__).parent
DEPTH = 3
STREAMED = {
    "chat.completions": "CreateChatCompletionStreamResponse",
    "completions": "CreateCompletionResponse",
    "responses": "ResponseStreamEvent",
}
ROUTES = {
    "chat.completions": ("post", "/chat/completions"),
    "responses": ("post", "/responses"),
    "completions": ("post", "/completions"),
    "embeddings": ("post", "/embeddings"),
    "moderations": ("post", "/moderations"),
    "models": ("get", "/models"),
    "model": ("get", "/models/{model}"),
}
Schema = Mapping[str, Any]


class OpenApi:
    """Positions of an OpenAPI 3.1 document."""

    def __init__(self, document: Schema) -> None:
        self.paths, self.schemas = document["paths"], document["components"]["schemas"]

    def lines(self) -> Iterator[str]:
        for endpoint, (method, path) in ROUTES.items():
            self._whole_answer = ""
            operation = self.paths[path][method]
            sides = {"answer": self._content(operation["responses"]["200"])}
            if "requestBody" in operation:
                sides["request"] = self._content(operation["requestBody"])
            if endpoint in STREAMED:
                sides["event"] = {"$ref": f"#/components/schemas/{STREAMED[endpoint]}"}
            for side, schema in sorted(sides.items()):
                self._whole_answer = sides["answer"].get("$ref", "") if side == "event" else ""
                yield from (f"{endpoint} {side} {line}" for line in self.walk(schema, "", ()))

    def _content(self, holder: Schema) -> Schema:
        return holder["content"]["application/json"]["schema"]

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
            yield f"{at} {'string' if schema['type'] == 'string' else 'number'}"

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


def anthropic_roots() -> Mapping[tuple[str, str], Any]:
    from anthropic import types  # noqa: PLC0415 - only this half needs it
    from anthropic.types import beta, message_count_tokens_params, message_create_params  # noqa: PLC0415
    from anthropic.types.beta import message_count_tokens_params as beta_count  # noqa: PLC0415
    from anthropic.types.beta import message_create_params as beta_create  # noqa: PLC0415

    return {
        ("messages", "request"): message_create_params.MessageCreateParamsNonStreaming | beta_create.MessageCreateParamsNonStreaming,
        ("messages", "answer"): types.Message | beta.BetaMessage,
        ("messages", "event"): types.RawMessageStreamEvent | beta.BetaRawMessageStreamEvent,
        ("count_tokens", "request"): message_count_tokens_params.MessageCountTokensParams | beta_count.MessageCountTokensParams,
        ("count_tokens", "answer"): types.MessageTokensCount,
        ("model", "answer"): types.ModelInfo,
    }


def session_roots() -> Mapping[tuple[str, str], Any]:
    from openai.types.realtime.realtime_client_event_param import RealtimeClientEventParam  # noqa: PLC0415 - only this half needs it
    from openai.types.realtime.realtime_server_event import RealtimeServerEvent  # noqa: PLC0415
    from openai.types.responses.responses_client_event_param import ResponsesClientEventParam  # noqa: PLC0415
    from openai.types.responses.responses_server_event import ResponsesServerEvent  # noqa: PLC0415

    return {
        ("realtime", "request"): RealtimeClientEventParam,
        ("realtime", "event"): RealtimeServerEvent,
        ("responses.session", "request"): ResponsesClientEventParam,
        ("responses.session", "event"): ResponsesServerEvent,
    }


class Sdk:
    """Positions of an SDK's types: typed dictionaries for requests, Pydantic models for answers."""

    def __init__(self, roots: Mapping[tuple[str, str], Any]) -> None:
        self._roots = roots

    def lines(self) -> Iterator[str]:
        for (endpoint, side), root in self._roots.items():
            yield from (f"{endpoint} {side} {line}" for line in self.walk(root, "", ()))

    def walk(self, kind: Any, at: str, above: tuple[Any, ...]) -> Iterator[str]:
        kind, origin = self._bare(kind)
        arguments = get_args(kind)
        if origin is Literal:
            yield f"{at} string"
        elif arguments and origin in {typing.Union, type(int | str)}:
            for one in arguments:
                if one is not type(None):
                    yield from self.walk(one, at, above)
        elif arguments and issubclass(origin, Mapping):
            yield from self.walk(arguments[1], f"{at}.*", above)
        elif arguments and issubclass(origin, Iterable):
            yield from self.walk(arguments[0], f"{at}[]", above)
        elif (
            isinstance(kind, type) and hasattr(kind, "__annotations__") and kind.__module__.startswith(("anthropic.types", "openai.types"))
        ):
            if above.count(kind) < DEPTH:
                yield from self._object(kind, at, (*above, kind))
        elif kind is bool or kind is type(None):
            return
        else:
            yield f"{at} {'number' if kind in {int, float} else 'free' if kind in {object, Any, dict} else 'string'}"

    def _object(self, kind: Any, at: str, above: tuple[Any, ...]) -> Iterator[str]:
        models = getattr(kind, "model_fields", None)
        hints = {name: field.annotation for name, field in models.items()} if models else typing.get_type_hints(kind, include_extras=True)
        fields = {name: self._bare(one)[0] for name, one in hints.items()}
        at += constants({name: get_args(one)[0] for name, one in fields.items() if name in {"type", "role"} and get_origin(one) is Literal})
        for name, one in fields.items():
            yield from self.walk(one, f"{at}.{name}".removeprefix("."), above)

    def _bare(self, kind: Any) -> tuple[Any, Any]:
        """Strip what says only how a field is written."""
        while (origin := get_origin(kind)) in {typing.Annotated, typing.Required, typing.NotRequired} or str(origin).endswith(
            ("Required", "Annotated")
        ):
            kind = get_args(kind)[0]
        if getattr(kind, "__name__", "") == "SequenceNotStr" or "_types.SequenceNotStr" in str(kind):
            return list[str], list
        return kind, get_origin(kind)


def main(dialect: str, *source: str) -> None:
    if dialect == "openai":
        import yaml  # noqa: PLC0415 - not a dependency: only who derives anew needs it

        opened = gzip.open if source[0].endswith(".gz") else open
        with opened(source[0], "rt", encoding="utf-8") as file:
            lines = OpenApi(json.loads(json.dumps(yaml.load(file, Loader=yaml.CSafeLoader), default=str))).lines()
    else:
        lines = Sdk(session_roots() if dialect == "sessions" else anthropic_roots()).lines()
    text = "".join(f"{line}\n" for line in dict.fromkeys(lines))
    (HERE / f"{dialect}.txt.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
