"""Corrections as the use-cases need them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from digests.model import CorrectionKind, Proposal
from digests.ports.editions import PartKey


class Copies(NamedTuple):
    """What became of the delivered copies of a corrected article; `total` is the sum of all but `under_way`.

    `told` have a short message instead. `reasons` are those of all that could not be edited: `total` less `corrected`
    and `waiting`. `under_way` counts calls that may bring the old text this moment.
    """

    total: int
    corrected: int
    told: int
    waiting: int
    under_way: int
    reasons: Mapping[str, int]

    @property
    def settled(self) -> bool:
        """True if nothing is left to do."""
        return not self.waiting and not self.under_way


class Corrections(Protocol):
    """What editors propose to correct or retract, and how far it is carried out."""

    async def add(
        self, article_id: int, *, base: int, kind: CorrectionKind | None, editor: int, language: str, now: datetime
    ) -> Proposal:
        """Store a new proposal whose words are waited for."""

    async def get(self, proposal_id: int) -> Proposal:
        """Return a proposal, locked in a unit of work. Raises NotFound("correction")."""

    async def open_of(self, editor: int) -> Sequence[Proposal]:
        """Return the proposals of an editor that are neither published nor discarded, the newest first."""

    async def save(self, proposal: Proposal) -> None:
        """Write back every field but id, article, editor and language."""

    async def show(self, proposal_id: int, parts: Collection[PartKey]) -> None:
        """Note that parts show the correction from their present versions on."""

    async def unfinished(self) -> Sequence[Proposal]:
        """Return what is published and not finished, oldest first."""

    async def finish(self, proposal_id: int, *, now: datetime) -> None:
        """Note that nothing is left to do for a correction."""

    async def copies(self, proposal_id: int) -> Copies:
        """Count the delivered copies that a correction is for, by what became of them."""
