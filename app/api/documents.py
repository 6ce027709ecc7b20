"""What callers of the admin API may send: bodies, each with all of its keys; an unknown key is refused."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr

from app.control import keyring, names, providers, retention, teams
from app.control.actor import Role
from app.control.apply import Wanted, WantedTeam
from app.control.lifetime import LONGEST_OVERLAP, OVERLAP
from app.control.retention import Class
from app.control.wanted import Filter, Request
from app.core.export import Format

Name = Annotated[str, Field(pattern=names.GRAMMAR, description="1 to 63 lower-case letters, digits, hyphens and underscores")]
Days = Annotated[int, Field(ge=1, le=retention.LONGEST)]
Printable = Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]
Scalar = str | int | float | bool | None
_SECONDS = int(LONGEST_OVERLAP.total_seconds())


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)


class NewTeam(_Body):
    """A team to be created."""

    name: Name


class NewProject(_Body):
    """A project to be created."""

    team: Name
    name: Name


class NewClient(_Body):
    """A client to be created."""

    team: Name
    name: Name
    project: Name = teams.DEFAULT


class NewKey(_Body):
    """A gateway key to be minted for a client of a team."""

    team: Name
    client: Name = teams.DEFAULT
    asserts_users: bool = Field(default=False, description="Whether the client may say in x-hushgate-user who sits behind a call")
    expires_at: AwareDatetime | None = None


class Rollback(_Body):
    """The version of a policy to go back to."""

    version: str = Field(min_length=1, max_length=64, description="Its address or its number")


class NewAdminKey(_Body):
    """An admin key to be minted. `teams` goes with the role `team_admin`, and with that one only."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,62}$", description="What people call it, such as whose it is")
    role: Role
    teams: list[Name] = Field(default=[], max_length=100)
    expires_at: AwareDatetime | None = None


class Rotation(_Body):
    """How a key is to be replaced. Without `expires_at` the new one lives as long as the old one was meant to."""

    overlap_seconds: int = Field(
        default=int(OVERLAP.total_seconds()), ge=0, le=_SECONDS, description="How long both work; 0 ends the old one at once"
    )
    expires_at: AwareDatetime | None = None

    @property
    def overlap(self) -> timedelta:
        """How long both work."""
        return timedelta(seconds=self.overlap_seconds)


class KeyRotation(_Body):
    """Which key gets its next version; data keys those of one team, or all."""

    sort: keyring.Sort
    team: Name | None = None


class Rewrapping(_Body):
    """How many keys to wrap anew at most."""

    limit: int = Field(default=keyring.BATCH, ge=1, le=10_000)


class KeyRevocation(_Body):
    """Which version is refused from now on. `force` ends credentials whose digests it made."""

    sort: keyring.Sort
    version: str = Field(max_length=200)
    force: bool = False


class RetentionPeriod(_Body):
    """For how many days; null for the usual period."""

    days: int | None = Field(ge=1, le=retention.LONGEST)


class Reason(_Body):
    """Why. It goes on the record, so it should name no person."""

    reason: str = Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$")


class NewHold(Reason):
    """A hold on a team."""

    team: Name


class ProviderEntry(_Body):
    """What a provider is to be. Without `credential` the one that is set stays; null removes it."""

    dialect: str = Field(max_length=63)
    base_url: str = Field(max_length=2048)
    credential: SecretStr | None = None
    allow_private: bool = Field(default=False, description="Whether the host may lie in a private network, and be plain http")
    terms: dict[str, Scalar | list[Scalar]] = Field(default={}, description="What was agreed with the provider; noted, not enforced")

    def entry(self) -> providers.Entry:
        """Return what `control` takes."""
        return providers.Entry(
            dialect=self.dialect,
            base_url=self.base_url,
            credential=self.credential.get_secret_value() if self.credential else None,
            keep_credential="credential" not in self.model_fields_set,
            allow_private=self.allow_private,
            terms=self.terms,
        )


class NewExport(_Body):
    """What is to be exported: the records of a time, a team, a client and so on; without any of these all that you see."""

    format: Format = Format.JSONL
    team: str | None = Field(default=None, max_length=63, description="One team; empty for the installation's own records")
    since: AwareDatetime | None = None
    until: AwareDatetime | None = Field(default=None, description="The first moment that is not wanted any more")
    client: Printable | None = None
    model: Printable | None = None
    provider: Printable | None = None
    entity: Printable | None = Field(default=None, description="Records that count a finding of this entity")
    verdict: Printable | None = None
    reason: Printable | None = Field(
        default=None, min_length=1, description="Open what is sealed in the records, for this reason, which is recorded"
    )
    mark: str | None = Field(
        default=None, max_length=500_000, description="From the last mark line of an export that was interrupted: go on after it"
    )

    def request(self) -> Request:
        """Return what `control` takes."""
        names = ("team", "since", "until", "client", "model", "provider", "entity", "verdict")
        return Request(self.format, Filter(**{name: getattr(self, name) for name in names}), self.reason)


class ProjectState(_Body):
    """A project as it is to be."""

    clients: list[Name] = Field(default=[], max_length=1000)


class TeamState(_Body):
    """A team as it is to be. Without `policy` it keeps its own."""

    projects: dict[Name, ProjectState] = {}
    policy: Annotated[Any, Field(description="A policy document")] = None
    retention: dict[Class, Days | None] = {}


class State(_Body):
    """A whole installation as it is to be. What is not named is left alone."""

    version: Literal[1]
    providers: dict[Name, ProviderEntry] = {}
    teams: dict[Name, TeamState] = {}

    def wanted(self) -> Wanted:
        """Return what `control` takes."""
        return Wanted(
            {name: provider.entry() for name, provider in self.providers.items()},
            {
                name: WantedTeam(
                    {project: tuple(state.clients) for project, state in team.projects.items()}, team.policy, dict(team.retention)
                )
                for name, team in self.teams.items()
            },
        )
