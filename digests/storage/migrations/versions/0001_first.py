"""The first schema: articles and readings, subscriptions, editions and the delivery ledger, the house."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_SEALED = sa.LargeBinary()


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "articles",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("created_by", _SEALED, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("published_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_articles_published_at", "articles", ["published_at"])
    op.create_index("ix_articles_state_updated_at", "articles", ["state", "updated_at"])
    op.create_table(
        "audit",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", _SEALED, nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_table(
        "channels",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("offices", sa.JSON(), nullable=False),
        sa.Column("affiliation", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("party", sa.Boolean(), nullable=False),
        sa.Column("designation", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_channels"),
    )
    op.create_table(
        "editions",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_editions"),
        sa.UniqueConstraint("key", name="uq_editions_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_editions_created_at", "editions", ["created_at"])
    op.create_table(
        "editors",
        sa.Column("user_id", _SEALED, nullable=False),
        sa.Column("added_by", _SEALED, nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_editors"),
    )
    op.create_table(
        "halts",
        sa.Column("chat", _SEALED, nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("chat", name="pk_halts"),
    )
    op.create_table(
        "notes",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_notes"),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("chat", _SEALED, nullable=False),
        sa.Column("topic", _BIG, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("tell_empty", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state_at", _TIME, nullable=False),
        sa.Column("seen_until", _TIME, nullable=False),
        sa.Column("next_due_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sa.UniqueConstraint("chat", "topic", name="uq_subscriptions_chat_topic"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscriptions_seen_until", "subscriptions", ["seen_until"])
    op.create_index("ix_subscriptions_state_next_due_at", "subscriptions", ["state", "next_due_at"])
    op.create_index("ix_subscriptions_state_state_at", "subscriptions", ["state", "state_at"])
    op.create_table(
        "updates",
        sa.Column("update_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("update_id", name="pk_updates"),
    )
    op.create_index("ix_updates_at", "updates", ["at"])
    op.create_table(
        "deliveries",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("edition_id", _BIG, nullable=False),
        sa.Column("subscription_id", _BIG, nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ready_at", _TIME, nullable=True),
        sa.Column("leased_by", sa.String(), nullable=True),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("unknowns", sa.Integer(), nullable=False),
        sa.Column("first_error", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("message_id", _BIG, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("sent_at", _TIME, nullable=True),
        sa.Column("settled_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name="fk_deliveries_edition_id"),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name="fk_deliveries_subscription_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint(
            "edition_id", "subscription_id", "part", name="uq_deliveries_edition_id_subscription_id_part"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_deliveries_held",
        "deliveries",
        ["leased_by"],
        sqlite_where=sa.text("leased_by IS NOT NULL"),
        postgresql_where=sa.text("leased_by IS NOT NULL"),
    )
    op.create_index(
        "ix_deliveries_queue",
        "deliveries",
        ["priority", "id", "ready_at", "lease_until"],
        sqlite_where=sa.text("ready_at IS NOT NULL"),
        postgresql_where=sa.text("ready_at IS NOT NULL"),
    )
    op.create_index(
        "ix_deliveries_settled",
        "deliveries",
        ["settled_at"],
        sqlite_where=sa.text("settled_at IS NOT NULL"),
        postgresql_where=sa.text("settled_at IS NOT NULL"),
    )
    op.create_index("ix_deliveries_subscription_id", "deliveries", ["subscription_id"])
    op.create_table(
        "edition_parts",
        sa.Column("edition_id", _BIG, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("articles", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name="fk_edition_parts_edition_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("edition_id", "number", name="pk_edition_parts"),
    )
    op.create_table(
        "revisions",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("article_id", _BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("outlet", sa.Text(), nullable=True),
        sa.Column("published", sa.Date(), nullable=True),
        sa.Column("chosen", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_revisions_article_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
        sa.UniqueConstraint("article_id", "number", name="uq_revisions_article_id_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_revisions_sha256", "revisions", ["sha256"])
    op.create_table(
        "edition_articles",
        sa.Column("edition_id", _BIG, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("article_id", _BIG, nullable=False),
        sa.Column("revision_id", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_edition_articles_article_id"),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name="fk_edition_articles_edition_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["revision_id"], ["revisions.id"], name="fk_edition_articles_revision_id"),
        sa.PrimaryKeyConstraint("edition_id", "position", name="pk_edition_articles"),
    )
    op.create_index("ix_edition_articles_article_id", "edition_articles", ["article_id"])
    op.create_index("ix_edition_articles_revision_id", "edition_articles", ["revision_id"])
    op.create_table(
        "mentions",
        sa.Column("revision_id", _BIG, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.Column("sentence_start", sa.Integer(), nullable=False),
        sa.Column("sentence_end", sa.Integer(), nullable=False),
        sa.Column("owner_start", sa.Integer(), nullable=True),
        sa.Column("owner_end", sa.Integer(), nullable=True),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("handle", sa.String(), nullable=True),
        sa.Column("post", _BIG, nullable=True),
        sa.ForeignKeyConstraint(["revision_id"], ["revisions.id"], name="fk_mentions_revision_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("revision_id", "ordinal", name="pk_mentions"),
    )
    op.create_index("ix_mentions_channel", "mentions", ["channel"])
    op.create_table(
        "quotes",
        sa.Column("revision_id", _BIG, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.Column("sentence_start", sa.Integer(), nullable=False),
        sa.Column("sentence_end", sa.Integer(), nullable=False),
        sa.Column("speaker_start", sa.Integer(), nullable=True),
        sa.Column("speaker_end", sa.Integer(), nullable=True),
        sa.Column("cue_start", sa.Integer(), nullable=True),
        sa.Column("cue_end", sa.Integer(), nullable=True),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("sieve", sa.String(), nullable=False),
        sa.Column("mention", sa.Integer(), nullable=True),
        sa.Column("key", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("group", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["revision_id"], ["revisions.id"], name="fk_quotes_revision_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("revision_id", "ordinal", name="pk_quotes"),
    )
