"""Corrections and retractions: what editors do about an article that readers have already.

An editor is asked for the words, sees what would change, says what kind of correction it is, and publishes it. Then,
in one transaction, the article has its new text, every delivered message that shows it is rendered anew, and every
chat that has such a message is owed an edit (`Edits`). Everything stands in the database, so all of it goes on after a
restart, and nothing pressed twice is done twice.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from digests import copies, intake, reading
from digests.errors import Conflict, IntakeError, NotFound
from digests.model import (
    Article,
    ArticleState,
    AuditEntry,
    Correction,
    CorrectionKind,
    Proposal,
    ProposalState,
)
from digests.reading.view import view
from digests.revising import corrected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.data import Registry
    from digests.ports import Copies, Read, Reviser, Store, Tx

PATIENCE = timedelta(hours=1)  # for so long an editor's next message is taken for the words that were asked for
REASON_LENGTH = 300  # code points: it stands in every copy

_OPEN = (ProposalState.ASKED, ProposalState.READY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A correction as an editor sees it: the article as it is, and as it would be (None until the words are there)."""

    proposal: Proposal
    before: Article
    after: Article | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A published correction. `fresh` is false if it was published before; then nothing was done."""

    proposal: Proposal
    article: Article
    fresh: bool


class Correcting:
    """The editors' use-cases over a store. `registry` is the channel registry that articles are read with."""

    def __init__(self, store: Store, *, registry: Registry | None = None, read: Read = reading.read) -> None:
        self._store = store
        self._registry = registry
        self._read = read

    # -- what an editor proposes --------------------------------------------------------------------------

    async def begin(
        self, article_id: int, *, editor: int, language: str, now: datetime, retract: bool = False
    ) -> Proposed:
        """Wait for an editor's words on an article: the new ones, or with `retract` the reason.

        Whatever else the editor had open is discarded. Raises NotFound("article"), Conflict("not_correctable",
        article=id, state=…) for what is not public.
        """
        async with self._store.begin() as tx:
            article = await tx.articles.get(article_id)
            _require_public(article)
            for other in await tx.corrections.open_of(editor):
                await _discard(tx, other, now)
            kind = CorrectionKind.RETRACTION if retract else None
            proposal = await tx.corrections.add(
                article_id, base=article.revision.number, kind=kind, editor=editor, language=language, now=now
            )
            return Proposed(proposal=proposal, before=article)

    async def hear(self, editor: int, sent: str, *, now: datetime) -> Proposal | None:
        """Keep what an editor sent if it is the words that are waited for, for `propose`; None if none are.

        A message that goes on where a cut paste broke off (`intake.continues`) is added to what came before.
        """
        async with self._store.begin() as tx:
            for proposal in await tx.corrections.open_of(editor):
                goes_on = bool(proposal.sent) and intake.continues(proposal.piece, proposal.at, sent, now)
                asked = proposal.state is ProposalState.ASKED and timedelta(0) <= now - proposal.at <= PATIENCE
                if goes_on or asked:
                    heard = replace(
                        proposal,
                        state=ProposalState.ASKED,
                        sent=intake.join(proposal.sent, sent) if goes_on else sent,
                        piece=intake.units(sent),
                        at=now,
                    )
                    await tx.corrections.save(heard)
                    return heard
        return None

    async def propose(self, proposal_id: int, *, now: datetime) -> Proposed:
        """Make the correction of what was heard.

        Raises as `revising.corrected`; Conflict("not_correctable", …) and
        Conflict("corrected_meanwhile", article=id); IntakeError("reason_too_long", length, limit); Conflict(
        "correction_over"). After an error the words are still waited for.
        """
        async with self._store.read() as tx:
            proposal = await _open(tx, proposal_id)
            before = await tx.articles.get(proposal.article_id)
        _require_base(before, proposal)
        revision, reason = None, ""
        if proposal.retracts:
            reason = _reason(proposal.sent)
        else:
            read = partial(self._read, registry=self._registry)
            revision = await asyncio.to_thread(corrected, before.revision, proposal.sent, read)
        async with self._store.begin() as tx:
            proposal = await _open(tx, proposal_id)
            new = None if revision is None else await tx.articles.propose(before.id, revision)
            await tx.corrections.save(replace(proposal, state=ProposalState.READY, reason=reason, revision_id=new))
            if proposal.revision_id is not None:
                await tx.articles.drop(proposal.revision_id)
            return await _proposed(tx, proposal_id, now)

    async def proposed(self, proposal_id: int, *, now: datetime) -> Proposed:
        """Return a correction as it stands. Raises NotFound("correction")."""
        async with self._store.read() as tx:
            return await _proposed(tx, proposal_id, now)

    async def choose_kind(self, proposal_id: int, kind: CorrectionKind, *, now: datetime) -> Proposed:
        """Say what kind of correction it is. Raises NotFound("correction"), Conflict("correction_over")."""
        async with self._store.begin() as tx:
            proposal = await _open(tx, proposal_id)
            if proposal.retracts or kind is CorrectionKind.RETRACTION:
                raise Conflict("correction_over")
            await tx.corrections.save(replace(proposal, kind=kind))
            return await _proposed(tx, proposal_id, now)

    async def ask_again(self, proposal_id: int, *, now: datetime) -> Proposed:
        """Wait for other words. Raises NotFound("correction"), Conflict("correction_over")."""
        async with self._store.begin() as tx:
            proposal = await _open(tx, proposal_id)
            await tx.corrections.save(replace(proposal, state=ProposalState.ASKED, sent="", piece=0, at=now))
            return await _proposed(tx, proposal_id, now)

    async def discard(self, proposal_id: int, *, now: datetime) -> bool:
        """Let a correction be; False if it was let be before.

        Raises NotFound("correction"), Conflict("correction_over") for one that is published.
        """
        async with self._store.begin() as tx:
            proposal = await tx.corrections.get(proposal_id)
            if proposal.state is ProposalState.PUBLISHED:
                raise Conflict("correction_over")
            if proposal.state is ProposalState.DISCARDED:
                return False
            await _discard(tx, proposal, now)
            return True

    # -- what readers get ---------------------------------------------------------------------------------

    async def publish(self, proposal_id: int, *, editor: int, now: datetime, reviser: Reviser) -> Carried:
        """Publish a correction; every chat that has the article is owed an edit. Wake the worker afterwards.

        Raises NotFound("correction"); Conflict("correction_over") if it was discarded or waits for words;
        Conflict("correction_kind") if nobody has said what kind it is; Conflict("not_correctable", …) and
        Conflict("corrected_meanwhile", article=id) if the article is no longer what was corrected.
        """
        async with self._store.begin() as tx:
            proposal = await tx.corrections.get(proposal_id)
            if proposal.state is ProposalState.PUBLISHED:
                return Carried(proposal=proposal, article=await tx.articles.get(proposal.article_id), fresh=False)
            if proposal.state is not ProposalState.READY:
                raise Conflict("correction_over")
            kind = proposal.kind
            if kind is None:
                raise Conflict("correction_kind")
            proposal = replace(proposal, state=ProposalState.PUBLISHED, at=now)
            article = await _amend(tx, proposal)
            await tx.corrections.save(proposal)
            article = await tx.articles.get(article.id)
            await copies.renew(tx, proposal, article, reviser, now=now)
            action = "retract" if proposal.retracts else "correct"
            await _audit(tx, editor, action, article.id, now, kind=kind.value)
            return Carried(proposal=proposal, article=article, fresh=True)

    async def show_progress_in(self, proposal_id: int, message_id: int) -> None:
        """Remember which message in the editor's chat shows how far a correction is."""
        async with self._store.begin() as tx:
            proposal = await tx.corrections.get(proposal_id)
            await tx.corrections.save(replace(proposal, message_id=message_id))

    async def unfinished(self) -> Sequence[Proposal]:
        """Return published corrections that are not known to be at their end, oldest first."""
        async with self._store.read() as tx:
            return await tx.corrections.unfinished()

    async def copies(self, proposal_id: int) -> Copies:
        """Count the delivered copies by what became of them."""
        async with self._store.read() as tx:
            return await tx.corrections.copies(proposal_id)

    async def finish(self, proposal_id: int, *, now: datetime) -> None:
        """Note that the editor was told the end of it."""
        async with self._store.begin() as tx:
            await tx.corrections.finish(proposal_id, now=now)


def _reason(sent: str) -> str:
    reason = " ".join(view(sent).text.split())
    if not reason:
        raise IntakeError("empty")
    if len(reason) > REASON_LENGTH:
        raise IntakeError("reason_too_long", length=len(reason), limit=REASON_LENGTH)
    return reason


def _require_public(article: Article) -> None:
    if not article.state.public:
        raise Conflict("not_correctable", article=article.id, state=article.state.value)


def _require_base(article: Article, proposal: Proposal) -> None:
    _require_public(article)
    if article.revision.number != proposal.base:
        raise Conflict("corrected_meanwhile", article=article.id)


async def _open(tx: Tx, proposal_id: int) -> Proposal:
    proposal = await tx.corrections.get(proposal_id)
    if proposal.state not in _OPEN:
        raise Conflict("correction_over")
    return proposal


async def _discard(tx: Tx, proposal: Proposal, now: datetime) -> None:
    gone = replace(proposal, state=ProposalState.DISCARDED, revision_id=None, sent="", at=now)
    await tx.corrections.save(gone)
    if proposal.revision_id is not None:
        await tx.articles.drop(proposal.revision_id)


async def _proposed(tx: Tx, proposal_id: int, now: datetime) -> Proposed:
    proposal = await tx.corrections.get(proposal_id)
    before = await tx.articles.get(proposal.article_id)
    told = Correction(kind=proposal.kind, at=now, reason=proposal.reason) if proposal.kind else None
    if proposal.retracts and proposal.reason:
        return Proposed(
            proposal=proposal, before=before, after=replace(before, state=ArticleState.RETRACTED, correction=told)
        )
    if proposal.revision_id is None:
        return Proposed(proposal=proposal, before=before)
    after = await tx.articles.get(proposal.article_id, revision_id=proposal.revision_id)
    return Proposed(
        proposal=proposal, before=before, after=replace(after, state=ArticleState.CORRECTED, correction=told)
    )


async def _amend(tx: Tx, proposal: Proposal) -> Article:
    """Give the article its new text and state; returns it with the new revision."""
    if proposal.retracts:
        to, number = ArticleState.RETRACTED, proposal.base
        new = await tx.articles.get(proposal.article_id)
    elif proposal.revision_id is None:
        raise NotFound("correction")
    else:
        to = ArticleState.CORRECTED
        new = await tx.articles.get(proposal.article_id, revision_id=proposal.revision_id)
        number = new.revision.number
    amended = await tx.articles.amend(
        new.id, to, base=proposal.base, number=number, correction_id=proposal.id, now=proposal.at
    )
    if not amended:
        _require_base(await tx.articles.get(new.id), proposal)
        raise Conflict("corrected_meanwhile", article=new.id)
    return new


async def _audit(tx: Tx, editor: int, action: str, article: int, now: datetime, **details: str) -> None:
    await tx.audit.add(AuditEntry(at=now, actor=editor, action=action, subject=f"article {article}", details=details))
