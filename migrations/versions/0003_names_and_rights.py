"""One surrogate is one value of a team, whatever scope and epoch named it; rights know their project; rows can be renewed and expire."""

from collections.abc import Sequence

from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATEMENTS = (
    # Two epochs never gave one text to two values but by a chance of one in 2^45; the younger row stays.
    """
    DELETE FROM surrogate AS older USING surrogate AS younger
    WHERE older.team = younger.team AND older.text = younger.text
      AND (older.expires, older.scope, older.epoch) < (younger.expires, younger.scope, younger.epoch)
    """,
    "ALTER TABLE surrogate DROP CONSTRAINT pk_surrogate",
    "ALTER TABLE surrogate ADD CONSTRAINT pk_surrogate PRIMARY KEY (team, text)",
    "DROP INDEX ix_surrogate_text",
    "CREATE INDEX ix_surrogate_expires ON surrogate (expires)",
    "ALTER TABLE restore_right ADD COLUMN project VARCHAR DEFAULT 'default' NOT NULL",
    """
    UPDATE restore_right SET project = client.project FROM client
    WHERE client.team = restore_right.team AND client.name = restore_right.client AND client.project <> 'default'
    """,
    # The writer may let a row live longer, and nothing else.
    "GRANT SELECT (expires), UPDATE (expires) ON surrogate TO hushgate_writer",
    "CREATE POLICY renews ON surrogate FOR UPDATE TO hushgate_writer USING (true) WITH CHECK (true)",
)


def upgrade() -> None:
    """Change the vault; rows of the first schema keep their meaning."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refused: the ledger is append-only."""
    raise NotImplementedError("Hushgate's schema only goes forward; restore a backup to go back")
