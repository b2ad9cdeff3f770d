"""Indexes for the gate: the next candidate, slots and what is new on a trunk are found without sorting or scanning"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("candidate_due", "candidate")
    op.create_index("candidate_due", "candidate", ["campaign_id", "state", "due_at", "tries", "contact_id"])
    op.drop_index("ix_attempt_trunk", "attempt")
    op.create_index("attempt_of_trunk", "attempt", ["trunk", "decision_id"])
    op.create_index("ix_agreed_slot_at", "agreed_slot", ["at"])
