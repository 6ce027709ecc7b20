"""The first schema: installation, directory, ledger and vault, with their roles and row-level security."""

from collections.abc import Sequence

from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = (
    """
    CREATE TABLE admin_key (
        id VARCHAR NOT NULL,
        digest BYTEA NOT NULL,
        name VARCHAR NOT NULL,
        revoked_at TIMESTAMP WITH TIME ZONE,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_admin_key PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE checkpoint (
        team VARCHAR NOT NULL,
        size BIGINT NOT NULL,
        root BYTEA NOT NULL,
        note VARCHAR NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_checkpoint PRIMARY KEY (team, size)
    )
    """,
    """
    CREATE TABLE data_key (
        id UUID NOT NULL,
        purpose VARCHAR NOT NULL,
        owner VARCHAR NOT NULL,
        epoch VARCHAR NOT NULL,
        wrapped BYTEA,
        destroyed_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_data_key PRIMARY KEY (id),
        CONSTRAINT uq_data_key_purpose UNIQUE (purpose, owner, epoch)
    )
    """,
    """
    CREATE TABLE installation (
        id SERIAL NOT NULL,
        kek_fingerprint VARCHAR NOT NULL,
        root_wrapped BYTEA NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_installation PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE leaf (
        team VARCHAR NOT NULL,
        index BIGINT NOT NULL,
        record UUID NOT NULL,
        hash BYTEA NOT NULL,
        CONSTRAINT pk_leaf PRIMARY KEY (team, index),
        CONSTRAINT uq_leaf_record UNIQUE (record)
    )
    """,
    """
    CREATE TABLE provider (
        name VARCHAR NOT NULL,
        dialect VARCHAR NOT NULL,
        base_url VARCHAR NOT NULL,
        credential BYTEA,
        allow_private BOOLEAN DEFAULT 'false' NOT NULL,
        terms JSONB DEFAULT '{}' NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_provider PRIMARY KEY (name)
    )
    """,
    """
    CREATE TABLE record (
        team VARCHAR NOT NULL,
        id UUID NOT NULL,
        exchange UUID NOT NULL,
        kind VARCHAR NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        client VARCHAR,
        user_index BYTEA,
        dialect VARCHAR,
        endpoint VARCHAR,
        model VARCHAR,
        provider VARCHAR,
        policy_version VARCHAR,
        verdict VARCHAR,
        entities JSONB NOT NULL,
        sealed BYTEA NOT NULL,
        leaf_hash BYTEA NOT NULL,
        CONSTRAINT pk_record PRIMARY KEY (id, at)
    )
     PARTITION BY RANGE (at)
    """,
    """
    CREATE INDEX ix_record_exchange ON record (exchange)
    """,
    """
    CREATE INDEX ix_record_team_at ON record (team, at)
    """,
    """
    CREATE TABLE restore_right (
        team VARCHAR NOT NULL,
        surrogate VARCHAR NOT NULL,
        client VARCHAR NOT NULL,
        user_index BYTEA DEFAULT '' NOT NULL,
        CONSTRAINT pk_restore_right PRIMARY KEY (team, surrogate, client, user_index)
    )
    """,
    """
    CREATE TABLE signed_block (
        team VARCHAR NOT NULL,
        digest BYTEA NOT NULL,
        at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_signed_block PRIMARY KEY (team, digest)
    )
    """,
    """
    CREATE TABLE surrogate (
        team VARCHAR NOT NULL,
        scope VARCHAR NOT NULL,
        epoch VARCHAR NOT NULL,
        text VARCHAR NOT NULL,
        data_key UUID NOT NULL,
        sealed BYTEA NOT NULL,
        expires TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_surrogate PRIMARY KEY (team, scope, epoch, text)
    )
    """,
    """
    CREATE INDEX ix_surrogate_text ON surrogate (team, text)
    """,
    """
    CREATE TABLE team (
        name VARCHAR NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_team PRIMARY KEY (name)
    )
    """,
    """
    CREATE TABLE client (
        team VARCHAR NOT NULL,
        project VARCHAR DEFAULT 'default' NOT NULL,
        name VARCHAR NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_client PRIMARY KEY (team, name),
        CONSTRAINT fk_client_team FOREIGN KEY(team) REFERENCES team (name)
    )
    """,
    """
    CREATE TABLE gateway_key (
        id VARCHAR NOT NULL,
        digest BYTEA NOT NULL,
        team VARCHAR NOT NULL,
        client VARCHAR NOT NULL,
        asserts_users BOOLEAN DEFAULT 'false' NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE,
        revoked_at TIMESTAMP WITH TIME ZONE,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_gateway_key PRIMARY KEY (id),
        CONSTRAINT fk_gateway_key_team FOREIGN KEY(team) REFERENCES team (name)
    )
    """,
    """
    CREATE TABLE policy (
        team VARCHAR NOT NULL,
        version VARCHAR NOT NULL,
        serial BIGINT NOT NULL,
        sealed BYTEA NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_policy PRIMARY KEY (team, serial),
        CONSTRAINT fk_policy_team FOREIGN KEY(team) REFERENCES team (name)
    )
    """,
    """
    CREATE TABLE project (
        team VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_project PRIMARY KEY (team, name),
        CONSTRAINT fk_project_team FOREIGN KEY(team) REFERENCES team (name)
    )
    """,
)

ROLES = (
    # No role can log in: the connection's own user steps down into one of them.
    """
    DO $$
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hushgate_writer') THEN CREATE ROLE hushgate_writer NOLOGIN; END IF;
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hushgate_reader') THEN CREATE ROLE hushgate_reader NOLOGIN; END IF;
    END $$
    """,
    "GRANT hushgate_writer, hushgate_reader TO CURRENT_USER",
    "GRANT USAGE ON SCHEMA public TO hushgate_writer, hushgate_reader",
    # The writer adds rows and can read back no more than the names of surrogates, to see which ones are new.
    "GRANT INSERT ON record, surrogate, restore_right, signed_block, data_key TO hushgate_writer",
    "GRANT SELECT (team, scope, epoch, text) ON surrogate TO hushgate_writer",
    "GRANT SELECT ON record, leaf, checkpoint, surrogate, restore_right, signed_block, data_key TO hushgate_reader",
)

TENANT_TABLES = ("record", "leaf", "checkpoint", "surrogate", "restore_right", "signed_block")
WRITTEN_TABLES = ("record", "surrogate", "restore_right", "signed_block")

# One partition a day. Made ahead by the gateway; a day nobody prepared is an error, never a lost row.
PARTITIONS = """
    CREATE FUNCTION hushgate_partitions(first date, days integer) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE day date;
    BEGIN
        PERFORM pg_advisory_xact_lock(1213550417);
        FOR day IN SELECT generate_series(first, first + days - 1, interval '1 day')::date LOOP
            EXECUTE format(
                'CREATE TABLE IF NOT EXISTS %I PARTITION OF record FOR VALUES FROM (%L) TO (%L)',
                'record_' || to_char(day, 'YYYYMMDD'), day::text || ' 00:00:00+00', (day + 1)::text || ' 00:00:00+00'
            );
        END LOOP;
    END $$
"""


def upgrade() -> None:
    """Create everything."""
    for statement in (*TABLES, *ROLES, PARTITIONS):
        op.execute(statement)
    for table in TENANT_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reads ON {table} FOR SELECT TO hushgate_reader USING (team = current_setting('hushgate.team', true))")
    for table in WRITTEN_TABLES:
        op.execute(f"CREATE POLICY writes ON {table} FOR INSERT TO hushgate_writer WITH CHECK (true)")
    op.execute("CREATE POLICY names ON surrogate FOR SELECT TO hushgate_writer USING (true)")
    op.execute("SELECT hushgate_partitions((now() AT TIME ZONE 'UTC')::date - 1, 32)")


def downgrade() -> None:
    """Refused: the ledger is append-only."""
    raise NotImplementedError("Hushgate's schema only goes forward; restore a backup to go back")
