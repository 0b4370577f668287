"""Intake: what an editor sent becomes an article's text, or a reason why not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.errors import IntakeError
from digests.intake import MAX_LENGTH, NEAR_LIMIT, accept, continues, join, tidy_url, units

TEXT = (
    "BRELIN, March 3 - Shelling damaged two houses in the village of Stara Hrebla overnight, the mayor said.\n\n"
    "“Nobody was hurt,” Olena Tkach wrote."
)
LINK = "https://news.example/2026/03/03/stara-hrebla"
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_the_text_stays_word_for_word() -> None:
    submission = accept(TEXT)
    assert submission.text == TEXT
    assert submission.sha256 == sha256(TEXT.encode()).hexdigest()
    assert submission.url is None


@pytest.mark.parametrize("sent", [f"{LINK}\n\n{TEXT}", f"{TEXT}\n{LINK}", f"  {LINK} \r\n{TEXT}\r\n"])
def test_a_link_alone_on_the_first_or_last_line_is_the_articles_link(sent: str) -> None:
    submission = accept(sent)
    assert submission.url == LINK
    assert submission.text == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "ftp://news.example/a",
        "javascript:alert(1)",
        "https://user:secret@news.example/a",
        "https://localhost/a",
        "https://[broken/a",
        f"Read more: {LINK}",
        "news.example/2026",
    ],
)
def test_any_other_line_is_text(line: str) -> None:
    submission = accept(f"{line}\n{TEXT}")
    assert submission.url is None
    assert submission.text == f"{line}\n{TEXT}"


def test_a_link_inside_the_text_stays_there() -> None:
    sent = f"{TEXT}\n{LINK}\n{TEXT}"
    assert accept(sent).text == sent


@pytest.mark.parametrize(
    ("url", "tidied"),
    [
        (LINK + "?utm_source=tg&utm_medium=x", LINK),
        (LINK + "?id=7&fbclid=abc&page=%D1%8F", LINK + "?id=7&page=%D1%8F"),
        (LINK + "?q=a+b%20c", LINK + "?q=a+b%20c"),
        (LINK + "#:~:text=two%20houses", LINK),
        (LINK + "#quotes", LINK + "#quotes"),
    ],
)
def test_tracking_is_taken_off_a_link_and_nothing_else(url: str, tidied: str) -> None:
    assert tidy_url(url) == tidied


@pytest.mark.parametrize(
    ("sent", "key", "params"),
    [
        ("", "empty", {}),
        (" \n\x00\u0007\ufeff ", "empty", {}),
        (LINK + "?utm_source=tg", "only_link", {"url": LINK}),
        ("Two houses damaged.", "too_short", {"length": 19, "minimum": 80}),
        ("word " * 40, "no_sentence", {}),
        ("A sentence. " * 20_000, "too_long", {"length": 239_999, "limit": MAX_LENGTH}),
    ],
)
def test_what_is_no_article_is_refused_with_the_reason(sent: str, key: str, params: dict[str, object]) -> None:
    with pytest.raises(IntakeError) as caught:
        accept(sent)
    assert (caught.value.key, caught.value.params) == (key, params)


MARKUP = [
    "<p>", "</p>", "<P class='lead'>", "<b>", "</b>", "<br/>", "<br />", "<hr>", "<li>", "<script>x='<p>'</script>",
    "<script>", "</script>", "<style>p{}</style>", "<!-- no -->", "<!--", "<![CDATA[", "<!DOCTYPE html>", "<o:p>",
    '<img src="a.png" alt="b">', '<a href="https://t.me/vasko_example/7?a=1&amp;b=2">', "</a>",
    '<odd data-x="1">', "</odd>",
    "&amp;", "&lt;", "&gt;", "&lt;b&gt;", "&amp;lt;i&amp;gt;", "&quot;", "&amp;quot;", "&#8221;", "&#x201c;", "&nbsp;",
    "&shy;", "&rsquo;", "&#39;", "\u00ad", "\u200b", "\r\n", "\xa0", "â€œ", "â€\x9d", "Â«", "\x00", "a < b", "R&D; ",
]  # fmt: skip
TAG = re.compile(
    r"<(?:p|b|br|i|script|a|li|img|hr|style|odd|o:p|!DOCTYPE)\b[^<>]*>|</\w+>|<!|&(?:amp|lt|gt|quot|nbsp|shy|rsquo|#\w+);"
)


@given(st.lists(st.one_of(st.sampled_from(MARKUP), st.sampled_from(["She stayed. ", "said Ada Lind", " and "]))))
def test_no_tag_and_no_entity_is_ever_stored(pieces: list[str]) -> None:
    text = accept(TEXT + "\n\n" + "".join(pieces) + "\n" + TEXT).text
    assert not TAG.search(text)
    assert accept(text).text == text


@given(st.lists(st.text(alphabet="Ab. “”—\nїЯ'<3&", min_size=1, max_size=200)))
def test_a_text_without_markup_stays_as_it_is(pieces: list[str]) -> None:
    text = TEXT + " ".join(pieces) + "."
    assert accept(text).text == text.strip()


def test_what_stands_around_the_words_of_a_page_is_not_their_text() -> None:
    page = (
        TEXT.replace("\n\n", "</p>\r\n<p>").replace("“", "&ldquo;").replace("”", "&#8221;").replace(" - ", "&nbsp;- ")
    )
    submission = accept(f"<html><head><title>x</title></head><body><p>{page}</p></body></html>\x00")
    assert submission.text.replace("\n\n\n", "\n\n") == TEXT
    assert submission.sha256 == sha256(submission.text.encode()).hexdigest()


def test_the_links_of_a_page_stay_with_their_words() -> None:
    page = TEXT.replace("Olena Tkach", '<a href="https://t.me/tkach_example/7">Olena Tkach</a>')
    submission = accept(f"{LINK}\n<p>{page}</p>")
    (link,) = submission.links
    assert link.span.of(submission.text) == "Olena Tkach"
    assert link.url == "https://t.me/tkach_example/7"


def test_length_counts_utf16_units() -> None:
    assert units("aй😀") == 4


@pytest.mark.parametrize(
    ("length", "seconds", "sent", "expected"),
    [
        (4096, 0, "and so it went on.", True),
        (NEAR_LIMIT, 9, "and so it went on.", True),
        (NEAR_LIMIT - 1, 1, "and so it went on.", False),
        (4096, 60, "and so it went on.", False),
        (4096, -1, "and so it went on.", False),
        (4096, 1, "/drafts", False),
    ],
)
def test_a_message_right_after_a_full_one_continues_it(length: int, seconds: int, sent: str, expected: bool) -> None:
    assert continues(length, NOW, sent, NOW + timedelta(seconds=seconds)) is expected


@pytest.mark.parametrize(
    ("previous", "sent", "joined"),
    [
        ("The village head", "said so.", "The village head said so."),
        ("He left.", "The rest stayed.", "He left.\n\nThe rest stayed."),
        ("“We stay,”", "she said.", "“We stay,” she said."),
        ("“We stay.”", "Вона пішла.", "“We stay.”\n\nВона пішла."),
        ("in the town of", "Brelin.", "in the town of Brelin."),
        ("He left. ", "\r\nThe rest stayed.", "He left.\n\nThe rest stayed."),
    ],
)
def test_pieces_are_joined_as_they_were_cut(previous: str, sent: str, joined: str) -> None:
    assert join(previous, sent) == joined


@given(st.integers(0, 30), st.text(alphabet="Ab. “”\n", min_size=1, max_size=200))
def test_joining_loses_no_word(cut: int, text: str) -> None:
    whole = join(text[:cut], text[cut:])
    assert "".join(whole.split()) == "".join(text.split())
