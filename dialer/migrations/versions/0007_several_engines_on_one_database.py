"""Several engines on one database: whose an attempt is, and the lanes of a trunk that they share"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attempt", sa.Column("engine", sa.Integer(), nullable=True))
    op.create_table(
        "lane",
        sa.Column("trunk", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("trunk", "number"),
    )
