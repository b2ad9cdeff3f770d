"""Every customer id that names a person, whichever list or row brought it; what a list changed of a postcode"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_reference",
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=True),
        sa.Column("theirs", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"]),
        sa.ForeignKeyConstraint(["list_id"], ["imported_list.id"]),
        sa.PrimaryKeyConstraint("external_id", "source", "contact_id"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO customer_reference (external_id, source, contact_id, list_id, theirs) "
        "SELECT contact.external_id, COALESCE(imported_list.source, ''), contact.id, contact.list_id, TRUE "
        "FROM contact LEFT JOIN imported_list ON imported_list.id = contact.list_id "
        "WHERE contact.external_id IS NOT NULL ORDER BY 1, 2, 3"
    )
    op.create_index("ix_customer_reference_contact_id", "customer_reference", ["contact_id"])
    op.drop_index("ix_contact_external_id", "contact")
    op.add_column("list_member", sa.Column("postcode_before", sa.String(), nullable=True))
