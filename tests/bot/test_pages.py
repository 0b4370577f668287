"""What people see: the digest within its limits and word for word, and every other message of the bot."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.i18n import LANGUAGES
from bot.menu import Scope
from bot.pages import Note, Pages
from bot.sandbox.entities import Formatted, formatted
from bot.sandbox.units import from_utf16
from digests import errors
from digests.model import (
    Article,
    ArticleState,
    ChatKind,
    DeliveryState,
    EditionKind,
    Mention,
    Part,
    Place,
    Proof,
    Quote,
    Reading,
    Removed,
    Span,
    SubscriptionState,
)
from digests.ports import LedgerCounts
from digests.reading import read
from tests.bot.pages_samples import BRIDGE, NOW, REGISTRY, article, bridge, power_cut, subscription

PAGES = Pages(channels=REGISTRY)
REMOVED = article(
    "<Join> us & more! " * 80 + "\n" + "Join <us>!\n" * 9,
    Reading(
        language="en",
        removed=tuple(Removed(span=Span(1441 + 11 * n, 1451 + 11 * n), rule="promotion") for n in range(1, 9)),
        restored=(Removed(span=Span(0, 1440), rule="photo credit"), Removed(span=Span(1441, 1451), rule="new rule")),
    ),
)
GOLDEN = Path(__file__).parent / "golden"
SLOW = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def compose(*articles: Article, language: str = "en") -> tuple[Part, ...]:
    return PAGES.compose(articles, kind=EditionKind.SCHEDULED, language=language, zone="Europe/Kyiv", now=NOW)


def units(text: str) -> int:
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def seen(html: str) -> Formatted:
    """Read a message as Telegram does; fails for what it would refuse, and beyond its limits."""
    message = formatted(html, "HTML")
    assert 0 < units(message.text) <= 4096
    assert len(message.entities) <= 100
    return message


def blockquotes(message: Formatted) -> list[str]:
    found = [entity for entity in message.entities if entity.type == "blockquote"]
    return [message.text[from_utf16(message.text, one.offset) : from_utf16(message.text, one.end)] for one in found]


# -- the digest ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_typical_digest_looks_as_drawn(language: str):
    (part,) = compose(bridge(), power_cut(), language=language)
    assert part.html + "\n" == (GOLDEN / f"digest.{language}.html").read_text(encoding="utf-8")
    seen(part.html)


def test_the_plain_text_says_the_same_and_carries_the_addresses():
    (part,) = compose(bridge())
    assert "<" not in part.text
    assert "https://t.me/norland_mod/4711" in part.text
    assert "https://www.harbour-courier.example/velm?a=1&b=2" in part.text
    assert "&amp;" not in part.text


def test_the_preview_is_what_readers_get():
    preview = PAGES.preview(bridge(), language="uk", zone="Europe/Kyiv", now=NOW)
    assert (preview,) == compose(bridge(), language="uk")


def test_a_name_inside_its_sentence_is_marked_there_and_not_repeated_below():
    message = seen(compose(bridge())[0].html)
    assert blockquotes(message)[1] == (
        "Ostria’s General Staff wrote on Telegram that its units had “taken up better positions” east of the town."
    )


def test_the_day_and_the_date_are_those_of_the_readers_zone():
    late = NOW.replace(hour=22)
    (part,) = PAGES.compose([bridge()], kind=EditionKind.ASKED, language="en", zone="Europe/Kyiv", now=late)
    assert "Monday, 5 May 2031" in part.html


def mention(text: str, **changes: object) -> Reading:
    words = Span(0, 5)
    given = {"span": words, "sentence": words, "proof": Proof.KNOWN, "owner": words}
    return Reading(language="en", lead=Span(0, len(text)), mentions=(Mention(**(given | changes)),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "shown", "links"),
    [
        ({"channel": "grey_column", "post": 9, "handle": "grey_column"},
         ("• Grey Column\n"
         "   paramilitary unit, Ostria · party to the conflict · designated by Norland · not linked · channel known"),
         []),
        ({"channel": "maybe_marsh"}, "• Tilda Marsh\n   war correspondent · not linked · channel known", []),
        ({"proof": Proof.NOT_LISTED}, "• Words\n   not listed", []),
        ({"proof": Proof.LINKED, "handle": "someone_else"},
         "• Words — @someone_else\n   not listed · linked in the article", ["https://t.me/someone_else"]),
        ({"channel": "ostria_staff", "proof": Proof.EXACT_POST, "post": 31},
         "• General Staff of Ostria — @ostria_staff/31\n   Government of Ostria · party to the conflict · exact post",
         ["https://t.me/ostria_staff/31"]),
    ],
)  # fmt: skip
def test_an_echo_names_the_owner_labels_all_sides_alike_and_links_only_what_may_be_linked(
    changes: dict[str, object], shown: str, links: list[str]
):
    text = "Words that were said on a channel."
    message = seen(compose(article(text, mention(text, **changes)))[0].html)
    assert shown in message.text
    assert [dict(entity.extra)["url"] for entity in message.entities if entity.type == "text_link"] == links


def test_the_operator_may_decide_to_link_designated_owners():
    text = "Words that were said on a channel."
    pages = Pages(channels=REGISTRY, link_designated=True)
    part = pages.preview(article(text, mention(text, channel="grey_column")), language="en", zone="UTC", now=NOW)
    assert "https://t.me/grey_column" in part.html
    assert "designated by Norland · channel known" in part.html


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "ftp://a.example/x", "https://", "nonsense", "https://a b.example", "http://[broken",
        "https://a.example/" + "x" * 2000,
    ],
)  # fmt: skip
def test_only_a_sane_web_address_is_linked(url: str):
    assert "<a " not in compose(article("A lead.", Reading(language="en", lead=Span(0, 7)), url=url))[0].html


def test_many_articles_become_numbered_parts_and_none_is_parted():
    articles = [replace(bridge(), id=number) for number in range(1, 12)]
    parts = compose(*articles)
    assert len(parts) > 2
    assert [number for part in parts for number in part.articles] == list(range(1, 12))
    for number, part in enumerate(parts, 1):
        message = seen(part.html)
        head = message.text.split("\n\n")[0]
        assert re.search(r"(\d+/\d+)$", head).group(1) == f"{number}/{len(parts)}"  # type: ignore[union-attr]
        assert message.text.count("Caveat:") == len(part.articles)
        assert len(blockquotes(message)) == 3 * len(part.articles)
    assert "/channels" in parts[-1].text
    assert "/channels" not in parts[0].text


HOSTILE = [
    "<b>", "</b>", "<script>", "&", "&lt;", "&copy", '"', "'", "\u202eabc", "שלום", "👩\u200d👩\u200d👧", "a\u0301",
    "{{ 1 }}", "%(num)s", "%s", "@name", "<a href='x'>", "]]>", "\u2068",
]  # fmt: skip


@given(st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=6).map(" ".join), st.sampled_from(LANGUAGES))
@SLOW
def test_hostile_words_are_shown_as_they_are(words: str, language: str):
    text = f"{words}\n\n{words} lead.\n\n“{words}” {words} said.\n\n{words} unverified."
    reading = Reading(
        language="en",
        title=Span(0, len(words)),
        lead=Span(len(words) + 2, 2 * len(words) + 8),
        caveats=(Span(len(text) - len(words) - 12, len(text)),),
    )
    part = compose(article(text, reading, outlet=words, url=f"https://a.example/?{words.replace(' ', '')}"),
                   language=language)[0]  # fmt: skip
    message = seen(part.html)
    cleaned = formatted(f"{words} unverified.".replace("&", "&amp;").replace("<", "&lt;"), "HTML").text
    assert cleaned.strip() in message.text
    assert words in part.text


LETTERS = "abz яїґ .,!?…:;\"'“”«»„—<>&#@/😀👩\u200d\u0301אش\n\u00a0"
CHUNK = st.text(alphabet=LETTERS, min_size=1, max_size=40)


@st.composite
def readings(draw: st.DrawFn) -> Article:
    """Draw an article of any text and length with a reading of any spans."""
    pieces = draw(st.lists(st.tuples(CHUNK, st.sampled_from([1, 1, 1, 3, 40, 300])), min_size=1, max_size=6))
    text = "".join(chunk * times for chunk, times in pieces)
    place = st.integers(0, len(text))
    span = st.tuples(place, place).map(lambda pair: Span(*sorted(pair)))
    mentions = draw(st.lists(st.builds(
        Mention, span=span, sentence=span, proof=st.sampled_from(Proof), owner=st.none() | span,
        channel=st.none() | st.sampled_from([channel.key for channel in REGISTRY] + ["gone"]),
        handle=st.none() | st.sampled_from(["abcde", "norland_mod", "x" * 32]), post=st.none() | st.integers(1, 10**7),
    ), max_size=12))  # fmt: skip
    quotes = draw(st.lists(st.builds(
        Quote, span=span, sentence=span, whole=st.booleans(), speaker=st.none() | span,
        mention=st.none() | st.integers(0, 12), key=st.booleans(), rank=st.integers(0, 9),
    ), max_size=6))  # fmt: skip
    reading = Reading(
        language=draw(st.sampled_from(["en", "uk", "ru", "und"])),
        title=draw(st.none() | span),
        lead=draw(st.none() | span),
        quotes=tuple(quotes),
        mentions=tuple(mentions),
        caveats=tuple(draw(st.lists(span, max_size=15))),
        other_platforms=tuple(draw(st.lists(st.sampled_from(["Facebook", "X"]), max_size=2, unique=True))),
    )
    return article(
        text, reading, outlet=draw(st.none() | CHUNK), published=draw(st.none() | st.dates(date(1990, 1, 1))),
        url=draw(st.none() | st.just("https://a.example/" + "y" * 900)),
    )  # fmt: skip


def words_of_ours(line: str) -> str:
    """Take our own marks off a line of a message."""
    line = re.sub(r"^(⚠️ Caveat: |— )", "", line)
    line = re.sub(r" · Telegram( \(https://t\.me/[\w/]+\))?$", "", line)
    # a cut name may stand in isolates; of a lead that is one endless quote only the mark of the cut is left
    return re.sub("((^| )\\[…\\]| …)(\u2069?)$", r"\3", line)


@given(st.lists(readings(), min_size=1, max_size=5), st.data())
@SLOW
def test_any_article_fits_and_stays_whole(drawn: list[Article], data: st.DataObject):
    articles = [replace(one, id=number) for number, one in enumerate(drawn, 1)]
    language = data.draw(st.sampled_from(LANGUAGES))
    parts = compose(*articles, language=language)
    assert [number for part in parts for number in part.articles] == [one.id for one in articles]
    for number, part in enumerate(parts, 1):
        message = seen(PAGES.repeat_marked(part.html, language=language))
        assert units(PAGES.repeat_marked(part.text, language=language)) <= 4096
        if len(parts) > 1:
            assert f"{number}/{len(parts)}" in "\n".join(message.text.split("\n")[2:5])


@given(readings())
@SLOW
def test_every_line_shown_of_any_article_is_in_its_text(one: Article):
    bare = replace(one.revision.reading, mentions=(), other_platforms=())
    shown = replace(one, revision=replace(one.revision, reading=bare, outlet=None, published=None, url=None))
    (part,) = compose(shown)
    text = one.revision.text
    _, _, body = part.text.partition("\n\n")
    body, _, _ = body.rpartition("\n\n")
    for line in body.split("\n"):
        alone = words_of_ours(line)
        candidates = (line, alone, alone[1:], alone[:-1], alone[1:-1], alone.strip("\u2068\u2069"))
        assert any(words in text for words in candidates) or re.fullmatch(r"⚠️ \d+ more caveats? in the article", line)


@given(readings())
@SLOW
def test_quotes_of_any_article_are_shown_whole(one: Article):
    (part,) = compose(one)
    revision = one.revision
    # where a shown quote may end: a span's own end, less the comma before the attribution
    ends = {quote.span.of(revision.text).strip().rstrip(",; \u00a0\n") for quote in revision.reading.quotes}
    ends |= {quote.sentence.of(revision.text).strip() for quote in revision.reading.quotes}
    ends = {end for end in ends if len(end) < 4096}  # no message holds a longer one, nor do the tests' means
    shown = [re.sub(r"</?b>", "", html) for html in re.findall(r"<blockquote>(.*?)</blockquote>", part.html, re.DOTALL)]
    for html in shown:
        words = formatted(f"x{html}", "HTML").text[1:]
        whole = {formatted(f"x{end.replace('&', '&amp;').replace('<', '&lt;')}", "HTML").text[1:] for end in ends}
        assert any(end and end in words for end in whole) or not words.strip("“”«» ")


def test_a_real_reading_becomes_a_digest_of_its_own_words():
    reading = read(BRIDGE, registry=REGISTRY)
    (part,) = compose(article(BRIDGE, reading))
    assert reading.lead is not None
    assert reading.lead.of(BRIDGE) in part.text
    assert all(caveat.of(BRIDGE) in part.text for caveat in reading.caveats)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_new_is_one_short_message(language: str):
    (part,) = PAGES.nothing_new(language=language, zone="UTC", now=NOW)
    seen(part.html)
    assert part.articles == ()
    assert PAGES.compose([], kind=EditionKind.ASKED, language=language, zone="UTC", now=NOW) == (part,)


# -- every other page ----------------------------------------------------------------------------------------------


def every_page(language: str) -> list[str]:
    long = article("x <b>& " * 3000, Reading(language="en", quotes=tuple(
        Quote(span=Span(0, 20000), sentence=Span(0, 20000), whole=False, speaker=Span(0, 500)) for _ in range(7)
    )), state=ArticleState.DRAFT)  # fmt: skip
    mine = subscription()
    others = [
        replace(mine, state=state, reason="no_rights", place=Place(-(10**12), 77), kind=kind, tell_empty=True)
        for state in SubscriptionState
        for kind in ChatKind
    ]
    channels = [(channel, number) for number, channel in enumerate(REGISTRY, 1)]
    ledger = LedgerCounts(dict.fromkeys(DeliveryState, 5), {"blocked": 3, "no_such_reason": 1})
    counts = {(kind, state): 2 for kind in ChatKind for state in SubscriptionState}
    say = {"language": language}
    return [
        *(PAGES.start(scope=scope, subscribed=subscribed, **say) for scope in Scope for subscribed in (True, False)),
        *(PAGES.help(scope=scope, **say) for scope in Scope),
        PAGES.privacy(**say),
        PAGES.my_data([], **say),
        PAGES.my_data([mine, *others], **say),
        PAGES.forget_confirm(**say),
        PAGES.forgotten(0, **say),
        PAGES.forgotten(3, **say),
        PAGES.subscribed(mine, **say),
        PAGES.already_subscribed(others[0], **say),
        PAGES.revived(mine, **say),
        PAGES.unsubscribed(**say),
        *(PAGES.schedule(one, **say) for one in (mine, *others)),
        PAGES.choose_language(**say),
        PAGES.channels(channels, **say),
        PAGES.channels([], **say),
        PAGES.channel_added("<Title> &", **say),
        PAGES.paused("topic_closed", title="<Title>", **say),
        PAGES.paused("no_rights", **say),
        *(PAGES.draft_card(one, **say) for one in (long, bridge())),
        *(PAGES.choose_quotes(long, page=page, **say) for page in (0, 1, 9)),
        PAGES.choose_quotes(article("No quotes.", Reading(language="en")), **say),
        *(PAGES.removed_lines(REMOVED, page=page, **say) for page in (0, 1)),
        PAGES.removed_lines(article("No quotes.", Reading(language="en")), **say),
        *(PAGES.published(long, sent_to=count, **say) for count in (None, 0, 1, 5)),
        PAGES.discarded(long, **say),
        PAGES.drafts([long] * 8, zone="UTC", **say),
        PAGES.drafts([], zone="UTC", **say),
        PAGES.articles([long, bridge(state=ArticleState.CORRECTED)], zone="Asia/Tokyo", **say),
        PAGES.articles([], zone="UTC", **say),
        PAGES.editors([10**9, 5], **say),
        PAGES.editors([], **say),
        *(PAGES.editor_changed(7, added=a, changed=c, **say) for a in (True, False) for c in (True, False)),
        PAGES.stats(dict.fromkeys(ArticleState, 4), counts, ledger, **say),
        PAGES.stats({}, {}, LedgerCounts({}, {}), **say),
        PAGES.alarm("markup_refused", {"edition": 4}, **say),
        PAGES.alarm("never_heard_of", {}, **say),
        *(PAGES.note(note, **say) for note in Note),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_a_message_telegram_takes(language: str):
    for html in every_page(language):
        seen(html)
        assert "\n\n\n" not in html
        assert not re.search(r"%\(|\b(error|reason|alarm|state|kind|delivery|article)\.[a-z_]+", html)


def test_my_data_shows_the_settings_with_local_times():
    html = PAGES.my_data([subscription()], language="en")
    assert "Schedule: 08:00 20:00, Mon–Fri, Europe/Kyiv" in html
    assert "987654321" in html


def test_the_schedule_page_gives_the_next_digest_in_the_chats_zone():
    assert "Понеділок, 5 травня 2031, 08:00" in PAGES.schedule(subscription(language="uk"), language="uk")
    odd = replace(subscription().schedule, weekdays=frozenset({0, 2}), times=(time(6, 45),))
    assert "<b>06:45</b>, Mon, Wed" in PAGES.schedule(subscription(schedule=odd), language="en")


def test_a_stopped_subscription_says_so_and_names_no_next_digest():
    stopped = subscription(state=SubscriptionState.STOPPED, reason="blocked", next_due_at=None)
    html = PAGES.schedule(stopped, language="en")
    assert "Next digest" not in html
    assert "/subscribe starts it again" in html


def test_an_error_says_what_to_do_with_its_values_escaped():
    error = errors.InvalidSchedule("schedule_time", word="<25:00>")
    assert "“&lt;25:00&gt;” is not a time" in PAGES.error(error, language="en")
    near = errors.InvalidSchedule("schedule_zone", word="Europe/Kiiv", suggestion="Europe/Kyiv")
    assert "Did you mean Europe/Kyiv?" in PAGES.error(near, language="en")
    assert "Did you mean" not in PAGES.error(
        errors.InvalidSchedule("schedule_zone", word="Moon/Sea", suggestion=""), language="en"
    )


def test_an_error_nobody_worded_still_answers():
    assert "never_worded" in PAGES.error(errors.DigestError("never_worded", x=1), language="uk")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_toast_is_short_plain_text(language: str):
    whats: list[Note | errors.DigestError] = [*Note, errors.IntakeError("only_link", url="https://a.example")]
    for what in whats:
        text = PAGES.toast(what, language=language)
        assert 0 < units(text) <= 200
        assert "<" not in text


@pytest.mark.parametrize("code", ["und", "en"])
def test_a_draft_says_what_is_not_read_of_a_language_without_rules(code: str):
    one = bridge()
    revision = replace(one.revision, reading=replace(one.revision.reading, language=code))
    card = PAGES.draft_card(replace(one, revision=revision), language="en")
    assert ("Look yourself for caveats" in card) == (code == "und")
