"""Editions: which articles a digest holds, and who shares one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from digests.editions import edition_key, group, select
from digests.model import (
    Article,
    ArticleState,
    EditionKind,
    Reading,
    Recipient,
    Revision,
    Schedule,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def an_article(number: int, minutes_ago: float, state: ArticleState = ArticleState.PUBLISHED) -> Article:
    at = NOW - timedelta(minutes=minutes_ago)
    revision = Revision(number=1, text="", sha256="", reading=Reading(language="en"), id=number * 10)
    return Article(
        id=number, state=state, revision=revision, created_by=1, created_at=at, updated_at=at, published_at=at
    )


def a_recipient(number: int, language: str = "en", zone: str = "UTC") -> Recipient:
    return Recipient(number, language, Schedule(times=(), zone=zone), tell_empty=False, seen_until=NOW, next_due_at=NOW)


def test_the_newest_comes_first_and_the_window_is_half_open() -> None:
    articles = [an_article(number, 10 * number) for number in (3, 0, 2, 1)]
    chosen = select(articles, seen_until=NOW - timedelta(minutes=30), now=NOW)
    assert [article.id for article in chosen] == [0, 1, 2]


def test_articles_of_the_same_moment_stand_in_the_same_order_always() -> None:
    articles = [an_article(number, 5) for number in (1, 2, 3)]
    ways = [select(some, seen_until=NOW - timedelta(hours=1), now=NOW) for some in (articles, articles[::-1])]
    assert [[article.id for article in way] for way in ways] == [[3, 2, 1], [3, 2, 1]]


def test_what_is_retracted_or_got_urgently_already_is_left_out() -> None:
    articles = [an_article(1, 5), an_article(2, 4, ArticleState.RETRACTED), an_article(3, 3, ArticleState.CORRECTED)]
    chosen = select(articles, seen_until=NOW - timedelta(hours=1), now=NOW, already=frozenset((1,)))
    assert [article.id for article in chosen] == [3]


@given(st.lists(st.integers(0, 600), max_size=20), st.lists(st.integers(0, 600), max_size=5))
def test_over_any_digests_each_article_is_shown_exactly_once(ages: list[int], looks: list[int]) -> None:
    articles = [an_article(number, age) for number, age in enumerate(ages)]
    since, shown = NOW - timedelta(minutes=601), []
    for minutes in [*sorted(looks, reverse=True), 0]:
        now = NOW - timedelta(minutes=minutes)
        shown += [article.id for article in select(articles, seen_until=since, now=now)]
        since = now
    assert sorted(shown) == list(range(len(ages)))


def test_like_recipients_are_put_together() -> None:
    articles = (an_article(1, 5),)
    alike = [a_recipient(number) for number in range(1, 1001)]
    others = [a_recipient(2001, language="uk"), a_recipient(2002, zone="Europe/Kyiv")]
    groups = group((each, articles) for each in [*alike, *others])
    assert sorted(len(members) for members in groups.values()) == [1, 1, 1000]


def test_another_revision_or_other_articles_make_another_edition() -> None:
    one, two = an_article(1, 5), an_article(2, 4)
    corrected = replace(one, revision=replace(one.revision, id=11))
    pairs = [(a_recipient(1), (one,)), (a_recipient(2), (corrected,)), (a_recipient(3), (two, one))]
    assert len(group(pairs)) == 3


def test_the_same_revisions_make_one_edition_however_they_were_found() -> None:
    [(like, members)] = group([(a_recipient(n), (an_article(1, 5), an_article(2, 4))) for n in (1, 2)]).items()
    assert [like.revisions, [each.id for each in members]] == [((1, 10), (2, 20)), [1, 2]]


def test_the_key_tells_apart_what_differs_and_nothing_else() -> None:
    day = date(2026, 5, 4)
    base = (EditionKind.SCHEDULED, "en", "UTC", day, [(1, 10)])
    others = [
        (EditionKind.URGENT, "en", "UTC", day, [(1, 10)]),
        (EditionKind.SCHEDULED, "uk", "UTC", day, [(1, 10)]),
        (EditionKind.SCHEDULED, "en", "Europe/Kyiv", day, [(1, 10)]),
        (EditionKind.SCHEDULED, "en", "UTC", date(2026, 5, 5), [(1, 10)]),
        (EditionKind.SCHEDULED, "en", "UTC", day, [(1, 11)]),
        (EditionKind.SCHEDULED, "en", "UTC", day, [(1, 10), (2, 20)]),
        (EditionKind.SCHEDULED, "en", "UTC", NOW, []),
        (EditionKind.SCHEDULED, "en", "UTC", NOW + timedelta(minutes=1), []),
    ]
    assert edition_key(*base) == edition_key(*base)
    assert len({edition_key(*each) for each in [base, *others]}) == len(others) + 1
