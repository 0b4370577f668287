"""Every table. The migrations build the same schema; a test holds the two together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from digests.storage.types import BigInt, SealedId, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", BigInt, primary_key=True)


def _reference(name: str, target: str, *, cascade: bool = True, **options: Any) -> Column[int]:
    return Column(
        name, BigInt, ForeignKey(f"{target}.id", ondelete="CASCADE" if cascade else None), nullable=False, **options
    )


def _span(name: str, *, nullable: bool = False) -> tuple[Column[int], Column[int]]:
    return Column(f"{name}_start", Integer, nullable=nullable), Column(f"{name}_end", Integer, nullable=nullable)


# ids of these tables stand in buttons and logs: AUTOINCREMENT keeps SQLite from giving one out twice
_LASTING: dict[str, Any] = {"sqlite_autoincrement": True}

articles = Table(
    "articles",
    metadata,
    _id(),
    Column("state", String, nullable=False),
    Column("revision_number", Integer, nullable=False),  # which of its revisions is the current one
    Column("created_by", SealedId, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("published_at", UtcDateTime),
    Column("correction_id", BigInt),  # the last one that was published; no foreign key: the two tables are a circle
    Index(None, "state", "updated_at"),
    Index(None, "published_at"),
    **_LASTING,
)

revisions = Table(
    "revisions",
    metadata,
    _id(),
    _reference("article_id", "articles"),
    Column("number", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("sha256", String, nullable=False, index=True),
    Column("url", Text),
    Column("outlet", Text),
    Column("published", Date),
    Column("chosen", JSON(none_as_null=True)),
    Column("language", String, nullable=False),
    Column("reading", JSON, nullable=False),  # all of the reading but language, quotes and mentions
    UniqueConstraint("article_id", "number"),
    **_LASTING,
)

quotes = Table(
    "quotes",
    metadata,
    _reference("revision_id", "revisions", primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    *_span("span"),
    *_span("sentence"),
    *_span("speaker", nullable=True),
    *_span("cue", nullable=True),
    Column("whole", Boolean, nullable=False),
    Column("sieve", String, nullable=False),
    Column("mention", Integer),
    Column("key", Boolean, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("group", Integer, nullable=False),
)

mentions = Table(
    "mentions",
    metadata,
    _reference("revision_id", "revisions", primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    *_span("span"),
    *_span("sentence"),
    *_span("owner", nullable=True),
    Column("proof", String, nullable=False),
    Column("channel", String, index=True),  # a registry key; no foreign key: the registry may drop a channel
    Column("handle", String),
    Column("post", BigInt),
)

channels = Table(
    "channels",
    metadata,
    Column("key", String, primary_key=True),
    Column("handle", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("aliases", JSON, nullable=False),
    Column("offices", JSON, nullable=False),
    Column("affiliation", String, nullable=False),
    Column("country", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("party", Boolean, nullable=False),
    Column("designation", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("dated", Date, nullable=False),
    Column("confirmed", Boolean, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    _id(),
    Column("chat", SealedId, nullable=False),
    Column("topic", BigInt, nullable=False),
    Column("kind", String, nullable=False),
    Column("language", String, nullable=False),
    Column("times", JSON, nullable=False),  # ["08:00", …] in the order given
    Column("weekdays", JSON, nullable=False),  # [0, …, 6], Monday is 0
    Column("zone", String, nullable=False),
    Column("tell_empty", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("state_at", UtcDateTime, nullable=False),
    Column("seen_until", UtcDateTime, nullable=False, index=True),
    Column("next_due_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("chat", "topic"),
    Index(None, "state", "next_due_at"),
    Index(None, "state", "state_at"),
    **_LASTING,
)

editions = Table(
    "editions",
    metadata,
    _id(),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False, unique=True),
    Column("language", String, nullable=False),
    Column("zone", String, nullable=False, server_default="UTC"),
    Column("parts", Integer, nullable=False),  # how many
    Column("created_at", UtcDateTime, nullable=False, index=True),
    **_LASTING,
)

edition_articles = Table(
    "edition_articles",
    metadata,
    _reference("edition_id", "editions", primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _reference("article_id", "articles", cascade=False, index=True),
    _reference("revision_id", "revisions", cascade=False, index=True),
)

edition_parts = Table(
    "edition_parts",
    metadata,
    _reference("edition_id", "editions", primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # 1-based
    Column("html", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("articles", JSON, nullable=False),
    Column("version", Integer, nullable=False, server_default="0"),  # how often it was corrected
    Column("notice_html", Text, nullable=False, server_default=""),
    Column("notice_text", Text, nullable=False, server_default=""),
)
# whether any part was corrected is asked with every few messages sent, and a part's text is long to read over
Index(
    "ix_edition_parts_corrected",
    edition_parts.c.version,
    sqlite_where=edition_parts.c.version > 0,
    postgresql_where=edition_parts.c.version > 0,
)

#: A `ready_at` for what need not wait: long past, so that a clock that is set back holds nothing up.
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    _reference("edition_id", "editions", cascade=False),
    _reference("subscription_id", "subscriptions", index=True),
    Column("part", Integer, nullable=False),
    Column("priority", Integer, nullable=False),  # Priority.order
    Column("state", String, nullable=False),
    Column("ready_at", UtcDateTime),  # from when it may be claimed; NULL: an earlier part comes first, or never again
    Column("leased_by", String),
    Column("lease_until", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("unknowns", Integer, nullable=False),
    Column("first_error", String),
    Column("last_error", String),
    Column("message_id", BigInt),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("settled_at", UtcDateTime),  # sent, refused, withdrawn or at rest since then
    Column("version", Integer, nullable=False, server_default="0"),  # of the part's text, when it was sent
    UniqueConstraint("edition_id", "subscription_id", "part"),
    **_LASTING,
)
# the queue itself: only rows that may be claimed now or later, in the order they go out, so that claiming costs
# the same however many rows lie behind; ready_at lets the engine skip rows without visiting them
Index(
    "ix_deliveries_queue",
    deliveries.c.priority,
    deliveries.c.id,
    deliveries.c.ready_at,
    deliveries.c.leased_by,  # always NULL here, but SQLite would look it up in the row
    sqlite_where=deliveries.c.ready_at.is_not(None) & deliveries.c.leased_by.is_(None),
    postgresql_where=deliveries.c.ready_at.is_not(None) & deliveries.c.leased_by.is_(None),
)
Index(
    "ix_deliveries_held",
    deliveries.c.lease_until,
    sqlite_where=deliveries.c.leased_by.is_not(None),
    postgresql_where=deliveries.c.leased_by.is_not(None),
)
Index(
    "ix_deliveries_settled",
    deliveries.c.settled_at,
    sqlite_where=deliveries.c.settled_at.is_not(None),
    postgresql_where=deliveries.c.settled_at.is_not(None),
)

# Corrections of what was delivered: at most one row a delivery, which always heads for the part's present text.
edits = Table(
    "edits",
    metadata,
    _id(),
    _reference("delivery_id", "deliveries", unique=True),
    Column("state", String, nullable=False),
    Column("version", Integer, nullable=False),  # the text the chat is known to have
    Column("message_id", BigInt),  # NULL: there is no message to edit, one is to be sent
    Column("notice", Boolean, nullable=False),  # that message is, or will be, the short one
    Column("ready_at", UtcDateTime),
    Column("leased_by", String),
    Column("lease_until", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("unknowns", Integer, nullable=False),
    Column("first_error", String),
    Column("last_error", String),
    Column("created_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    **_LASTING,
)
Index(
    "ix_edits_queue",
    edits.c.id,
    edits.c.ready_at,
    edits.c.lease_until,
    sqlite_where=edits.c.ready_at.is_not(None),
    postgresql_where=edits.c.ready_at.is_not(None),
)
Index(
    "ix_edits_held",
    edits.c.leased_by,
    sqlite_where=edits.c.leased_by.is_not(None),
    postgresql_where=edits.c.leased_by.is_not(None),
)

corrections = Table(
    "corrections",
    metadata,
    _id(),
    _reference("article_id", "articles", index=True),
    Column("base", Integer, nullable=False),  # number of the revision that is corrected
    Column("revision_id", BigInt, ForeignKey("revisions.id", ondelete="SET NULL"), index=True),
    Column("kind", String),
    Column("reason", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("editor", SealedId, nullable=False),
    Column("language", String, nullable=False),
    Column("sent", Text, nullable=False),
    Column("piece", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("message_id", BigInt),
    Column("finished_at", UtcDateTime),  # every copy is settled, and the editor knows
    Index(None, "editor", "state"),
    Index(None, "state", "finished_at"),
    **_LASTING,
)

correction_parts = Table(
    "correction_parts",
    metadata,
    _reference("correction_id", "corrections", primary_key=True),
    _reference("edition_id", "editions", primary_key=True, index=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),  # from which on the part shows the correction
)

editors = Table(
    "editors",
    metadata,
    Column("user_id", SealedId, primary_key=True),
    Column("added_by", SealedId, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("actor", SealedId),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("details", JSON, nullable=False),
    **_LASTING,
)

updates = Table(
    "updates",
    metadata,
    Column("update_id", BigInt, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

halts = Table(
    "halts",
    metadata,
    Column("chat", SealedId, primary_key=True),  # 0: everyone
    Column("until", UtcDateTime, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)
