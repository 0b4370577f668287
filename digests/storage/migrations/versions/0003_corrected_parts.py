"""An index of the parts that were corrected: whether there is any is asked with every few messages sent."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index, which is mostly empty."""
    corrected = sa.text("version > 0")
    op.create_index(
        "ix_edition_parts_corrected", "edition_parts", ["version"], sqlite_where=corrected, postgresql_where=corrected
    )
