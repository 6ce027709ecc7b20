"""The tables, as SQLAlchemy Core metadata. The migrations make them; a test holds the two together.

`record` is insert-only and partitioned by day; `leaf` and `checkpoint` belong to the sequencer. Reads of tenant tables pass
row-level security by the transaction-local setting `hushgate.team`; writes come from the writer role.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    },
)


def _now() -> Column[object]:
    return Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now())


installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kek_fingerprint", String, nullable=False),  # of the one that wraps now
    Column("root_wrapped", LargeBinary, nullable=False),  # the first version of the root
    Column("root_revoked_at", DateTime(timezone=True)),
    _now(),
)

team = Table("team", metadata, Column("name", String, primary_key=True), Column("closed_at", DateTime(timezone=True)), _now())
project = Table(
    "project",
    metadata,
    Column("team", String, ForeignKey("team.name"), nullable=False),
    Column("name", String, nullable=False),
    _now(),
    PrimaryKeyConstraint("team", "name"),
)
client = Table(
    "client",
    metadata,
    Column("team", String, ForeignKey("team.name"), nullable=False),
    Column("project", String, nullable=False, server_default="default"),
    Column("name", String, nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    _now(),
    PrimaryKeyConstraint("team", "name"),
    ForeignKeyConstraint(["team", "project"], ["project.team", "project.name"], name="fk_client_project"),
)
gateway_key = Table(
    "gateway_key",
    metadata,
    Column("id", String, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("team", String, ForeignKey("team.name"), nullable=False),
    Column("client", String, nullable=False),
    Column("asserts_users", Boolean, nullable=False, server_default="false"),
    Column("expires_at", DateTime(timezone=True)),
    Column("last_used", DateTime(timezone=True)),  # to the minute
    Column("replaced_by", String),  # the key that a rotation put in its place
    Column("revoked_at", DateTime(timezone=True)),
    _now(),
)
admin_key = Table(
    "admin_key",
    metadata,
    Column("id", String, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("teams", ARRAY(String), nullable=False, server_default="{}"),  # of a role that is bound to teams
    Column("expires_at", DateTime(timezone=True)),
    Column("last_used", DateTime(timezone=True)),  # to the minute
    Column("replaced_by", String),  # the key that a rotation put in its place
    Column("revoked_at", DateTime(timezone=True)),
    _now(),
)
provider = Table(
    "provider",
    metadata,
    Column("name", String, primary_key=True),
    Column("dialect", String, nullable=False),
    Column("base_url", String, nullable=False),
    Column("credential", LargeBinary),  # sealed
    Column("credential_set_at", DateTime(timezone=True)),
    Column("allow_private", Boolean, nullable=False, server_default="false"),
    Column("terms", JSONB, nullable=False, server_default="{}"),
    _now(),
)
idempotency = Table(
    "idempotency",
    metadata,
    Column("actor", String, nullable=False),
    Column("key", LargeBinary, nullable=False),  # keyed hashes of what the caller named, and of the request
    Column("request", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the answer: it may hold a new key
    Column("expires", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("actor", "key"),
    Index("ix_idempotency_expires", "expires"),
)
policy = Table(
    "policy",
    metadata,
    Column("team", String, ForeignKey("team.name"), nullable=False),
    Column("version", String, nullable=False),  # content address
    Column("serial", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the document: a team's terms are originals, too
    _now(),
    PrimaryKeyConstraint("team", "serial"),
)

record = Table(
    "record",
    metadata,
    Column("team", String, nullable=False),
    Column("id", UUID(as_uuid=True), nullable=False),
    Column("exchange", UUID(as_uuid=True), nullable=False),
    Column("kind", String, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("client", String),
    Column("user_index", LargeBinary),
    Column("dialect", String),
    Column("endpoint", String),
    Column("model", String),
    Column("provider", String),
    Column("policy_version", String),
    Column("verdict", String),
    Column("entities", JSONB, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("id", "at"),
    Index("ix_record_exchange", "exchange"),
    Index("ix_record_team_at", "team", "at"),
    postgresql_partition_by="RANGE (at)",
)
pending = Table(  # records without a leaf, by a trigger on `record`
    "pending",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("team", String, nullable=False),
    Column("record", UUID(as_uuid=True), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
leaf = Table(
    "leaf",
    metadata,
    Column("team", String, nullable=False),
    Column("index", BigInteger, nullable=False),
    Column("record", UUID(as_uuid=True), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("team", "index"),
    UniqueConstraint("record"),
    Index("ix_leaf_team_at", "team", "at"),
)
node = Table(  # complete subtrees of 256 leaves, of 256 of those, and so on; of the directory tree the leaves, too, at level 0
    "node",
    metadata,
    Column("team", String, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("index", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("team", "level", "index"),
)
checkpoint = Table(
    "checkpoint",
    metadata,
    Column("team", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", String, nullable=False),
    Column("entry", BigInteger),  # which leaf of the directory tree it is
    _now(),
    PrimaryKeyConstraint("team", "size"),
    UniqueConstraint("entry"),
)
cosignature = Table(  # of witnesses, under checkpoints of the directory tree
    "cosignature",
    metadata,
    Column("size", BigInteger, nullable=False),
    Column("witness", String, nullable=False),
    Column("line", String, nullable=False),
    _now(),
    PrimaryKeyConstraint("size", "witness"),
)
signing_key = Table(
    "signing_key",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),  # the epoch of its secret in `data_key`
    Column("public", LargeBinary, nullable=False),
    _now(),
    Column("retired_at", DateTime(timezone=True)),
)

data_key = Table(
    "data_key",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("purpose", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("epoch", String, nullable=False),
    Column("wrapped", LargeBinary),  # null once destroyed
    Column("destroyed_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("kek", String),  # which key-encryption key wrapped it
    Column("revoked_at", DateTime(timezone=True)),  # of a root or signing key: no longer to be read with
    _now(),
    UniqueConstraint("purpose", "owner", "epoch", "version"),
    Index("ix_data_key_kek", "kek"),
)
kek = Table(
    "kek",
    metadata,
    Column("fingerprint", String, primary_key=True),
    _now(),
    Column("revoked_at", DateTime(timezone=True)),
)
lease = Table(
    "lease",
    metadata,
    Column("instance", BigInteger, primary_key=True),
    Column("host", String, nullable=False),  # where process numbers mean the same: one boot of one kernel, one namespace
    Column("process", String, nullable=False),
    Column("beat", BigInteger, nullable=False, server_default="0"),
    Column("keks", ARRAY(String), nullable=False, server_default="{}"),  # which key-encryption keys it holds
    _now(),
)
retention = Table(
    "retention",
    metadata,
    Column("team", String, nullable=False),
    Column("class", String, nullable=False),
    Column("days", Integer, nullable=False),
    PrimaryKeyConstraint("team", "class"),
)
hold = Table(
    "hold",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("team", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("set_by", String, nullable=False),
    _now(),
    Column("cleared_at", DateTime(timezone=True)),
    Column("cleared_by", String),
    Column("cleared_for", String),
    Index("ix_hold_team", "team"),
)
surrogate = Table(
    "surrogate",
    metadata,
    Column("team", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("epoch", String, nullable=False),
    Column("text", String, nullable=False),
    Column("data_key", UUID(as_uuid=True), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("team", "text"),
    Index("ix_surrogate_expires", "expires"),
    Index("ix_surrogate_data_key", "data_key"),
)
restore_right = Table(
    "restore_right",
    metadata,
    Column("team", String, nullable=False),
    Column("surrogate", String, nullable=False),
    Column("client", String, nullable=False),
    Column("user_index", LargeBinary, nullable=False, server_default=""),
    Column("project", String, nullable=False, server_default="default"),
    PrimaryKeyConstraint("team", "surrogate", "client", "user_index"),
)
signed_block = Table(
    "signed_block",
    metadata,
    Column("team", String, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("team", "digest"),
)

# What providers keep: whose each object is, what went into it (the making first), and which surrogates an exchange sent.
object_ = Table(
    "object",
    metadata,
    Column("team", String, nullable=False),
    Column("provider", String, nullable=False),
    Column("id", String, nullable=False),
    Column("project", String, nullable=False),
    Column("client", String, nullable=False),
    Column("sort", String, nullable=False),
    Column("exchange", UUID(as_uuid=True), nullable=False),
    Column("parents", ARRAY(String), nullable=False, server_default="{}"),
    Column("expires", DateTime(timezone=True)),  # null: kept until it is deleted
    _now(),
    PrimaryKeyConstraint("provider", "id"),
    Index("ix_object_exchange", "exchange"),
    Index("ix_object_expires", "expires"),
)
object_source = Table(
    "object_source",
    metadata,
    Column("team", String, nullable=False),
    Column("provider", String, nullable=False),
    Column("object", String, nullable=False),
    Column("exchange", UUID(as_uuid=True), nullable=False),
    Column("parents", ARRAY(String), nullable=False, server_default="{}"),
    PrimaryKeyConstraint("provider", "object", "exchange"),
    Index("ix_object_source_exchange", "exchange"),
)
object_surrogate = Table(
    "object_surrogate",
    metadata,
    Column("team", String, nullable=False),
    Column("exchange", UUID(as_uuid=True), nullable=False),
    Column("surrogate", String, nullable=False),
    _now(),
    PrimaryKeyConstraint("exchange", "surrogate"),
    Index("ix_object_surrogate_team", "team", "surrogate"),
)

TENANT_TABLES: Final = (
    *("record", "leaf", "node", "checkpoint", "surrogate", "restore_right", "signed_block"),
    *("object", "object_source", "object_surrogate"),
)
