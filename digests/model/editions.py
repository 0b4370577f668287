"""Composed digests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EditionKind(StrEnum):
    """Why an edition was made."""

    SCHEDULED = "scheduled"
    URGENT = "urgent"  # an editor pressed "Publish and send now"
    ASKED = "asked"  # a reader typed /digest
    MISSED = "missed"  # a reader typed /missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of an edition: Telegram HTML, the same as plain text (fallback), and the articles it shows.

    `notice_…` is the short message for chats whose copy cannot be corrected; empty before the first correction.
    """

    html: str
    text: str
    articles: tuple[int, ...] = ()
    notice_html: str = ""
    notice_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One composed digest for a set of like subscriptions. `articles` are (article id, revision id) in order."""

    id: int
    kind: EditionKind
    key: str  # what makes two editions the same: language, local date, kind, revisions
    language: str
    created_at: datetime
    articles: tuple[tuple[int, int], ...]
    parts: tuple[Part, ...]
    zone: str = "UTC"
