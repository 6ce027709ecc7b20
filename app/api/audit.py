"""The routes of the audit trail: records, receipts, the log's key, the heads of its trees and the proofs between them."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from app.api.documents import NewExport
from app.api.parts import Id, Paged, Parts, Team, Who
from app.api.problem import MISSING
from app.control import audit, export, proofs, receipts
from app.control.pages import Page
from app.core.export import Format

router = APIRouter()
Tree = Annotated[str, Query(description="A team; empty for the installation's own tree, `*` for the directory of all")]
_MEDIA: Final = {Format.JSONL: "application/x-ndjson", Format.CSV: "text/csv"}
EXPORT: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {media: {} for media in _MEDIA.values()}}}
Size = Annotated[int, Query(ge=1, lt=1 << 63, description="A number of leaves")]


@router.get("/audit", tags=["audit"])
async def list_audit(
    control: Parts,
    actor: Who,
    asked: Paged,
    team: Annotated[str | None, Query(description="One team; empty for the installation's own records")] = None,
) -> Page[audit.Entry]:
    """List records, newest first."""
    return await audit.entries(control, actor, team, asked)


@router.get("/audit/key", tags=["audit"])
async def show_log_key(control: Parts, actor: Who) -> proofs.LogKey:
    """Show the public key that signs checkpoints."""
    return await proofs.key(control, actor)


@router.get("/audit/checkpoint", tags=["audit"], responses=MISSING)
async def show_checkpoint(control: Parts, actor: Who, tree: Tree) -> proofs.Head:
    """Show the last signed head of a tree."""
    return await proofs.head(control, actor, tree)


@router.get("/audit/consistency", tags=["audit"], responses=MISSING)
async def prove_consistency(control: Parts, actor: Who, tree: Tree, old: Size, new: Size) -> proofs.Consistency:
    """Prove that a tree at one size is the beginning of itself at another (RFC 6962 section 2.1.2)."""
    return await proofs.consistency(control, actor, tree, old, new)


@router.get("/audit/inclusion/{id}", tags=["audit"], responses=MISSING)
async def prove_inclusion(control: Parts, actor: Who, id: UUID) -> proofs.Inclusion:  # noqa: A002 - the word of the interface
    """Prove that a record is in its team's tree (RFC 6962 section 2.1.1)."""
    return await proofs.inclusion(control, actor, id)


@router.post("/audit/export", tags=["audit"], responses=MISSING | EXPORT, response_class=StreamingResponse)
async def export_audit(control: Parts, actor: Who, body: NewExport) -> StreamingResponse:
    """Stream records with what proves them, as docs/audit.md describes it. A stream without a manifest at its end is not whole."""
    lines = await export.export(control, actor, body.request(), body.mark)
    return StreamingResponse(lines, media_type=_MEDIA[body.format], headers={"cache-control": "no-store"})


@router.get("/audit/{id}", tags=["audit"], responses=MISSING)
async def show_audit(control: Parts, actor: Who, id: UUID) -> audit.Entry:  # noqa: A002 - the word of the interface
    """Show one record."""
    return await audit.get(control, actor, id)


@router.get("/receipts", tags=["receipts"])
async def list_receipts(control: Parts, actor: Who, asked: Paged, team: Team = None) -> Page[dict[str, Any]]:
    """List the receipts of exchanges, newest first; each by itself carries its proof."""
    return await receipts.every(control, actor, team, asked)


@router.get("/receipts/{id}", tags=["receipts"], responses=MISSING)
async def show_receipt(control: Parts, actor: Who, id: Id) -> dict[str, Any]:  # noqa: A002
    """Show the receipt of an exchange, with the proof of its records."""
    return await receipts.find(control, actor, id)
