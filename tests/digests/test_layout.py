"""What fits in a message, and what gives way when it does not."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import escape

from digests import layout
from digests.layout import Excerpt, Item, Size, fitted, item, measure, pages, units
from digests.model import Article, ArticleState, Mention, Proof, Quote, Reading, Revision, Span

NOW = datetime(2031, 5, 4, tzinfo=UTC)
WORDS = st.text(alphabet='ab я.!?"“”«»<&>😀👩\u200d\u0301א\n', max_size=60)


def revision(text: str, **reading: object) -> Revision:
    return Revision(number=1, text=text, sha256="", reading=Reading(language="en", **reading), id=1)  # type: ignore[arg-type]


def article(text: str, **reading: object) -> Article:
    given = revision(text, **reading)
    return Article(id=1, state=ArticleState.PUBLISHED, revision=given, created_by=1, created_at=NOW, updated_at=NOW)


def find(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


class Visible(HTMLParser):
    """An independent count: what a reader sees, and how many tags there are."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags = "", 0
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags += 1


# -- measuring ---------------------------------------------------------------------------------------------


def test_letters_outside_the_basic_plane_count_two_units():
    assert units("aя😀") == 4


@given(st.lists(st.tuples(WORDS, st.sampled_from(["b", "i", "blockquote", "u"]))))
def test_a_message_measures_as_what_telegram_shows_of_it(pieces: list[tuple[str, str]]):
    html = "".join(f"<{tag}>{escape(words)}</{tag}>{escape(words)}" for words, tag in pieces)
    seen = Visible(html)
    assert measure(html) == Size(len(seen.text.encode("utf-16-le")) // 2, seen.tags)


def test_addresses_are_not_counted_and_references_count_one():
    assert measure('<a href="https://a.example/?b=1&amp;c">&lt;&#128512;&#x2F;&quot;&amp;copy</a>') == Size(10, 1)


# -- parting between items -----------------------------------------------------------------------------------


@given(
    st.lists(st.builds(Size, st.integers(0, 60), st.integers(0, 12))), st.builds(Size, st.integers(0, 5), st.just(0))
)
def test_items_keep_their_order_and_no_message_is_overfull(sizes: list[Size], between: Size):
    room = Size(100, 20)
    groups = pages(sizes, room, between)
    assert [index for group in groups for index in group] == list(range(len(sizes)))
    for group in groups:
        total = sum(sizes[index].units for index in group) + between.units * (len(group) - 1)
        assert total <= room.units
        assert sum(sizes[index].entities for index in group) <= room.entities


def test_an_item_too_large_for_any_message_stands_alone():
    assert pages([Size(5, 0), Size(50, 0), Size(5, 0)], Size(20, 9), Size(1, 0)) == [range(1), range(1, 2), range(2, 3)]


# -- views ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("span", [Span(-1, 2), Span(3, 2), Span(0, 6)])
def test_nothing_can_be_shown_that_is_not_in_the_text(span: Span):
    with pytest.raises(ValueError, match="outside a text of 5"):
        Excerpt(revision("words"), span)


def test_a_fragment_stands_inside_its_whole_sentence_and_a_whole_quote_by_itself():
    text = "The army has “pulled back a little,” Ada Lind said. “We will return,” she added."
    fragment = Quote(span=find(text, "pulled back a little,"), sentence=find(text, text[:51]), whole=False,
                     speaker=find(text, "Ada Lind"))  # fmt: skip
    whole = Quote(span=find(text, "We will return,"), sentence=find(text, text[52:]), whole=True,
                  speaker=find(text, "Ada Lind"))  # fmt: skip
    first, second = item(article(text), [fragment, whole]).quotes
    assert (first.excerpt.words, first.marked) == (text[:51], False)
    assert first.around == ("The army has “pulled back a little,” ", " said.")
    assert (second.excerpt.words, second.marked) == ("We will return", True)
    assert second.around is None


def test_a_quote_whose_speaker_is_not_sure_keeps_the_words_around_it():
    text = "“We will return,” one of them said."
    quote = Quote(span=find(text, "We will return,"), sentence=Span(0, len(text)), whole=True)
    (shown,) = item(article(text), [quote]).quotes
    assert (shown.excerpt.words, shown.marked, shown.speaker) == (text, False, None)


def test_what_the_lead_or_a_caveat_shows_is_not_shown_again():
    text = "He called it “a start” on Monday. Nobody could check “the figures” he gave."
    lead, caveat = find(text, "He called it “a start” on Monday."), find(text, text[34:])
    quotes = [
        Quote(span=find(text, "a start"), sentence=lead, whole=False),
        Quote(span=find(text, "the figures"), sentence=caveat, whole=False),
    ]
    assert item(article(text, lead=lead, caveats=(caveat,)), quotes).quotes == ()


def test_two_fragments_of_one_sentence_are_shown_once():
    text = "She spoke of “hope” and of “bread” there."
    quotes = [Quote(span=find(text, w), sentence=Span(0, len(text)), whole=False) for w in ("hope", "bread")]
    assert len(item(article(text), quotes).quotes) == 1


def test_mentions_of_one_channel_are_one_echo_and_a_mention_of_nobody_is_none():
    text = "x" * 20
    at = {"span": Span(0, 1), "sentence": Span(0, 2)}
    mentions = (
        Mention(**at, proof=Proof.KNOWN, channel="a"),  # type: ignore[arg-type]
        Mention(**at, proof=Proof.NOT_LISTED),  # type: ignore[arg-type]
        Mention(**at, proof=Proof.LINKED, handle="Other_one"),  # type: ignore[arg-type]
        Mention(**at, proof=Proof.EXACT_POST, channel="a", handle="A", post=3),  # type: ignore[arg-type]
    )
    echoes = item(article(text, mentions=mentions), []).echoes
    assert echoes == ((mentions[0], mentions[3]), (mentions[2],))


# -- giving way ------------------------------------------------------------------------------------------------


def size(view: Item) -> int:
    parts = [view.title, view.lead, *(quote.excerpt for quote in view.quotes), *view.caveats]
    return sum(units(part.words) for part in parts if part) + 100 * len(view.echoes)


LONG = (
    "A first sentence opens the lead. A second one goes on. A third one ends it.\n\n"
    "“Alpha is the first,” Ada said.\n\n“Beta is the second,” Bo said.\n\nNobody could verify this."
)


def long_item() -> Item:
    ada, bo = find(LONG, "Ada"), find(LONG, "Bo")
    quotes = tuple(
        Quote(span=find(LONG, words), sentence=find(LONG, sentence), whole=True, speaker=speaker)
        for words, sentence, speaker in (
            ("Alpha is the first,", "“Alpha is the first,” Ada said.", ada),
            ("Beta is the second,", "“Beta is the second,” Bo said.", bo),
        )
    )
    lead, caveat = find(LONG, LONG.split("\n\n")[0]), find(LONG, "Nobody could verify this.")
    return item(article(LONG, quotes=quotes, lead=lead, caveats=(caveat,)), quotes)


def test_quotes_give_way_first_then_the_lead_by_sentences_and_the_caveat_stays():
    whole = long_item()
    seen = []
    for most in range(size(whole), 0, -1):
        small = fitted(whole, lambda view, most=most: size(view) <= most)  # type: ignore[misc]
        shape = (len(small.quotes), small.lead.words if small.lead else "")
        if small.lead and not small.lead.cut and shape not in seen:
            seen.append(shape)
        assert [caveat.words for caveat in small.caveats] == ["Nobody could verify this."]
    lead = LONG.split("\n\n")[0]
    assert seen == [
        (2, lead),
        (1, lead),
        (0, lead),
        (0, "A first sentence opens the lead. A second one goes on."),
        (0, "A first sentence opens the lead."),
    ]


def test_a_sentence_of_ten_thousand_letters_is_cut_at_a_word_and_marked():
    text = "word " * 2000 + "end."
    view = item(article(text, lead=Span(0, len(text))), [])
    small = fitted(view, lambda one: size(one) <= 4000)
    assert small.lead is not None
    assert small.lead.cut
    assert small.lead.words == ("word " * 600).strip()


def test_a_lead_is_never_cut_inside_a_quote():
    text = "He said: “" + "never " * 2000 + "” and left."
    quote = Quote(span=Span(10, 12010), sentence=Span(0, len(text)), whole=False)
    small = fitted(
        item(article(text, lead=Span(0, len(text)), quotes=(quote,)), [quote]), lambda one: size(one) <= 4000
    )
    assert small.lead is not None
    assert (small.lead.words, small.lead.cut) == ("He said:", True)


TEXTS_WITH_QUOTES = (
    st.lists(WORDS, min_size=1)
    .map("".join)
    .flatmap(
        lambda text: st.tuples(
            st.just(text), st.lists(st.tuples(*[st.integers(0, len(text))] * 2).map(sorted).map(tuple), max_size=3)
        )
    )
)


@given(TEXTS_WITH_QUOTES, st.integers(0, 80))
@example(("<<\u200d ", [(2, 4)]), 3)  # a quote that begins with what joins it to the letter before
@example(("<<\u200d ", [(0, 2), (2, 4)]), 3)
def test_a_shortened_excerpt_parts_no_joined_letters_and_no_quote(case: tuple[str, list[tuple[int, int]]], most: int):
    text, pairs = case
    quotes = tuple(Quote(span=Span(*pair), sentence=Span(0, len(text)), whole=False) for pair in pairs)
    whole = Excerpt(revision(text, quotes=quotes), Span(0, len(text)))
    short = whole.shortened(most)
    assert units(short.words) <= most or short == whole
    assert short.words in text
    if short.cut:
        stop = short.span.end
        assert not any(quote.span.start < stop < quote.span.end for quote in quotes)
        assert not short.words or "\u200d" not in text[stop : stop + 1]


@given(st.integers(1, 30))
def test_only_an_absurd_number_of_caveats_is_counted_instead_of_shown(count: int):
    text = "".join(f"Claim {number} could not be verified. " for number in range(count))
    spans = tuple(find(text, f"Claim {number} could not be verified.") for number in range(count))
    small = fitted(item(article(text, caveats=spans), []), lambda one: size(one) <= 330)
    assert len(small.caveats) + small.more_caveats == count
    assert len(small.caveats) == min(count, layout.CAVEATS_WHEN_TIGHT)
