"""Which quotes of an article readers are shown."""

from __future__ import annotations

from digests.model import Quote, Reading, Revision, Span
from digests.selection import chosen_indices, chosen_quotes


def a_quote(number: int, *, rank: int, key: bool = True, sentence: int | None = None) -> Quote:
    at = 100 * (number if sentence is None else sentence)
    return Quote(span=Span(at + number, at + number + 1), sentence=Span(at, at + 100), whole=True, key=key, rank=rank)


def a_revision(*quotes: Quote, chosen: tuple[int, ...] | None = None) -> Revision:
    reading = Reading(language="en", quotes=quotes)
    return Revision(number=1, text="", sha256="", reading=reading, chosen=chosen)


def test_the_best_ranked_quotes_are_shown_best_first() -> None:
    assert chosen_indices(a_revision(*(a_quote(number, rank=9 - number) for number in range(5)))) == (4, 3, 2)


def test_quotes_that_are_not_key_are_shown_only_where_none_is() -> None:
    plain = [a_quote(number, rank=number, key=False) for number in range(2)]
    assert chosen_indices(a_revision(*plain, a_quote(2, rank=2))) == (2,)
    assert chosen_indices(a_revision(*plain)) == (0, 1)


def test_no_sentence_is_shown_twice() -> None:
    assert chosen_indices(a_revision(a_quote(0, rank=0), a_quote(1, rank=1, sentence=0), a_quote(2, rank=2))) == (0, 2)


def test_an_editors_choice_stands_in_its_order() -> None:
    quotes = [a_quote(number, rank=number) for number in range(5)]
    assert chosen_quotes(a_revision(*quotes, chosen=(4, 0, 2, 3))) == (quotes[4], quotes[0], quotes[2], quotes[3])
