"""What changed is marked, and nothing else."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.changes import changes
from bot.rendering import plain
from bot.sandbox.entities import formatted
from digests.layout import Size

ROOM = Size(3000, 80)
WORDS = st.lists(st.sampled_from(["ten", "Nine ", "killed", " ", "\n", "<b>", "&", "Долм", "“", "."]), max_size=40)


def test_gone_words_are_struck_and_new_ones_underlined() -> None:
    html = changes("Ten people were killed in Dolm.", "Nine people were hurt in Dolm.", ROOM)
    assert html == "<s>Ten</s><u>Nine</u> people were <s>killed</s><u>hurt</u> in Dolm."


def test_what_stays_is_shown_only_near_a_change() -> None:
    same = "The ferry sailed at noon and came back. " * 20
    html = changes(f"Ten. {same}End.", f"Nine. {same}Stop.", ROOM)
    assert len(plain(html)) < 300
    assert "[…]" in html


def test_no_change_is_nothing() -> None:
    assert not changes("The same.", "The same.", ROOM)


def test_too_many_changes_are_cut_and_that_is_shown() -> None:
    old = " ".join(f"one{n} and" for n in range(200))
    new = " ".join(f"two{n} and" for n in range(200))
    html = changes(old, new, ROOM)
    assert html.endswith("[…]")
    assert html.count("<s>") + html.count("<u>") <= 80


@given(WORDS.map("".join), WORDS.map("".join))
def test_without_the_marked_words_either_text_is_there(old: str, new: str) -> None:
    html = changes(old, new, ROOM)
    if not html:
        assert old == new
    elif "[…]" not in html:
        assert plain(re.sub("<s>.*?</s>", "", html, flags=re.DOTALL)) == new
        assert plain(re.sub("<u>.*?</u>", "", html, flags=re.DOTALL)) == old


@given(WORDS.map("".join), WORDS.map("".join))
def test_telegram_takes_the_marks(old: str, new: str) -> None:
    html = changes(old, new, ROOM)
    if plain(html).strip():
        formatted("x" + html, "HTML")
