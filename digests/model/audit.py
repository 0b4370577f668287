"""Who changed what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who changed what, when. `subject` like "article 12"; `details` hold no reader's data."""

    at: datetime
    actor: int | None
    action: str
    subject: str
    details: dict[str, str] = field(default_factory=dict)
