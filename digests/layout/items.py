"""Articles and quotes as readers are shown them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from digests.layout.excerpts import Excerpt, excerpt
from digests.model import Article, ArticleState, Mention, Quote, Revision, Span
from digests.reading.document import trim

SPEAKER_UNITS = 120
OPENING_UNITS = 250  # shown of a retracted article that has neither title nor lead


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quote as it is shown: a whole one by its words, a fragment inside its whole sentence.

    `marked`: these are the words alone, so the renderer sets quotation marks around them.
    """

    excerpt: Excerpt
    marked: bool
    speaker: Excerpt | None = None
    mention: int | None = None  # index of the mention it was said with

    @property
    def around(self) -> tuple[str, str] | None:
        """The words before and after the speaker's name where the excerpt itself holds it, else None."""
        if self.marked or self.speaker is None or self.speaker.cut or not _holds(self.excerpt.span, self.speaker.span):
            return None
        text, span, name = self.excerpt.revision.text, self.excerpt.span, self.speaker.span
        return text[span.start : name.start], text[name.end : span.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article as a digest shows it. `more_…` count what there was no room for."""

    article: Article
    title: Excerpt | None
    lead: Excerpt | None
    quotes: tuple[Quotation, ...]
    caveats: tuple[Excerpt, ...]
    echoes: tuple[tuple[Mention, ...], ...]  # mentions of one channel together
    more_caveats: int = 0
    more_echoes: int = 0

    @property
    def struck(self) -> bool:
        """True if the article was retracted: its words are struck through."""
        return self.article.state is ArticleState.RETRACTED


def item(article: Article, quotes: Iterable[Quote]) -> Item:
    """Return the view of an article with these quotes of its reading, less those that are shown elsewhere in it.

    Of a retracted article only what opens it is shown, and its caveats.
    """
    revision = article.revision
    reading = revision.reading
    if article.state is ArticleState.RETRACTED:
        return _retracted(article)
    caveats = tuple(dict.fromkeys(found for span in reading.caveats if (found := excerpt(revision, span))))
    lead = excerpt(revision, reading.lead)
    around = [part.span for part in (lead, *caveats) if part]
    quotations: list[Quotation] = []
    for view in filter(None, (quotation(revision, quote) for quote in quotes)):
        span = view.excerpt.span
        repeats = any(_holds(other, span) for other in around)
        if not repeats and not any(_overlap(span, other.excerpt.span) for other in quotations):
            quotations.append(view)
    return Item(
        article=article,
        title=excerpt(revision, reading.title),
        lead=lead,
        quotes=tuple(quotations),
        caveats=caveats,
        echoes=_echoes(revision),
    )


def _retracted(article: Article) -> Item:
    revision = article.revision
    title, lead = excerpt(revision, revision.reading.title), excerpt(revision, revision.reading.lead)
    if title is None and lead is None:
        lead = Excerpt(revision, Span(0, len(revision.text))).shortened(OPENING_UNITS)
    caveats = tuple(dict.fromkeys(found for span in revision.reading.caveats if (found := excerpt(revision, span))))
    return Item(article=article, title=title, lead=lead, quotes=(), caveats=caveats, echoes=())


def quotation(revision: Revision, quote: Quote) -> Quotation | None:
    """Return one quote as readers would see it; None if it has no words.

    Without a speaker even a whole quote stands in its sentence: what the article says of its source stays with it.
    """
    marked = quote.whole and quote.speaker is not None
    words = excerpt(revision, _bare(revision.text, quote.span) if marked else quote.sentence)
    speaker = excerpt(revision, quote.speaker)
    if words is None:
        return None
    mention = quote.mention if quote.mention in range(len(revision.reading.mentions)) else None
    return Quotation(words, marked, speaker and speaker.shortened(SPEAKER_UNITS), mention)


def _bare(text: str, span: Span) -> Span:
    """Return a quote without the comma that only led on to the attribution."""
    start, end = trim(text, span)
    while end > start and text[end - 1] in ",; ":
        end -= 1
    return Span(start, end)


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _echoes(revision: Revision) -> tuple[tuple[Mention, ...], ...]:
    """Group the mentions by whose channel they mean, in order of appearance; a mention of nobody is no echo."""
    groups: dict[str, list[Mention]] = {}
    for mention in revision.reading.mentions:
        owner = mention.owner.of(revision.text) if mention.owner else ""
        whose = mention.channel or (mention.handle or "").lower() or " ".join(owner.casefold().split())
        if whose:
            groups.setdefault(whose, []).append(mention)
    return tuple(map(tuple, groups.values()))
