"""The body of a request as one document, whatever it came as: JSON, a form with files in it, or nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import app.files
from app.config import Settings
from app.core.dialect import Endpoint, Use
from app.core.document import dump, parse
from app.core.family import ENDING, Family, Unreadable, decoded
from app.core.hygiene import cleaned
from app.core.policy import Policy, Verdict
from app.core.registry import load
from app.core.table import Kind
from app.errors import BadDocument, Refused, TooLarge, WrongContentType
from app.gateway import forms
from app.gateway.forms import Outgoing, Part
from app.gateway.lines import Ground, Lines
from app.gateway.request import Request

FAMILIES: Final[Sequence[Family]] = load(app.files, Family)
_FORM: Final = "multipart/form-data"
_TYPE: Final = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,80}", re.IGNORECASE)
_ANY: Final = Use()


@dataclass
class Body:
    """A request's document, and what it came in, which the request lets go of when it ends."""

    document: dict[str, Any] = field(repr=False)
    parts: Sequence[Part] = ()
    lines: Lines | None = None
    families: dict[str, Family] = field(default_factory=dict)  # by the part's name
    texts: dict[str, str] = field(default_factory=dict, repr=False)

    async def decide(self, ground: Ground, verdict: Verdict) -> Verdict:
        """Return the verdict on the document and on the lines of a file in it. Raises what refuses one of these."""
        return verdict if self.lines is None else await self.lines.decide(ground, verdict)

    def outgoing(self, document: dict[str, Any]) -> bytes | Outgoing:
        """Return what is sent: the document as JSON, or as the form that it came as."""
        if not self.parts:
            return dump(document)
        return Outgoing([self._part(part, forms.found(document, part.place)) for part in self.parts])

    def _part(self, part: Part, value: Any) -> Part:
        if not isinstance(value, dict):
            return Part(part.name, part.steps, text=str(value), filename=None, media_type=part.media_type)
        sent = Part(part.name, part.steps, filename=f"{value['filename']}{value['ending']}", media_type=str(value["type"]))
        if "content" in value:
            sent.text = self.families[part.name].write(value["content"], self.texts[part.name])
        elif "lines" in value and self.lines is not None:
            sent.shelf = self.lines.out
        else:
            sent.shelf = part.shelf
        return sent

    def close(self) -> None:
        """Let go of every file."""
        forms.close(self.parts)
        if self.lines is not None:
            self.lines.close()


async def opened(request: Request, endpoint: Endpoint, policy: Policy, settings: Settings) -> Body:
    """Read the body of a request, cleaned as the policy says. Raises whatever refuses it."""
    body = await _read(request, endpoint, settings)
    try:
        document = cleaned(body.document, policy.document.hygiene, endpoint)
    except Refused:
        body.close()
        raise
    if not body.parts:
        body.document = document
    return body


async def _read(request: Request, endpoint: Endpoint, settings: Settings) -> Body:
    """Read it; an empty document where the endpoint takes none."""
    if not endpoint.document:
        await request.nothing(settings.client_timeout)
        return Body({})
    sort = request.headers.get("content-type", "")
    if endpoint.form is not None and sort.lower().startswith(_FORM):
        return await _form(request, endpoint, settings)
    if endpoint.form is not None and endpoint.form.required:
        raise WrongContentType("the body must be multipart/form-data", where="content-type", hint="Send a form with the file in it")
    body = await request.body(settings.max_body, settings.client_timeout, optional=endpoint.optional)
    if not body:
        return Body({})
    document = parse(body)
    if not isinstance(document, dict):
        raise BadDocument("the body is not a JSON object", where="body", hint="Send one JSON object")
    return Body(document)


async def _form(request: Request, endpoint: Endpoint, settings: Settings) -> Body:
    boundary = forms.boundary_of(request.headers["content-type"])
    parts = await forms.read(
        request.pieces(settings.max_file + settings.max_body, settings.client_timeout), boundary, settings.max_body, settings.max_file
    )
    body = Body({}, parts)
    request.close = body.close
    files = {id(part): await _file(part, endpoint, body, settings) for part in parts if part.shelf is not None}
    body.document = forms.arranged(parts, lambda part: files.get(id(part), part.text))
    use = endpoint.form.uses.get(str(body.document.get(endpoint.form.by)), _ANY) if endpoint.form else _ANY
    if body.lines is not None:
        body.lines.use = use
    elif use.requests:
        raise BadDocument("a file of requests is not JSON lines", where="file", hint="Name the file with the ending .jsonl")
    return body


async def _file(part: Part, endpoint: Endpoint, body: Body, settings: Settings) -> dict[str, Any]:
    """Return what stands in the document for a file: what it holds where somebody can read that, else that it is a file."""
    if not _takes_files(endpoint, part.steps):
        raise BadDocument("a file stands where the route takes none", where=part.name, hint="Send text without a filename")
    assert part.shelf is not None and part.filename is not None  # noqa: S101, PT018 - it is a file
    if part.media_type and not _TYPE.fullmatch(part.media_type.partition(";")[0].strip()):
        raise BadDocument("the type of a file is not of its form", where=part.name, hint="Send a media type, or none")
    ending = ENDING.search(part.filename)
    stem = part.filename[: ending.start()] if ending else part.filename  # an address with `.txt` behind it looks like none
    head = {"filename": stem, "ending": ending[0] if ending else "", "type": part.media_type}
    family = next((one for one in FAMILIES if one.takes(part.filename, part.media_type)), None)
    if family is not None and family.lines and body.lines is None:
        body.lines = Lines(part.shelf, part.name)
        return {**head, "lines": family.name}
    if family is None or part.name in body.texts:
        return {**head, "data": "file"}
    if part.shelf.size > settings.max_body:
        raise TooLarge("the file is too large to be inspected whole", where=part.name, hint="Send it in parts, or raise HUSHGATE_MAX_BODY")
    try:
        text = decoded(b"".join([block async for block in part.shelf.read()]))
        inside = family.read(text)
    except Unreadable:
        return {**head, "data": "file"}
    body.families[part.name], body.texts[part.name] = family, text
    return {**head, "content": inside}


def _takes_files(endpoint: Endpoint, steps: Sequence[str]) -> bool:
    node = endpoint.request.root
    for step in steps:
        below = node.items if step == "" else node.keys.get(step)
        if below is None:
            return step == "" and (data := node.keys.get("data")) is not None and data.kind is Kind.FILE
        node = below
    data = node.keys.get("data")
    return data is not None and data.kind is Kind.FILE
