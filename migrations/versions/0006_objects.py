"""What providers keep for a team: whose each object is, what went into it, and which surrogates that holds."""

from collections.abc import Sequence

from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("object", "object_source", "object_surrogate")
STATEMENTS = (
    """
    CREATE TABLE object (
        team VARCHAR NOT NULL,
        provider VARCHAR NOT NULL,
        id VARCHAR NOT NULL,
        project VARCHAR NOT NULL,
        client VARCHAR NOT NULL,
        sort VARCHAR NOT NULL,
        exchange UUID NOT NULL,
        parents VARCHAR[] DEFAULT '{}' NOT NULL,
        expires TIMESTAMP WITH TIME ZONE,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_object PRIMARY KEY (provider, id)
    )
    """,
    "CREATE INDEX ix_object_exchange ON object (exchange)",
    "CREATE INDEX ix_object_expires ON object (expires)",
    """
    CREATE TABLE object_source (
        team VARCHAR NOT NULL,
        provider VARCHAR NOT NULL,
        object VARCHAR NOT NULL,
        exchange UUID NOT NULL,
        parents VARCHAR[] DEFAULT '{}' NOT NULL,
        CONSTRAINT pk_object_source PRIMARY KEY (provider, object, exchange)
    )
    """,
    "CREATE INDEX ix_object_source_exchange ON object_source (exchange)",
    """
    CREATE TABLE object_surrogate (
        team VARCHAR NOT NULL,
        exchange UUID NOT NULL,
        surrogate VARCHAR NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_object_surrogate PRIMARY KEY (exchange, surrogate)
    )
    """,
    "CREATE INDEX ix_object_surrogate_team ON object_surrogate (team, surrogate)",
    "GRANT INSERT ON object, object_source, object_surrogate TO hushgate_writer",
    "GRANT SELECT (team, provider, id), DELETE ON object TO hushgate_writer",
    "GRANT SELECT (team, provider, object), DELETE ON object_source TO hushgate_writer",
    "GRANT SELECT ON object, object_source, object_surrogate TO hushgate_reader",
    "CREATE POLICY claims ON object FOR SELECT TO hushgate_writer USING (true)",
    "CREATE POLICY ends ON object FOR DELETE TO hushgate_writer USING (true)",
    "CREATE POLICY claims ON object_source FOR SELECT TO hushgate_writer USING (true)",
    "CREATE POLICY ends ON object_source FOR DELETE TO hushgate_writer USING (true)",
)


def upgrade() -> None:
    """Add the tables, under row-level security."""
    for statement in STATEMENTS[:-4]:
        op.execute(statement)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reads ON {table} FOR SELECT TO hushgate_reader USING (team = current_setting('hushgate.team', true))")
        op.execute(f"CREATE POLICY writes ON {table} FOR INSERT TO hushgate_writer WITH CHECK (true)")
    for statement in STATEMENTS[-4:]:
        op.execute(statement)


def downgrade() -> None:
    """Refused: the ledger is append-only."""
    raise NotImplementedError("Hushgate's schema only goes forward; restore a backup to go back")
