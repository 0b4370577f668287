"""Every message of the bot as Telegram HTML, in the language asked for. Words and layout are in ``templates/``.

`Pages` implements `digests.ports.Composer`. All methods are pure: domain objects and a language in, a string of
at most 4,096 UTF-16 units (as readers see it) out. Times are shown in the zone given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from markupsafe import Markup

from bot import i18n
from bot.changes import changes
from bot.digest import LABEL_UNITS, DigestComposer, clipped, label, quote_lines, source
from bot.i18n import N_
from bot.keyboards import LINES_A_PAGE, QUOTES_A_PAGE, ROWS_A_PAGE, clamp
from bot.menu import Scope, menu
from bot.rendering import plain, render
from digests.correcting import Proposed
from digests.data import Registry, registry
from digests.deliveries import Overview, Progress, Report
from digests.delivery.storm import Pause
from digests.errors import DigestError
from digests.layout import Size
from digests.model import (
    Article,
    ArticleState,
    Channel,
    ChatKind,
    DeliveryState,
    Edition,
    EditionKind,
    Part,
    Proposal,
    Subscription,
    SubscriptionState,
)
from digests.ports import Copies, LedgerCounts
from digests.selection import chosen_indices, removable_lines

MAX_TOAST = 200  # Bot API, answerCallbackQuery
_QUOTE_UNITS = 600  # a quote in the editor's list; five of them fit one message
_LINE_UNITS = 300  # a removed line in the editor's list; eight of them fit one message
_REASONS_SHOWN = 12
_BAR = 12  # characters of a progress bar
_SUBSCRIPTIONS_SHOWN = 8
_CHANGES = Size(3000, 80)  # what marked changes may take of a card
_COMPARED = 20_000  # characters of a text up to which it is compared word by word


_RULES = {
    "time stamp": N_("a date or time"),
    "related": N_("related headlines"),
    "heading": N_("a heading of the page"),
    "see also": N_("a pointer to another page"),
    "promotion": N_("promotion or a share button"),
    "photo credit": N_("a caption or photo credit"),
    "credits": N_("credits"),
    "byline": N_("a byline"),
    "duplicate": N_("said twice"),
    "ornament": N_("no words"),
}  # why a line was left out, for an editor


class Note(StrEnum):
    """Short messages without arguments, as a message (`Pages.note`) or the answer to a button (`Pages.toast`)."""

    UNKNOWN_INPUT = N_("I did not understand that. /help shows what I can do.")
    UNKNOWN_COMMAND = N_("There is no such command. /help shows what I can do.")
    EDITOR_UNKNOWN_INPUT = N_("To post an article, send its text. /help shows the rest.")
    NOT_ALLOWED = N_("That is not available to you.")
    ONLY_ADMINS = N_("Only administrators of this chat can change its settings.")
    NOT_SUBSCRIBED = N_("This chat does not receive the digest. /subscribe starts it.")
    NOTHING_MISSED = N_("Nothing passed you by. /digest shows what is new.")
    DELIVERY_PAUSED = N_("Delivery is paused for the moment. What you asked for comes as soon as it goes on.")
    NOTHING_DELIVERED = N_("Nothing has been delivered yet.")
    NOTHING_TO_RETRY = N_("There is nothing to try again.")
    NOTHING_PUBLISHED = N_("No articles have been published yet.")
    NO_DRAFTS = N_("No drafts wait.")
    OLD_BUTTON = N_("This button is out of date. Send the command again.")
    ALREADY_DONE = N_("Already done.")
    SAVED = N_("Saved.")
    LEFT_AS_IT_IS = N_("The article stays as it is.")
    WHICH_TO_CORRECT = N_("Which article? Write /correct and its number from /articles, or use the buttons there.")
    WHICH_TO_RETRACT = N_("Which article? Write /retract and its number from /articles, or use the buttons there.")
    KEPT = N_("Nothing was deleted.")
    SOMETHING_FAILED = N_("Something went wrong on our side. The operator has been told; please try again.")


class Pages:
    """Renders everything people see.

    `name` heads every digest; `channels` is the registry, by default the one that ships; `link_designated` links
    designated owners' channels too (the operator's decision); `retention_days` is told to readers.
    """

    def __init__(
        self,
        *,
        name: str = "Conflict Digest",
        channels: Registry | None = None,
        link_designated: bool = False,
        retention_days: int = 30,
    ) -> None:
        self._name = name
        self._retention_days = retention_days
        known = registry() if channels is None else channels
        self._digest = DigestComposer(known, name=name, link_designated=link_designated)

    # -- the digest -----------------------------------------------------------------------------------

    def compose(
        self, articles: Sequence[Article], *, kind: EditionKind, language: str, zone: str, now: datetime
    ) -> tuple[Part, ...]:
        """Render a digest: one part a message, in order, each within the limits with room for `repeat_marked`."""
        return self._digest.compose(articles, kind=kind, language=language, zone=zone, now=now)

    def preview(self, article: Article, *, language: str, zone: str, now: datetime) -> Part:
        """Render one article exactly as readers will get it; one article always fits one message."""
        return self.compose((article,), kind=EditionKind.SCHEDULED, language=language, zone=zone, now=now)[0]

    def revise(self, edition: Edition, articles: Mapping[int, Article], *, changed: int) -> Mapping[int, Part]:
        """Render those parts of a delivered edition anew that show the article `changed`; see `ports.Reviser`."""
        return self._digest.revise(edition, articles, changed=changed)

    def nothing_new(self, *, language: str, zone: str, now: datetime) -> tuple[Part, ...]:
        """Render the one-message digest without articles."""
        return self._digest.nothing_new(language=language, zone=zone, now=now)

    def repeat_marked(self, body: str, *, language: str) -> str:
        """Put the "possible repeat" line above a part's HTML or plain text; still within 4,096 units."""
        return self._digest.repeat_marked(body, language=language)

    # -- readers --------------------------------------------------------------------------------------

    def start(self, *, language: str, scope: Scope, subscribed: bool = False) -> str:
        """Welcome someone: what this is and the next step."""
        return render("start", language, name=self._name, scope=scope, subscribed=subscribed)

    def help(self, *, language: str, scope: Scope) -> str:
        """List the commands of `scope` with a word on how to use them."""
        return render("help", language, scope=scope, commands=menu(scope, language))

    def privacy(self, *, language: str) -> str:
        """Say what is stored, why, for how long, and how to delete it."""
        return render("privacy", language, days=self._retention_days)

    def my_data(self, subscriptions: Sequence[Subscription], *, language: str) -> str:
        """Show everything stored of a chat."""
        shown = subscriptions[:_SUBSCRIPTIONS_SHOWN]
        reasons = [self._reason(subscription.reason, language) for subscription in shown]
        more = len(subscriptions) - len(shown)
        return render("mydata", language, subscriptions=shown, reasons=reasons, more=more)

    def forget_confirm(self, *, language: str) -> str:
        """Ask before deleting."""
        return render("forget", language, done=False, count=0)

    def forgotten(self, count: int, *, language: str) -> str:
        """Confirm that `count` subscriptions and all that belonged to them are deleted."""
        return render("forget", language, done=True, count=count)

    def subscribed(self, subscription: Subscription, *, language: str) -> str:
        """Confirm a new subscription with its schedule and first digest."""
        return render("subscribed", language, subscription=subscription, how="new")

    def already_subscribed(self, subscription: Subscription, *, language: str) -> str:
        """Say that the chat is subscribed already, and when the next digest comes."""
        return render("subscribed", language, subscription=subscription, how="already")

    def revived(self, subscription: Subscription, *, language: str) -> str:
        """Say that a stopped or paused subscription goes on."""
        return render("subscribed", language, subscription=subscription, how="revived")

    def unsubscribed(self, *, language: str) -> str:
        """Confirm the end of a subscription."""
        return render("unsubscribed", language, days=self._retention_days)

    def schedule(self, subscription: Subscription, *, language: str) -> str:
        """Show the schedule, the next digest's time, and how to change them by typing."""
        reason = self._reason(subscription.reason, language)
        return render("schedule", language, subscription=subscription, reason=reason)

    def choose_language(self, *, language: str) -> str:
        """Ask for a language; after the choice, the same page in the new one."""
        return render("language", language)

    def channels(self, echoed: Sequence[tuple[Channel, int]], *, language: str) -> str:
        """List one page (at most `ROWS_A_PAGE`) of quoted channels with their labels, source and date."""
        shown = echoed[:ROWS_A_PAGE]
        rows = [(channel, self._digest.listed(channel, language), count) for channel, count in shown]
        sources = [i18n.label(language, channel.source) for channel, _ in shown]
        return render("channels", language, rows=rows, sources=sources)

    def channel_added(self, title: str, *, language: str) -> str:
        """Tell the administrator who added the bot to a channel (or group) what to do next."""
        return render("channel_added", language, title=title[:100])

    def paused(self, reason: str, *, language: str, title: str = "") -> str:
        """Tell an administrator that a chat's digest waits, and what would let it go on."""
        return render("paused", language, reason=self._reason(reason, language), title=title[:100])

    # -- editors and owners ---------------------------------------------------------------------------

    def draft_card(self, article: Article, *, language: str) -> str:
        """Describe a draft, under its preview: what was found, what is missing, what the buttons do."""
        revision = article.revision
        reading = revision.reading
        missing = [
            i18n.gettext(language, thing)
            for thing, found in (
                (N_("a title"), reading.title),
                (N_("an outlet"), revision.outlet),
                (N_("a date"), revision.published),
                (N_("a lead paragraph"), reading.lead),
                (N_("quotes"), reading.quotes),
                (N_("a link to the article"), source(revision.url)),
            )
            if not found
        ]
        shown = len(chosen_indices(revision))
        return render("draft", language, article=article, reading=reading, shown=shown, missing=missing)

    def choose_quotes(self, article: Article, *, language: str, page: int = 0) -> str:
        """List a page of an article's quotes, numbered as the buttons of `keyboards.choose_quotes`."""
        revision = article.revision
        quotes = revision.reading.quotes
        first = clamp(page, len(quotes), QUOTES_A_PAGE) * QUOTES_A_PAGE
        chosen = chosen_indices(revision)
        lines = quote_lines(revision, quotes[first : first + QUOTES_A_PAGE], _QUOTE_UNITS)
        rows = [(*line, index in chosen) for index, line in enumerate(lines, first)]
        return render("choose_quotes", language, article=article, rows=rows, first=first + 1, chosen=len(chosen))

    def removed_lines(self, article: Article, *, language: str, page: int = 0) -> str:
        """List a page of the lines left out of an article, numbered as the buttons of `keyboards.removed_lines`."""
        revision = article.revision
        lines = removable_lines(revision)
        first = clamp(page, len(lines), LINES_A_PAGE) * LINES_A_PAGE
        kept = {line.span for line in revision.reading.restored}
        rows = [
            (
                clipped(" ".join(line.span.of(revision.text).split()), _LINE_UNITS),
                i18n.gettext(language, _RULES.get(line.rule, line.rule)),
                line.span in kept,
            )
            for line in lines[first : first + LINES_A_PAGE]
        ]
        return render("removed_lines", language, article=article, rows=rows, first=first + 1, kept=len(kept))

    def published(self, article: Article, *, language: str, sent_to: int | None = None) -> str:
        """Confirm publication; `sent_to` counts the chats it goes to at once, None: with their next digests."""
        return render("published", language, article=article, sent_to=sent_to)

    def discarded(self, article: Article, *, language: str) -> str:
        """Confirm that a draft was thrown away."""
        return render("discarded", language, article=article)

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
        reasons = sorted(copies.reasons.items(), key=lambda item: -item[1])[:_REASONS_SHOWN]
        said = [f"{self._reason(reason, language)} ({i18n.number(count, language)})" for reason, count in reasons]
        missed = sum(copies.reasons.values())
        return render(
            "correction_progress", language, proposal=proposal, copies=copies, missed=missed, reasons=", ".join(said)
        )

    def drafts(self, articles: Sequence[Article], *, language: str, zone: str) -> str:
        """List a page (at most `ROWS_A_PAGE`) of drafts, numbered as the buttons of `keyboards.drafts`."""
        return self._listing("drafts", articles, language, zone)

    def articles(self, articles: Sequence[Article], *, language: str, zone: str) -> str:
        """List a page (at most `ROWS_A_PAGE`) of published articles."""
        return self._listing("articles", articles, language, zone)

    def editors(self, user_ids: Sequence[int], *, language: str) -> str:
        """List who may post besides the owners, and how to add or remove someone."""
        return render("editors", language, user_ids=sorted(user_ids)[:90])

    def editor_changed(self, user_id: int, *, language: str, added: bool, changed: bool = True) -> str:
        """Confirm that someone may post now (`added`) or no longer; `changed` False: it was so already."""
        return render("editor_changed", language, user_id=user_id, added=added, changed=changed)

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
            rows=[(each.edition, self._states(each.counts, language)) for each in overviews[:ROWS_A_PAGE]],
            progress=progress,
            bar=bar(progress) if progress else "",
            pause=pause,
            why=self._reason(pause.reason, language) if pause else "",
            zone=zone,
        )

    def edition(self, report: Report, *, language: str, zone: str) -> str:
        """Show one edition's rows by state, why some were not sent, and what can be tried again."""
        return render(
            "edition",
            language,
            edition=report.edition,
            states=self._states(report.counts, language),
            reasons=self._reasons(report.counts, language),
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
            reasons=self._reasons(ledger, language),
        )

    # -- errors ---------------------------------------------------------------------------------------

    def error(self, error: DigestError, *, language: str) -> str:
        """Say what was wrong and what to do, from the catalogue's ``error.<key>``."""
        return render("error", language, text=self._keyed("error", error.key, error.params, language))

    def alarm(self, key: str, params: Mapping[str, object], *, language: str) -> str:
        """Tell an owner what needs a person, from the catalogue's ``alarm.<key>``; a ``reason`` is put into words."""
        if "reason" in params:
            params = {**params, "reason": self._reason(str(params["reason"]), language)}
        return render("alarm", language, text=self._keyed("alarm", key, params, language))

    def note(self, note: Note, *, language: str) -> str:
        """Render a short fixed message as HTML."""
        return render("note", language, text=i18n.gettext(language, note))

    def toast(self, what: Note | DigestError, *, language: str) -> str:
        """Return a note or an error as plain text, for the answer to a button (at most 200 characters)."""
        html = (
            self.error(what, language=language) if isinstance(what, DigestError) else self.note(what, language=language)
        )
        return clipped(plain(html), MAX_TOAST)

    # -- parts of pages -------------------------------------------------------------------------------

    def _listing(self, page_name: str, articles: Sequence[Article], language: str, zone: str) -> str:
        rows = [(article, label(article)) for article in articles[:ROWS_A_PAGE]]
        return render(page_name, language, rows=rows, zone=zone)

    def _states(self, counts: LedgerCounts, language: str) -> list[tuple[str, int]]:
        """Return the states that have rows, in words."""
        found = [(state, counts.states.get(state, 0)) for state in DeliveryState]
        return [(i18n.gettext(language, f"delivery.{state}"), count) for state, count in found if count]

    def _reasons(self, counts: LedgerCounts, language: str) -> list[tuple[str, int]]:
        """Return the commonest reasons why something was not sent, in words."""
        reasons = sorted(counts.reasons.items(), key=lambda item: -item[1])[:_REASONS_SHOWN]
        return [(self._reason(reason, language), count) for reason, count in reasons]

    def _reason(self, reason: str, language: str) -> str:
        key = f"reason.{reason}"
        words = i18n.gettext(language, key) if reason else ""
        return reason.replace("_", " ") if words == key else words

    def _keyed(self, group: str, key: str, params: Mapping[str, object], language: str) -> Markup:
        """Fill the catalogue's ``group.key``; a key it does not hold is shown as it is, a missing value as "…".

        With a suggestion among `params`, the message that holds it is the one with ``_similar`` at its end.
        """
        wanted = f"{group}.{key}_similar" if params.get("suggestion") else f"{group}.{key}"
        words = i18n.gettext(language, wanted)
        if words == wanted:
            words, params = i18n.gettext(language, f"{group}.unknown"), {"key": key}
        filled = _Lenient({name: clipped(str(value), LABEL_UNITS) for name, value in params.items()})
        return Markup(words) % filled  # noqa: S704 - the catalogue is ours; `%` escapes what it fills in


def bar(progress: Progress) -> str:
    """Draw how far something is ("▓▓▓░░░░░░░")."""
    full = _BAR * progress.done // max(progress.rows, 1)
    return "▓" * full + "░" * (_BAR - full)


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"
