"""Members of a list remember that it gave them their name, so that it can take it back"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("list_member") as table:
        table.add_column(sa.Column("named", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("list_member") as table:
        table.alter_column("named", server_default=None)
