"""What an editor sends becomes the corrected text, or is refused: never a change somewhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.errors import IntakeError, NotFound
from digests.revising import revised

TEXT = """Tavrin bridge to reopen

TAVRIN, Nov. 20 (Northern Wire) — The river bridge at Tavrin will reopen to trucks on Monday after two weeks of repairs.

“We have finished the northern span and the southern span is safe,” mayor Ilena Marsova said.

“Nobody told us when the crossing would open,” said Pavel Orlen, a driver who has waited for nine days.

The claims could not be independently verified."""


@pytest.mark.parametrize("arrow", [" => ", "=>", " ⇒ ", " → ", "\n=>\n"])
def test_old_words_are_exchanged_for_new_ones(arrow: str) -> None:
    assert revised(TEXT, f"two weeks{arrow}three weeks") == TEXT.replace("two weeks", "three weeks")


def test_words_can_be_taken_away() -> None:
    assert revised(TEXT, ", a driver who has waited for nine days =>") == TEXT.replace(
        ", a driver who has waited for nine days", ""
    )


def test_marks_and_spaces_that_only_look_alike_are_the_same() -> None:
    sent = '"We have finished the northern\u00a0span => “We have mended the northern span'
    assert revised(TEXT, sent) == TEXT.replace("finished", "mended")


def test_words_with_a_slip_in_them_are_found_and_whole_words_replaced() -> None:
    assert revised(TEXT, "Pavel Orlenn, a driver who has wated => Petro Lasko, a driver who has slept") == TEXT.replace(
        "Pavel Orlen, a driver who has waited", "Petro Lasko, a driver who has slept"
    )


def test_a_changed_paragraph_takes_the_place_of_the_one_it_is_like() -> None:
    old = TEXT.split("\n\n")[2]
    assert revised(TEXT, old.replace("northern", "eastern")) == TEXT.replace("northern", "eastern")


def test_several_paragraphs_in_a_row_take_the_place_of_theirs() -> None:
    sent = "\n\n".join(TEXT.split("\n\n")[2:4]).replace("northern", "eastern").replace("nine", "ten")
    assert revised(TEXT, sent) == TEXT.replace("northern", "eastern").replace("nine", "ten")


def test_the_whole_new_text_is_taken_as_it_is() -> None:
    new = TEXT.replace("two weeks", "a month").replace("nine days", "ten days") + "\n\nThe mayor gave no date."
    assert revised(TEXT, new) == new


def test_an_article_that_has_an_arrow_in_it_may_be_sent_whole() -> None:
    text = TEXT + "\n\nRoute: Tavrin → Dolm → the coast."
    assert revised(text, text.replace("nine", "ten")) == text.replace("nine", "ten")


@pytest.mark.parametrize("sent", ["span => bridge", "the => a"])
def test_words_that_stand_in_several_places_are_refused(sent: str) -> None:
    with pytest.raises(IntakeError, match="passage_unclear"):
        revised(TEXT, sent)


@pytest.mark.parametrize(
    "sent",
    ["The harbour master resigned => stayed", "An entirely different story about grain prices in the hills.", "=> x"],
)
def test_words_that_stand_nowhere_are_refused(sent: str) -> None:
    with pytest.raises(NotFound, match="passage"):
        revised(TEXT, sent)


@pytest.mark.parametrize("sent", [TEXT, "Pavel Orlen => Pavel Orlen", TEXT.split("\n\n")[1]])
def test_a_change_that_changes_nothing_is_refused(sent: str) -> None:
    with pytest.raises(IntakeError, match="nothing_changed"):
        revised(TEXT, sent)


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(IntakeError, match="empty"):
        revised(TEXT, " \n ")


@given(st.text(alphabet="abc .→=>\n“”", max_size=60))
def test_whatever_is_sent_changes_one_place_or_is_refused(sent: str) -> None:
    try:
        new = revised(TEXT, sent)
    except (IntakeError, NotFound):
        return
    assert new != TEXT


@given(st.data())
def test_an_exact_passage_is_exchanged_exactly(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(TEXT) - 30))
    old = TEXT[start : start + data.draw(st.integers(20, 60))].strip()
    try:
        new = revised(TEXT, f"{old} => Something else")
    except (IntakeError, NotFound):
        return
    assert new == TEXT.replace(old, "Something else", 1)
