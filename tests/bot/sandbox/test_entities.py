"""Reading of Telegram HTML and entity lists. The error texts are those of TDLib's parse_html."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import Entity, formatted
from bot.sandbox.errors import ApiError


def shown(source: str, mode: str = "HTML", entities: object = None) -> tuple[str, list[tuple[Any, ...]]]:
    result = formatted(source, mode, entities)
    return result.text, [(e.type, e.offset, e.length, *(value for _, value in e.extra)) for e in result.entities]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>a</b> <strong>b</strong>", "a b", [("bold", 0, 1), ("bold", 2, 1)]),
        ("<i>a</i><em>b</em>", "ab", [("italic", 0, 2)]),
        ("<u>a</u> <ins>b</ins>", "a b", [("underline", 0, 1), ("underline", 2, 1)]),
        ("<s>a</s> <strike>b</strike> <del>c</del>", "a b c", [("strikethrough", n, 1) for n in (0, 2, 4)]),
        ('<span class="tg-spoiler">a</span> <tg-spoiler>b</tg-spoiler>', "a b", [("spoiler", 0, 1), ("spoiler", 2, 1)]),
        ("<B>Upper</B>", "Upper", [("bold", 0, 5)]),
        ("😀<b>a</b>", "😀a", [("bold", 2, 1)]),
        ("<b>😀</b>é", "😀é", [("bold", 0, 2)]),
        ("<blockquote>q</blockquote>x", "qx", [("blockquote", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ("<code>x</code>", "x", [("code", 0, 1)]),
        ("<pre>x</pre>", "x", [("pre", 0, 1)]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1, "py")]),
        ('<code class="language-py">x</code>', "x", [("code", 0, 1)]),
        ('<tg-emoji emoji-id="5368">👍</tg-emoji>', "👍", [("custom_emoji", 0, 2, "5368")]),
        ('<tg-time unix="1647531900" format="wDT">x</tg-time>', "x", [("date_time", 0, 1, 1647531900, "wDT")]),
        ('<tg-time unix="0">x</tg-time>', "x", []),
        ('<a href="https://example.org/a?b=1&amp;c=2">x</a>', "x", [("text_link", 0, 1, "https://example.org/a?b=1&c=2")]),
        ("<a href='example.org'>x</a>", "x", [("text_link", 0, 1, "http://example.org/")]),
        ("<a>example.org/x</a>", "example.org/x", [("text_link", 0, 13, "http://example.org/x")]),
        ("<a href='tg://user?id=42'>x</a>", "x", [("text_mention", 0, 1, {"id": 42})]),
        ("<a href='nothing'>x</a>", "x", []),
        ("<a href=''>word</a>", "word", []),
        ("<b>x</>", "x", [("bold", 0, 1)]),
        ("<b></b>x", "x", []),
        ("&lt;b&gt; &amp; &quot; &#39;&#x1F600; &copy; & x", "<b> & \" '😀 &copy; & x", []),
        ("&ltx", "&ltx", []),
        ("AT&T &lt", "AT&T <", []),
        ("  <b> x </b>  ", " x", [("bold", 0, 2)]),
        ("a\r\nb\tc\x07", "a\nb c", []),
    ],
)  # fmt: skip
def test_html_becomes_text_and_entities(source: str, text: str, entities: list[tuple[Any, ...]]) -> None:
    assert shown(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("é<br/>", 'Unsupported start tag "br/" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("x <b", "Unclosed start tag at byte offset 2"),
        ("1 <2>", 'Unsupported start tag "2" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=ht/tp>y</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="no">x</tg-emoji>', "Invalid custom emoji identifier specified"),
        ('<tg-time unix="5" format="q">x</tg-time>', "Invalid date-time format specified"),
    ],
)  # fmt: skip
def test_html_telegram_refuses_is_refused_in_its_words(source: str, complaint: str) -> None:
    with pytest.raises(ApiError) as caught:
        formatted(source, "html")
    assert caught.value.description == f"Bad Request: can't parse entities: {complaint}"


@pytest.mark.parametrize(
    ("source", "entities"),
    [
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", [("blockquote", 0, 2)]),
        ("<b>a<b>b</b></b>", [("bold", 0, 2)]),
        ("<b>a<i>b</i></b>", [("bold", 0, 1), ("bold", 1, 1), ("italic", 1, 1)]),
        ("<b>a<code>b</code>c</b>", [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)]),
        ("<code>a<b>b</b></code>", [("code", 0, 2)]),
        ("<b>a<blockquote>b</blockquote></b>", [("bold", 0, 1), ("blockquote", 1, 1), ("bold", 1, 1)]),
        ("<a href='https://e.org'>a<code>b</code></a>", [("text_link", 0, 2, "https://e.org/")]),
    ],
)
def test_overlapping_entities_are_mended_as_the_server_does(source: str, entities: list[tuple[Any, ...]]) -> None:
    assert shown(source)[1] == entities


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/start now", [("bot_command", 0, 6)]),
        ("/start@sandbox_bot", [("bot_command", 0, 18)]),
        ("a/b", []),
        ("ask @anna_k.", [("mention", 4, 7)]),
        ("see https://example.org/a_(b).", [("url", 4, 25)]),
        ("see https://example.org/a, then", [("url", 4, 21)]),
        ("t.me/name/12 and x.y", [("url", 0, 12)]),
        ("mail me@example.org", [("email", 5, 14)]),
        ("😀 #news", [("hashtag", 3, 5)]),
    ],
)
def test_what_telegram_recognises_by_itself_becomes_entities(text: str, entities: list[tuple[Any, ...]]) -> None:
    assert shown(text, "") == (text, entities)


def test_addresses_inside_links_and_code_stay_as_they_are() -> None:
    source = "<a href='https://e.org'>https://other.org</a> <code>/start</code> <blockquote>/help</blockquote>"
    assert [kind for kind, *_ in shown(source)[1]] == ["text_link", "code", "blockquote", "bot_command"]


def test_entities_given_as_a_list_are_taken_and_checked() -> None:
    given_entities = [
        {"type": "bold", "offset": 2, "length": 2},
        {"type": "url", "offset": 0, "length": 1},
        {"type": "text_link", "offset": 0, "length": 1, "url": "https://e.org/"},
    ]
    assert shown("x 😀", "", given_entities)[1] == [("text_link", 0, 1, "https://e.org/"), ("bold", 2, 2)]


@pytest.mark.parametrize(
    ("entity", "complaint"),
    [
        ({"type": "bold", "offset": 9, "length": 1}, "entity begins after the end of the text at UTF-16 offset 9"),
        (
            {"type": "bold", "offset": 1, "length": 9},
            "entity beginning at UTF-16 offset 1 ends after the end of the text at UTF-16 offset 10",
        ),
        ({"type": "bold", "offset": -1, "length": 1}, "receive an entity with incorrect offset -1"),
        ({"type": "nothing", "offset": 0, "length": 1}, "can't parse MessageEntity: unsupported type specified"),
        ({"type": "bold", "offset": 0}, "can't parse MessageEntity: can't find field \"length\""),
        ("bold", "can't parse MessageEntity: expected an Object"),
    ],
)
def test_entities_outside_the_text_or_of_no_type_are_refused(entity: object, complaint: str) -> None:
    with pytest.raises(ApiError) as caught:
        formatted("text", "", [entity])
    assert caught.value.description == f"Bad Request: {complaint}"


def test_length_is_counted_in_code_points_after_parsing() -> None:
    assert formatted("<b>" + "😀" * 4096 + "</b>", "HTML").entities == (Entity("bold", 0, 8192),)
    for source in ("x" * 4097, "😀" * 4097):
        with pytest.raises(ApiError, match="Bad Request: message is too long"):
            formatted(source)
    with pytest.raises(ApiError, match="Bad Request: text is too long"):
        formatted("x" * 32769)


def test_a_text_of_blanks_is_empty() -> None:
    for source in (" \n ", "<b> </b>", "\r"):
        with pytest.raises(ApiError, match="Bad Request: text must be non-empty"):
            formatted(source, "HTML")


def test_only_the_first_hundred_entities_are_kept() -> None:
    entities = formatted("<b>a</b> " * 120, "HTML").entities
    assert len(entities) == 100
    assert entities[-1].offset == 198


def test_other_parse_modes_are_refused() -> None:
    with pytest.raises(ApiError, match="unsupported parse_mode"):
        formatted("x", "BBCode")


INNER = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"], exclude_characters="#@/."),
    min_size=1,
    max_size=12,
)
WORDS = INNER.map(lambda text: f"x{text}x")


@given(st.lists(st.tuples(st.sampled_from(["", "b", "i", "u", "s", "code", "blockquote"]), WORDS), min_size=1))
def test_offsets_cut_exactly_the_marked_text_in_utf16(parts: list[tuple[str, str]]) -> None:
    names = {"b": "bold", "i": "italic", "u": "underline", "s": "strikethrough"}
    source = ".".join(f"<{tag}>{escape(text)}</{tag}>" if tag else escape(text) for tag, text in parts)
    result = formatted(source, "HTML")
    units = result.text.encode("utf-16-le")
    removed = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u0333\u033f\u030a"))
    marked = [(names.get(tag, tag), text.translate(removed)) for tag, text in parts if tag][:90]
    found = [
        (entity.type, units[entity.offset * 2 : entity.end * 2].decode("utf-16-le"))
        for entity in result.entities
        if entity.type in {*names.values(), "code", "blockquote"}
    ]
    assert found[: len(marked)] == marked


@given(st.text(st.sampled_from("<>/ab=\"' &;#x1é😀pie\0\n"), max_size=40))
def test_any_text_is_either_read_or_refused_never_a_crash(source: str) -> None:
    try:
        result = formatted(source, "HTML")
    except ApiError:
        return
    length = len(result.text.encode("utf-16-le")) // 2
    assert all(0 <= e.offset < e.end <= length for e in result.entities)
