"""Desks of agents: whose engine has each on the line, and who rests"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agent_desk",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("engine", sa.Integer(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("line", sa.String(40), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rest", sa.String(40), nullable=True),
        sa.Column("rest_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rest_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
