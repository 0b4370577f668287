"""Corrections and retractions: what readers are told, and what an editor proposes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CorrectionKind(StrEnum):
    """What sort of correction it is, as readers are told."""

    FACTUAL = "factual"
    ATTRIBUTION = "attribution"
    CLARIFICATION = "clarification"
    TYPO = "typo"
    RETRACTION = "retraction"  # the whole article is withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What readers are told of an article that was corrected or retracted. `reason`: why, of a retraction."""

    kind: CorrectionKind
    at: datetime
    reason: str = ""


class ProposalState(StrEnum):
    """``asked → ready → published | discarded``: the words are waited for; they are there; readers have them."""

    ASKED = "asked"
    READY = "ready"
    PUBLISHED = "published"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An editor's correction (or retraction) of an article, from the question to the last copy.

    `base` is the number of the revision it corrects, `revision_id` the new one, once there is one. `sent` holds the
    editor's words as they came, `piece` the length of their last message in UTF-16 units. `at` is the time of the last
    change. `message_id`: where, in the editor's chat, its progress is shown.
    """

    id: int
    article_id: int
    base: int
    editor: int  # the editor's Telegram user id
    language: str  # in which the editor is spoken to
    state: ProposalState
    kind: CorrectionKind | None = None
    reason: str = ""
    revision_id: int | None = None
    sent: str = ""
    piece: int = 0
    at: datetime
    message_id: int | None = None

    @property
    def retracts(self) -> bool:
        """True if the article is to be retracted rather than corrected."""
        return self.kind is CorrectionKind.RETRACTION
