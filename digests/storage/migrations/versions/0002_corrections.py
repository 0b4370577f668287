"""Corrections: proposals, versions of delivered parts, and the queue of edits."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_SEALED = sa.LargeBinary()


def upgrade() -> None:
    """Add the tables, and the columns that say which text a chat has."""
    op.add_column("articles", sa.Column("correction_id", _BIG, nullable=True))
    op.add_column("editions", sa.Column("zone", sa.String(), nullable=False, server_default="UTC"))
    op.add_column("edition_parts", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("edition_parts", sa.Column("notice_html", sa.Text(), nullable=False, server_default=""))
    op.add_column("edition_parts", sa.Column("notice_text", sa.Text(), nullable=False, server_default=""))
    op.add_column("deliveries", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    _fill_zones()
    op.create_table(
        "edits",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("delivery_id", _BIG, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message_id", _BIG, nullable=True),
        sa.Column("notice", sa.Boolean(), nullable=False),
        sa.Column("ready_at", _TIME, nullable=True),
        sa.Column("leased_by", sa.String(), nullable=True),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("unknowns", sa.Integer(), nullable=False),
        sa.Column("first_error", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("settled_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_edits_delivery_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_edits"),
        sa.UniqueConstraint("delivery_id", name="uq_edits_delivery_id"),
        sqlite_autoincrement=True,
    )
    for name, columns, condition in (
        ("ix_edits_queue", ["id", "ready_at", "lease_until"], "ready_at IS NOT NULL"),
        ("ix_edits_held", ["leased_by"], "leased_by IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(name, "edits", columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "corrections",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("article_id", _BIG, nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("revision_id", _BIG, nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("editor", _SEALED, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("sent", sa.Text(), nullable=False),
        sa.Column("piece", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("message_id", _BIG, nullable=True),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_corrections_article_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name="fk_corrections_revision_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_corrections_article_id", "corrections", ["article_id"])
    op.create_index("ix_corrections_revision_id", "corrections", ["revision_id"])
    op.create_index("ix_corrections_editor_state", "corrections", ["editor", "state"])
    op.create_index("ix_corrections_state_finished_at", "corrections", ["state", "finished_at"])
    op.create_table(
        "correction_parts",
        sa.Column("correction_id", _BIG, nullable=False),
        sa.Column("edition_id", _BIG, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["corrections.id"], name="fk_correction_parts_correction_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name="fk_correction_parts_edition_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("correction_id", "edition_id", "part", name="pk_correction_parts"),
    )
    op.create_index("ix_correction_parts_edition_id", "correction_parts", ["edition_id"])


def _fill_zones() -> None:
    """Take the zone of earlier editions from their keys: ``kind:language:zone:date:hash``."""
    editions = sa.table("editions", sa.column("id", _BIG), sa.column("key", sa.String()), sa.column("zone"))
    connection = op.get_bind()
    for id_, key in connection.execute(sa.select(editions.c.id, editions.c.key)).all():
        pieces = key.split(":")
        if len(pieces) == 5:
            connection.execute(editions.update().where(editions.c.id == id_).values(zone=pieces[2]))
