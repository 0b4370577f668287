"""What owners see of deliveries: how far they are, what did not arrive and why, everything in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.keyboards import ROWS_A_PAGE
from bot.pages.words import commonest, in_words, why
from bot.rendering import render
from digests.deliveries import Overview, Progress, Report
from digests.delivery.storm import Pause
from digests.model import ArticleState, ChatKind, DeliveryState, SubscriptionState
from digests.ports import LedgerCounts

_BAR = 12  # characters of a progress bar


class DeliveryPages:
    """What owners see of deliveries."""

    def deliveries(
        self,
        overviews: Sequence[Overview],
        *,
        progress: Progress | None,
        pause: Pause | None,
        language: str,
        zone: str,
    ) -> str:
        """List a page (at most `ROWS_A_PAGE`) of editions with their rows by state, below how far it is just now."""
        return render(
            "deliveries",
            language,
            rows=[(each.edition, in_words(each.counts.states, language)) for each in overviews[:ROWS_A_PAGE]],
            progress=progress,
            bar=bar(progress) if progress else "",
            pause=pause,
            why=why(pause.reason, language) if pause else "",
            zone=zone,
        )

    def edition(self, report: Report, *, language: str, zone: str) -> str:
        """Show one edition's rows by state, why some were not sent, and what can be tried again."""
        return render(
            "edition",
            language,
            edition=report.edition,
            states=in_words(report.counts.states, language),
            reasons=commonest(report.counts.reasons, language),
            refused=report.refused,
            resting=report.resting,
            zone=zone,
        )

    def resend_confirm(self, report: Report, *, language: str) -> str:
        """Ask before messages are sent that may have arrived."""
        return render("resend", language, edition=report.edition, count=report.resting)

    def resumed(self, *, language: str) -> str:
        """Confirm that deliveries go on."""
        return render("resumed", language)

    def stats(
        self,
        articles: Mapping[ArticleState, int],
        subscriptions: Mapping[tuple[ChatKind, SubscriptionState], int],
        ledger: LedgerCounts,
        *,
        language: str,
    ) -> str:
        """Show articles, subscriptions and deliveries in numbers, with why something was not delivered."""
        return render(
            "stats",
            language,
            articles=[(state, articles.get(state, 0)) for state in ArticleState],
            kinds=[(kind, sum(n for (k, _), n in subscriptions.items() if k is kind)) for kind in ChatKind],
            states=[(one, sum(n for (_, s), n in subscriptions.items() if s is one)) for one in SubscriptionState],
            deliveries=[(state, ledger.states.get(state, 0)) for state in DeliveryState],
            reasons=commonest(ledger.reasons, language),
        )


def bar(progress: Progress) -> str:
    """Draw how far something is ("▓▓▓░░░░░░░")."""
    full = _BAR * progress.done // max(progress.rows, 1)
    return "▓" * full + "░" * (_BAR - full)
