"""Leaves and checkpoints: what waits for a leaf, the stored subtrees, the directory's entries, cosignatures, signing keys."""

from collections.abc import Sequence

from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATEMENTS = (
    """
    DO $$
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hushgate_sequencer') THEN CREATE ROLE hushgate_sequencer NOLOGIN; END IF;
    END $$
    """,
    "GRANT hushgate_sequencer TO CURRENT_USER",
    "GRANT USAGE ON SCHEMA public TO hushgate_sequencer",
    # Records without a leaf. A record that commits late waits like any other: no clock and no order of ids is relied on.
    """
    CREATE TABLE pending (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        team VARCHAR NOT NULL,
        record UUID NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        hash BYTEA NOT NULL,
        CONSTRAINT pk_pending PRIMARY KEY (id)
    )
    """,
    """
    CREATE FUNCTION hushgate_pending() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        INSERT INTO pending (team, record, at, hash) SELECT team, id, at, leaf_hash FROM fresh;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER pending AFTER INSERT ON record REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION hushgate_pending()
    """,
    "INSERT INTO pending (team, record, at, hash) SELECT team, id, at, leaf_hash FROM record ORDER BY at, id",
    "ALTER TABLE leaf ADD COLUMN at TIMESTAMP WITH TIME ZONE NOT NULL",
    "CREATE INDEX ix_leaf_team_at ON leaf (team, at)",
    """
    CREATE TABLE node (
        team VARCHAR NOT NULL,
        level SMALLINT NOT NULL,
        index BIGINT NOT NULL,
        hash BYTEA NOT NULL,
        CONSTRAINT pk_node PRIMARY KEY (team, level, index)
    )
    """,
    "ALTER TABLE checkpoint ADD COLUMN entry BIGINT",
    "ALTER TABLE checkpoint ADD CONSTRAINT uq_checkpoint_entry UNIQUE (entry)",
    """
    CREATE TABLE cosignature (
        size BIGINT NOT NULL,
        witness VARCHAR NOT NULL,
        line VARCHAR NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_cosignature PRIMARY KEY (size, witness)
    )
    """,
    """
    CREATE TABLE signing_key (
        version INTEGER NOT NULL,
        public BYTEA NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        retired_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_signing_key PRIMARY KEY (version)
    )
    """,
    "ALTER TABLE node ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY reads ON node FOR SELECT TO hushgate_reader USING (team = current_setting('hushgate.team', true))",
    # The directory names no team: hashes, sizes and the log's signature.
    "CREATE POLICY directory ON node FOR SELECT TO hushgate_reader USING (team = '*')",
    "CREATE POLICY directory ON checkpoint FOR SELECT TO hushgate_reader USING (team = '*')",
    "GRANT SELECT ON node, cosignature, signing_key TO hushgate_reader",
    "GRANT SELECT, DELETE ON pending TO hushgate_sequencer",
    "GRANT SELECT, INSERT ON leaf, node, checkpoint, cosignature TO hushgate_sequencer",
)
SEQUENCED_TABLES = ("leaf", "node", "checkpoint")


def upgrade() -> None:
    """Make everything; the records of earlier versions wait for their leaves."""
    for statement in STATEMENTS:
        op.execute(statement)
    for table in SEQUENCED_TABLES:
        op.execute(f"CREATE POLICY sequences ON {table} FOR SELECT TO hushgate_sequencer USING (true)")
        op.execute(f"CREATE POLICY grows ON {table} FOR INSERT TO hushgate_sequencer WITH CHECK (true)")


def downgrade() -> None:
    """Refused: the ledger is append-only."""
    raise NotImplementedError("Hushgate's schema only goes forward; restore a backup to go back")
