"""The routes of the audit trail: records, receipts, the log's key, the heads of its trees and the proofs between them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from app.api.parts import Id, Paged, Parts, Team, Who
from app.api.problem import MISSING
from app.control import audit, proofs, receipts
from app.control.pages import Page

router = APIRouter()
Tree = Annotated[str, Query(description="A team; empty for the installation's own tree, `*` for the directory of all")]
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
