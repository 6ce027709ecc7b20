"""A whole installation as one document: what it is now, and the changes that make it so, all of them or none."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.control import clients, names, policies, projects, providers, retention, teams
from app.control.actor import INSTALLATION, Actor, Verb, can, may
from app.control.change import Control, together
from app.control.pages import WHOLE
from app.control.providers import Entry, Provider
from app.control.retention import Class
from app.core.policy_diff import HIDDEN
from app.errors import Conflict, NotFound, Refused
from app.store import tables


@dataclass(frozen=True, slots=True)
class WantedTeam:
    """What a team is to have: projects with their clients, and a policy unless that is None. What it has besides stays."""

    projects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    policy: Any = None
    retention: Mapping[Class, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be there. What is not named here is left alone."""

    providers: Mapping[str, Entry] = field(default_factory=dict)
    teams: Mapping[str, WantedTeam] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Planned:
    """One change, as its audit record says it."""

    verb: str
    target: str
    team: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes that were made, or with `dry_run` would be made. No changes: everything is as it is wanted."""

    dry_run: bool
    changes: list[Planned]


async def apply(control: Control, actor: Actor, wanted: Wanted, *, dry_run: bool = False) -> Plan:
    """Make it so in one transaction. Raises what the single operations raise, with the place in the document; then nothing is done.

    A dry run does the same and takes it back, so its plan is what would happen and not what somebody thinks would.
    """
    async with together(control) as joined:
        if joined.joined is None:
            raise TypeError
        taking_back = await joined.joined.connection.begin_nested()
        before = len(joined.joined.journal)
        for name, entry in wanted.providers.items():
            with _within("providers", name):
                await _provider(joined, actor, name, entry)
        for name, team in wanted.teams.items():
            with _within("teams", name):
                await _team(joined, actor, name, team)
        changes = [Planned(made.verb.value, made.target, made.team, dict(made.details)) for made in joined.joined.journal[before:]]
        if dry_run:
            await taking_back.rollback()
            del joined.joined.journal[before:]
        else:
            await taking_back.commit()
    return Plan(dry_run, changes)


async def export(control: Control, actor: Actor) -> dict[str, Any]:
    """Return what the actor sees as a document that `apply` takes: without credentials, keys, and what is closed."""
    async with together(control) as joined:
        entries = (await providers.every(joined, actor, WHOLE)).items
        document: dict[str, Any] = {"version": 1, "providers": {entry.name: _entry(entry) for entry in entries}, "teams": {}}
        for team in (await teams.every(joined, actor, WHOLE)).items:
            if team.closed_at is None:
                document["teams"][team.name] = await _exported(joined, actor, team.name)
    return document


def _entry(of: Provider | Entry) -> dict[str, Any]:
    return {"dialect": of.dialect, "base_url": of.base_url, "allow_private": of.allow_private, "terms": dict(of.terms)}


async def _exported(control: Control, actor: Actor, team: str) -> dict[str, Any]:
    found: dict[str, list[str]] = {project.name: [] for project in (await projects.every(control, actor, team, WHOLE)).items}
    for client in (await clients.every(control, actor, team, WHOLE)).items:
        if client.closed_at is None:
            found[client.project].append(client.name)
    exported: dict[str, Any] = {"projects": {name: {"clients": sorted(inside)} for name, inside in found.items()}}
    own = {period.what.value: period.days for period in await retention.periods(control, actor, team) if not period.usual}
    if own:
        exported["retention"] = own
    document = (await policies.current(control, actor, team)).document
    if not can(actor, Verb.POLICY_TEXTS_LOOK, team) and HIDDEN in str(document):
        return exported  # a policy without its words is none to apply; without a policy, `apply` leaves the one that is there
    return {**exported, "policy": document}


async def _provider(control: Control, actor: Actor, name: str, entry: Entry) -> None:
    may(actor, Verb.PROVIDER_LOOK, INSTALLATION)
    names.check(name)
    if entry.keep_credential:
        with suppress(NotFound):
            if _entry(await providers.get(control, actor, name)) == _entry(entry):
                return  # who may not set a provider may still apply a document that names it as it is
    await providers.put(control, actor, name, entry)


async def _team(control: Control, actor: Actor, name: str, wanted: WantedTeam) -> None:
    may(actor, Verb.TEAM_LOOK, names.check(name))
    async with control.transaction() as connection:
        columns = tables.team.c
        row = (await connection.execute(select(columns.closed_at).where(columns.name == name).with_for_update())).first()
        if row is None:
            await teams.create(control, actor, name)
        elif row.closed_at is not None:
            raise Conflict("the team is closed", hint="Take it out: one that is closed does not open again")
        for project, inside in wanted.projects.items():
            with _within("projects", project):
                await _project(control, actor, name, project, inside)
    for what, days in wanted.retention.items():
        with _within("retention", what.value):
            await retention.put(control, actor, name, what, days)
    if wanted.policy is not None:
        with _within("policy"):
            await policies.put(control, actor, name, wanted.policy)


async def _project(control: Control, actor: Actor, team: str, name: str, inside: tuple[str, ...]) -> None:
    try:
        await projects.get(control, actor, team, name)
    except NotFound:
        await projects.create(control, actor, team, name)
    for index, client in enumerate(inside):
        with _within("clients", str(index)):
            try:
                held = await clients.get(control, actor, team, client)
            except NotFound:
                await clients.create(control, actor, team, client, name)
                continue
            if held.closed_at is not None or held.project != name:
                hint = "Choose another name: a client does not change its project, and one that is closed does not open again"
                raise Conflict("the client is closed or belongs to another project", hint=hint)


@contextmanager
def _within(*steps: str) -> Iterator[None]:
    """Say in an error where in the whole document its place is."""
    try:
        yield
    except Refused as error:
        own = [] if error.where in {"", "name", "team", "document"} else [error.where]
        error.where = ".".join([*steps, *own])
        raise
