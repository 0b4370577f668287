"""Composes the digest: articles in, Telegram messages out, each within the limits with room to mark a repeat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit

from bot import i18n
from bot.i18n import N_
from bot.rendering import plain, render
from digests import layout
from digests.data import Registry, linkable
from digests.layout import MESSAGE, Item, Size, units
from digests.model import (
    Article,
    Channel,
    CorrectionKind,
    Edition,
    EditionKind,
    Mention,
    Part,
    Proof,
    Quote,
    Revision,
    Span,
)
from digests.selection import chosen_quotes

BETWEEN = "\n\n———\n\n"
URL_UNITS = 1024  # a longer address is not linked: in plain text it would take the digest's place
OUTLET_UNITS = 80
LABEL_UNITS = 120
_REPEAT = N_("↻ Possible repeat: we could not be sure that this reached you.")
_PARTY = N_("party to the conflict")
_NOT_LINKED = N_("not linked")
_FROM = N_("From %(outlet)s")
_PROOFS = {
    Proof.EXACT_POST: N_("exact post"),
    Proof.LINKED: N_("linked in the article"),
    Proof.KNOWN: N_("channel known"),
    Proof.NOT_LISTED: N_("not listed"),
}


class Link(NamedTuple):
    """Somewhere to go, and what to call it."""

    label: str
    url: str


class Echo(NamedTuple):
    """A channel as it is shown: its owner, its links (none where it must not be linked), its labels."""

    owner: str
    links: tuple[Link, ...]
    labels: tuple[str, ...]


class Told(NamedTuple):
    """What is told of a correction: `at` is its time in the digest's zone, `unix` the same for the reader's app."""

    kind: CorrectionKind
    reason: str
    at: datetime
    unix: int


class DigestComposer:
    """Renders articles. `name` heads every message; the registry and `link_designated` decide on labels and links."""

    def __init__(self, channels: Registry, *, name: str, link_designated: bool = False) -> None:
        self._channels = channels
        self._name = name
        self._linkable = partial(linkable, link_designated=link_designated)

    def compose(
        self, articles: Sequence[Article], *, kind: EditionKind, language: str, zone: str, now: datetime
    ) -> tuple[Part, ...]:
        """Render a digest; see `digests.ports.Composer`. Without articles, the "nothing new" message.

        Every part has room for `repeat_marked`.
        """
        del kind  # readers are told when, not why
        if not articles:
            return self.nothing_new(language=language, zone=zone, now=now)
        head = partial(self._head, language=language, count=len(articles), today=i18n.local(now, zone).date())
        foot = self._foot(articles, language)
        room = _room(head(1, len(articles) + 1), foot, i18n.gettext(language, _REPEAT))
        blocks = [self._block(article, language, zone, room) for article in articles]
        groups = layout.pages([_size(block) for block in blocks], room, _size(BETWEEN))
        parts = []
        for number, group in enumerate(groups, 1):
            body = BETWEEN.join(blocks[index] for index in group)
            end = [foot] if number == len(groups) else []
            html = "\n\n".join([head(number, len(groups)), body, *end])
            parts.append(Part(html=html, text=plain(html), articles=tuple(articles[index].id for index in group)))
        return tuple(parts)

    def preview(self, article: Article, *, language: str, zone: str, now: datetime) -> Part:
        """Render one article exactly as readers will get it; one article always fits one message."""
        return self.compose((article,), kind=EditionKind.SCHEDULED, language=language, zone=zone, now=now)[0]

    def revise(self, edition: Edition, articles: Mapping[int, Article], *, changed: int) -> Mapping[int, Part]:
        """Render parts of a delivered edition anew; see `digests.ports.Reviser`."""
        language, zone = edition.language, edition.zone
        shown = [articles[article] for article, _ in edition.articles]
        today = i18n.local(edition.created_at, zone).date()
        revised = {}
        for number, part in enumerate(edition.parts, 1):
            if changed in part.articles:
                head = self._head(number, len(edition.parts), language=language, count=len(shown), today=today)
                end = [self._foot(shown, language)] if number == len(edition.parts) else []
                here = [articles[article] for article in part.articles]
                html = self._squeezed(here, (head, *end), language, zone, first=changed)
                corrected = [article for article in here if article.correction]
                notice = self._squeezed(corrected, (render("notice", language, name=self._name),), language, zone)
                revised[number] = replace(
                    part, html=html, text=plain(html), notice_html=notice, notice_text=plain(notice)
                )
        return revised

    def nothing_new(self, *, language: str, zone: str, now: datetime) -> tuple[Part, ...]:
        """Render the digest without articles."""
        html = render("nothing_new", language, name=self._name, today=i18n.local(now, zone).date())
        return (Part(html=html, text=plain(html)),)

    def repeat_marked(self, body: str, *, language: str) -> str:
        """Put the repeat line (no markup in it, so for HTML and plain text alike) above a part; still within limits."""
        return f"{i18n.gettext(language, _REPEAT)}\n\n{body}"

    def listed(self, channel: Channel, language: str) -> Echo:
        """Return a registry channel as /channels lists it."""
        return Echo(channel.owner, self._links(channel.handle, (), channel), self._labels(channel, language))

    def _head(self, part: int, parts: int, *, language: str, count: int, today: date) -> str:
        return render("head", language, name=self._name, part=part, parts=parts, count=count, today=today)

    def _foot(self, articles: Iterable[Article], language: str) -> str:
        mentions = [mention for article in articles for mention in article.revision.reading.mentions]
        known = [channel for mention in mentions if (channel := self._channel(mention))]
        return render("foot", language, dated=max((channel.dated for channel in known), default=None))

    def _squeezed(
        self, articles: Sequence[Article], frame: Sequence[str], language: str, zone: str, *, first: int = 0
    ) -> str:
        """Render articles into one message between the `frame`'s head and end, however little room there is.

        The article `first` gives way before the others, the last of those before the one above it; if that is not
        enough, nothing but its title and what is told of its correction is left of one after the other.
        """
        room = _room(*frame, i18n.gettext(language, _REPEAT))
        between = _size(BETWEEN)
        blocks = [self._block(article, language, zone, room) for article in articles]
        order = sorted(range(len(articles)), key=lambda index: (articles[index].id != first, -index))

        def left(but: int) -> Size:
            """Return the room that the other blocks leave."""
            others = [_size(block).plus(between) for index, block in enumerate(blocks) if index != but]
            return Size(room.units - sum(o.units for o in others), room.entities - sum(o.entities for o in others))

        for stub in (False, True):
            for index in order:
                space = left(index)
                if not _size(blocks[index]).within(space):
                    article = articles[index]
                    fitted = self._stub if stub else partial(self._block, room=space)
                    blocks[index] = fitted(article, language=language, zone=zone)
        head, *end = frame
        return "\n\n".join([head, BETWEEN.join(blocks), *end])

    def _block(self, article: Article, language: str, zone: str, room: Size) -> str:
        """Render the largest version of an article that has room in a message of its own."""
        whole = layout.item(article, chosen_quotes(article.revision))
        html = partial(self._item, language=language, zone=zone)
        return html(layout.fitted(whole, lambda item: _size(html(item)).within(room)))

    def _stub(self, article: Article, language: str, zone: str) -> str:
        """Render what names an article for which there is no room."""
        return render("stub", language, label=label(article), correction=_told(article, zone))

    def _item(self, item: Item, *, language: str, zone: str) -> str:
        revision = item.article.revision
        published = i18n.day(revision.published, language) if revision.published else ""
        return render(
            "item",
            language,
            item=item,
            correction=_told(item.article, zone),
            article_language=revision.reading.language,
            byline=_byline(outlet(revision), published, language),
            echoes=[self._echo(revision, mentions, language) for mentions in item.echoes],
            echoes_of=[self._echo(revision, (mention,), language).links for mention in revision.reading.mentions],
            platforms=() if item.struck else revision.reading.other_platforms,
            source=None if item.struck else source(revision.url),
        )

    # -- echoes ---------------------------------------------------------------------------------------

    def _channel(self, mention: Mention) -> Channel | None:
        return self._channels.by_key(mention.channel) if mention.channel else None

    def _echo(self, revision: Revision, mentions: Sequence[Mention], language: str) -> Echo:
        """Return one channel with the best of the proofs its mentions give, and the exact posts they link."""
        proof = min((mention.proof for mention in mentions), key=list(Proof).index)
        channel = self._channel(mentions[0])
        handle = next((mention.handle for mention in mentions if mention.handle), None)
        posts = tuple(dict.fromkeys(mention.post for mention in mentions if mention.post))[:3]
        labels = self._labels(channel, language)
        if channel or proof is not Proof.NOT_LISTED:
            labels += (i18n.gettext(language, _PROOFS[proof]),)
        links = self._links(channel.handle if channel else handle, posts, channel)
        return Echo(channel.owner if channel else _owner(revision, mentions, handle), links, labels)

    def _labels(self, channel: Channel | None, language: str) -> tuple[str, ...]:
        if channel is None:
            return (i18n.gettext(language, _PROOFS[Proof.NOT_LISTED]),)
        labels = [i18n.label(language, channel.affiliation)]
        if channel.party:
            labels.append(i18n.gettext(language, _PARTY))
        if channel.designation:
            labels.append(i18n.label(language, channel.designation))
        if not self._linkable(channel):
            labels.append(i18n.gettext(language, _NOT_LINKED))
        return tuple(labels)

    def _links(self, handle: str | None, posts: Sequence[int], channel: Channel | None) -> tuple[Link, ...]:
        """Return the exact posts, or the channel; nothing where there is no handle or it must not be linked."""
        if not handle or (channel is not None and not self._linkable(channel)):
            return ()
        if posts:
            return tuple(Link(f"@{handle}/{post}", f"https://t.me/{handle}/{post}") for post in posts)
        return (Link(f"@{handle}", f"https://t.me/{handle}"),)


def _told(article: Article, zone: str) -> Told | None:
    correction = article.correction
    if correction is None:
        return None
    at = i18n.local(correction.at, zone)
    return Told(correction.kind, correction.reason, at, int(correction.at.timestamp()))


def outlet(revision: Revision) -> str:
    """Return the outlet's name on one line, at most `OUTLET_UNITS`; empty if it is not known."""
    return clipped(" ".join((revision.outlet or "").split()), OUTLET_UNITS)


def label(article: Article) -> str:
    """Return what names an article in an editor's list: its title, else the beginning of its lead or text."""
    reading = article.revision.reading
    words = (reading.title or reading.lead or Span(0, len(article.revision.text))).of(article.revision.text)
    return clipped(" ".join(words[: 4 * LABEL_UNITS].split()), LABEL_UNITS)


def clipped(words: str, most: int) -> str:
    """Return a label in at most `most` UTF-16 units, with "…" where it was cut."""
    if units(words) <= most:
        return words
    while units(words) > most - 1:
        words = words[: min(len(words) - 1, most - 1)]
    return words.rstrip() + "…"


def source(url: str | None) -> Link | None:
    """Return an article's address with its host as the label; None unless it is an http(s) address of sane length."""
    if not url or units(url) > URL_UNITS or any(character.isspace() for character in url):
        return None
    try:
        address = urlsplit(url)
        host = address.hostname or ""
    except ValueError:
        return None
    if address.scheme not in ("http", "https") or not host:
        return None
    return Link(clipped(host.removeprefix("www."), OUTLET_UNITS), url)


def _owner(revision: Revision, mentions: Sequence[Mention], handle: str | None) -> str:
    """Return an unlisted owner as the article names it, else the handle the article gives."""
    named = next((mention.owner for mention in mentions if mention.owner), None)
    return clipped(named.of(revision.text), layout.SPEAKER_UNITS) if named else f"@{handle}"


def _byline(name: str, day: str, language: str) -> list[str]:
    """Return the outlet and the day as far as they are known; an outlet alone says what it is."""
    if name and not day:
        return [i18n.gettext(language, _FROM) % {"outlet": name}]
    return [words for words in (name, day) if words]


def _size(html: str) -> Size:
    """Return what a piece takes of a message, in HTML or in the plain text that stands in for it."""
    size = layout.measure(html)
    return Size(max(size.units, units(plain(html))), size.entities)


def _room(*frame: str) -> Size:
    """Return what the frame of a message (each piece with the empty line that follows) leaves for articles."""
    taken = [_size(piece + "\n\n") for piece in frame]
    units_left = MESSAGE.units - sum(size.units for size in taken)
    return Size(units_left, MESSAGE.entities - sum(size.entities for size in taken))


def quote_lines(revision: Revision, quotes: Iterable[Quote], most: int) -> list[tuple[str, str, bool]]:
    """Return (words, speaker, marked) of quotes for an editor to choose from, each clipped to `most` units."""
    lines = []
    for quote in quotes:
        view = layout.quotation(revision, quote)
        words = clipped(view.excerpt.words, most) if view else ""
        speaker = view.speaker.words if view and view.speaker else ""
        lines.append((words, speaker, bool(view and view.marked)))
    return lines
