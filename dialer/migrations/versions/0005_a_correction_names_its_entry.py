"""Wishes say how we came to know of them and about which number; a correction names the entry it takes back"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("wish") as table:
        table.add_column(sa.Column("origin", sa.String(40), nullable=False, server_default="hand"))
        table.add_column(sa.Column("number", sa.String(16), nullable=False, server_default=""))
        table.add_column(
            sa.Column("corrects", sa.Integer(), sa.ForeignKey("wish.id", name="wish_corrects_fkey"), nullable=True)
        )
    with op.batch_alter_table("wish") as table:
        table.alter_column("origin", server_default=None)
        table.alter_column("number", server_default=None)
    op.execute("UPDATE wish SET origin = 'list' WHERE source LIKE 'list %'")
    op.execute(
        "UPDATE wish SET origin = 'call', "
        "number = (SELECT call.number FROM attempt call WHERE 'call ' || call.id = wish.source) "
        "WHERE EXISTS (SELECT 1 FROM attempt call WHERE 'call ' || call.id = wish.source)"
    )
    _name_what_was_corrected()


def _name_what_was_corrected() -> None:
    """A correction used to mean the one entry that was noted by hand before it toward the same advertiser."""
    op.execute(
        "UPDATE wish SET corrects = (SELECT MAX(entry.id) FROM wish entry WHERE entry.contact_id = wish.contact_id "
        "AND entry.id < wish.id AND entry.kind <> 'correction' AND entry.origin = 'hand' "
        "AND entry.source NOT LIKE 'withdrawal: %' "
        "AND COALESCE(entry.advertiser_id, 0) = COALESCE(wish.advertiser_id, 0)) WHERE kind = 'correction'"
    )
