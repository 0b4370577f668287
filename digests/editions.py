"""Which articles a digest holds, and which subscriptions can share one. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from digests.model import Article, EditionKind, Recipient


class Likeness(NamedTuple):
    """What subscriptions must have in common to share an edition."""

    language: str
    zone: str
    articles: tuple[Article, ...]

    @property
    def revisions(self) -> tuple[tuple[int, int], ...]:
        """The (article id, revision id) pairs, in the order shown."""
        return tuple((article.id, article.revision.id) for article in self.articles)


def select(
    articles: Iterable[Article], *, seen_until: datetime, now: datetime, already: frozenset[int] = frozenset()
) -> tuple[Article, ...]:
    """Return what is new to a reader, the newest first.

    That is the public articles with seen_until < published_at <= now, without those they got `already` in urgent
    editions. Articles published at the same moment stand in falling order of id, so the order is always the same.
    """
    new = [
        article
        for article in articles
        if article.state.public
        and article.published_at is not None
        and seen_until < article.published_at <= now
        and article.id not in already
    ]
    return tuple(sorted(new, key=_recency, reverse=True))


def group(wanted: Iterable[tuple[Recipient, tuple[Article, ...]]]) -> Mapping[Likeness, Sequence[Recipient]]:
    """Put like recipients together: same language, same zone, same articles in the same revisions."""
    same: dict[tuple[str, str, int], tuple[Likeness, list[Recipient]]] = {}  # the very same articles, as most have them
    for recipient, articles in wanted:
        key = recipient.language, recipient.schedule.zone, id(articles)
        if key not in same:
            same[key] = Likeness(recipient.language, recipient.schedule.zone, articles), []
        same[key][1].append(recipient)
    groups: dict[tuple[object, ...], tuple[Likeness, list[Recipient]]] = {}
    for like, alike in same.values():
        groups.setdefault((like.language, like.zone, like.revisions), (like, []))[1].extend(alike)
    return dict(groups.values())


def edition_key(kind: EditionKind, language: str, zone: str, when: date, revisions: Sequence[tuple[int, int]]) -> str:
    """Name what makes two editions the same.

    `when` is the local date in `zone` (it stands in the header); for an edition without articles pass the local due
    moment, for there may be several in a day.
    """
    content = ",".join(f"{article}.{revision}" for article, revision in revisions)
    return f"{kind}:{language}:{zone}:{when.isoformat()}:{sha256(content.encode()).hexdigest()[:16]}"


def _recency(article: Article) -> tuple[datetime, int]:
    return (article.published_at or datetime.min.replace(tzinfo=UTC), article.id)
