"""Lists of every kind: evidence files beside contacts; what limits calls is kept by number"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXTS = {
    "imported_list": ("source",),
    "consent": ("channels", "hours", "advertiser", "sectors"),
    "contract": ("proof",),
}
"""New columns of text that old rows fill with an empty one."""


def upgrade() -> None:
    _lists()
    _people()
    _permissions()
    _limits()
    _scrubs()


def _lists() -> None:
    op.rename_table("contact_list", "imported_list")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("contact_list_sha256_key", "imported_list")
    with op.batch_alter_table("imported_list", copy_from=_without_unique_hash(), recreate="auto") as table:
        table.add_column(sa.Column("kind", sa.String(40), nullable=False, server_default="contacts"))
        table.add_column(sa.Column("as_of", sa.Date(), nullable=True))
        table.add_column(_key("advertiser_id", "advertiser", "imported_list"))
        table.create_index("ix_imported_list_sha256", ["sha256"])
    _add_texts("imported_list")
    _without_default("imported_list", "kind")
    with op.batch_alter_table("list_member") as table:
        table.add_column(sa.Column("line", sa.Integer(), nullable=False, server_default="0"))
    _without_default("list_member", "line")


def _people() -> None:
    with op.batch_alter_table("contact") as table:
        table.add_column(_key("list_id", "imported_list", "contact"))
        table.create_index("ix_contact_list_id", ["list_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("phone_number_key", "phone")
    with op.batch_alter_table("phone", copy_from=_phone_without_unique_number(), recreate="auto") as table:
        table.add_column(_key("list_id", "imported_list", "phone"))
        table.create_index("ix_phone_list_id", ["list_id"])
        table.create_index("ix_phone_number", ["number"], unique=True)
        table.add_column(sa.Column("kind", sa.String(8), nullable=False, server_default=""))
        table.add_column(sa.Column("region", sa.String(3), nullable=False, server_default=""))
    _without_default("phone", "kind", "region")


def _permissions() -> None:
    _add_texts("consent")
    _add_texts("contract")
    with op.batch_alter_table("consent") as table:
        table.add_column(sa.Column("until", sa.Date(), nullable=True))
        table.add_column(sa.Column("any_hour", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("withdrawn_on", sa.Date(), nullable=True))
        table.create_index("ix_consent_list_id", ["list_id"])
    _without_default("consent", "any_hour", "withdrawn")
    with op.batch_alter_table("contract") as table:
        table.add_column(sa.Column("since", sa.Date(), nullable=True))
        table.add_column(_key("advertiser_id", "advertiser", "contract"))
        table.create_index("ix_contract_list_id", ["list_id"])
    _create_permission(
        "callback_request",
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
    )
    _create_permission("agreed_slot", sa.Column("at", sa.DateTime(timezone=True), nullable=False))


def _limits() -> None:
    op.create_table(
        "opposition",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("advertiser_id", sa.Integer(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["list_id"], ["imported_list.id"]),
        sa.PrimaryKeyConstraint("number", "list_id", "kind", "advertiser_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_opposition_list_id", "opposition", ["list_id"])
    op.rename_table("past_call", "past_call_by_person")
    op.create_table(
        "past_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("advertiser_id", sa.Integer(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["imported_list.id"]),
        sa.ForeignKeyConstraint(["advertiser_id"], ["advertiser.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_past_call_number", "past_call", ["number"])
    op.create_index("ix_past_call_list_id", "past_call", ["list_id"])
    op.execute(
        "INSERT INTO past_call (number, list_id, source, made_on) "
        "SELECT CAST(SUBSTR(phone.number, 2) AS BIGINT), old.list_id, '', old.made_on FROM past_call_by_person old "
        "JOIN phone ON phone.contact_id = old.contact_id "
        "WHERE phone.id = (SELECT MIN(first.id) FROM phone first WHERE first.contact_id = old.contact_id)"
    )
    op.drop_table("past_call_by_person")


def _scrubs() -> None:
    op.create_table(
        "scrub",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contacts_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("uploaded_on", sa.Date(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=False),
        sa.Column("rows_in", sa.Integer(), nullable=False),
        sa.Column("rows_removed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contacts_id"], ["imported_list.id"]),
        sa.ForeignKeyConstraint(["list_id"], ["imported_list.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_scrub_contacts_id", "scrub", ["contacts_id"])
    op.create_index("ix_scrub_list_id", "scrub", ["list_id"])


def _create_permission(name: str, *columns: sa.Column[object]) -> None:
    """A table of what one person allowed, and in which file it stands."""
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=True),
        sa.Column("advertiser_id", sa.Integer(), nullable=True),
        *columns,
        sa.Column("proof", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"]),
        sa.ForeignKeyConstraint(["list_id"], ["imported_list.id"]),
        sa.ForeignKeyConstraint(["advertiser_id"], ["advertiser.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(f"ix_{name}_contact_id", name, ["contact_id"])
    op.create_index(f"ix_{name}_list_id", name, ["list_id"])


def _without_unique_hash() -> sa.Table:
    """The table as 0001 made it, but for the rule that a file comes once: an edition may be confirmed unchanged."""
    return sa.Table(
        "imported_list",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )


def _phone_without_unique_number() -> sa.Table:
    """The table as 0001 made it, but for a constraint that a named index replaces: an index can be built afterwards."""
    return sa.Table(
        "phone",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.Index("ix_phone_contact_id", "contact_id"),
    )


def _key(column: str, to: str, table: str) -> sa.Column[int]:
    return sa.Column(column, sa.Integer(), sa.ForeignKey(f"{to}.id", name=f"{table}_{column}_fkey"), nullable=True)


def _add_texts(name: str) -> None:
    with op.batch_alter_table(name) as table:
        for column in TEXTS[name]:
            table.add_column(sa.Column(column, sa.String(), nullable=False, server_default=""))
    _without_default(name, *TEXTS[name])


def _without_default(name: str, *columns: str) -> None:
    """The default was for the rows there are; new ones say what they hold."""
    with op.batch_alter_table(name) as table:
        for column in columns:
            table.alter_column(column, server_default=None)
