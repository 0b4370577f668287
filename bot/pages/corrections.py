"""What editors see of corrections and retractions: the question, what would change, how far it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from markupsafe import Markup

from bot import i18n
from bot.changes import changes
from bot.digest import DigestComposer, label
from bot.pages.words import commonest
from bot.rendering import render
from digests.correcting import Proposed
from digests.layout import Size
from digests.model import Article, Proposal
from digests.ports import Copies

_CHANGES = Size(3000, 80)  # what marked changes may take of a card
_COMPARED = 20_000  # characters of a text up to which it is compared word by word


class CorrectionPages(DigestComposer):
    """What editors see of corrections, beside the digest as it would be."""

    def correction_asked(self, proposal: Proposal, article: Article, *, language: str) -> str:
        """Ask an editor for the words of a correction, or the reason of a retraction."""
        return render("correction_asked", language, proposal=proposal, label=label(article))

    def correction_card(self, proposed: Proposed, *, language: str, zone: str, now: datetime) -> str:
        """Mark, under the message as readers would see it, what changes in it; if nothing does, in the text."""
        before, after = proposed.before, proposed.after
        shown = hidden = Markup()
        if after is not None and not proposed.proposal.retracts:
            old, new = (
                self.preview(replace(one, correction=None), language=language, zone=zone, now=now).text
                for one in (before, after)
            )
            shown = changes(old, new, _CHANGES)
            if not shown and len(after.revision.text) <= _COMPARED:
                hidden = changes(before.revision.text, after.revision.text, _CHANGES)
        return render("correction_card", language, proposal=proposed.proposal, shown=shown, hidden=hidden)

    def correction_progress(self, proposal: Proposal, copies: Copies, *, language: str) -> str:
        """Tell an editor how many delivered copies show the correction, and why the others do not."""
        said = [f"{words} ({i18n.number(count, language)})" for words, count in commonest(copies.reasons, language)]
        missed = sum(copies.reasons.values())
        return render(
            "correction_progress", language, proposal=proposal, copies=copies, missed=missed, reasons=", ".join(said)
        )
