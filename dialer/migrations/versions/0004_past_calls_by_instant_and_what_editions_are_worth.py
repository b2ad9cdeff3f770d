"""Past calls keep their instants, editions say what they are worth, lists which known numbers they hold"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _past_calls()
    _editions()
    op.create_table(
        "listed_number",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["imported_list.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", "list_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_listed_number_list_id", "listed_number", ["list_id"])


def _past_calls() -> None:
    """Files of evidence add up from now on, and so do those that were loaded before: counting too much is lawful."""
    with op.batch_alter_table("past_call") as table:
        table.add_column(sa.Column("made_at", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("telling", sa.String(40), nullable=False, server_default="state"))
    with op.batch_alter_table("past_call") as table:
        table.alter_column("made_at", server_default=None)
        table.alter_column("telling", server_default=None)
    op.execute(
        "UPDATE past_call SET telling = 'part' "
        "WHERE list_id IN (SELECT id FROM imported_list WHERE kind = 'past-calls')"
    )


def _editions() -> None:
    """Editions that are there renewed their source already; rows that were accepted stand for numbers."""
    edition = op.create_table(
        "edition",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.Integer(), nullable=False),
        sa.Column("renews", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["imported_list.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("list_id"),
    )
    there = op.get_bind().execute(sa.text("SELECT id, report FROM imported_list WHERE kind = 'opposition'"))
    for list_id, stored in there.all():
        report = json.loads(stored) if isinstance(stored, str) else stored
        op.execute(edition.insert().values(list_id=list_id, numbers=report.get("accepted", 0), renews=True))
