"""What editors see of articles: drafts, their quotes and lines, what became of them."""

from __future__ import annotations

from collections.abc import Sequence

from bot import i18n
from bot.digest import clipped, label, quote_lines, source
from bot.i18n import N_
from bot.keyboards import LINES_A_PAGE, QUOTES_A_PAGE, ROWS_A_PAGE, clamp
from bot.rendering import render
from digests.model import Article
from digests.selection import chosen_indices, removable_lines

_QUOTE_UNITS = 600  # a quote in the editor's list; five of them fit one message
_LINE_UNITS = 300  # a removed line in the editor's list; eight of them fit one message
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
}  # why a line was left out, for an editor  # why a line was left out, for an editor


class ArticlePages:
    """What editors see of articles."""

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

    def drafts(self, articles: Sequence[Article], *, language: str, zone: str) -> str:
        """List a page (at most `ROWS_A_PAGE`) of drafts, numbered as the buttons of `keyboards.drafts`."""
        return _listing("drafts", articles, language, zone)

    def articles(self, articles: Sequence[Article], *, language: str, zone: str) -> str:
        """List a page (at most `ROWS_A_PAGE`) of published articles."""
        return _listing("articles", articles, language, zone)


def _listing(page_name: str, articles: Sequence[Article], language: str, zone: str) -> str:
    rows = [(article, label(article)) for article in articles[:ROWS_A_PAGE]]
    return render(page_name, language, rows=rows, zone=zone)
