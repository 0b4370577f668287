"""Seeing through markup, with a way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.model import Span
from digests.reading.view import view


def test_plain_text_is_its_own_view() -> None:
    assert view("Plain “text”.").text == "Plain “text”."
    assert not view("Plain “text”.").edits


def test_an_odd_space_alone_is_shown_as_a_space_and_moves_nothing() -> None:
    seen = view("It\u00a0is\u202fopen.")
    assert seen.text == "It is open."
    assert not seen.edits


def test_tags_entities_and_odd_spaces_are_seen_through() -> None:
    seen = view("<p>It&rsquo;s a\u00a0br\u00adidge</p>\r\n<p>Open</p>")
    assert seen.text.split() == ["It’s", "a", "bridge", "Open"]


def test_a_span_of_the_view_leads_back_to_the_words_of_the_original() -> None:
    text = "<p>&ldquo;It&rsquo;s <b>open</b>&rdquo; he said</p>"
    seen = view(text)
    start = seen.text.index("It’s")
    back = seen.original(Span(start, start + len("It’s open")))
    assert back.of(text) == "It&rsquo;s <b>open"


def test_scripts_are_not_text() -> None:
    assert "evil" not in view("<p>Good</p><script>evil()</script>").text


def test_links_keep_their_address() -> None:
    (link,) = view('See <a href="https://t.me/example/7?a=1&amp;b=2">the post</a>.').links
    assert link.url == "https://t.me/example/7?a=1&b=2"


def test_what_only_looks_like_a_tag_stays() -> None:
    assert view("5 <6 and <3 hearts <Lind>").text == "5 <6 and <3 hearts <Lind>"


def test_punctuation_garbled_on_its_way_is_read_as_meant() -> None:
    assert view("â€œOpen,â€\x9d he said").text == "“Open,” he said"


def garbled(text: str, encoding: str) -> str:
    """Read UTF-8 as browsers read a one-byte encoding: what it leaves open becomes a control character."""
    return "".join(bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in text.encode())


WRITTEN = [
    "Міст у Толмі відкрили. «Він і є шлях», — сказала Ґанна Єва Їжак, № 5… “так”.",
    "Мост в Толме открыли. «Он и есть путь», — сказала Ёла Объездная, № 5… “да”.",
    "“It’s open — at last,” said Zoë Lind: café, £5, €4, François Škoda, Łódź.",
]


@pytest.mark.parametrize("text", WRITTEN)
@pytest.mark.parametrize("encoding", ["cp1252", "cp1251", "latin-1"])
def test_a_text_garbled_as_a_whole_is_read_as_meant(text: str, encoding: str) -> None:
    assert view(garbled(text, encoding)).text == text


@pytest.mark.parametrize("text", WRITTEN)
def test_a_text_garbled_twice_is_read_as_meant(text: str) -> None:
    assert view(garbled(garbled(text, "cp1252"), "cp1252")).text == text


@pytest.mark.parametrize(
    "text",
    [
        *WRITTEN,
        "NÃO. IRMÃ “À LA CARTE”, “ESPAÑA”… Â€",
        "På Ås™ sa han: «Ære» – “Åh”…",
        "În Târgu™, “Â” și «Ă»…",
        "Він, Ві, Рі, Сіль: «В Ґ»",
    ],
)
def test_letters_that_are_meant_stay(text: str) -> None:
    assert view(text).text == text


def test_letters_that_are_meant_stay_beside_garbled_ones() -> None:
    assert view(f"Він — Різдво. {garbled('Він — ось', 'cp1251')}").text == "Він — Різдво. Він — ось"


@given(st.lists(st.sampled_from(["a", " ", "<b>", "</b>", "&amp;", "\u00ad", "\r\n", "<p>", "é"]), max_size=30))
def test_every_span_leads_back_into_the_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    seen = view(text)
    for start in range(len(seen.text) + 1):
        for end in range(start, len(seen.text) + 1):
            back = seen.original(Span(start, end))
            assert 0 <= back.start <= back.end <= len(text)


def test_letters_of_a_garbled_word_lead_back_to_their_own() -> None:
    garbled = "«мост\u0085е».".encode().decode("cp1251")
    seen = view(f"{garbled} {'цел '.encode().decode('cp1251')}")
    assert seen.text.startswith("«мост\nе».")
    assert [seen.original(Span(at, at + 1)).of(garbled) for at in (1, 5, 6)] == ["Рј", "В…", "Рµ"]
